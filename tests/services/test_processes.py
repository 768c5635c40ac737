"""Several processes on one SQLite database, as `pb serve` runs them: they write in turn, and no vote is doubled."""

from __future__ import annotations

import subprocess
import sys
import threading
from multiprocessing import get_context
from pathlib import Path

from pb_app.db import Turn, make_engine, read
from pb_app.services.ballot_box import open_paper
from pb_app.services.clock import Clock
from pb_app.services.keys import KeyStore
from tests.faults.caster import cast_once
from tests.services.booths import Booth

PROCESSES, VOTERS = 3, 12
HOLD = """
import sys
from pb_app.db import Turn
with Turn(sys.argv[1]).taken():
    print("mine", flush=True)
    sys.stdin.read()
"""


def cast_all(url: str, folder: Path, roll_ids: list[str]) -> list[str]:
    """Casts once for each entry, in a process of its own; the receipts' digests."""
    engine, keys, clock = make_engine(url), KeyStore(folder / "keys"), Clock(f"file:{folder / 'clock'}")
    digests = [cast_once(engine, keys, clock, roll_id, f"key of {roll_id}") for roll_id in roll_ids]
    engine.dispose()
    return digests


def test_votes_pressed_in_several_processes_at_once_are_each_cast_once(
    sqlite_booth: Booth, sqlite_url: str, tmp_path: Path
) -> None:
    roll_ids = [sqlite_booth.roll_id(number) for number in range(VOTERS)]
    with get_context("spawn").Pool(PROCESSES) as pool:
        first, *others = pool.starmap(cast_all, [(sqlite_url, tmp_path, roll_ids)] * PROCESSES, chunksize=1)
    assert others == [first] * (PROCESSES - 1)
    with read(sqlite_booth.engine) as session:
        rows = open_paper(session, sqlite_booth.keys.round_key("spring"), round_id="spring", paper_id="everywhere")
    assert [row.version for row in rows] == [1] * VOTERS


def test_a_process_waits_for_its_turn_and_gets_it_when_the_other_one_dies(tmp_path: Path) -> None:
    database = str(tmp_path / "some.db")
    has_turn = threading.Event()

    def take() -> None:
        with Turn(database).taken():
            has_turn.set()

    with subprocess.Popen(
        [sys.executable, "-c", HOLD, database], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "mine\n"
        waiting = threading.Thread(target=take)
        waiting.start()
        assert not has_turn.wait(0.3)
        other.kill()
        assert has_turn.wait(10)
        waiting.join()


def test_a_thread_that_has_its_turn_may_take_it_again(tmp_path: Path) -> None:
    turn = Turn(str(tmp_path / "some.db"))
    with turn.taken(), turn.taken():
        pass
    with turn.taken():
        pass
