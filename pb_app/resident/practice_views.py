"""Practice: the same ballot papers for everybody, until voting ends, with nothing kept or cast."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from pb_app.resident.ballot_order import Filters
from pb_app.resident.ballot_page import SittingForm, ballot_papers, render_ballot, render_check
from pb_app.resident.ballot_views import check_page, mark_page
from pb_app.resident.blueprint import bp
from pb_app.resident.sitting import Sitting, read_sitting, to_cast
from pb_app.services.voting_desk import Desk, find_practice
from pb_app.web import context
from pb_app.web.access import public
from pb_app.web.transaction import reading
from voting.errors import Problem

Page = str | Response | tuple[str, int]


@bp.get("/rounds/<round_id>/practice")
@public
def practise(round_id: str) -> Page:
    """The papers to try; a single one opens at once."""
    desk = _read(round_id)
    if len(desk.places) == 1:
        return redirect(url_for("resident.practise_ballot", round_id=round_id, paper_id=desk.places[0].paper.id))
    return render_template("resident/practice.html", desk=desk, round=desk.round)


@bp.get("/rounds/<round_id>/practice/<paper_id>")
@public
def practise_ballot(round_id: str, paper_id: str) -> Page:
    """A paper to try."""
    desk = _read(round_id)
    with reading() as session:
        return render_ballot(session, desk, desk.place(paper_id), Sitting(), SittingForm(), Filters())


@bp.post("/rounds/<round_id>/practice/<paper_id>")
@public
def practise_mark(round_id: str, paper_id: str) -> Page:
    """As `ballot_views.mark`."""
    return mark_page(_read(round_id), paper_id)


@bp.route("/rounds/<round_id>/practice-check", methods=["GET", "POST"])
@public
def practise_check(round_id: str) -> Page:
    """As `ballot_views.check`."""
    desk = _read(round_id)
    if request.method == "GET":
        return redirect(url_for("resident.practise", round_id=round_id))
    return check_page(desk)


@bp.route("/rounds/<round_id>/practice-end", methods=["GET", "POST"])
@public
def practise_cast(round_id: str) -> Page:
    """Where a vote would be cast: what fits the paper is praised and forgotten, anything else is to be mended."""
    desk = _read(round_id)
    sitting, form = read_sitting(request.form, desk.paper_ids), SittingForm()
    if not sitting.papers:
        return redirect(url_for("resident.practise", round_id=round_id))
    with reading() as session:
        marks = to_cast(sitting, ballot_papers(session, desk.round, sitting))
        form.add_problems([one for one in marks if isinstance(one, Problem)])
        if not form.validate_on_submit() or form.mends:
            return render_check(session, desk, sitting, form), 422
    return render_template("resident/practised.html", desk=desk, round=desk.round)


def _read(round_id: str) -> Desk:
    with reading() as session:
        return find_practice(session, round_id=round_id, now=context.now())
