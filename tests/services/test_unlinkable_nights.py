"""Copies of everything made on every night of voting and after sealing: once the key is destroyed they link no voter
with a ballot. The attacker here knows who voted when, to the second, and all that the copies hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from pb_app.db import read
from pb_app.jobs import log_nights
from pb_app.services.registers import register_lines
from tallying.record import Record
from tallying.register import BallotLeaf, read_leaf
from tests.database import ENGINES, TEMPLATE, copy_database
from tests.services.booths import DAY, OPENS, PROJECTS, Booth, make_booth
from tests.services.test_unlinkable import NEIGHBOURS, WHOLE_ROUND, dump, seal_booth
from voting.receipts import Receipt

VOTERS = 56
PAPER = "everywhere"
FAR = 0.68
"""Five times what the rank correlation of two unrelated orders of 56 strays from 0."""

Dump = dict[str, list[str]]


@dataclass(slots=True)
class Watched:
    """A sealed round, who cast what in which order, and the copies of every night and of the end."""

    booth: Booth
    roll_ids: list[str]
    first: list[Receipt] = field(default_factory=list)
    last: list[Receipt] = field(default_factory=list)
    copies: list[Dump] = field(default_factory=list)

    @property
    def record(self) -> Record:
        return self.booth.record


@pytest.fixture(scope="module", params=ENGINES)
def watched(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """Everybody votes, a night passes; everybody votes again, a night passes; the count is sealed. Tests only look."""
    folder = tmp_path_factory.mktemp("watched")
    source = str(request.getfixturevalue("sqlite_template")) if request.param == "sqlite" else TEMPLATE
    booth = make_booth(copy_database(request, request.param, source, folder), folder, voters=VOTERS)
    found = Watched(booth, [booth.roll_id(number) for number in range(VOTERS)])
    found.first = [booth.vote(n, PROJECTS[n % 3], paper=PAPER) for n in range(VOTERS)]
    _night(found, 2)
    found.last = [booth.vote(n, PROJECTS[n % 4], paper=PAPER, key=f"again {n}") for n in reversed(range(VOTERS))]
    _night(found, 3)
    seal_booth(booth)
    found.copies.append(dump(booth))
    yield found
    booth.engine.dispose()


def _night(watched: Watched, days: int) -> None:
    """A night passes, and then somebody copies everything."""
    booth = watched.booth
    booth.at(OPENS + days * DAY)
    assert log_nights(booth.engine, booth.keys, booth.clock, ZoneInfo("Europe/London")) == 1
    watched.copies.append(dump(booth))


def rank_correlation(one: list[str], other: list[str]) -> float:
    """Spearman's rho of two orders of the same things."""
    places = {item: place for place, item in enumerate(other)}
    n = len(one)
    return 1 - 6 * sum((place - places[item]) ** 2 for place, item in enumerate(one)) / (n * (n * n - 1))


def logged(watched: Watched) -> list[str]:
    """The commitments in the order of the register."""
    with read(watched.booth.engine) as session:
        leaves = [read_leaf(line) for line in register_lines(session, "spring")]
    return [leaf.c for leaf in leaves if isinstance(leaf, BallotLeaf)]


def test_no_order_follows_the_order_of_casting(watched: Watched) -> None:
    """Of the entries of each night, of the openings, and of the ballots that were counted."""
    in_log = logged(watched)
    for receipts in (watched.first, watched.last):
        cast = [receipt.c for receipt in receipts]
        assert abs(rank_correlation([c for c in in_log if c in set(cast)], cast)) < FAR
    trackers = [receipt.tracker for receipt in watched.last]
    opened = [one.tracker for one in watched.record.openings(PAPER) if one.marks is not None]
    assert abs(rank_correlation(opened, trackers)) < FAR
    counted = [tracker for tracker, _ in watched.record.rows(PAPER)]
    assert abs(rank_correlation(counted, trackers)) < FAR


def test_both_nights_hold_everybody_so_that_the_night_tells_nobody_apart(watched: Watched) -> None:
    batches = [set(logged(watched)[:VOTERS]), set(logged(watched)[VOTERS:])]
    assert batches == [{one.c for one in watched.first}, {one.c for one in watched.last}]


def test_no_copy_names_a_row_and_its_entry_or_a_voter_and_either_in_one_line(watched: Watched) -> None:
    commitments = {receipt.c for receipt in (*watched.first, *watched.last)}
    trackers = {receipt.tracker for receipt in watched.last}
    keys = {word for line in watched.copies[0]["ballot_row"] for word in line.split() if len(word) == 16}
    for copy in watched.copies:
        for line in (line for lines in copy.values() for line in lines):
            named = [
                any(word in line for word in words)
                for words in (watched.roll_ids, sorted(commitments), sorted(trackers), sorted(keys))
            ]
            assert sum(named) <= 1, line[:200]


def test_what_the_copies_share_joins_nothing(watched: Watched) -> None:
    """Every word that stands both in a copy's rows of ballots and anywhere in the record."""
    hidden = {word for copy in watched.copies[:2] for line in copy["ballot_row"] for word in line.split()}
    public = b"\n".join(watched.record.files.values()).decode()
    assert not [word for word in hidden if len(word) >= 16 and word in public]
    assert not [roll_id for roll_id in watched.roll_ids if roll_id in public]


def test_nobody_s_row_was_written_near_an_entry_of_the_register(watched: Watched) -> None:
    """`xmin`, equal and up to three apart: no table that names single voters stands beside register or openings."""
    if watched.booth.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has no transaction numbers in its rows")
    with watched.booth.engine.connect() as connection:
        for ballots, which in (("register_leaf", "entry.line LIKE '{\"ballot\"%'"), ("opened_ballot", "TRUE")):
            for table in sorted(set(watched.copies[2]) - WHOLE_ROUND):
                query = (
                    f"SELECT count(*) FROM {table} AS other JOIN {ballots} AS entry "  # noqa: S608 -- our own table names
                    f"ON abs(other.xmin::text::bigint - entry.xmin::text::bigint) <= {NEIGHBOURS} WHERE {which}"
                )
                assert connection.scalar(text(query)) == 0, (table, ballots)
