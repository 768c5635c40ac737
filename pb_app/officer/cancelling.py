"""Cancelling a round: a draft by one officer, a public round by two people with a reason that everybody reads."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from pb_app.officer.blueprint import bp
from pb_app.officer.carrying_out import carry_out
from pb_app.services import cancelling as verbs
from pb_app.services.rounds import get_round
from pb_app.services.second_people import find_step
from pb_app.services.two_people import find_confirmed
from pb_app.web import context
from pb_app.web.access import needs
from pb_app.web.fields import at_most, required, text_field
from pb_app.web.forms import BaseForm, ButtonForm
from pb_app.web.transaction import reading, transaction
from voting.errors import Problem


class CancelForm(BaseForm):
    """Why."""

    reason = text_field(
        "Why?",
        hint="Say it in plain words.",
        validators=[required("Write why"), at_most(verbs.LONGEST_REASON, "the reason")],
    )


@bp.get("/officer/rounds/<round_id>/cancel")
@needs(verbs.PERMISSION)
def cancelling(round_id: str) -> str:
    """What cancelling means, and the way to do it."""
    return _page(CancelForm(), round_id)


@bp.post("/officer/rounds/<round_id>/cancel/draft")
@needs("round:create")
def drop_draft(round_id: str) -> str | Response:
    """Drops a round that only officers saw."""
    return _say_why(round_id, verbs.drop_draft, "The draft is dropped.")


@bp.post("/officer/rounds/<round_id>/cancel/ask")
@needs(verbs.PERMISSION)
def ask_cancelling(round_id: str) -> str | Response:
    """The first person asks."""
    return _say_why(
        round_id, verbs.ask_cancelling, "You have asked to cancel the round. Now somebody else confirms it."
    )


@bp.post("/officer/rounds/<round_id>/cancel/confirm")
@needs(verbs.PERMISSION)
def confirm_cancelling(round_id: str) -> str | Response:
    """The second person confirms: the round is cancelled, then its key is destroyed."""
    form = ButtonForm()
    if not form.validate_on_submit():
        return _page(form, round_id)
    with transaction() as session:
        verbs.confirm_cancelling(session, round_id=round_id, by=context.acting(), now=context.now())
    _destroy_key(round_id)
    flash("Confirmed. The round is cancelled, and everybody can read why.")
    return redirect(url_for("officer.cancelling", round_id=round_id))


@bp.post("/officer/rounds/<round_id>/cancel/withdraw")
@needs(verbs.PERMISSION)
def withdraw_cancelling(round_id: str) -> str | Response:
    """Takes it back before it is confirmed."""
    words = "Taken back. The round goes on."
    return carry_out(
        ButtonForm(), round_id, verbs.withdraw_cancelling, show=_page, to="officer.cancelling", words=words
    )


@bp.post("/officer/rounds/<round_id>/cancel/destroy-key")
@needs(verbs.PERMISSION)
def destroy_key(round_id: str) -> str | Response:
    """Goes on where the computer stopped after the round was cancelled."""
    form = ButtonForm()
    if not form.validate_on_submit():
        return _page(form, round_id)
    _destroy_key(round_id)
    flash("The key is destroyed.")
    return redirect(url_for("officer.cancelling", round_id=round_id))


def _say_why(round_id: str, verb: Callable[..., list[Problem]], words: str) -> str | Response:
    form = CancelForm()
    return carry_out(
        form,
        round_id,
        lambda session, **who: verb(session, reason=form.reason.data or "", **who),
        show=_page,
        to="officer.cancelling",
        words=words,
    )


def _destroy_key(round_id: str) -> None:
    """In a transaction of its own: were the key gone first, a crash would lose the votes of a round that goes on."""
    with transaction() as session:
        verbs.destroy_cancelled_key(session, context.keys(), round_id=round_id, by=context.acting(), now=context.now())


def _page(form: BaseForm, round_id: str) -> str:
    with reading() as session:
        view = get_round(session, round_id)
        step = find_step(
            session, round_id=round_id, kind=verbs.CANCEL, permission=verbs.PERMISSION, by=context.acting()
        )
        confirmed = find_confirmed(session, round_id=round_id, kind=verbs.CANCEL)
    phase = view.phase_at(context.now())
    return render_template(
        "officer/cancel.html",
        form=form,
        box=form if isinstance(form, CancelForm) else CancelForm(formdata=None),
        round=view,
        phase=phase,
        may_be_cancelled=phase in verbs.CANCELLABLE,
        step=step,
        confirmed=confirmed,
        is_key_destroyed=context.keys().is_destroyed(round_id),
    )
