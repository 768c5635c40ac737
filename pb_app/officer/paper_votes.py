"""Votes on paper: what is done and what is left, slips, and sheets that did not come back."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import IntegerField, SelectMultipleField

from pb_app.officer.blueprint import bp
from pb_app.services.paper_desk import show_desk
from pb_app.services.paper_slips import ACCEPTED, SET_ASIDE, Taken, take_back_slip, take_slip
from pb_app.services.reconciling import count_missing
from pb_app.services.rounds import RoundView, get_round
from pb_app.web import context
from pb_app.web.access import needs
from pb_app.web.choosing import choice_field, whole_number
from pb_app.web.fields import text_field
from pb_app.web.forms import BaseForm
from pb_app.web.transaction import reading, transaction
from voting.errors import Problem
from voting.phases import UNTIL_COUNTING
from voting.sheets import REASON_WORDS

PERMISSION = "paper:work"
_MOST = 1_000_000
COUNTED, GIVEN_BACK, MISTAKE = "counted", "given_back", "mistake"
KINDS = {
    COUNTED: "A ballot sheet to be counted",
    GIVEN_BACK: "A spoilt sheet: its voter gave it back and gets a new one",
    MISTAKE: "Typed by mistake: take this slip back",
}


class MissingForm(BaseForm):
    """Sheets that did not come back."""

    left_over = IntegerField(
        "Left over: never handed out",
        validators=[whole_number("how many sheets are left over", "40, or 0", 0, _MOST)],
    )
    lost = IntegerField(
        "Handed out, and not come back",
        validators=[whole_number("how many sheets did not come back", "12, or 0", 0, _MOST)],
    )


class SlipForm(BaseForm):
    """A slip: its code, the sheets that it came with, and what is to happen."""

    code = text_field("Code on the slip", hint="Spaces and small letters are fine.")
    papers = SelectMultipleField("Which sheets came with this code?", default=list, validate_choice=False)
    kind = choice_field("What is it?", KINDS, "Choose what it is")
    reason = text_field("Why, if you take a slip back?", hint="Auditors can read it. Write no name.")

    def offer(self, view: RoundView) -> None:
        """The round's papers; where there is one only, it is that."""
        self.papers.choices = [(paper.id, paper.title) for paper in view.papers]
        if len(view.papers) == 1:
            self.papers.data = [view.papers[0].id]


@bp.get("/officer/rounds/<round_id>/paper")
@needs("paper:see")
def paper_votes(round_id: str) -> str:
    """Where the paper votes stand: for those who seal and who audit, too. Numbers alone."""
    return _desk(None, round_id, "")


@bp.post("/officer/rounds/<round_id>/paper/<paper_id>/missing")
@needs(PERMISSION)
def count_missing_sheets(round_id: str, paper_id: str) -> str | Response:
    """Writes down the sheets that did not come back."""
    form = MissingForm()
    if not form.validate_on_submit():
        return _desk(form, round_id, paper_id)
    with transaction() as session:
        count_missing(
            session,
            round_id=round_id,
            paper_id=paper_id,
            left_over=form.left_over.data or 0,
            lost=form.lost.data or 0,
            by=context.acting(),
            now=context.now(),
        )
    flash("Written down.")
    return redirect(url_for("officer.paper_votes", round_id=round_id))


@bp.get("/officer/rounds/<round_id>/paper/slips")
@needs(PERMISSION)
def slips(round_id: str) -> str:
    """The box for the next slip; the sheets ticked last are ticked again."""
    form = SlipForm(formdata=None, papers=request.args.getlist("paper"), kind=COUNTED)
    return _slip_page(form, round_id)


@bp.post("/officer/rounds/<round_id>/paper/slips")
@needs(PERMISSION)
def take(round_id: str) -> str | Response:
    """Takes a slip, or takes one back, and asks for the next."""
    form = SlipForm()
    with reading() as session:
        form.offer(get_round(session, round_id))
    if not form.validate_on_submit():
        return _slip_page(form, round_id)
    done = _undo(form, round_id) if form.kind.data == MISTAKE else _take(form, round_id)
    if isinstance(done, list) and done:
        form.add_problems(done)
        return _slip_page(form, round_id)
    _say(done)
    return redirect(url_for("officer.slips", round_id=round_id, paper=form.papers.data))


def _take(form: SlipForm, round_id: str) -> tuple[Taken, ...] | list[Problem]:
    with transaction() as session:
        return take_slip(
            session,
            context.keys(),
            round_id=round_id,
            code=form.code.text,
            paper_ids=form.papers.data or [],
            is_spoilt=form.kind.data == GIVEN_BACK,
            by=context.acting(),
            now=context.now(),
        )


def _undo(form: SlipForm, round_id: str) -> list[Problem]:
    with transaction() as session:
        return take_back_slip(
            session,
            context.keys(),
            round_id=round_id,
            code=form.code.text,
            paper_ids=form.papers.data or [],
            reason=form.reason.text,
            by=context.acting(),
            now=context.now(),
        )


def _say(done: tuple[Taken, ...] | list[Problem]) -> None:
    """What to do with each sheet now."""
    if isinstance(done, list):
        flash("Taken back. The code opens its papers again.")
        return
    for one in done:
        flash(_words(one), "warning" if one.state == SET_ASIDE else "message")


def _words(taken: Taken) -> str:
    if taken.state == ACCEPTED:
        return f"Accepted. Tear the slip off and put the ballot to the others of “{taken.paper_title}”."
    if taken.state == SET_ASIDE:
        return f"Set the sheet of “{taken.paper_title}” aside, unopened. {taken.why}"
    return f"The sheet of “{taken.paper_title}” counts as spoilt. Hand out a new one."


def _slip_page(form: SlipForm, round_id: str) -> str:
    with reading() as session:
        desk = show_desk(session, context.keys(), round_id=round_id)
    form.offer(desk.round)
    phase = desk.round.phase_at(context.now())
    return render_template("officer/paper/slips.html", form=form, desk=desk, round=desk.round, phase=phase)


def _desk(form: MissingForm | None, round_id: str, paper_id: str) -> str:
    with reading() as session:
        desk = show_desk(session, context.keys(), round_id=round_id)
    forms = {
        paper.paper_id: form
        if form is not None and paper.paper_id == paper_id
        else MissingForm(formdata=None, left_over=paper.left_over, lost=paper.lost, prefix="")
        for paper in desk.papers
    }
    return render_template(
        "officer/paper/desk.html",
        form=form or MissingForm(formdata=None),
        forms=forms,
        desk=desk,
        round=desk.round,
        phase=desk.round.phase_at(context.now()),
        can_move=desk.round.phase_at(context.now()) in UNTIL_COUNTING,
        reasons=REASON_WORDS,
    )
