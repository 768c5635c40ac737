"""A helper's session on the voter's pages: the step at which the voter takes over, and the end of it."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from pb_app.resident import code_session
from pb_app.resident.blueprint import bp
from pb_app.resident.sitting import Sitting
from pb_app.services.helping import end_helping
from pb_app.services.round_views import RoundView
from pb_app.web import assistance, context
from pb_app.web.access import needs
from pb_app.web.forms import ButtonForm
from pb_app.web.transaction import transaction

STAFF_ALONE = (
    "You are signed in as an officer. To vote yourself, sign out first. "
    "To help somebody, begin a session under “Help somebody to vote” on the round’s pages"
)
TAKEN_OVER = "taken_over"
"""The hidden field that says that the voter has the device now."""


@bp.post("/rounds/<round_id>/help/end")
@needs("voting:help")
def end_help(round_id: str) -> Response:
    """Ends the session and forgets the code."""
    if not ButtonForm().validate_on_submit():
        return redirect(url_for("resident.vote", round_id=round_id))
    with transaction() as session:
        end_helping(session, round_id=round_id, by=context.acting(), now=context.now())
    flash("The session is over. Nothing of it is left in this browser.")
    response = make_response(redirect(url_for("officer.helping", round_id=round_id)))
    return assistance.end(code_session.forget(response, round_id), round_id)


def must_hand_over() -> bool:
    """Whether the helper has to give the device away before the next page."""
    helped = assistance.current()
    return helped is not None and helped.hands_over and TAKEN_OVER not in request.form


def render_hand_over(view: RoundView, sitting: Sitting) -> str:
    """The page between: the marks travel along, and nothing of them is shown."""
    return render_template(
        "resident/hand_over.html",
        round=view,
        kept=list(sitting.fields),
        taken_over=TAKEN_OVER,
        form=ButtonForm(formdata=None),
    )
