"""Moving the end of voting, later or earlier: two people and a public reason, while voting is open."""

from __future__ import annotations

from datetime import datetime

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from pb_app.officer.blueprint import bp
from pb_app.officer.carrying_out import carry_out
from pb_app.services import opening as verbs
from pb_app.services.checkpoints import publish_checkpoint
from pb_app.services.rounds import get_round
from pb_app.services.second_people import WaitingStep, find_step
from pb_app.services.two_people import find_confirmed
from pb_app.web import context
from pb_app.web.access import needs
from pb_app.web.fields import LocalDateTimeField, at_most, required, text_field
from pb_app.web.forms import BaseForm
from pb_app.web.transaction import reading, transaction

PERMISSION = "opening:confirm"


class ClosingForm(BaseForm):
    """The new end and why."""

    closes_at = LocalDateTimeField("Voting should close", validators=[required("Write when voting should close")])
    reason = text_field(
        "Why?",
        hint="Everybody can read it.",
        validators=[required("Write why. Everybody can read it"), at_most(1000, "the reason")],
    )


@bp.get("/officer/rounds/<round_id>/closing")
@needs(PERMISSION)
def closing(round_id: str) -> str:
    """When voting closes, and the way to move it."""
    return _page(ClosingForm(), round_id)


@bp.post("/officer/rounds/<round_id>/closing/ask")
@needs(PERMISSION)
def ask_closing(round_id: str) -> str | Response:
    """The first person asks."""
    form = ClosingForm()
    return carry_out(
        form,
        round_id,
        lambda session, **who: verbs.ask_closing_change(
            session, closes_at=form.closes_at.data, reason=form.reason.data or "", **who
        ),
        show=_page,
        to="officer.closing",
        words="You have asked for another closing time. Now somebody else confirms it.",
    )


@bp.post("/officer/rounds/<round_id>/closing/confirm")
@needs(PERMISSION)
def confirm_closing(round_id: str) -> str | Response:
    """The second person confirms."""
    form = BaseForm()
    if not form.validate_on_submit():
        return _page(form, round_id)
    with transaction() as session:
        verbs.confirm_closing_change(session, round_id=round_id, by=context.acting(), now=context.now())
    publish_checkpoint(context.engine(), context.keys(), round_id=round_id, now=context.now())
    flash("Confirmed. The new closing time holds from now on.")
    return redirect(url_for("officer.closing", round_id=round_id))


@bp.post("/officer/rounds/<round_id>/closing/withdraw")
@needs(PERMISSION)
def withdraw_closing(round_id: str) -> str | Response:
    """Takes it back before it is confirmed."""
    words = "Taken back. The closing time stays."
    return carry_out(BaseForm(), round_id, verbs.withdraw_closing_change, show=_page, to="officer.closing", words=words)


def _page(form: BaseForm, round_id: str) -> str:
    by = context.acting()
    with reading() as session:
        view = get_round(session, round_id)
        step = find_step(session, round_id=round_id, kind=verbs.MOVE_CLOSING, permission=PERMISSION, by=by)
        confirmed = find_confirmed(session, round_id=round_id, kind=verbs.MOVE_CLOSING)
    return render_template(
        "officer/closing.html",
        form=form,
        boxes=form if isinstance(form, ClosingForm) else ClosingForm(formdata=None),
        round=view,
        phase=view.phase_at(context.now()),
        step=step,
        asked_for=_asked_for(step),
        confirmed=confirmed,
    )


def _asked_for(step: WaitingStep | None) -> datetime | None:
    return datetime.fromisoformat(str(step.decision.payload["closes_at"])) if step else None
