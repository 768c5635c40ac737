"""Which of the officers' pages somebody may open: the navigation offers no others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import current_app

from pb_app.officer.blueprint import bp
from pb_app.web import context
from pb_app.web.access import audience_of
from voting.permissions import is_allowed
from voting.phases import Phase

PHASE_WORDS: dict[Phase, str] = {
    Phase.DRAFT: "Draft: only officers see it",
    Phase.PROPOSING: "People propose",
    Phase.REVIEWING: "Under review",
    Phase.SHORTLISTING: "Ballot papers being made",
    Phase.VOTING: "Voting",
    Phase.COUNTING: "Voting is over: to be sealed and counted",
    Phase.CHECKING: "Result published: being checked",
    Phase.DECIDED: "Decided",
    Phase.DELIVERING: "Being delivered",
    Phase.CLOSED: "Closed",
    Phase.CANCELLED: "Cancelled",
}


def may_open(endpoint: str) -> bool:
    """Whether the person signed in may enter this view."""
    person = context.person()
    audience = audience_of(current_app, endpoint) if endpoint in current_app.view_functions else None
    if person is None or audience is None:
        return False
    return any(is_allowed(person.roles, name) for name in audience.permissions)


@bp.context_processor
def offer() -> dict[str, Any]:
    """What the officers' templates ask."""
    names: dict[str, Callable[[str], bool] | dict[Phase, str]] = {"may_open": may_open, "phase_words": PHASE_WORDS}
    return dict(names)
