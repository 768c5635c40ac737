"""Helping somebody to vote: that a session began and ended, why, and who casts. Never whom it was for.

The log joins no voter to a time: with the roll entry beside the hour of the vote it could.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy.orm import Session

from pb_app.services.activity import Event, log
from pb_app.services.rounds import get_round
from voting.errors import NotNowError, Problem
from voting.permissions import Actor
from voting.phases import Phase

PERMISSION = "voting:help"

REASONS: dict[str, str] = {
    "sight": "They can’t see the screen well",
    "hands": "They can’t use the keyboard or the screen",
    "reading": "They find reading hard",
    "language": "They need it in another language",
    "asked": "They asked for help for another reason",
}
"""Why somebody is helped. Kinds alone: nothing about a person's health is written down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpStarted(Event):
    """An officer began to help somebody to vote."""

    kind: ClassVar[str] = "help:session:started"
    reason: str
    hands_over: bool

    def details(self) -> dict[str, str]:
        """Why, and who checks and casts."""
        return {"reason": self.reason, "casts": "the voter" if self.hands_over else "the helper"}


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpEnded(Event):
    """The helper, or the voter, ended it."""

    kind: ClassVar[str] = "help:session:ended"


def start_helping(
    session: Session, *, round_id: str, reason: str, hands_over: bool, by: Actor, now: datetime
) -> list[Problem]:
    """Notes that a session begins. Raises NotNowError outside voting."""
    by.check(PERMISSION)
    if get_round(session, round_id).phase_at(now) is not Phase.VOTING:
        raise NotNowError("Voting is not open, so there is nothing to help with now.")
    if reason not in REASONS:
        return [Problem("reason", "Choose why they need help")]
    log(session, HelpStarted(round_id=round_id, reason=reason, hands_over=hands_over), by=by, now=now)
    return []


def end_helping(session: Session, *, round_id: str, by: Actor, now: datetime) -> None:
    """Notes that it ended."""
    by.check(PERMISSION)
    log(session, HelpEnded(round_id=round_id), by=by, now=now)
