"""Letters with voting codes: a few at once, many in the background, and each file given out once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, flash, redirect, render_template, url_for
from flask_wtf.file import FileField
from werkzeug.wrappers import Response as AnyResponse
from wtforms import IntegerField
from wtforms.validators import ValidationError

from pb_app.officer.blueprint import bp
from pb_app.officer.letter_words import read_letter
from pb_app.services.address_lists import MOST_LETTERS, Address, read_addresses
from pb_app.services.codes import FEW, make_codes
from pb_app.services.letter_batches import list_batches
from pb_app.services.letter_downloads import open_download
from pb_app.services.letter_downloads import throw_away as throw_letters_away
from pb_app.services.letter_run import ask_letters
from pb_app.services.letters import typeset_letters
from pb_app.services.proposal_reading import list_areas
from pb_app.services.rounds import RoundView, get_round
from pb_app.web import context
from pb_app.web.access import needs
from pb_app.web.choosing import choice_field, whole_number
from pb_app.web.filters import plural
from pb_app.web.forms import BaseForm, ButtonForm
from pb_app.web.transaction import reading, transaction

KINDS: dict[str, str] = {
    "letters": "Letters to print (PDF)",
    "labels": "Labels with a code each, to stick inside a letter of your own (PDF)",
    "list": "A list for a company that prints and posts (CSV)",
}


def _count_or_list(form: Any, field: Any) -> None:
    """A number, or a list that says how many."""
    has_list = bool(form.addresses.data)
    if has_list and field.data is None:
        field.errors = []
    elif has_list:
        raise ValidationError("Write a number or choose a list of addresses, not both")
    else:
        whole_number("how many letters", "200", 1, MOST_LETTERS)(form, field)


class LettersForm(BaseForm):
    """For which area, what, and how many or to whom."""

    area = choice_field("For which area?", {}, "Choose the area")
    kind = choice_field("What do you want?", KINDS, "Choose what you want")
    count = IntegerField(
        "How many letters?",
        description=f"At most {MOST_LETTERS:,} at a time. Leave it empty if you choose a list of addresses.",
        validators=[_count_or_list],
    )
    addresses = FileField(
        "Or a list of addresses",
        description="A CSV file whose first line names the columns: name, address 1, address 2, town, postcode. "
        "A column “letters” says how many one address gets; without it, one each.",
    )


@bp.get("/officer/rounds/<round_id>/letters")
@needs("codes:print")
def letters(round_id: str) -> str:
    """What there is, what waits for its download, and the way to make more."""
    with reading() as session:
        view, areas = get_round(session, round_id), list_areas(session)
    return _page(_form(view, areas), view)


@bp.post("/officer/rounds/<round_id>/letters")
@needs("codes:print")
def print_letters(round_id: str) -> str | AnyResponse:
    """A few letters are the answer; many are made in the background."""
    with reading() as session:
        view, areas = get_round(session, round_id), list_areas(session)
    form = _form(view, areas)
    if not form.validate_on_submit():
        return _page(form, view)
    count = form.count.data or MOST_LETTERS
    if form.kind.data == "letters" and count <= FEW:
        return _few(view, form.area.data, count)
    listed = read_addresses(form.addresses.data.read()) if form.addresses.data else []
    addresses = [one for one in listed if isinstance(one, tuple)]
    if len(addresses) < len(listed):
        form.add_problems([one for one in listed if not isinstance(one, tuple)])
        return _page(form, view)
    return _many(form, view, addresses)


@bp.post("/officer/rounds/<round_id>/letters/<batch_id>/download")
@needs("codes:print")
def download_letters(round_id: str, batch_id: str) -> str | Response:
    """The files of a batch, once. They are destroyed when the last byte has left."""
    with reading() as session:
        view, areas = get_round(session, round_id), list_areas(session)
    form = ButtonForm()
    if not form.validate_on_submit():
        return _page(_form(view, areas), view, form)
    download = open_download(
        context.printer(), round_id=round_id, batch_id=batch_id, by=context.acting(), now=context.now()
    )
    headers = {"Content-Disposition": f'attachment; filename="{download.name}"'}
    return Response(download.chunks, mimetype=download.mimetype, headers=headers)


@bp.post("/officer/rounds/<round_id>/letters/<batch_id>/throw-away")
@needs("codes:print")
def throw_away(round_id: str, batch_id: str) -> str | AnyResponse:
    """Voids a batch that was not downloaded."""
    with reading() as session:
        view, areas = get_round(session, round_id), list_areas(session)
    form = ButtonForm()
    if not form.validate_on_submit():
        return _page(_form(view, areas), view, form)
    throw_letters_away(context.printer(), round_id=round_id, batch_id=batch_id, by=context.acting(), now=context.now())
    flash("Thrown away. The codes in these letters open nothing.")
    return redirect(url_for("officer.letters", round_id=round_id))


def _few(view: RoundView, area_id: str, count: int) -> Response:
    """The letters are set after the codes are stored: the database is not held up for the seconds this takes."""
    with reading() as session:
        letter = read_letter(session, round_id=view.id, area_id=area_id)
    with transaction() as session:
        made = make_codes(
            session,
            context.keys(),
            round_id=view.id,
            area_id=area_id,
            count=count,
            by=context.acting(),
            now=context.now(),
        )
    headers = {"Content-Disposition": f'attachment; filename="letters-{view.id}-{made[0].number.batch}.pdf"'}
    return Response(typeset_letters(letter, made), mimetype="application/pdf", headers=headers)


def _many(form: LettersForm, view: RoundView, addresses: Sequence[Address]) -> AnyResponse:
    with reading() as session:
        letter = read_letter(session, round_id=view.id, area_id=form.area.data)
    with transaction() as session:
        ask_letters(
            session,
            context.printer().files,
            round_id=view.id,
            area_id=form.area.data,
            kind=form.kind.data,
            count=form.count.data or 0,
            addresses=addresses,
            letter=letter,
            by=context.acting(),
            now=context.now(),
        )
    size = plural(len(addresses) or form.count.data or 0, "letter")
    flash(f"We are making {size}. You can leave this page and come back.")
    return redirect(url_for("officer.letters", round_id=view.id))


def _form(view: RoundView, areas: list[tuple[str, str]]) -> LettersForm:
    """Offers the areas that have a ballot paper in this round."""
    form = LettersForm()
    form.area.choices = {key: name for key, name in areas if any(paper.is_for(key) for paper in view.papers)}
    return form


def _page(form: LettersForm, view: RoundView, pressed: ButtonForm | None = None) -> str:
    with reading() as session:
        batches = list_batches(session, round_id=view.id)
    phase = view.phase_at(context.now())
    return render_template(
        "officer/letters.html", form=form, faulty=pressed or form, round=view, batches=batches, phase=phase, few=FEW
    )
