"""What somebody with every dump, log and backup can join: once the key is destroyed, no voter with any ballot.

The attacker here knows all tables, their hidden columns and physical order, the order in which people came to vote, and
copies made while voting and after sealing. They do not know the round's key, which is gone.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Row, text

from pb_app.db import Base, read, write
from pb_app.services.codes import make_codes
from pb_app.services.slips import NewSlip
from tallying.election import Approval
from tests.services.booths import OFFICER, OPENS, PROJECTS, Booth, make_booth
from tests.services.test_events import ANA, check, group, issue, opened
from voting.paper import PaperMarks
from voting.receipts import Receipt

VOTERS = 24
BALLOTS = [Approval(picks) for size in (1, 2, 3) for picks in combinations(PROJECTS, size)][:VOTERS]
NEIGHBOURS = 3
"""Transactions before or after a ballot's that an attacker tries."""

WHOLE_ROUND = {
    "ballot_row",
    "opened_ballot",
    "register_leaf",
    "register_checkpoint",
    "register_decision",
    "sealing_step",
    "activity_event",
    "activity_details",
    "two_person_decision",
    "council",
}
"""Tables whose rows name no single voter: the ballots themselves, and what is written once for a whole round."""


@dataclass(slots=True)
class Voted:
    """A round in which everybody cast a ballot that nobody else cast, in the order of `receipts`."""

    booth: Booth
    receipts: list[Receipt] = field(default_factory=list)
    roll_ids: list[str] = field(default_factory=list)


@pytest.fixture
def voted(engine_url: str, tmp_path: Path) -> Iterator[Voted]:
    with round_of(engine_url, tmp_path) as found:
        yield found


@contextmanager
def round_of(url: str, folder: Path) -> Iterator[Voted]:
    """Everybody votes, each alone; four with a letter code, two with a slip of the check-in desk, two in a group.

    The engine is closed at the end.
    """
    booth = make_booth(url, folder, voters=VOTERS)
    try:
        yield _everybody_votes(booth)
    finally:
        booth.engine.dispose()


def _everybody_votes(booth: Booth) -> Voted:
    with write(booth.engine) as session:
        made = make_codes(session, booth.keys, round_id="spring", area_id="south", count=4, by=OFFICER, now=OPENS)
    slips = [_check_in(booth, name) for name in ("Rosa Lindqvist", "Owen Achebe")]
    group_id, numbered = group(booth)
    assert issue(booth, group_id, "1-2", "out") == []
    codes = [*(one.code for one in made), *slips, *numbered[:2]]
    for _ in range(2 * NEIGHBOURS):  # others use the platform too
        with write(booth.engine) as session:
            session.execute(text("UPDATE council SET help_phone = '01632 960 123'"))
    found = Voted(booth)
    order = list(range(VOTERS))
    random.Random(7).shuffle(order)
    for number in order:
        if number < len(codes):
            entry = opened(booth, codes[number])
            _cast(found, entry.roll_id, number, entry.channel)
        else:
            _cast(found, booth.roll_id(number), number)
    return found


def _check_in(booth: Booth, name: str) -> str:
    """The code of the slip that somebody gets at the desk."""
    slip = check(booth, replace(ANA, name=name, seen="card"))
    assert isinstance(slip, NewSlip), slip
    return slip.code


def _cast(voted: Voted, roll_id: str, number: int, channel: str = "account") -> None:
    marks = [PaperMarks("everywhere", BALLOTS[number])]
    voted.receipts.append(voted.booth.cast(roll_id, marks, f"key {number}", channel=channel)[0])
    voted.roll_ids.append(roll_id)


def seal(voted: Voted) -> None:
    seal_booth(voted.booth)


def seal_booth(booth: Booth) -> None:
    booth.decide_sealing()
    booth.seal()


def dump(booth: Booth) -> dict[str, list[str]]:
    """Every row of every table, as text."""
    with read(booth.engine) as session:
        connection = session.connection()
        tables = Base.metadata.tables.items()
        return {name: [_row_text(row) for row in connection.execute(table.select())] for name, table in tables}


def _row_text(row: Row[*tuple[Any, ...]]) -> str:
    return " ".join(value.hex() if isinstance(value, bytes) else str(value) for value in row)


def test_a_dump_of_the_voting_period_shows_no_tracker_commitment_or_mark(voted: Voted) -> None:
    everything = "\n".join(line for lines in dump(voted.booth).values() for line in lines)
    for receipt in voted.receipts:
        for secret in (receipt.tracker, receipt.c, receipt.r):
            assert secret not in everything
    assert '{"ids":["' not in everything


def test_every_box_of_a_paper_is_equally_long_whatever_was_marked(voted: Voted) -> None:
    with read(voted.booth.engine) as session:
        lengths = session.scalars(text("SELECT DISTINCT length(box) FROM ballot_row")).all()
    assert len(lengths) == 1


def test_a_dump_made_while_voting_shares_nothing_with_the_ballots_opened_later(voted: Voted) -> None:
    before = dump(voted.booth)["ballot_row"]
    seal(voted)
    after = dump(voted.booth)
    assert after["ballot_row"] == []
    hidden = {word for line in before for word in line.split() if len(word) >= 16}
    opened = "\n".join(after["opened_ballot"])
    assert not [word for word in hidden if word in opened]
    assert not [roll_id for roll_id in voted.roll_ids if roll_id in opened]


def test_no_row_after_sealing_names_both_a_voter_and_a_ballot(voted: Voted) -> None:
    seal(voted)
    lines = [line for lines in dump(voted.booth).values() for line in lines]
    trackers = [receipt.tracker for receipt in voted.receipts]
    for line in lines:
        names_voter = any(roll_id in line for roll_id in voted.roll_ids)
        assert not (names_voter and any(tracker in line for tracker in trackers))


def test_the_order_of_the_opened_ballots_does_not_follow_the_order_of_voting(voted: Voted) -> None:
    seal(voted)
    trackers = [receipt.tracker for receipt in voted.receipts]
    with read(voted.booth.engine) as session:
        stored = list(session.scalars(text("SELECT tracker FROM opened_ballot")))
    assert stored == sorted(trackers)
    in_place = sum(1 for cast, kept in zip(trackers, stored, strict=True) if cast == kept)
    assert in_place <= 8  # as by chance: more than 8 of 24 would come about once in a million rounds


def test_the_key_is_nowhere_on_the_disk_once_the_count_is_sealed(voted: Voted, tmp_path: Path) -> None:
    key, code_key = voted.booth.keys.round_key("spring"), voted.booth.keys.code_key("spring")
    seal(voted)
    voted.booth.engine.dispose()
    for path in tmp_path.rglob("*"):
        data = path.read_bytes() if path.is_file() else b""
        assert key not in data
        assert code_key not in data


def test_postgresql_s_hidden_columns_join_no_voter_with_a_ballot(postgres_url: str, tmp_path: Path) -> None:
    """`xmin` is the transaction that wrote a row: rows of one transaction, and of its neighbours, are tried."""
    with round_of(postgres_url, tmp_path) as voted:
        with voted.booth.engine.connect() as connection:
            assert _neighbours(connection, "ballot_row") == []
        last = opened(voted.booth, _check_in(voted.booth, "Ida Morgan"))
        _cast(voted, last.roll_id, 0, last.channel)
        with voted.booth.engine.connect() as connection:  # decision 0007: beside a locked row, which nobody opens
            assert _neighbours(connection, "ballot_row") == ["check_in", "roll_entry", "roll_paper", "slip"]
        seal(voted)
        with voted.booth.engine.connect() as connection:
            assert _neighbours(connection, "opened_ballot") == []
            transactions = connection.execute(text("SELECT DISTINCT xmin::text FROM opened_ballot")).all()
            by_place = connection.scalars(text("SELECT tracker FROM opened_ballot ORDER BY ctid")).all()
    assert len(transactions) == 1
    assert by_place == sorted(by_place)


def _neighbours(connection: Connection, ballots: str) -> list[str]:
    """Rows of tables that name single voters, written in a ballot's transaction or up to three away from it."""
    found = []
    for table in sorted(set(Base.metadata.tables) - WHOLE_ROUND):
        query = (
            f"SELECT count(*) FROM {table} AS other JOIN {ballots} AS ballot "  # noqa: S608 -- our own table names
            f"ON abs(other.xmin::text::bigint - ballot.xmin::text::bigint) <= {NEIGHBOURS}"
        )
        if connection.scalar(text(query)):
            found.append(table)
    return found


def test_sqlite_s_log_and_pages_show_no_tracker_or_mark_before_sealing(sqlite_url: str, tmp_path: Path) -> None:
    """The -wal holds one transaction after another: whoever reads it knows the order of casts, and nothing of them."""
    with round_of(sqlite_url, tmp_path) as voted:
        database = Path(voted.booth.engine.url.database or "")
        wal = database.with_name(database.name + "-wal").read_bytes()
        everything = wal + database.read_bytes()
    assert len(wal) > 0
    for receipt in voted.receipts:
        for secret in (receipt.tracker.encode(), bytes.fromhex(receipt.c), receipt.c.encode(), receipt.r.encode()):
            assert secret not in everything
    assert b'"kind":"approval","ids"' not in everything
    assert b'{"ids":["' not in everything
