"""Introductions by organisations that know people, and lists of hashed numbers: what there is, and the way to add."""

from __future__ import annotations

from dataclasses import replace

from flask import flash, make_response, redirect, render_template, url_for
from flask_wtf.file import FileField
from werkzeug.wrappers import Response
from wtforms import BooleanField, IntegerField, RadioField

from pb_app.officer.blueprint import bp
from pb_app.services.proposal_reading import list_areas
from pb_app.services.rounds import get_round
from pb_app.services.voter_sources import (
    MOST_INTRODUCTIONS,
    Introduction,
    end_introduction,
    introduce,
    list_sources,
    number_salt,
    take_list,
)
from pb_app.services.voter_words import UNDECLARED
from pb_app.web import context
from pb_app.web.access import needs
from pb_app.web.choosing import whole_number
from pb_app.web.fields import at_most, required, text_field
from pb_app.web.forms import BaseForm
from pb_app.web.transaction import reading, transaction
from voting.errors import Problem

Page = str | Response | tuple[str, int]
NAME_HINT = "Like “Quay School” or “Mill Lane hostel”."
_BOXES = {"name": "list_name", "holds_consent": "list_consent"}
"""Two forms stand on one page, so the list's boxes have names of their own."""

CONSENT = "They hold a parent’s or guardian’s consent for everybody who needs it"


class IntroductionsForm(BaseForm):
    """Which organisation, for which area, and how many people it may introduce."""

    name = text_field(
        "Name of the organisation", hint=NAME_HINT, validators=[required("Write its name"), at_most(120, "the name")]
    )
    area = RadioField("Its people vote in", choices={}, validate_choice=False)
    count = IntegerField(
        "How many people may it introduce?",
        validators=[whole_number("how many", "20", 1, MOST_INTRODUCTIONS)],
    )
    holds_consent = BooleanField(CONSENT)


class ListForm(BaseForm):
    """Whose numbers, and the file of their hashes."""

    list_name = text_field(
        "Whose list is it?", hint=NAME_HINT, validators=[required("Write the name"), at_most(120, "the name")]
    )
    file = FileField("The file of hashes", description="CSV: a hash, a comma, the name of an area, on each line.")
    list_consent = BooleanField(CONSENT)


class EndForm(BaseForm):
    """One introduction, by the number on its slip."""

    number = IntegerField("Number on the slip", validators=[whole_number("the number on the slip", "12", 1, 20_000)])


@bp.get("/officer/rounds/<round_id>/introductions")
@needs("area:approve")
def introductions(round_id: str) -> str:
    """What organisations brought, and two forms."""
    return _page(round_id)


@bp.post("/officer/rounds/<round_id>/introductions")
@needs("area:approve")
def add_introductions(round_id: str) -> Page:
    """Makes introductions and shows them, this once."""
    form = IntroductionsForm()
    if not form.validate_on_submit():
        return _page(round_id, form), 422
    with transaction() as session:
        made = introduce(
            session,
            context.keys(),
            round_id=round_id,
            name=form.name.text,
            area_id=form.area.data or "",
            count=form.count.data or 0,
            holds_consent=form.holds_consent.data,
            by=context.acting(),
            now=context.now(),
        )
        view = get_round(session, round_id)
    problems = [one for one in made if isinstance(one, Problem)]
    if problems:
        form.add_problems(problems)
        return _page(round_id, form), 422
    slips = [one for one in made if isinstance(one, Introduction)]
    page = make_response(render_template("officer/slips.html", round=view, name=form.name.text, slips=slips))
    page.headers["Cache-Control"] = "no-store"
    return page


@bp.post("/officer/rounds/<round_id>/number-list")
@needs("area:approve")
def add_list(round_id: str) -> Page:
    """Takes a list of hashes whole, or names every line that is wrong."""
    form = ListForm()
    if form.validate_on_submit() and not form.file.data:
        form.add_problems([Problem("file", "Choose the file")])
    if form.errors:
        return _page(round_id, listing=form), 422
    with transaction() as session:
        taken = take_list(
            session,
            context.keys(),
            round_id=round_id,
            name=form.list_name.text,
            data=form.file.data.read(),
            holds_consent=form.list_consent.data,
            by=context.acting(),
            now=context.now(),
        )
    if isinstance(taken, list):
        form.add_problems([replace(one, field=_BOXES.get(one.field, one.field)) for one in taken])
        return _page(round_id, listing=form), 422
    flash(f"{taken:,} numbers can vote now.")
    return redirect(url_for("officer.introductions", round_id=round_id))


@bp.post("/officer/rounds/<round_id>/introductions/<source_id>/end")
@needs("area:approve")
def end_one(round_id: str, source_id: str) -> Page:
    """Takes one introduction back, by its number."""
    form = EndForm()
    if not form.validate_on_submit():
        return _page(round_id, ending=form), 422
    with transaction() as session:
        problems = end_introduction(
            session,
            context.keys(),
            source_id=source_id,
            number=form.number.data or 0,
            by=context.acting(),
            now=context.now(),
        )
    if problems:
        form.add_problems(problems)
        return _page(round_id, ending=form), 422
    flash("Taken back. It opens nothing any more.")
    return redirect(url_for("officer.introductions", round_id=round_id))


def _page(
    round_id: str,
    form: IntroductionsForm | None = None,
    *,
    listing: ListForm | None = None,
    ending: EndForm | None = None,
) -> str:
    with reading() as session:
        view = get_round(session, round_id)
        areas, sources = dict(list_areas(session)), list_sources(session, round_id=round_id)
    shown = form or IntroductionsForm(formdata=None)
    shown.area.choices = areas
    return render_template(
        "officer/introductions.html",
        round=view,
        form=shown,
        listing=listing or ListForm(formdata=None),
        ending=ending or EndForm(formdata=None),
        faulty=form or listing or ending or shown,
        sources=sources,
        rule=view.eligibility or UNDECLARED,
        salt="" if context.keys().is_destroyed(round_id) else number_salt(context.keys(), round_id=round_id),
    )
