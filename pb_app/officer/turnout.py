"""Turnout: how many, never who and never what."""

from __future__ import annotations

from flask import render_template

from pb_app.officer.blueprint import bp
from pb_app.services.roll_counts import count_roll
from pb_app.services.rounds import get_round
from pb_app.services.turnout import turnout
from pb_app.web import context
from pb_app.web.access import needs
from pb_app.web.transaction import reading


@bp.get("/officer/rounds/<round_id>/turnout", endpoint="turnout")
@needs("turnout:see")
def show_turnout(round_id: str) -> str:
    """By paper, and the roll by area."""
    with reading() as session:
        view, counted = get_round(session, round_id), turnout(session, round_id=round_id)
        roll = count_roll(session, round_id=round_id)
    return render_template(
        "officer/turnout.html", round=view, phase=view.phase_at(context.now()), turnout=counted, roll=roll
    )
