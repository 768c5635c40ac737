"""Making a round, one thing a page; then announcing it."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from pb_app.officer import wizard
from pb_app.officer.blueprint import bp
from pb_app.officer.changing import changes_of, finish_change, read_changing
from pb_app.officer.round_forms import EMPTY, StartForm
from pb_app.officer.round_state import change_round
from pb_app.officer.round_summary import copy_round, make_round, read_round
from pb_app.officer.rule_preview import Preview, preview_rules
from pb_app.services.paper_channel import PaperWay, find_paper_way
from pb_app.services.proposal_reading import list_areas
from pb_app.services.round_changes import check_changeable
from pb_app.services.round_differences import Difference
from pb_app.services.rounds import RoundView, announce, create_round, get_round, list_all_rounds
from pb_app.web import context
from pb_app.web.access import needs
from pb_app.web.forms import BaseForm, ButtonForm
from pb_app.web.transaction import reading, transaction


@bp.get("/officer/rounds/new")
@needs("round:create")
def start_round() -> str:
    """The first question: an empty round or a copy of an earlier one."""
    return render_template("officer/new_round/start.html", form=_start_form())


@bp.post("/officer/rounds/new/start")
@needs("round:create")
def choose_start() -> str:
    """The first page of the form, empty or filled in from the round to copy."""
    form = _start_form()
    if not form.validate_on_submit():
        return render_template("officer/new_round/start.html", form=form)
    with reading() as session:
        state = {} if form.copy.data == EMPTY else copy_round(*_read(session, form.copy.data))
    return _show(state, wizard.Step("about"))


@bp.post("/officer/rounds/<round_id>/change/start")
@needs("round:create")
def start_change(round_id: str) -> str:
    """All answers of a round that stands, each with a button that changes it."""
    with reading() as session:
        view, way = _read(session, round_id)
    check_changeable(view, context.now())
    return _show(change_round(view, way), wizard.Step("check"))


@bp.post("/officer/rounds/new")
@needs("round:create")
def new_round() -> str | Response:
    """Keeps what one page posted and shows the page asked for; the last one makes the round."""
    state = wizard.unpack(request.form.get("state", ""))
    step = wizard.find_step(state, request.form.get("step", ""))
    state[step.key] = wizard.typed(request.form)
    form = wizard.make_form(state, step, _areas(), is_posted=True)
    is_valid = form.validate_on_submit()
    if form.form_errors or "csrf_token" in form.errors:
        return _show(state, step, form)
    return _go(state, step, form, is_valid=is_valid)


@bp.get("/officer/rounds/<round_id>/announce")
@needs("round:announce")
def check_announcement(round_id: str) -> str:
    """What everybody will see, before it is public."""
    with reading() as session:
        view = get_round(session, round_id)
    return render_template("officer/announce.html", round=view, form=ButtonForm())


@bp.post("/officer/rounds/<round_id>/announce")
@needs("round:announce")
def announce_round(round_id: str) -> str | Response:
    """Makes the round public."""
    form = ButtonForm()
    if not form.validate_on_submit():
        with reading() as session:
            return render_template("officer/announce.html", round=get_round(session, round_id), form=form)
    with transaction() as session:
        announce(session, round_id=round_id, by=context.acting(), now=context.now())
    flash("The round is public now.")
    return redirect(url_for("officer.round", round_id=round_id))


def _go(state: wizard.State, step: wizard.Step, form: BaseForm, *, is_valid: bool) -> str | Response:
    """Where the button leads: on (when all is well here), back, to a page by name, or one entry more or less."""
    where, _, what = request.form.get("go", "next").partition(":")
    if where == "back":
        return _show(state, wizard.neighbour(state, step, -1))
    if where == "to":
        return _show(state, wizard.find_step(state, what))
    if where == "past":
        return _show(state, step, past=what)
    if where == "add":
        wizard.add_entry(state, step)
        return _show(state, step)
    if where == "remove":
        wizard.remove_entry(state, step, what)
        return _show(state, step)
    if not is_valid:
        return _show(state, step, form)
    if where == "check":
        return _show(state, wizard.Step("check"))
    return _create(state, form) if step.kind == "check" else _show(state, wizard.neighbour(state, step, 1))


def _create(state: wizard.State, form: BaseForm) -> str | Response:
    """The first page that is not in order yet, or the new round."""
    for step in wizard.steps(state):
        page = wizard.make_form(state, step, _areas(), is_posted=False)
        if not page.validate():
            return _show(state, step, page)
    view = read_changing(state)
    if view is not None:
        return finish_change(state, view, form) or _show(state, wizard.Step("check"), form)
    with transaction() as session:
        made = create_round(session, new=make_round(state), by=context.acting(), now=context.now())
    if isinstance(made, list):
        form.add_problems(made)
        return _show(state, wizard.Step("check"), form)
    flash("The round is made. Only officers see it until you announce it.")
    return redirect(url_for("officer.round", round_id=made))


def _show(state: wizard.State, step: wizard.Step, form: BaseForm | None = None, past: str = "") -> str:
    """One page, with everything typed so far in its hidden field."""
    areas = _areas()
    wizard.fill_like_first(state, step)
    shown = form or wizard.make_form(state, step, areas, is_posted=False)
    view, is_check = read_changing(state), step.kind == "check"
    return render_template(
        f"officer/new_round/{step.kind}.html",
        form=shown,
        step=step,
        progress=wizard.progress(state, step),
        paper_title=wizard.paper_title(state, step.paper) if step.paper is not None else "",
        summary=read_round(state, areas) if is_check else None,
        round=view,
        differences=_differences(state, view) if view and is_check else (),
        preview=_preview(state, step, past),
        state=wizard.pack(state),
    )


def _differences(state: wizard.State, view: RoundView) -> tuple[Difference, ...]:
    """What would change; nothing while a page is not in order."""
    pages = (wizard.make_form(state, step, _areas(), is_posted=False) for step in wizard.steps(state))
    return changes_of(state, view) if all(page.validate() for page in pages) else ()


def _preview(state: wizard.State, step: wizard.Step, past: str) -> Preview | None:
    """What the rules would have done before, on the page that asks for the rule."""
    if step.kind != "rule" or step.paper is None:
        return None
    with reading() as session:
        return preview_rules(session, state, step.paper, past)


def _read(session: Session, round_id: str) -> tuple[RoundView, PaperWay | None]:
    return get_round(session, round_id), find_paper_way(session, round_id)


def _areas() -> dict[str, str]:
    with reading() as session:
        return dict(list_areas(session))


def _start_form() -> StartForm:
    with reading() as session:
        earlier = [(view.id, view.title) for view in list_all_rounds(session) if not view.is_imported]
    form = StartForm()
    form.offer(earlier)
    return form
