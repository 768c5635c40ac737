"""Changing a round until the opening of its vote is confirmed: a draft alone, an announced one with a second person."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from pb_app.officer.blueprint import bp
from pb_app.officer.carrying_out import carry_out
from pb_app.officer.round_state import changed_id, changed_round
from pb_app.officer.wizard import State
from pb_app.services import round_changes as verbs
from pb_app.services.new_round_text import as_new
from pb_app.services.paper_channel import find_paper_way
from pb_app.services.proposal_reading import list_areas
from pb_app.services.round_differences import Difference, differences
from pb_app.services.rounds import RoundView, get_round
from pb_app.web import context
from pb_app.web.access import needs
from pb_app.web.forms import BaseForm, ButtonForm
from pb_app.web.transaction import reading, transaction


@bp.get("/officer/rounds/<round_id>/change")
@needs(verbs.PERMISSION)
def changing(round_id: str) -> str:
    """What can be changed, what waits, and what was changed."""
    return _page(ButtonForm(), round_id)


@bp.post("/officer/rounds/<round_id>/change/confirm")
@needs(verbs.PERMISSION)
def confirm_round_change(round_id: str) -> str | Response:
    """The second person confirms."""
    words = "Confirmed. The round is changed, and everybody can read what, and why."
    return carry_out(ButtonForm(), round_id, verbs.confirm_round_change, show=_page, to="officer.changing", words=words)


@bp.post("/officer/rounds/<round_id>/change/withdraw")
@needs(verbs.PERMISSION)
def withdraw_round_change(round_id: str) -> str | Response:
    """Takes it back before it is confirmed."""
    words = "Taken back. Nothing was changed."
    return carry_out(
        ButtonForm(), round_id, verbs.withdraw_round_change, show=_page, to="officer.changing", words=words
    )


def read_changing(state: State) -> RoundView | None:
    """The round that the form changes; None while it makes a new one."""
    round_id = changed_id(state)
    if not round_id:
        return None
    with reading() as session:
        return get_round(session, round_id)


def changes_of(state: State, view: RoundView) -> tuple[Difference, ...]:
    """What the form would change, as far as its pages are in order."""
    with reading() as session:
        way, areas = find_paper_way(session, view.id), dict(list_areas(session))
    return differences(as_new(view, way), changed_round(state, view, way), areas)


def finish_change(state: State, view: RoundView, form: BaseForm) -> Response | None:
    """Changes the draft, or asks for a second person; None where the form says what must be mended."""
    is_draft = view.decisions.announced_at is None
    by, now = context.acting(), context.now()
    with transaction() as session:
        new = changed_round(state, view, find_paper_way(session, view.id))
        if is_draft:
            problems = verbs.change_draft(session, round_id=view.id, new=new, by=by, now=now)
        else:
            reason = dict(state.get("check", [])).get("reason", "")
            problems = verbs.ask_round_change(session, round_id=view.id, new=new, reason=reason, by=by, now=now)
    if problems:
        form.add_problems(problems)
        return None
    if is_draft:
        flash("Changed. Only officers see it.")
        return redirect(url_for("officer.round", round_id=view.id))
    flash("You have asked for this change. Now somebody else confirms it.")
    return redirect(url_for("officer.changing", round_id=view.id))


def _page(form: BaseForm, round_id: str) -> str:
    with reading() as session:
        view = get_round(session, round_id)
        waiting = verbs.find_round_change(session, round_id=round_id, by=context.acting())
        made = verbs.list_round_changes(session, round_id=round_id)
    return render_template(
        "officer/changing.html",
        form=form,
        round=view,
        waiting=waiting,
        made=made,
        can_change=verbs.can_change(view, context.now()),
    )
