"""Opening every box of a round, while its key still lives and voting is over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from sqlalchemy import select
from sqlalchemy.orm import Session

from pb_app.models.ballot import BallotRow, SealingStep
from pb_app.models.paper import Paper
from pb_app.models.roll import RollEntry, RollPaper
from pb_app.models.sheet import PaperSlip
from pb_app.services.ballot_slots import count_ballots
from pb_app.services.boxes import PAPER, Cast, RowName, open_box
from pb_app.services.paper_ballots import settled_ballots
from pb_app.services.paper_slips import ACCEPTED
from tallying.election import Ballot
from voting.slots import slot_of, slots_of
from voting.trackers import row_key, tracker

PUT_SHEETS = "sheets"
"""The step of sealing from which on every ballot from paper has its row."""


class BoxFaultError(Exception):
    """A ballot row is not as casting wrote it; the message says which. Sealing stops until people have looked."""


@dataclass(frozen=True, slots=True)
class RollMark:
    """A right to vote on one paper: its entry and area, whether two people voided it, whether its slip came."""

    roll_id: str
    area_id: str
    is_voided: bool
    has_slip: bool = False

    @property
    def is_on_roll(self) -> bool:
        """Whether it counts as a right to vote: a ballot on paper can't be taken out again, whoever was struck off."""
        return not self.is_voided or self.has_slip


@dataclass(frozen=True, slots=True)
class OpenedRow:
    """One version of one ballot, with the roll entry it came from: only ever in memory, never stored together.

    A ballot from paper has no mark: nobody knows whose it is.
    """

    mark: RollMark | None
    version: int
    is_last: bool
    cast: Cast
    meets_sheet: bool = True
    """Whether a sheet of its voter stands in its place: not the online one where a voter has two ballots."""

    @property
    def is_voided(self) -> bool:
        """Whether two people struck its voter off the roll."""
        return self.mark is not None and self.mark.is_voided

    @property
    def is_superseded(self) -> bool:
        """Whether a ballot on paper stands in its place."""
        return self.mark is not None and self.mark.has_slip and self.meets_sheet and not self.mark.is_voided

    @property
    def stands(self) -> bool:
        """Whether it is its tracker's ballot: the last version, neither voided nor superseded by paper."""
        return self.is_last and not self.is_voided and not self.is_superseded


@dataclass(frozen=True, slots=True)
class _Right:
    """One ballot that a roll entry has; `meets_sheet` as in `OpenedRow`."""

    mark: RollMark
    slot: int
    meets_sheet: bool


def roll_of_paper(session: Session, *, round_id: str, paper_id: str) -> list[RollMark]:
    """Everybody who may use a paper, voided entries too, in roll order (by their random id)."""
    query = (
        select(RollEntry.id, RollEntry.area_id, RollEntry.voided_reason)
        .join(RollPaper, RollPaper.roll_id == RollEntry.id)
        .where(RollPaper.round_id == round_id, RollPaper.paper_id == paper_id)
        .order_by(RollEntry.id)
    )
    of_paper = PaperSlip.round_id == round_id, PaperSlip.paper_id == paper_id, PaperSlip.state == ACCEPTED
    slips = set(session.scalars(select(PaperSlip.roll_id).where(*of_paper)))
    return [
        RollMark(roll_id, area_id, reason is not None, roll_id in slips)
        for roll_id, area_id, reason in session.execute(query)
    ]


def open_paper(session: Session, round_key: bytes, *, round_id: str, paper_id: str) -> list[OpenedRow]:
    """Every version of every ballot on a paper, by tracker and version; those from paper without one until sealing.

    Raises BoxFaultError for a row of no roll entry and no settled sheet, a box that does not open or holds another
    tracker, a gap between versions, and a sheet without its row: none of these can come from casting or typing.
    """
    ballots = count_ballots(session.get_one(Paper, (round_id, paper_id)).rulebook)
    roll = {
        row_key(round_key, round_id, paper_id, mark.roll_id, slot): _Right(mark, slot, slot == slot_of(ballots, PAPER))
        for mark in roll_of_paper(session, round_id=round_id, paper_id=paper_id)
        for slot in slots_of(ballots)
    }
    sheets = settled_ballots(session, round_key, round_id=round_id, paper_id=paper_id)
    opened: list[OpenedRow] = []
    for rows in _by_k(session, round_id, paper_id):
        ballot = sheets.pop(rows[0].k, None)
        opened += _open_all(round_key, rows, roll) if ballot is None else _open_sheet(round_key, rows, ballot)
    if sheets and session.get(SealingStep, (round_id, PUT_SHEETS)) is not None:
        raise BoxFaultError(f"paper {paper_id}: {len(sheets)} ballots from paper are missing")
    opened += [OpenedRow(None, 1, True, Cast("", b"", "", ballot, PAPER)) for ballot in sheets.values()]
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


def _open_all(round_key: bytes, rows: list[BallotRow], roll: dict[str, _Right]) -> list[OpenedRow]:
    first = rows[0]
    right = roll.get(first.k)
    if right is None:
        raise BoxFaultError(f"paper {first.paper_id}: the ballot under {first.k} belongs to nobody on the roll")
    if [row.version for row in rows] != list(range(1, len(rows) + 1)):
        raise BoxFaultError(f"paper {first.paper_id}: a version of the ballot under {first.k} is missing")
    mark, slot = right.mark, right.slot
    expected = tracker(round_key, first.round_id, first.paper_id, mark.roll_id, slot)
    return [
        OpenedRow(mark, row.version, row is rows[-1], _open(round_key, row, expected), right.meets_sheet)
        for row in rows
    ]


def _open_sheet(round_key: bytes, rows: list[BallotRow], ballot: Ballot) -> list[OpenedRow]:
    """The one version of a ballot from paper, as it was settled."""
    cast = _open(round_key, rows[0], "")
    if len(rows) > 1 or rows[0].version != 1 or cast.channel != PAPER or cast.marks != ballot:
        raise BoxFaultError(f"paper {rows[0].paper_id}: the ballot under {rows[0].k} is not what was typed from paper")
    return [OpenedRow(None, 1, True, cast)]


def _open(round_key: bytes, row: BallotRow, expected: str) -> Cast:
    where = f"paper {row.paper_id}: version {row.version} under {row.k}"
    try:
        cast = open_box(round_key, RowName(row.round_id, row.paper_id, row.k, row.version), row.box)
    except (InvalidTag, ValueError) as error:
        raise BoxFaultError(f"{where} does not open") from error
    if expected and cast.tracker != expected:
        raise BoxFaultError(f"{where} holds the tracker of another entry")
    return cast
