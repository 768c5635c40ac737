"""The check-in desk: look for a person, say what you saw, hand over a slip. Names go in forms, never in addresses."""

from __future__ import annotations

from collections.abc import Sequence

from flask import render_template, request
from wtforms import BooleanField, IntegerField

from pb_app.officer.blueprint import bp
from pb_app.officer.events import FindForm, TabletForm, render_events
from pb_app.services import check_ins as verbs
from pb_app.services.check_ins import Found, NewVoter
from pb_app.services.rounds import RoundView, get_round
from pb_app.services.slips import PERMISSION, NewSlip, give_slip
from pb_app.services.verification import list_areas
from pb_app.services.voter_answers import SHOWN
from pb_app.services.voter_words import UNDECLARED, rule_words
from pb_app.web import context
from pb_app.web.access import needs
from pb_app.web.choosing import choice_field
from pb_app.web.fields import text_field
from pb_app.web.forms import BaseForm
from pb_app.web.transaction import reading, transaction
from voting.eligibility import Route
from voting.errors import Problem

_TIES = {"live": "Lives there", "work": "Works there", "study": "Studies there", "volunteer": "Volunteers there"}
_SEEN = "What did you see?"
_SEEN_HINT = "We note the kind alone. Make no copy."


class FoundForm(BaseForm):
    """Who of the people found it is."""

    entry = choice_field("Who is it?", {}, "Choose the person")
    seen = choice_field(_SEEN, SHOWN, "Say what you saw", _SEEN_HINT)


class NewVoterForm(BaseForm):
    """Somebody who is not on the roll."""

    name = text_field("Name")
    area = choice_field("Area", {}, "Choose the area")
    route = choice_field("What ties them to the area?", {}, "Say what ties the person to the area")
    place = text_field("Where?", hint="Like “18 Mill Lane”, or the school or club.")
    age = IntegerField("Age on the last day of voting", description="In whole years.")
    consent = BooleanField("A parent or guardian has agreed")
    evidence = choice_field(_SEEN, SHOWN, "Say what you saw", _SEEN_HINT)
    asked = BooleanField("I asked: they have not voted, and hold no letter with a code")
    another = BooleanField("This is another person of the same name")


@bp.post("/officer/rounds/<round_id>/check-in")
@needs(PERMISSION)
def find_person(round_id: str) -> str:
    """Everybody of this name, and the form for somebody new."""
    form = FindForm()
    if not form.validate_on_submit():
        return render_events(round_id, form, TabletForm(formdata=None))
    found = _find(round_id, form.name.text)
    problems = [one for one in found if isinstance(one, Problem)]
    if problems:
        form.add_problems(problems)
        return render_events(round_id, form, TabletForm(formdata=None))
    new = NewVoterForm(formdata=None, name=form.name.text)
    return _page(round_id, form.name.text, FoundForm(formdata=None), new)


@bp.post("/officer/rounds/<round_id>/check-in/slip")
@needs(PERMISSION)
def give(round_id: str) -> str | tuple[str, int]:
    """A slip for somebody who is on the roll."""
    name, form = request.form.get("looked_for", ""), FoundForm()
    form.entry.choices = {request.form.get("entry", ""): ""} if request.form.get("entry") else {}
    if not form.validate_on_submit():
        return _page(round_id, name, form, NewVoterForm(formdata=None, name=name), faulty=form)
    with transaction() as session:
        slip = give_slip(
            session, context.keys(), round_id=round_id, roll_id=form.entry.data, seen=form.seen.data,
            by=context.acting(), now=context.now(),
        )  # fmt: skip
    return _slip_page(round_id, slip)


@bp.post("/officer/rounds/<round_id>/check-in/new")
@needs(PERMISSION)
def check_in(round_id: str) -> str:
    """Puts somebody on the roll, and gives the slip."""
    form = NewVoterForm()
    with reading() as session:
        _offer(form, get_round(session, round_id), list_areas(session))
    is_valid = form.validate_on_submit()
    if not form.asked.data:
        form.add_problems([Problem("asked", "Ask, and tick this. If they hold a letter, they vote with its code")])
        is_valid = False
    if is_valid:
        done = _check_in(form, round_id)
        if isinstance(done, NewSlip):
            return _slip_page(round_id, done)
        form.add_problems(done)
    return _page(round_id, form.name.text, FoundForm(formdata=None), form, faulty=form)


def _check_in(form: NewVoterForm, round_id: str) -> NewSlip | list[Problem]:
    voter = NewVoter(
        name=form.name.text, place=form.place.text, area_id=form.area.data, route=form.route.data,
        seen=form.evidence.data, age=form.age.data, has_consent=form.consent.data, is_another=form.another.data,
    )  # fmt: skip
    with transaction() as session:
        return verbs.check_in(
            session, context.keys(), round_id=round_id, voter=voter, by=context.acting(), now=context.now()
        )


def _find(round_id: str, name: str) -> Sequence[Found | Problem]:
    with reading() as session:
        return verbs.find_people(session, round_id=round_id, name=name, by=context.acting())


def _offer(form: NewVoterForm, view: RoundView, areas: list[tuple[str, str]]) -> None:
    """The areas that have a ballot paper and the ties that the round's rule takes."""
    routes = (view.eligibility or UNDECLARED).routes
    form.area.choices = {key: name for key, name in areas if any(paper.is_for(key) for paper in view.papers)}
    form.evidence.choices = verbs.shown_in(view)
    form.route.choices = {route.value: _TIES[route.value] for route in Route if route in routes}


def _page(round_id: str, name: str, found: FoundForm, new: NewVoterForm, faulty: BaseForm | None = None) -> str:
    people = [one for one in _find(round_id, name) if isinstance(one, Found)]
    with reading() as session:
        view, areas = get_round(session, round_id), list_areas(session)
    _offer(new, view, areas)
    found.entry.choices = {one.roll_id: _who(one) for one in people if one.roll_id}
    found.seen.choices = verbs.shown_in(view)
    return render_template(
        "officer/events/check_in.html", round=view, name=name, found=found, new=new, form=faulty or found,
        waiting=[one for one in people if not one.roll_id], rule=view.eligibility or UNDECLARED,
        rule_words=rule_words(view), has_twin=bool(new.another.errors or new.another.data),
    )  # fmt: skip


def _who(one: Found) -> str:
    return f"{one.name}, {one.area_name}" + (f": {one.place}" if one.place else "")


def _slip_page(round_id: str, slip: NewSlip) -> str:
    with reading() as session:
        view = get_round(session, round_id)
    return render_template("officer/events/slip.html", round=view, slip=slip, form=FindForm(formdata=None))
