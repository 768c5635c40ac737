"""Letters with voting codes: asked for here, answered with a PDF, and never shown again."""

from __future__ import annotations

from flask import Response, render_template, url_for
from wtforms import IntegerField

from pb_app.officer.blueprint import bp
from pb_app.services.codes import MOST_CODES, make_codes
from pb_app.services.composition import Composition, compose
from pb_app.services.letter_batches import list_batches
from pb_app.services.letters import Letter, typeset_letters
from pb_app.services.proposal_reading import list_areas
from pb_app.services.rounds import PaperView, RoundView, get_round
from pb_app.web import context
from pb_app.web.access import needs
from pb_app.web.choosing import choice_field, whole_number
from pb_app.web.filters import day, moment, money, plural
from pb_app.web.forms import BaseForm
from pb_app.web.transaction import reading, transaction


class LettersForm(BaseForm):
    """How many letters for which area."""

    area = choice_field("For which area?", {}, "Choose the area")
    count = IntegerField(
        "How many letters?",
        description=f"One page each, at most {MOST_CODES:,} at a time.",
        validators=[whole_number("how many letters", "200", 1, MOST_CODES)],
    )


@bp.get("/officer/rounds/<round_id>/letters")
@needs("codes:print")
def letters(round_id: str) -> str:
    """How many letters there are, and the way to print more."""
    with reading() as session:
        view, areas = get_round(session, round_id), list_areas(session)
    return _page(_form(view, areas), view)


@bp.post("/officer/rounds/<round_id>/letters")
@needs("codes:print")
def print_letters(round_id: str) -> str | Response:
    """Makes the codes and answers with their letters; afterwards only hashes are left.

    The letters are set after the codes are stored: the database is not held up for the seconds this takes.
    """
    with reading() as session:
        view, areas = get_round(session, round_id), list_areas(session)
        composition = compose(session, round_id=round_id)
    form = _form(view, areas)
    if not form.validate_on_submit():
        return _page(form, view)
    letter = _letter(view, composition, form.area.data, dict(areas)[form.area.data])
    with transaction() as session:
        made = make_codes(
            session,
            context.keys(),
            round_id=round_id,
            area_id=form.area.data,
            count=form.count.data or 0,
            by=context.acting(),
            now=context.now(),
        )
    headers = {"Content-Disposition": f'attachment; filename="letters-{round_id}-{form.area.data}.pdf"'}
    return Response(typeset_letters(letter, made), mimetype="application/pdf", headers=headers)


def _form(view: RoundView, areas: list[tuple[str, str]]) -> LettersForm:
    """Offers the areas that have a ballot paper in this round."""
    form = LettersForm()
    form.area.choices = {key: name for key, name in areas if any(paper.is_for(key) for paper in view.papers)}
    return form


def _page(form: LettersForm, view: RoundView) -> str:
    with reading() as session:
        batches = list_batches(session, round_id=view.id)
    phase = view.phase_at(context.now())
    return render_template("officer/letters.html", form=form, round=view, batches=batches, phase=phase)


def _letter(view: RoundView, composition: Composition, area_id: str, area_name: str) -> Letter:
    council, own = context.council(), [paper for paper in view.papers if paper.is_for(area_id)]
    counts = {sheet.id: len(sheet.projects) for sheet in composition.papers}
    path = url_for("resident.code", round_id=view.id)
    opens_at = view.voting_window[0] if view.voting_window else view.timetable.voting_opens_at
    return Letter(
        council=council.name,
        area=area_name,
        date=day(context.now()),
        money=money(sum(paper.budget for paper in own)),
        papers=tuple(_paper_line(paper, counts[paper.id]) for paper in own),
        deadline=f"You can vote from {moment(opens_at)} until {moment(view.voting_closes_at)}.",
        address=(context.config().base_url or url_for("public.home", _external=True)).rstrip("/") + path,
        fingerprint=context.keys().fingerprint(),
        help_phone=council.help_phone,
        help_email=council.help_email,
    )


def _paper_line(paper: PaperView, projects: int) -> str:
    most = paper.rulebook.ballot.max
    pick = f": pick up to {most} of {plural(projects, 'project')}" if projects and most else ""
    return f"{paper.title}, {money(paper.budget)}{pick}"
