"""Many voters cast one after the other: nothing that is kept or published follows the order in which they did.

`make test` tries this with few voters (tests/services/test_unlinkable_nights.py); here are as many as a ward has.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from pb_app.db import read
from pb_app.jobs import log_nights
from pb_app.services.registers import register_lines
from tallying.register import BallotLeaf, read_leaf
from tests.faults.sizes import times
from tests.services.booths import DAY, OPENS, PROJECTS, Booth, make_booth
from tests.services.test_unlinkable import seal_booth
from tests.services.test_unlinkable_nights import rank_correlation
from voting.receipts import Receipt

CASTS = times("casts in order")
NIGHTS = 3
PAPER = "everywhere"
FAR = max(0.1, 5 / sqrt(max(CASTS, 1)))
"""0.1 for 10,000 casts; with fewer, five times what two unrelated orders stray from 0."""

pytestmark = pytest.mark.skipif(not CASTS, reason="orders of many casts: FAULTS_SIZE=small or full")


@dataclass(frozen=True, slots=True)
class Voted:
    """A sealed round and the receipts of each night, in the order of casting."""

    booth: Booth
    nights: list[list[Receipt]]

    @property
    def trackers(self) -> list[str]:
        return [receipt.tracker for night in self.nights for receipt in night]


@pytest.fixture
def voted(engine_url: str, tmp_path: Path) -> Iterator[Voted]:
    booth = make_booth(engine_url, tmp_path, voters=CASTS)
    order = list(range(CASTS))
    random.Random(19).shuffle(order)
    nights = []
    for night in range(NIGHTS):
        today = order[night * CASTS // NIGHTS : (night + 1) * CASTS // NIGHTS]
        nights.append([booth.vote(n, PROJECTS[n % 5], paper=PAPER) for n in today])
        booth.at(OPENS + (night + 2) * DAY)
        log_nights(booth.engine, booth.keys, booth.clock, ZoneInfo("Europe/London"))
    seal_booth(booth)
    yield Voted(booth, nights)
    booth.engine.dispose()


def as_they_lie(booth: Booth) -> list[str]:
    """The trackers of the opened ballots in the order of the bytes on the disk."""
    if booth.engine.dialect.name == "postgresql":
        with read(booth.engine) as session:
            return list(session.scalars(text("SELECT tracker FROM opened_ballot ORDER BY ctid")))
    booth.engine.dispose()
    content = Path(str(booth.engine.url.database)).read_bytes()
    with read(booth.engine) as session:
        known = {tracker.encode() for tracker in session.scalars(text("SELECT tracker FROM opened_ballot"))}
    found = (match.decode() for match in re.findall(rb"[A-Z2-7]{16}", content) if match in known)
    return list(dict.fromkeys(found))


def test_no_order_follows_the_order_of_casting(voted: Voted) -> None:
    trackers = voted.trackers
    record = voted.booth.record
    opened = [one.tracker for one in record.openings(PAPER)]
    counted = [tracker for tracker, _ in record.rows(PAPER)]
    for order in (opened, counted, as_they_lie(voted.booth)):
        assert sorted(order) == sorted(trackers)
        assert abs(rank_correlation(order, trackers)) < FAR
    with read(voted.booth.engine) as session:
        leaves = [read_leaf(line) for line in register_lines(session, "spring")]
    logged = [leaf.c for leaf in leaves if isinstance(leaf, BallotLeaf)]
    for night in voted.nights:
        cast = [receipt.c for receipt in night]
        wanted = set(cast)
        batch = [c for c in logged if c in wanted]
        assert abs(rank_correlation(batch, cast)) < max(FAR, 5 / sqrt(len(cast)))
