"""Where a way in leads, when two entries of the roll were found to be one person."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from pb_app.models.roll import RollEntry, RollVoid
from voting.errors import NotNowError

_STRUCK_OUT = (
    "You were on the roll twice, and had voted twice. One of the two votes was struck out, and the other one stands. "
    "It can’t be changed any more."
)


def entry_that_stands(session: Session, row: RollEntry) -> RollEntry | None:
    """The entry itself, or the one that it was joined with; None where it was struck off and none stands for it."""
    entry: RollEntry | None = row
    while entry is not None and entry.voided_reason is not None:
        joined = session.get(RollVoid, entry.id)
        entry = session.get(RollEntry, joined.stands_id) if joined else None
    return entry


def refuse_double_voter(session: Session, roll_id: str) -> None:
    """Raises NotNowError for an entry that stands because another of the same person was voided: neither casts now."""
    if is_double_voter(session, roll_id):
        raise NotNowError(_STRUCK_OUT)


def is_double_voter(session: Session, roll_id: str) -> bool:
    """Whether the entry stands because another of the same person was voided."""
    voided = select(RollVoid.roll_id).where(RollVoid.stands_id == roll_id, RollVoid.kind == "voided").limit(1)
    return session.scalar(voided) is not None
