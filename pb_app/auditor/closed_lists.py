"""What auditors alone may open: who has voted, and ballots that were kept back. Each opening is a POST, and logged."""

from __future__ import annotations

from flask import Response, render_template

from pb_app.auditor.blueprint import bp
from pb_app.services import kept_ballots, marked_register
from pb_app.services.erasing import is_erased
from pb_app.services.kept_ballots import KeptBallots, KeptBallotsOpened
from pb_app.services.marked_register import MarkedList, list_openings, marked_papers
from pb_app.services.round_reading import get_round
from pb_app.web import context
from pb_app.web.access import needs
from pb_app.web.forms import BaseForm, ButtonForm
from pb_app.web.transaction import reading, transaction

MOST_SHOWN = 200
"""Lines on the page; the file has them all."""


@bp.get("/rounds/<round_id>/closed-lists")
@needs(marked_register.PERMISSION)
def closed_lists(round_id: str) -> str:
    """What there is to open, and who opened it before. Names no voter."""
    return _page(ButtonForm(), round_id)


@bp.post("/rounds/<round_id>/closed-lists/<paper_id>/voters")
@needs(marked_register.PERMISSION)
def open_voters(round_id: str, paper_id: str) -> str:
    """Who has voted on one paper."""
    form = ButtonForm()
    if not form.validate_on_submit():
        return _page(form, round_id)
    opened = _open_marked(round_id, paper_id)
    with reading() as session:
        view = get_round(session, round_id)
    return render_template("auditor/voters.html", round=view, opened=opened, lines=opened.lines[:MOST_SHOWN])


@bp.post("/rounds/<round_id>/closed-lists/<paper_id>/voters.csv")
@needs(marked_register.PERMISSION)
def voters_file(round_id: str, paper_id: str) -> str | Response:
    """The same as a file."""
    form = ButtonForm()
    if not form.validate_on_submit():
        return _page(form, round_id)
    text = _open_marked(round_id, paper_id).to_csv()
    return _file(text.encode(), f"{round_id}-{paper_id}-voters.csv", "text/csv")


@bp.post("/rounds/<round_id>/closed-lists/<paper_id>/ballots")
@needs(kept_ballots.PERMISSION)
def open_ballots(round_id: str, paper_id: str) -> str:
    """Counts ballots that were kept back, and says whether they are those of the record."""
    form = ButtonForm()
    if not form.validate_on_submit():
        return _page(form, round_id)
    kept = _open_kept(round_id, paper_id)
    with reading() as session:
        view = get_round(session, round_id)
    return render_template("auditor/kept_ballots.html", round=view, kept=kept)


@bp.post("/rounds/<round_id>/closed-lists/<paper_id>/ballots.pb")
@needs(kept_ballots.PERMISSION)
def ballots_file(round_id: str, paper_id: str) -> str | Response:
    """The ballots that were kept back, as the file whose hash stands in the record."""
    form = ButtonForm()
    if not form.validate_on_submit():
        return _page(form, round_id)
    return _file(_open_kept(round_id, paper_id).file, f"{round_id}-{paper_id}-ballots.pb", "text/plain")


def _open_marked(round_id: str, paper_id: str) -> MarkedList:
    with transaction() as session:
        return marked_register.open_marked(
            session, round_id=round_id, paper_id=paper_id, by=context.acting(), now=context.now()
        )


def _open_kept(round_id: str, paper_id: str) -> KeptBallots:
    with transaction() as session:
        return kept_ballots.open_kept(
            session, round_id=round_id, paper_id=paper_id, by=context.acting(), now=context.now()
        )


def _file(data: bytes, name: str, kind: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(data, mimetype=kind, headers=headers)


def _page(form: BaseForm, round_id: str) -> str:
    with reading() as session:
        view = get_round(session, round_id)
        marked = marked_papers(session, round_id=round_id)
        kept = kept_ballots.kept_papers(session, round_id=round_id)
        gone = is_erased(session, round_id=round_id)
        opened = list_openings(session, round_id=round_id)
        opened_ballots = list_openings(session, round_id=round_id, kind=KeptBallotsOpened.kind)
    return render_template(
        "auditor/closed_lists.html",
        form=form,
        round=view,
        marked=marked,
        is_erased=gone,
        kept=kept,
        opened=opened,
        opened_ballots=opened_ballots,
        titles={paper.id: paper.title for paper in view.papers},
    )
