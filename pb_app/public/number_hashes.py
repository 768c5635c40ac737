"""The page on which a school or a club turns its numbers into hashes, in its own browser: nothing is sent."""

from __future__ import annotations

from flask import render_template

from pb_app.public.blueprint import bp
from pb_app.services.proposal_reading import list_areas
from pb_app.services.showing import get_public_round
from pb_app.services.voter_sources import number_salt
from pb_app.web import context
from pb_app.web.access import public
from pb_app.web.transaction import reading
from voting.eligibility import Evidence
from voting.errors import NotFoundError
from voting.listed_numbers import ITERATIONS


@bp.get("/rounds/<round_id>/number-hashes")
@public
def hash_numbers(round_id: str) -> str:
    """The salt of the round, the recipe, and with script a box that follows it."""
    with reading() as session:
        view = get_public_round(session, round_id=round_id, now=context.now())
        areas = [name for _, name in list_areas(session)]
    if view.eligibility is None or Evidence.LIST not in view.eligibility.evidence:
        raise NotFoundError("This round takes no lists of numbers.")
    salt = number_salt(context.keys(), round_id=round_id)
    return render_template("public/number_hashes.html", round=view, salt=salt, iterations=ITERATIONS, areas=areas)
