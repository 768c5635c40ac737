"""Pages for officers and steering group members: what waits, rounds, review, papers, opening, sealing."""

from pb_app.officer import (
    ballot_papers,
    cancelling,
    check_in,
    closing,
    desk,
    events,
    groups,
    introductions,
    letters,
    lost_letters,
    navigation,
    new_round,
    opening,
    paper_sheets,
    people,
    postcodes,
    proposals,
    rounds,
    sealing,
    turnout,
    voter_requests,
)
from pb_app.officer.blueprint import bp

__all__ = [
    "ballot_papers",
    "blueprints",
    "bp",
    "cancelling",
    "check_in",
    "closing",
    "desk",
    "events",
    "groups",
    "introductions",
    "letters",
    "lost_letters",
    "navigation",
    "new_round",
    "opening",
    "paper_sheets",
    "people",
    "postcodes",
    "proposals",
    "rounds",
    "sealing",
    "turnout",
    "voter_requests",
]

blueprints = (bp,)
