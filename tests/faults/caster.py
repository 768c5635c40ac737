"""A process that casts until it is killed: `python -m tests.faults.caster URL KEY_DIR CLOCK RUN ROLL_ID…`.

It prints one line for each acknowledged ballot, `key TAB roll id TAB SHA-256 of the receipt`, after the transaction.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import secrets
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import Engine, event

from pb_app.db import make_engine, write
from pb_app.services.casting import cast
from pb_app.services.clock import Clock
from pb_app.services.keys import KeyStore
from tallying.election import Approval
from voting.paper import PaperMarks

PICKS = ("bench", "trees", "youth")


def picks_of(key: str) -> Approval:
    """The marks that are cast under an idempotency key."""
    return Approval((PICKS[sum(key.encode()) % len(PICKS)],))


def cast_once(
    engine: Engine,
    keys: KeyStore,
    clock: Clock,
    roll_id: str,
    key: str,
    random: Callable[[int], bytes] = secrets.token_bytes,
) -> str:
    """The SHA-256 of the receipt of one cast; what is marked follows from the key."""
    marks = [PaperMarks("everywhere", picks_of(key))]
    with write(engine) as session:
        receipts = cast(
            session,
            keys,
            round_id="spring",
            roll_id=roll_id,
            marks=marks,
            idempotency_key=key,
            channel="account",
            may_change=True,
            clock=clock,
            random=random,
        )
    return hashlib.sha256(receipts[0].text.encode()).hexdigest()


def main() -> None:
    url, key_dir, clock_path, run, *roll_ids = sys.argv[1:]
    engine, keys, clock = make_engine(url), KeyStore(Path(key_dir)), Clock(f"file:{clock_path}")
    if pragmas := os.environ.get("CASTER_PRAGMAS"):
        event.listen(engine, "connect", lambda connection, _: connection.executescript(pragmas))

    def go_on(roll_id: str) -> None:
        for number in itertools.count():
            key = f"run {run} number {number}"
            digest = cast_once(engine, keys, clock, roll_id, key)
            sys.stdout.write(f"{key}\t{roll_id}\t{digest}\n")
            sys.stdout.flush()

    with ThreadPoolExecutor(len(roll_ids)) as pool:
        list(pool.map(go_on, roll_ids))


if __name__ == "__main__":
    main()
