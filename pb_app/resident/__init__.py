"""Residents: propose, answer, vote, keep a receipt."""

from pb_app.resident import (
    ballot_views,
    help_session,
    identify,
    my_request,
    number,
    practice_views,
    proposal_views,
    tablet_views,
    vote_views,
    way_in,
)
from pb_app.resident.blueprint import bp

__all__ = [
    "ballot_views",
    "blueprints",
    "bp",
    "help_session",
    "identify",
    "my_request",
    "number",
    "practice_views",
    "proposal_views",
    "tablet_views",
    "vote_views",
    "way_in",
]

blueprints = (bp,)
