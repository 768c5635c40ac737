"""Whether an entry of the roll may still vote online. Nearly every entry may: one query says so, at each vote."""

from __future__ import annotations

from sqlalchemy import BindParameter, bindparam, or_, select
from sqlalchemy.orm import Session

from pb_app.models.roll import RollVoid
from pb_app.models.sheet import PaperSlip
from pb_app.services.entry_ways import refuse_double_voter
from pb_app.services.paper_channel import refuse_paper_voter

_ROLL_ID: BindParameter[str] = bindparam("roll_id")
MAY_BE_SETTLED = or_(
    select(RollVoid.roll_id).where(RollVoid.stands_id == _ROLL_ID).exists(),
    select(PaperSlip.roll_id).where(PaperSlip.roll_id == _ROLL_ID).exists(),
)
"""For a query that is given `roll_id`: only where this holds need `refuse_settled_entry` be asked."""

_QUERY = select(MAY_BE_SETTLED)


def refuse_settled_entry(session: Session, roll_id: str, channel: str) -> None:
    """Raises NotNowError where another vote of the same person was struck out, and as `refuse_paper_voter`."""
    if not session.connection().scalar(_QUERY, {"roll_id": roll_id}):
        return
    refuse_double_voter(session, roll_id)
    refuse_paper_voter(session, roll_id, channel)
