"""Supervised groups: codes on cards with numbers, and the log of which were given out."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse
from wtforms import BooleanField, IntegerField

from pb_app.officer.blueprint import bp
from pb_app.officer.introductions import CONSENT
from pb_app.officer.letter_words import read_letter
from pb_app.services import groups as verbs
from pb_app.services.group_cards import typeset_cards
from pb_app.services.groups import MOST_CODES, NewGroup
from pb_app.services.rounds import RoundView, get_round
from pb_app.services.slips import PERMISSION
from pb_app.services.verification import list_areas
from pb_app.services.voter_words import UNDECLARED
from pb_app.web import context
from pb_app.web.access import needs
from pb_app.web.choosing import choice_field, whole_number
from pb_app.web.fields import LocalDateTimeField, required, text_field
from pb_app.web.filters import moment
from pb_app.web.forms import BaseForm
from pb_app.web.transaction import reading, transaction
from voting.errors import Problem


class GroupForm(BaseForm):
    """A group and its time."""

    name = text_field(
        "Name of the group",
        hint="Like “Year 6, Mill Lane School”. Write no person’s name.",
        validators=[required("Write what the group is called")],
    )
    area = choice_field("Which area is it in?", {}, "Choose the area")
    size = IntegerField(
        "How many codes?",
        description="One for each person, and a few spare ones.",
        validators=[whole_number("how many codes", "30", 1, MOST_CODES)],
    )
    starts = LocalDateTimeField("Its time starts", validators=[required("Write when its time starts")])
    ends = LocalDateTimeField("Its time ends", validators=[required("Write when its time ends")])
    holds_consent = BooleanField(CONSENT)


class IssueForm(BaseForm):
    """Which numbers, and where they are."""

    numbers = text_field("Which numbers?", hint="Like 1-12, 15")
    state = choice_field("What happened?", {"out": "Given out", "back": "Came back, not used"}, "Say what happened")


@bp.get("/officer/rounds/<round_id>/groups/new")
@needs(PERMISSION)
def new_group(round_id: str) -> str:
    """The form."""
    return _new_page(GroupForm(), round_id)


@bp.post("/officer/rounds/<round_id>/groups/new")
@needs(PERMISSION)
def make_group(round_id: str) -> str | Response:
    """Makes the codes and answers with their cards, this once."""
    form = GroupForm()
    with reading() as session:
        _offer(form, get_round(session, round_id), list_areas(session))
    if not form.validate_on_submit():
        return _new_page(form, round_id)
    new = NewGroup(
        form.name.text, form.area.data, form.size.data or 0, form.starts.data, form.ends.data, form.holds_consent.data
    )
    with transaction() as session:
        made = verbs.make_group(
            session, context.keys(), round_id=round_id, new=new, by=context.acting(), now=context.now()
        )
    codes = [one for one in made if not isinstance(one, Problem)]
    if len(codes) < len(made):
        form.add_problems([one for one in made if isinstance(one, Problem)])
        return _new_page(form, round_id)
    with reading() as session:
        letter = read_letter(session, round_id=round_id, area_id=new.area_id)
    headers = {"Content-Disposition": f'attachment; filename="group-{round_id}-{len(codes)}-codes.pdf"'}
    time = f"from {moment(new.starts_at)} to {moment(new.ends_at)}"
    return Response(typeset_cards(letter, new, codes, time), mimetype="application/pdf", headers=headers)


@bp.get("/officer/rounds/<round_id>/groups/<group_id>")
@needs(PERMISSION)
def group(round_id: str, group_id: str) -> str:
    """Where the group's numbers are."""
    return _group_page(IssueForm(), round_id, group_id)


@bp.post("/officer/rounds/<round_id>/groups/<group_id>")
@needs(PERMISSION)
def issue(round_id: str, group_id: str) -> str | AnyResponse:
    """Notes numbers as given out or come back."""
    form = IssueForm()
    if not form.validate_on_submit():
        return _group_page(form, round_id, group_id)
    with transaction() as session:
        problems = verbs.issue_numbers(
            session, round_id=round_id, group_id=group_id, numbers=form.numbers.text, state=form.state.data,
            by=context.acting(), now=context.now(),
        )  # fmt: skip
    if problems:
        form.add_problems(problems)
        return _group_page(form, round_id, group_id)
    flash("Noted.")
    return redirect(url_for("officer.group", round_id=round_id, group_id=group_id))


def _offer(form: GroupForm, view: RoundView, areas: list[tuple[str, str]]) -> None:
    form.area.choices = {key: name for key, name in areas if any(paper.is_for(key) for paper in view.papers)}


def _new_page(form: GroupForm, round_id: str) -> str:
    with reading() as session:
        view, areas = get_round(session, round_id), list_areas(session)
    _offer(form, view, areas)
    rule = view.eligibility or UNDECLARED
    return render_template("officer/events/new_group.html", form=form, round=view, rule=rule)


def _group_page(form: IssueForm, round_id: str, group_id: str) -> str:
    with reading() as session:
        view, found = get_round(session, round_id), verbs.get_group(session, round_id=round_id, group_id=group_id)
        lines = verbs.issue_log(session, group_id=group_id)
    return render_template("officer/events/group.html", form=form, round=view, group=found, lines=lines)
