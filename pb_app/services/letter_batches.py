"""Batches of letters in the database: how many, for which area, and how far they are. Never a code, never an address.

A batch is asked for, made in parts, and ready. Then it is downloaded, or it is voided whole: after a day, or because
an officer threw it away. Codes of a batch that was not downloaded open nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Literal

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from pb_app.models.area import Area
from pb_app.models.roll import CodeBatch, LetterCode, RollEntry
from pb_app.models.sheet import SheetRun
from pb_app.services.activity import Event, log
from pb_app.services.address_lists import MOST_LETTERS
from pb_app.services.roll import papers_by_area
from pb_app.services.rounds import find_round, phase_of
from voting.errors import NotFoundError, NotNowError
from voting.permissions import Actor
from voting.phases import UNTIL_COUNTING

KEPT = timedelta(hours=24)
"""How long files wait for their download."""

Kind = Literal["letters", "labels", "list"]
"""Letters and labels are PDF files; a list is a CSV file for a mailing house."""

_VOTING_OVER = "Voting is over, so no more codes can be made."


@dataclass(frozen=True, slots=True)
class Batch:
    """Letters made together. `voided_reason` is "" unless `state` is "voided"."""

    id: str
    round_id: str
    number: int
    area_id: str
    area_name: str
    kind: str
    size: int
    done: int
    asked_at: datetime
    state: Literal["making", "ready", "downloaded", "voided"]
    voided_reason: str

    @property
    def expires_at(self) -> datetime:
        """When it is voided unless it was downloaded."""
        return self.asked_at + KEPT


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchEvent(Event):
    """Something happened to a whole batch of letter codes."""

    batch_id: str
    area_id: str
    count: int

    def objects(self) -> list[tuple[str, str]]:
        """The batch and the area it is for."""
        return [("code_batch", self.batch_id), ("area", self.area_id)]

    def details(self) -> dict[str, int | str]:
        """How many."""
        return {"count": self.count}


@dataclass(frozen=True, slots=True, kw_only=True)
class CodesMade(BatchEvent):
    """Letter codes were asked for; with few letters, made at once."""

    kind: ClassVar[str] = "codes:batch:made"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodesDownloaded(BatchEvent):
    """The files left us, and our copy is destroyed."""

    kind: ClassVar[str] = "codes:batch:downloaded"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodesVoided(BatchEvent):
    """The batch was voided whole: its codes open nothing."""

    kind: ClassVar[str] = "codes:batch:voided"
    reason: str

    def details(self) -> dict[str, int | str]:
        """How many, and why."""
        return {"count": self.count, "reason": self.reason}


def add_batch(
    session: Session, *, round_id: str, area_id: str, kind: Kind, size: int, by: Actor, now: datetime
) -> CodeBatch:
    """The row of a new batch. Raises NotNowError once voting is over; NotFoundError for a wrong number or area."""
    by.check("codes:print")
    if phase_of(find_round(session, round_id), now) not in UNTIL_COUNTING:
        raise NotNowError(_VOTING_OVER)
    if session.get(Area, area_id) is None or not 0 < size <= MOST_LETTERS:
        raise NotFoundError(f"Choose an area from the list and a number from 1 to {MOST_LETTERS:,}.")
    if not papers_by_area(session, round_id=round_id, area_ids={area_id})[area_id]:
        raise NotFoundError("This area has no ballot paper in this round, so its letters need no codes.")
    last = session.scalar(select(func.max(CodeBatch.number)).where(CodeBatch.round_id == round_id)) or 0
    batch = CodeBatch(
        id=secrets.token_hex(16),
        round_id=round_id,
        number=last + 1,
        area_id=area_id,
        kind=kind,
        size=size,
        made_by=by.person_id,
        asked_at=now,
    )
    session.add(batch)
    session.flush()
    log(session, _about(CodesMade, batch), by=by, now=now)
    return batch


def list_batches(session: Session, *, round_id: str) -> Sequence[Batch]:
    """The batches of letters of a round, the latest first; ballot sheets are not among them."""
    query = select(CodeBatch, Area.name).join(Area, Area.id == CodeBatch.area_id)
    is_of_letters = CodeBatch.id.not_in(select(SheetRun.batch_id))
    query = query.where(CodeBatch.round_id == round_id, is_of_letters)
    rows = session.execute(query.order_by(CodeBatch.number.desc()))
    return [_view(row, area_name) for row, area_name in rows]


def get_batch(session: Session, *, round_id: str, batch_id: str) -> Batch:
    """One batch of a round. Raises NotFoundError."""
    row = session.get(CodeBatch, batch_id)
    if row is None or row.round_id != round_id:
        raise NotFoundError("We can’t find these letters. Look at the round’s list of letters.")
    return _view(row, session.get_one(Area, row.area_id).name)


def find_unfinished(session: Session) -> list[str]:
    """The ids of batches that are being made, the oldest first."""
    waiting = select(CodeBatch.id).where(CodeBatch.ready_at.is_(None), CodeBatch.voided_at.is_(None))
    return list(session.scalars(waiting.order_by(CodeBatch.asked_at, CodeBatch.id)))


def rounds_with_letters_kept(session: Session) -> frozenset[str]:
    """The rounds with letters that wait for their download: one query for all."""
    kept = CodeBatch.downloaded_at.is_(None), CodeBatch.voided_at.is_(None)
    return frozenset(session.scalars(select(CodeBatch.round_id).where(*kept).distinct()))


def find_expired(session: Session, *, now: datetime) -> list[str]:
    """The ids of batches that nobody downloaded within a day, sorted."""
    left = CodeBatch.downloaded_at.is_(None), CodeBatch.voided_at.is_(None), CodeBatch.asked_at <= now - KEPT
    return list(session.scalars(select(CodeBatch.id).where(*left).order_by(CodeBatch.id)))


def is_settled(session: Session, *, batch_id: str) -> bool:
    """Whether nothing of it may be kept any more: it was downloaded or voided."""
    row = session.get(CodeBatch, batch_id)
    return row is not None and (row.downloaded_at is not None or row.voided_at is not None)


def is_known(session: Session, *, batch_id: str) -> bool:
    """Whether there is such a batch."""
    return session.get(CodeBatch, batch_id) is not None


def mark_downloaded(session: Session, *, batch_id: str, by: Actor, now: datetime) -> None:
    """The files left us: from now on the codes open papers. Raises NotNowError if it was voided meanwhile."""
    row = lock_batch(session, batch_id)
    if row.voided_at is not None:
        raise NotNowError("These letters were voided. Make new ones.")
    if row.downloaded_at is None:
        row.downloaded_at = now
        session.flush()
        log(session, _about(CodesDownloaded, row), by=by, now=now)


def void_batch(session: Session, *, batch_id: str, reason: str, by: Actor | None, now: datetime) -> None:
    """Voids the batch with every roll entry of it. Raises NotNowError if it was downloaded; twice is no error.

    `by` is None where a day has passed, or the letters could not be made.
    """
    if by is not None:
        by.check("codes:print")
    row = lock_batch(session, batch_id)
    if row.downloaded_at is not None:
        raise NotNowError("These letters were downloaded, so their codes are out. They can’t be thrown away here.")
    if row.voided_at is not None:
        return
    row.voided_at, row.voided_reason = now, reason
    entries = select(LetterCode.roll_id).where(LetterCode.batch_id == batch_id)
    session.execute(
        update(RollEntry).where(RollEntry.id.in_(entries)).values(voided_reason=reason),
        execution_options={"synchronize_session": False},
    )
    session.flush()
    event = CodesVoided(round_id=row.round_id, batch_id=row.id, area_id=row.area_id, count=row.size, reason=reason)
    log(session, event, by=by, now=now)


def lock_batch(session: Session, batch_id: str) -> CodeBatch:
    """The row as it stands now; nobody else changes it until the transaction ends."""
    query = select(CodeBatch).where(CodeBatch.id == batch_id).with_for_update()
    return session.scalars(query, execution_options={"populate_existing": True}).one()


def _about(event: type[BatchEvent], row: CodeBatch) -> BatchEvent:
    return event(round_id=row.round_id, batch_id=row.id, area_id=row.area_id, count=row.size)


def _view(row: CodeBatch, area_name: str) -> Batch:
    state: Literal["making", "ready", "downloaded", "voided"] = "making" if row.ready_at is None else "ready"
    if row.voided_at is not None:
        state = "voided"
    elif row.downloaded_at is not None:
        state = "downloaded"
    return Batch(
        id=row.id,
        round_id=row.round_id,
        number=row.number,
        area_id=row.area_id,
        area_name=area_name,
        kind=row.kind,
        size=row.size,
        done=row.done,
        asked_at=row.asked_at,
        state=state,
        voided_reason=row.voided_reason,
    )
