"""The end of checking: an officer notes that the outcome is decided. (Departures from it come with a later issue.)"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy.orm import Session

from pb_app.services.activity import Event, log
from pb_app.services.rounds import find_round, phase_of
from voting.errors import NotNowError
from voting.permissions import Actor
from voting.phases import Phase


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundDecided(Event):
    """The published outcome is the decision."""

    kind: ClassVar[str] = "round:outcome:decided"


def decide(session: Session, *, round_id: str, by: Actor, now: datetime) -> None:
    """Notes that the published outcome stands as the decision. Raises NotFoundError; NotNowError unless in checking."""
    by.check("record:publish")
    row = find_round(session, round_id)
    if phase_of(row, now) is not Phase.CHECKING:
        raise NotNowError("An outcome is decided once, after its record was published.")
    row.decided_at = now
    session.flush()
    log(session, RoundDecided(round_id=round_id), by=by, now=now)
