"""Helping somebody to vote: why, and whether they check and cast alone; then this browser is in a session for it."""

from __future__ import annotations

from flask import make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response

from pb_app.officer.blueprint import bp
from pb_app.services.helping import REASONS, start_helping
from pb_app.services.rounds import get_round
from pb_app.web import assistance, context
from pb_app.web.access import needs
from pb_app.web.assistance import Assistance
from pb_app.web.choosing import choice_field
from pb_app.web.forms import BaseForm
from pb_app.web.transaction import reading, transaction


class HelpForm(BaseForm):
    """Why, and how far the help goes."""

    reason = choice_field("Why do they need help?", REASONS, "Choose why they need help")
    last = choice_field(
        "Can they check and cast the vote themselves?",
        {
            "voter": "Yes: I hand over the device before that, and look away",
            "helper": "No: I read it to them, and cast as they say",
        },
        "Say who checks and casts",
    )


@bp.get("/officer/rounds/<round_id>/help")
@needs("voting:help")
def helping(round_id: str) -> str:
    """Two questions before the session."""
    return _page(round_id, HelpForm(formdata=None))


@bp.post("/officer/rounds/<round_id>/help")
@needs("voting:help")
def begin_helping(round_id: str) -> str | Response | tuple[str, int]:
    """Begins the session and goes on to the box for the person's code."""
    form = HelpForm()
    if not form.validate_on_submit():
        return _page(round_id, form), 422
    hands_over = form.last.data == "voter"
    with transaction() as session:
        problems = start_helping(
            session,
            round_id=round_id,
            reason=form.reason.data or "",
            hands_over=hands_over,
            by=context.acting(),
            now=context.now(),
        )
    if problems:
        form.add_problems(problems)
        return _page(round_id, form), 422
    response = make_response(redirect(url_for("resident.code", round_id=round_id)))
    return assistance.start(response, Assistance(round_id, hands_over))


def _page(round_id: str, form: HelpForm) -> str:
    with reading() as session:
        view = get_round(session, round_id)
    return render_template("officer/helping.html", round=view, form=form, phase=view.phase_at(context.now()))
