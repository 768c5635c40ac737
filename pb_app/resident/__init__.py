"""Residents: propose, answer, vote, keep a receipt."""

from pb_app.resident import proposal_views
from pb_app.resident.blueprint import bp

__all__ = ["blueprints", "bp", "proposal_views"]

blueprints = (bp,)
