"""After the result: a withdrawal, a correction or a departure, by two people, as one more revision of the record."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from pb_app.officer.blueprint import bp
from pb_app.officer.carrying_out import carry_out
from pb_app.officer.later_forms import ChangeForm, change_form
from pb_app.services import later_outcomes as verbs
from pb_app.services.changed_results import list_changes
from pb_app.services.further_revisions import run_revision
from pb_app.services.results import find_results, get_results
from pb_app.services.rounds import get_round, list_projects
from pb_app.web import context
from pb_app.web.access import needs
from pb_app.web.forms import ButtonForm
from pb_app.web.transaction import reading, transaction
from tallying.changes import ChangeKind
from voting.errors import NotFoundError


@bp.get("/officer/rounds/<round_id>/later")
@needs(verbs.PERMISSION)
def later_outcomes(round_id: str) -> str:
    """What was changed, what waits, and what can be decided."""
    return _page(ButtonForm(), round_id)


@bp.get("/officer/rounds/<round_id>/later/<paper_id>/<kind>")
@needs(verbs.PERMISSION)
def later_outcome(round_id: str, paper_id: str, kind: str) -> str:
    """The form of one kind of change."""
    return _form_page(_form(round_id, paper_id, kind), round_id)


@bp.post("/officer/rounds/<round_id>/later/<paper_id>/<kind>")
@needs(verbs.PERMISSION)
def ask_later_outcome(round_id: str, paper_id: str, kind: str) -> str | Response:
    """The first person asks."""
    form = _form(round_id, paper_id, kind)
    return carry_out(
        form,
        round_id,
        lambda session, **who: verbs.ask_change(session, change=form.change(), reason=form.reason.text, **who),
        show=_form_page,
        to="officer.later_outcomes",
        words="You have asked for it. Now somebody else confirms it.",
    )


@bp.post("/officer/rounds/<round_id>/later/confirm")
@needs(verbs.PERMISSION)
def confirm_later_outcome(round_id: str) -> str | Response:
    """The second person confirms, and the new revision is made."""
    form = ButtonForm()
    if not form.validate_on_submit():
        return _page(form, round_id)
    with transaction() as session:
        verbs.confirm_change(session, round_id=round_id, by=context.acting(), now=context.now())
    return _run(round_id)


@bp.post("/officer/rounds/<round_id>/later/continue")
@needs(verbs.PERMISSION)
def continue_later_outcome(round_id: str) -> str | Response:
    """Goes on at the first step that is not done."""
    form = ButtonForm()
    return _run(round_id) if form.validate_on_submit() else _page(form, round_id)


@bp.post("/officer/rounds/<round_id>/later/withdraw")
@needs(verbs.PERMISSION)
def withdraw_later_outcome(round_id: str) -> str | Response:
    """Takes it back before it is confirmed."""
    words = "Taken back. The result stays as it is."
    return carry_out(
        ButtonForm(), round_id, verbs.withdraw_change, show=_page, to="officer.later_outcomes", words=words
    )


def _run(round_id: str) -> Response:
    stopped = run_revision(context.engine(), context.keys(), round_id=round_id, clock=context.clock())
    if stopped:
        flash(f"It stopped, and nothing is lost. {stopped}", "warning")
    else:
        flash("The new result is public, beside the first one.")
    return redirect(url_for("officer.later_outcomes", round_id=round_id))


def _form(round_id: str, paper_id: str, kind: str) -> ChangeForm:
    with reading() as session:
        _, view = get_results(session, round_id=round_id)
        on_papers = list_projects(session, round_id=round_id)
    paper = next((one for one in view.papers if one.id == paper_id), None)
    if paper is None or kind not in set(ChangeKind):
        raise NotFoundError("There is no such page.")
    return change_form(ChangeKind(kind), paper, {one.id: one.title for one in on_papers.get(paper_id, ())})


def _form_page(form: ChangeForm, round_id: str) -> str:
    with reading() as session:
        view = get_round(session, round_id)
    return render_template("officer/later_outcome.html", form=form, round=view, paper=view.paper(form.paper_id))


def _page(form: ButtonForm, round_id: str) -> str:
    with reading() as session:
        view = get_round(session, round_id)
        result = find_results(session, round_id=round_id)
        found = verbs.find_change(session, round_id=round_id, by=context.acting())
        ordered = verbs.ordered_change(session, round_id) if result else None
        can_change = verbs.can_change(session, round_id=round_id, now=context.now())
        changes = list_changes(session, round_id=round_id)
    return render_template(
        "officer/later_outcomes.html",
        form=form,
        round=view,
        result=result,
        step=found[0] if found else None,
        change=found[1] if found else None,
        ordered=ordered,
        can_change=can_change,
        changes=changes,
    )
