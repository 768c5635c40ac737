"""Sealing the count: two people decide what is published, the steps run, and the record goes out."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from pb_app.officer.blueprint import bp
from pb_app.officer.carrying_out import carry_out
from pb_app.officer.sealing_forms import draw_form, sealing_form
from pb_app.services import sealing as verbs
from pb_app.services.deciding import close_round, decide, start_delivery
from pb_app.services.publishing import publish
from pb_app.services.rounds import get_round
from pb_app.services.sealing_page import show_sealing
from pb_app.services.sealing_progress import carry_on
from pb_app.web import context
from pb_app.web.access import needs
from pb_app.web.forms import BaseForm, ButtonForm
from pb_app.web.transaction import reading, transaction

PERMISSION = "sealing:confirm"


@bp.get("/officer/rounds/<round_id>/sealing")
@needs(PERMISSION)
def sealing(round_id: str) -> str:
    """Where the sealing stands, and the next thing to do."""
    return _page(None, round_id)


@bp.post("/officer/rounds/<round_id>/sealing/ask")
@needs(PERMISSION)
def ask_sealing(round_id: str) -> str | Response:
    """The first person says for each paper what happens to its ballots, and asks."""
    with reading() as session:
        form = sealing_form(get_round(session, round_id).papers)
    if not form.validate_on_submit():
        return _page(form, round_id)
    with transaction() as session:
        problems = verbs.ask_sealing(
            session,
            context.keys(),
            round_id=round_id,
            choices=form.choices,
            reason=form.reason.data or "",
            by=context.acting(),
            now=context.now(),
        )
    if problems:
        form.add_problems(problems)
        return _page(form, round_id)
    flash("You have asked to seal the count. Now somebody else confirms it.")
    return redirect(url_for("officer.sealing", round_id=round_id))


@bp.post("/officer/rounds/<round_id>/sealing/confirm")
@needs(PERMISSION)
def confirm_sealing(round_id: str) -> str | Response:
    """The second person confirms, and the steps begin."""
    form = ButtonForm()
    if not form.validate_on_submit():
        return _page(form, round_id)
    with transaction() as session:
        verbs.confirm_sealing(session, round_id=round_id, by=context.acting(), now=context.now())
    return _run(round_id)


@bp.post("/officer/rounds/<round_id>/sealing/withdraw")
@needs(PERMISSION)
def withdraw_sealing(round_id: str) -> str | Response:
    """Takes it back before it is confirmed."""
    return _press(round_id, verbs.withdraw_sealing, "Taken back. Nothing was sealed.")


@bp.post("/officer/rounds/<round_id>/sealing/continue")
@needs(PERMISSION)
def continue_sealing(round_id: str) -> str | Response:
    """Goes on at the first step that is not done."""
    form = ButtonForm()
    return _run(round_id) if form.validate_on_submit() else _page(form, round_id)


@bp.post("/officer/rounds/<round_id>/sealing/draw")
@needs(PERMISSION)
def enter_draw(round_id: str) -> str | Response:
    """Enters the dice of every lot and goes on."""
    with reading() as session:
        form = draw_form(verbs.find_sealing(session, round_id=round_id).to_draw)
    if not form.validate_on_submit():
        return _page(form, round_id)
    with transaction() as session:
        problems = verbs.enter_draw(
            session, round_id=round_id, draws=form.draws, by=context.acting(), now=context.now()
        )
    if problems:
        form.add_problems(problems)
        return _page(form, round_id)
    return _run(round_id)


@bp.post("/officer/rounds/<round_id>/publish")
@needs("record:publish")
def publish_record(round_id: str) -> str | Response:
    """Serves the sealed bytes to everybody."""
    return _press(round_id, publish, "The record is public. Everybody can read the result and repeat the count.")


@bp.post("/officer/rounds/<round_id>/decide")
@needs("record:publish")
def decide_round(round_id: str) -> str | Response:
    """Notes that the published outcome is the decision."""
    return _press(round_id, decide, "The outcome is decided.")


@bp.post("/officer/rounds/<round_id>/deliver")
@needs("round:deliver")
def deliver_round(round_id: str) -> str | Response:
    """Notes that the funded projects are being carried out."""
    return _press(round_id, start_delivery, "The projects are being carried out. The round’s page says so.")


@bp.post("/officer/rounds/<round_id>/close")
@needs("round:deliver")
def finish_round(round_id: str) -> str | Response:
    """Notes that everything is done."""
    return _press(round_id, close_round, "The round is closed.")


def _press(round_id: str, verb: Callable[..., None], words: str) -> str | Response:
    """A page's plain button."""
    return carry_out(ButtonForm(), round_id, verb, show=_page, to="officer.sealing", words=words)


def _run(round_id: str) -> Response:
    """As many steps as fit into a moment, each in a transaction of its own."""
    stopped = carry_on(context.engine(), context.keys(), round_id=round_id, clock=context.clock())
    if stopped:
        flash(f"Sealing stopped, and nothing is lost. {stopped}", "warning")
    return redirect(url_for("officer.sealing", round_id=round_id))


def _page(form: BaseForm | None, round_id: str) -> str:
    with reading() as session:
        page = show_sealing(session, context.keys(), round_id=round_id, by=context.acting(), now=context.now())
    lots = page.state.to_draw
    shown = form or (draw_form(lots) if lots else sealing_form(page.round.papers))
    return render_template("officer/sealing.html", form=shown, page=page, round=page.round, lots=lots)
