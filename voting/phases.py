"""Phases of a round and when each holds: the transition table and `phase_at`.

Voting starts and stops by the clock; every other step needs a recorded decision. Windows are half-open:
`opens_at <= now < closes_at` (design: register, "Opening, closing, sealing").
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Phase(StrEnum):
    """Where a round stands."""

    DRAFT = "draft"
    PROPOSING = "proposing"
    REVIEWING = "reviewing"
    SHORTLISTING = "shortlisting"
    VOTING = "voting"
    COUNTING = "counting"
    CHECKING = "checking"
    DECIDED = "decided"
    DELIVERING = "delivering"
    CLOSED = "closed"
    CANCELLED = "cancelled"


BEFORE_VOTING = frozenset({Phase.DRAFT, Phase.PROPOSING, Phase.REVIEWING, Phase.SHORTLISTING})
UNTIL_COUNTING = BEFORE_VOTING | {Phase.VOTING}

TRANSITIONS: dict[Phase, tuple[Phase, ...]] = {
    Phase.DRAFT: (Phase.PROPOSING, Phase.CANCELLED),
    Phase.PROPOSING: (Phase.REVIEWING, Phase.SHORTLISTING, Phase.VOTING, Phase.CANCELLED),
    Phase.REVIEWING: (Phase.SHORTLISTING, Phase.VOTING, Phase.CANCELLED),
    Phase.SHORTLISTING: (Phase.VOTING, Phase.CANCELLED),
    Phase.VOTING: (Phase.COUNTING, Phase.CANCELLED),
    Phase.COUNTING: (Phase.CHECKING,),
    Phase.CHECKING: (Phase.DECIDED,),
    Phase.DECIDED: (Phase.DELIVERING,),
    Phase.DELIVERING: (Phase.CLOSED,),
    Phase.CLOSED: (),
    Phase.CANCELLED: (),
}


@dataclass(frozen=True, slots=True)
class Timetable:
    """The dates of a round, all aware UTC. `reviewing_closes_at` is when shortlisting starts."""

    proposing_opens_at: datetime
    proposing_closes_at: datetime
    reviewing_closes_at: datetime
    voting_opens_at: datetime
    voting_closes_at: datetime


@dataclass(frozen=True, slots=True)
class Decisions:
    """What people decided, as the times when each decision took effect (None: not yet).

    `opening_confirmed_at` is the second person's confirmation; without it voting does not open.
    `voting_closes_at`, when set, replaces the timetable's (an extension, or closing early).
    """

    announced_at: datetime | None = None
    opening_confirmed_at: datetime | None = None
    voting_closes_at: datetime | None = None
    published_at: datetime | None = None
    decided_at: datetime | None = None
    delivering_at: datetime | None = None
    closed_at: datetime | None = None
    cancelled_at: datetime | None = None


def voting_window(timetable: Timetable, decisions: Decisions) -> tuple[datetime, datetime] | None:
    """`(opens, closes)`, half-open, or None while two people have not confirmed the opening."""
    if decisions.opening_confirmed_at is None:
        return None
    opens = max(timetable.voting_opens_at, decisions.opening_confirmed_at)
    return opens, decisions.voting_closes_at or timetable.voting_closes_at


def phase_at(timetable: Timetable, decisions: Decisions, now: datetime) -> Phase:
    """The phase that holds at `now` (aware UTC)."""
    later = _decided_phase(decisions, now)
    if later is not None:
        return later
    if decisions.announced_at is None or now < timetable.proposing_opens_at:
        return Phase.DRAFT
    window = voting_window(timetable, decisions)
    if window is not None and now >= window[0]:
        return Phase.VOTING if now < window[1] else Phase.COUNTING
    if now < timetable.proposing_closes_at:
        return Phase.PROPOSING
    return Phase.REVIEWING if now < timetable.reviewing_closes_at else Phase.SHORTLISTING


def _decided_phase(decisions: Decisions, now: datetime) -> Phase | None:
    """The latest phase that only a decision reaches, or None."""
    reached = (
        (Phase.CANCELLED, decisions.cancelled_at),
        (Phase.CLOSED, decisions.closed_at),
        (Phase.DELIVERING, decisions.delivering_at),
        (Phase.DECIDED, decisions.decided_at),
        (Phase.CHECKING, decisions.published_at),
    )
    return next((phase for phase, at in reached if at is not None and at <= now), None)
