"""Opening every box of a round, while its key still lives and voting is over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from sqlalchemy import select
from sqlalchemy.orm import Session

from pb_app.models.ballot import BallotRow
from pb_app.models.roll import RollEntry, RollPaper
from pb_app.services.boxes import Cast, RowName, open_box
from voting.trackers import row_key, tracker


class BoxFaultError(Exception):
    """A ballot row is not as casting wrote it; the message says which. Sealing stops until people have looked."""


@dataclass(frozen=True, slots=True)
class RollMark:
    """A right to vote on one paper: its entry, area and whether two people voided it."""

    roll_id: str
    area_id: str
    is_voided: bool


@dataclass(frozen=True, slots=True)
class OpenedRow:
    """One version of one ballot, with the roll entry it came from: only ever in memory, never stored together."""

    mark: RollMark
    version: int
    is_last: bool
    cast: Cast


def roll_of_paper(session: Session, *, round_id: str, paper_id: str) -> list[RollMark]:
    """Everybody who may use a paper, voided entries too, in roll order (by their random id)."""
    query = (
        select(RollEntry.id, RollEntry.area_id, RollEntry.voided_reason)
        .join(RollPaper, RollPaper.roll_id == RollEntry.id)
        .where(RollPaper.round_id == round_id, RollPaper.paper_id == paper_id)
        .order_by(RollEntry.id)
    )
    return [RollMark(roll_id, area_id, reason is not None) for roll_id, area_id, reason in session.execute(query)]


def open_paper(session: Session, round_key: bytes, *, round_id: str, paper_id: str) -> list[OpenedRow]:
    """Every version of every ballot on a paper, by tracker and version.

    Raises BoxFaultError for a row of no roll entry, a box that does not open or holds another tracker, and a gap
    between versions: none of these can come from casting.
    """
    roll = {
        row_key(round_key, round_id, paper_id, mark.roll_id): mark
        for mark in roll_of_paper(session, round_id=round_id, paper_id=paper_id)
    }
    opened = [row for rows in _by_k(session, round_id, paper_id) for row in _open_all(round_key, rows, roll)]
    return sorted(opened, key=lambda row: (row.cast.tracker, row.version))


def _by_k(session: Session, round_id: str, paper_id: str) -> Iterator[list[BallotRow]]:
    """The rows of each private key, oldest version first."""
    query = (
        select(BallotRow)
        .where(BallotRow.round_id == round_id, BallotRow.paper_id == paper_id)
        .order_by(BallotRow.k, BallotRow.version)
    )
    together: list[BallotRow] = []
    for row in session.scalars(query):
        if together and together[0].k != row.k:
            yield together
            together = []
        together.append(row)
    if together:
        yield together


def _open_all(round_key: bytes, rows: list[BallotRow], roll: dict[str, RollMark]) -> list[OpenedRow]:
    first = rows[0]
    mark = roll.get(first.k)
    if mark is None:
        raise BoxFaultError(f"paper {first.paper_id}: the ballot under {first.k} belongs to nobody on the roll")
    if [row.version for row in rows] != list(range(1, len(rows) + 1)):
        raise BoxFaultError(f"paper {first.paper_id}: a version of the ballot under {first.k} is missing")
    expected = tracker(round_key, first.round_id, first.paper_id, mark.roll_id)
    return [OpenedRow(mark, row.version, row is rows[-1], _open(round_key, row, expected)) for row in rows]


def _open(round_key: bytes, row: BallotRow, expected: str) -> Cast:
    where = f"paper {row.paper_id}: version {row.version} under {row.k}"
    try:
        cast = open_box(round_key, RowName(row.round_id, row.paper_id, row.k, row.version), row.box)
    except (InvalidTag, ValueError) as error:
        raise BoxFaultError(f"{where} does not open") from error
    if cast.tracker != expected:
        raise BoxFaultError(f"{where} holds the tracker of another entry")
    return cast
