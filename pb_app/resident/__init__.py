"""Residents: propose, answer, vote, keep a receipt."""

from pb_app.resident import ballot_views, proposal_views, tablet_views, vote_views
from pb_app.resident.blueprint import bp

__all__ = ["ballot_views", "blueprints", "bp", "proposal_views", "tablet_views", "vote_views"]

blueprints = (bp,)
