"""Erasing what a round knows of people, when it is over: a checklist, and two people."""

from __future__ import annotations

from flask import render_template
from werkzeug.wrappers import Response

from pb_app.officer.blueprint import bp
from pb_app.officer.carrying_out import carry_out
from pb_app.services import erasing as verbs
from pb_app.services.rounds import get_round
from pb_app.services.second_people import find_step
from pb_app.services.two_people import find_confirmed
from pb_app.web import context
from pb_app.web.access import needs
from pb_app.web.forms import ButtonForm
from pb_app.web.transaction import reading


@bp.get("/officer/rounds/<round_id>/erasing")
@needs(verbs.PERMISSION)
def erasing(round_id: str) -> str:
    """What is still kept about people, and the way to erase it."""
    return _page(ButtonForm(), round_id)


@bp.post("/officer/rounds/<round_id>/erasing/ask")
@needs(verbs.PERMISSION)
def ask_erasing(round_id: str) -> str | Response:
    """The first person asks."""
    words = "You have asked to erase it. Now somebody else confirms it."
    return carry_out(ButtonForm(), round_id, verbs.ask_erasing, show=_page, to="officer.erasing", words=words)


@bp.post("/officer/rounds/<round_id>/erasing/confirm")
@needs(verbs.PERMISSION)
def confirm_erasing(round_id: str) -> str | Response:
    """The second person confirms, and it is gone."""
    words = "Erased. Now delete what was saved elsewhere, too."
    return carry_out(ButtonForm(), round_id, verbs.confirm_erasing, show=_page, to="officer.erasing", words=words)


@bp.post("/officer/rounds/<round_id>/erasing/withdraw")
@needs(verbs.PERMISSION)
def withdraw_erasing(round_id: str) -> str | Response:
    """Takes it back before it is confirmed."""
    words = "Taken back. Nothing was erased."
    return carry_out(ButtonForm(), round_id, verbs.withdraw_erasing, show=_page, to="officer.erasing", words=words)


def _page(form: ButtonForm, round_id: str) -> str:
    with reading() as session:
        view = get_round(session, round_id)
        step = find_step(session, round_id=round_id, kind=verbs.ERASE, permission=verbs.PERMISSION, by=context.acting())
        confirmed = find_confirmed(session, round_id=round_id, kind=verbs.ERASE)
        kept = verbs.what_is_kept(session, round_id=round_id)
    return render_template(
        "officer/erasing.html",
        form=form,
        round=view,
        is_over=view.phase_at(context.now()) in verbs.OVER,
        step=step,
        confirmed=confirmed,
        kept=kept,
    )
