"""What follows the check of a published record: the outcome is decided, the projects are carried out, the round closes.

Each is one officer's note, in this order, and is never taken back. (Departures from the outcome, and what each award
was spent on, come with later issues.)
"""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryStarted(Event):
    """The funded projects are being carried out."""

    kind: ClassVar[str] = "round:delivery:started"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundClosed(Event):
    """Everything of the round is done."""

    kind: ClassVar[str] = "round:delivery:closed"


def decide(session: Session, *, round_id: str, by: Actor, now: datetime) -> None:
    """Notes that the published outcome stands as the decision. Raises NotFoundError; NotNowError unless in checking."""
    by.check("record:publish")
    row = find_round(session, round_id)
    if phase_of(row, now) is not Phase.CHECKING:
        raise NotNowError("An outcome is decided once, after its record was published.")
    row.decided_at = now
    session.flush()
    log(session, RoundDecided(round_id=round_id), by=by, now=now)


def start_delivery(session: Session, *, round_id: str, by: Actor, now: datetime) -> None:
    """Notes that the funded projects are being carried out. Raises NotFoundError; NotNowError unless just decided."""
    by.check("round:deliver")
    row = find_round(session, round_id)
    if phase_of(row, now) is not Phase.DECIDED:
        raise NotNowError("Projects can be carried out once the outcome is decided, and this is said once.")
    row.delivering_at = now
    session.flush()
    log(session, DeliveryStarted(round_id=round_id), by=by, now=now)


def close_round(session: Session, *, round_id: str, by: Actor, now: datetime) -> None:
    """Notes that everything is done. Raises NotFoundError; NotNowError unless its projects are being carried out."""
    by.check("round:deliver")
    row = find_round(session, round_id)
    if phase_of(row, now) is not Phase.DELIVERING:
        raise NotNowError("A round is closed when its projects have been carried out, and once.")
    row.closed_at = now
    session.flush()
    log(session, RoundClosed(round_id=round_id), by=by, now=now)
