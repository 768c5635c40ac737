"""Ballot sheets: a run is asked for here, answered with a PDF, and its codes are never shown again."""

from __future__ import annotations

from flask import Response, render_template
from wtforms import IntegerField

from pb_app.officer.blueprint import bp
from pb_app.services.ballot_sheets import MOST_SHEETS, issue_sheets, list_runs, papers_of_area, read_sheet
from pb_app.services.paper_channel import find_rule
from pb_app.services.proposal_reading import list_areas
from pb_app.services.rounds import RoundView, get_round
from pb_app.services.sheet_pdf import Look, Slip, typeset_sheets
from pb_app.web import context
from pb_app.web.access import needs
from pb_app.web.choosing import choice_field, whole_number
from pb_app.web.forms import BaseForm
from pb_app.web.printed import printed_paper
from pb_app.web.transaction import reading, transaction

LOOKS = {
    Look.STANDARD.value: "Standard",
    Look.LARGE.value: "Large print (18 point)",
    Look.PLAIN.value: "Plain: titles and costs alone, with much space",
}


class SheetsForm(BaseForm):
    """How many sheets, for which area, set how."""

    area = choice_field("For which area?", {}, "Choose the area")
    look = choice_field("How should they look?", LOOKS, "Choose how they look")
    count = IntegerField(
        "For how many voters?",
        description=f"At most {MOST_SHEETS} at a time. A voter with two ballot papers gets two sheets with one code.",
        validators=[whole_number("how many voters", "50", 1, MOST_SHEETS)],
    )


@bp.get("/officer/rounds/<round_id>/paper/sheets")
@needs("codes:print")
def sheets(round_id: str) -> str:
    """How many sheets there are, and the way to print more."""
    return _page(_form(round_id), round_id)


@bp.post("/officer/rounds/<round_id>/paper/sheets")
@needs("codes:print")
def print_sheets(round_id: str) -> str | Response:
    """Makes the codes and answers with their sheets; afterwards only hashes are left."""
    form = _form(round_id)
    if not form.validate_on_submit():
        return _page(form, round_id)
    look, area_id, count = Look(form.look.data), form.area.data, form.count.data or 0
    with reading() as session:
        ids = papers_of_area(get_round(session, round_id), area_id)
        texts = [read_sheet(session, round_id=round_id, paper_id=one, now=context.now()) for one in ids]
    papers = [printed_paper(text) for text in texts]
    with transaction() as session:
        codes = issue_sheets(
            session,
            context.keys(),
            round_id=round_id,
            area_id=area_id,
            look=look.value,
            count=count,
            by=context.acting(),
            now=context.now(),
        )
    slips = [Slip(f"Sheet {one.number}", one.code) for one in codes]
    headers = {"Content-Disposition": f'attachment; filename="sheets-{round_id}-{area_id}-{look}.pdf"'}
    return Response(typeset_sheets(papers, look, slips), mimetype="application/pdf", headers=headers)


def _form(round_id: str) -> SheetsForm:
    """Offers the areas that have a ballot paper in this round."""
    with reading() as session:
        view, areas = get_round(session, round_id), list_areas(session)
    form = SheetsForm()
    form.area.choices = {key: name for key, name in areas if papers_of_area(view, key)}
    return form


def _page(form: SheetsForm, round_id: str) -> str:
    with reading() as session:
        view: RoundView = get_round(session, round_id)
        runs, rule = list_runs(session, round_id=round_id), find_rule(session, round_id)
    phase = view.phase_at(context.now())
    return render_template(
        "officer/paper/sheets.html", form=form, round=view, runs=runs, rule=rule, phase=phase, looks=LOOKS
    )
