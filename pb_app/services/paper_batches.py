"""Ballots without slips, mixed in batches of 20 or more: in a smaller one somebody could tell whose is whose."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from pb_app.models.sheet import PaperBatch, SheetScan, TypedSheet
from pb_app.services.activity import Event, log
from pb_app.services.paper_channel import check_paper_work
from pb_app.services.paper_slips import waiting_sheets
from pb_app.services.round_lock import hold_round
from pb_app.services.rounds import find_round, get_round, phase_of
from voting.errors import NotFoundError, Problem
from voting.permissions import Actor
from voting.phases import Phase
from voting.sheets import LEAST_MIXED


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchEvent(Event):
    """Something happened to a batch of ballots."""

    batch_id: str
    paper_id: str
    size: int

    def objects(self) -> list[tuple[str, str]]:
        """The paper and the batch."""
        return [("paper", self.paper_id), ("paper_batch", self.batch_id)]

    def details(self) -> dict[str, int]:
        """How many ballots."""
        return {"size": self.size}


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchMixed(BatchEvent):
    """Ballots were counted, mixed and numbered."""

    kind: ClassVar[str] = "paper:batch:mixed"


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchMixedAgain(BatchEvent):
    """A batch got another size and was mixed again: what was typed and scanned of it is gone."""

    kind: ClassVar[str] = "paper:batch:mixed-again"


def make_batch(
    session: Session, *, round_id: str, paper_id: str, size: int, by: Actor, now: datetime
) -> str | list[Problem]:
    """A batch of so many ballots, as counted by hand; its id, or what stands against it ("size")."""
    by.check("paper:work")
    hold_round(session, round_id)
    check_paper_work(session, round_id=round_id, now=now)
    get_round(session, round_id).paper(paper_id)
    others = batches_of(session, round_id=round_id, paper_id=paper_id)
    waiting = waiting_sheets(session, round_id=round_id).get(paper_id, 0)
    is_over = phase_of(find_round(session, round_id), now) is Phase.COUNTING
    if problems := _size_problems(size, waiting, may_be_small=is_over and not others):
        return problems
    row = PaperBatch(id=secrets.token_hex(16), round_id=round_id, paper_id=paper_id, number=len(others) + 1, size=size)
    session.add(row)
    session.flush()
    event = BatchMixed(round_id=round_id, batch_id=row.id, paper_id=paper_id, size=size)
    log(session, event, by=by, now=now)
    return row.id


def resize_batch(session: Session, *, batch_id: str, size: int, by: Actor, now: datetime) -> list[Problem]:
    """Another number of ballots: more were mixed in, or they were counted wrongly. What was typed or scanned goes."""
    by.check("paper:work")
    row = find_batch(session, batch_id)
    hold_round(session, row.round_id)
    check_paper_work(session, round_id=row.round_id, now=now)
    is_only = len(batches_of(session, round_id=row.round_id, paper_id=row.paper_id)) == 1
    waiting = waiting_sheets(session, round_id=row.round_id).get(row.paper_id, 0) + row.size
    is_over = phase_of(find_round(session, row.round_id), now) is Phase.COUNTING
    if problems := _size_problems(size, waiting, may_be_small=is_only and is_over):
        return problems
    row.size = size
    session.execute(delete(TypedSheet).where(TypedSheet.batch_id == batch_id))
    session.execute(delete(SheetScan).where(SheetScan.batch_id == batch_id))
    session.flush()
    event = BatchMixedAgain(round_id=row.round_id, batch_id=row.id, paper_id=row.paper_id, size=size)
    log(session, event, by=by, now=now)
    return []


def find_batch(session: Session, batch_id: str) -> PaperBatch:
    """The row. Raises NotFoundError."""
    row = session.get(PaperBatch, batch_id)
    if row is None:
        raise NotFoundError("We can’t find this batch of ballots.")
    return row


def batches_of(session: Session, *, round_id: str, paper_id: str) -> Sequence[PaperBatch]:
    """The batches of a paper, in their order."""
    query = select(PaperBatch).where(PaperBatch.round_id == round_id, PaperBatch.paper_id == paper_id)
    return session.scalars(query.order_by(PaperBatch.number)).all()


def _size_problems(size: int, waiting: int, *, may_be_small: bool) -> list[Problem]:
    if size < 1:
        return [Problem("size", "Count the ballots and write how many there are, like 25.")]
    if size > waiting:
        words = f"Only {waiting} slips were accepted for ballots that are in no batch yet. Count again."
        return [Problem("size", words)]
    if size < LEAST_MIXED and not may_be_small:
        words = f"Mix at least {LEAST_MIXED} ballots. Wait for more, or mix these into a batch that is there."
        return [Problem("size", words)]
    return []
