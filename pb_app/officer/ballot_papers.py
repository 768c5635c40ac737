"""Making the ballot papers: put accepted proposals on, move them, take them off."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import BooleanField, RadioField

from pb_app.officer.blueprint import bp
from pb_app.services import composing
from pb_app.services.composition import PaperSheet, WaitingProposal, compose
from pb_app.services.rounds import RoundView, get_round
from pb_app.web import context
from pb_app.web.access import needs
from pb_app.web.fields import MoneyField, required
from pb_app.web.forms import BaseForm, ButtonForm
from pb_app.web.transaction import reading, transaction
from voting.errors import NotFoundError

_Verb = Callable[..., None]
"""Taking off and moving take the same words."""


class PutOnForm(BaseForm):
    """Which paper, and the cost that people vote on."""

    paper_id = RadioField(
        "Which ballot paper?", validators=[required("Choose one of the ballot papers")], validate_choice=False
    )
    is_bonus = BooleanField("Yes", default=False)
    cost = MoneyField(
        "Final cost",
        hint="The whole cost, checked by you. Voters see it, and the count uses it.",
        validators=[required("Write the final cost in pounds, like 1,600")],
    )


@bp.get("/officer/rounds/<round_id>/papers")
@needs("paper:compose")
def papers(round_id: str) -> str:
    """The ballot papers and what waits to be put on one."""
    with reading() as session:
        view, composition = get_round(session, round_id), compose(session, round_id=round_id)
    return render_template("officer/papers.html", round=view, composition=composition, form=ButtonForm())


@bp.get("/officer/rounds/<round_id>/papers/put-on/<proposal_id>")
@needs("paper:compose")
def check_project(round_id: str, proposal_id: str) -> str:
    """The final cost and the paper of one accepted proposal."""
    view, waiting, offered = _find(round_id, proposal_id)
    form = PutOnForm(cost=waiting.cost, paper_id=offered[0].id if len(offered) == 1 else None)
    return _page(form, view, waiting, offered)


@bp.post("/officer/rounds/<round_id>/papers/put-on/<proposal_id>")
@needs("paper:compose")
def put_on(round_id: str, proposal_id: str) -> str | Response:
    """Makes the proposal a project."""
    view, waiting, offered = _find(round_id, proposal_id)
    form = PutOnForm()
    if not form.validate_on_submit():
        return _page(form, view, waiting, offered)
    with transaction() as session:
        made = composing.put_on_paper(
            session,
            proposal_id=proposal_id,
            paper_id=form.paper_id.data,
            cost=form.cost.data,
            category=_category(form, offered),
            by=context.acting(),
            now=context.now(),
        )
    if isinstance(made, list):
        form.add_problems(made)
        return _page(form, view, waiting, offered)
    flash(f"“{waiting.title}” is on the ballot paper.")
    return redirect(url_for("officer.papers", round_id=round_id))


@bp.post("/officer/rounds/<round_id>/papers/<paper_id>/<project_id>/take-off")
@needs("paper:compose")
def take_off(round_id: str, paper_id: str, project_id: str) -> str | Response:
    """Takes a project off; its proposal stays accepted."""
    return _change(composing.take_off_paper, round_id, paper_id, project_id, "The project is off the ballot paper.")


@bp.post("/officer/rounds/<round_id>/papers/<paper_id>/<project_id>/up")
@needs("paper:compose")
def move_up(round_id: str, paper_id: str, project_id: str) -> str | Response:
    """Moves a project one place up."""
    return _change(composing.move_up, round_id, paper_id, project_id, "")


def _change(verb: _Verb, round_id: str, paper_id: str, project_id: str, words: str) -> str | Response:
    form = ButtonForm()
    if not form.validate_on_submit():
        with reading() as session:
            view, composition = get_round(session, round_id), compose(session, round_id=round_id)
        return render_template("officer/papers.html", round=view, composition=composition, form=form)
    with transaction() as session:
        verb(
            session,
            round_id=round_id,
            paper_id=paper_id,
            project_id=project_id,
            by=context.acting(),
            now=context.now(),
        )
    if words:
        flash(words)
    return redirect(url_for("officer.papers", round_id=round_id, _anchor=f"paper-{paper_id}"))


def _find(round_id: str, proposal_id: str) -> tuple[RoundView, WaitingProposal, list[PaperSheet]]:
    with reading() as session:
        view, composition = get_round(session, round_id), compose(session, round_id=round_id)
    waiting = next((row for row in composition.waiting if row.id == proposal_id), None)
    if waiting is None:
        raise NotFoundError("This proposal does not wait for a ballot paper.")
    return view, waiting, [paper for paper in composition.papers if paper.id in waiting.paper_ids]


def _category(form: PutOnForm, offered: list[PaperSheet]) -> str:
    """The bonus's name where the project was marked and its paper has a bonus."""
    bonuses = {paper.id: paper.bonus for paper in offered}
    return bonuses.get(form.paper_id.data, "") if form.is_bonus.data else ""


def _page(form: PutOnForm, view: RoundView, waiting: WaitingProposal, offered: list[PaperSheet]) -> str:
    form.paper_id.choices = [(paper.id, paper.title) for paper in offered]
    bonuses = " or ".join(f"“{paper.bonus}”" for paper in offered if paper.bonus)
    form.is_bonus.label.text = f"This project is {bonuses}"
    return render_template("officer/put_on.html", form=form, round=view, waiting=waiting, offered=offered)
