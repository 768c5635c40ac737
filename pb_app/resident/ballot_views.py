"""A sitting: mark one paper after the other, check, cast, get the receipts. Nothing is stored before casting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus

from flask import redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from pb_app.resident.ballot_order import Filters, read_filters
from pb_app.resident.ballot_page import (
    SittingForm,
    ballot_papers,
    marks_of,
    place_before,
    render_ballot,
    render_both,
    render_check,
)
from pb_app.resident.blueprint import bp
from pb_app.resident.help_session import must_hand_over, render_hand_over
from pb_app.resident.identify import render_who
from pb_app.resident.receipt_page import papers_of_receipts, read_sent, show_receipts
from pb_app.resident.sitting import Marked, Sitting, paper_problems, read_sitting, to_cast
from pb_app.resident.vote_views import CodeForm, render_code_page
from pb_app.resident.voter import read_desk
from pb_app.services import casting
from pb_app.services.ballot_reading import ballot_paper_in
from pb_app.services.voting_desk import Desk, Place, check_open
from pb_app.web import assistance, context, keep, login, tablet
from pb_app.web.access import public
from pb_app.web.transaction import reading, transaction
from tallying.commitment import Marks
from voting.errors import KeyReusedError, Problem
from voting.paper import BallotPaper, PaperMarks
from voting.ranking import RankingPaper
from voting.receipts import Receipt

Page = str | Response | tuple[str, int]
_MOVES = {"out": 0, "up": -1, "down": 1}
"""The buttons beside a project on the check page, and by how many places each moves it; 0 takes it out."""
_STEPS = (
    "ballot", "mark", "check", "identify", "cast", "receipt", "receipt_codes",
    "practise_ballot", "practise_mark", "practise_check", "practise_cast",
)  # fmt: skip
_GO_BACK = frozenset(f"{bp.name}.{step}" for step in _STEPS)
_ONCE_KNOWN = frozenset((f"{bp.name}.enter", f"{bp.name}.enter_number_page"))


@bp.get("/rounds/<round_id>/vote/<paper_id>")
@public
def ballot(round_id: str, paper_id: str) -> Page:
    """A paper to mark; a vote that stands is filled in, because it is that vote which is changed."""
    desk = read_desk(round_id)
    if not desk.places or not desk.is_open or not desk.place(paper_id).may_mark:
        return redirect(url_for("resident.vote", round_id=round_id))
    with reading() as session:
        stands = None if desk.is_guest else _standing(session, desk, paper_id)
        paper = ballot_paper_in(session, desk.round, paper_id)
        sitting = Sitting((Marked(paper_id, marks_of(paper, stands)),))
        return render_ballot(session, desk, desk.place(paper_id), sitting, SittingForm(), Filters())


@bp.post("/rounds/<round_id>/vote/<paper_id>")
@public
def mark(round_id: str, paper_id: str) -> Page:
    """Narrows the list, goes on to the next paper, or to the check page; ticks are never lost on the way."""
    desk = read_desk(round_id)
    check_open(desk)
    return mark_page(desk, paper_id) if desk.places else _who_are_you(round_id)


def mark_page(desk: Desk, paper_id: str) -> Page:
    """What the pressed button leads to, all marks kept."""
    place, form = desk.place(paper_id), SittingForm()
    sitting = read_sitting(request.form, desk.paper_ids)
    button = request.form.get("do", "next")
    with reading() as session:
        if button == "skip":
            sitting = sitting.without(paper_id)
        if button == "blank":
            sitting = sitting.put(Marked(paper_id, is_blank=True))
        if button == "back" and (earlier := place_before(desk, place, sitting)) is not None:
            return render_ballot(session, desk, earlier, sitting, form, Filters())
        if button == "next":
            paper = ballot_paper_in(session, desk.round, paper_id)
            form.add_problems(paper_problems(sitting.get(paper_id), paper))
        if form.faults or button in ("show", "all", "open", "sum"):
            filters = Filters() if button == "all" else read_filters(request.form)
            page = render_ballot(session, desk, place, sitting, form, filters)
            return (page, 422) if form.faults else page
        following = None if "reached" in request.form else _next_place(desk, sitting, place)
        if following is not None:
            return render_ballot(session, desk, following, sitting, form, Filters())
        return _check_page(session, desk, sitting, form)


@bp.route("/rounds/<round_id>/check-vote", methods=["GET", "POST"])
@public
def check(round_id: str) -> Page:
    """The check page again: a project taken out or moved, or marks that came back from signing in."""
    desk = read_desk(round_id)
    check_open(desk)
    if request.method == "GET":
        return _back_to_start(desk)
    return check_page(desk) if desk.places else _who_are_you(round_id)


def check_page(desk: Desk) -> Page:
    """The check page after the button pressed beside a project, if any."""
    sitting = read_sitting(request.form, desk.paper_ids)
    with reading() as session:
        sitting = _changed(sitting, ballot_papers(session, desk.round, sitting))
        return _check_page(session, desk, sitting, SittingForm())


@bp.route("/rounds/<round_id>/cast", methods=["GET", "POST"])
@public
def cast(round_id: str) -> Page:
    """Casts everything on the check page and answers with the receipts: once, however often the button is pressed."""
    with reading() as session:
        desk = read_desk(round_id)
        check_open(desk)
        if request.method == "GET":
            return _back_to_start(desk)
        if desk.voter is None:
            return render_who(desk) if desk.is_guest else _who_are_you(round_id)
        if must_hand_over():
            return render_hand_over(desk.round, read_sitting(request.form, desk.known.paper_ids))
        sitting, form = read_sitting(request.form, desk.known.paper_ids), SittingForm()
        papers = ballot_papers(session, desk.round, sitting)
        marks = to_cast(sitting, papers)
        problems = [one for one in marks if isinstance(one, Problem)]
        form.add_problems(problems)
        if not form.validate_on_submit() or problems or not marks:
            return render_check(session, desk, sitting, form), 422
        context.council()  # the receipt's page shows it too: read here, it needs no third transaction
    receipts = _cast(desk, [one for one in marks if isinstance(one, PaperMarks)])
    return show_receipts(desk, receipts, papers, is_new=True)


@bp.get("/rounds/<round_id>/receipts")
@public
def receipt(round_id: str) -> Page:
    """The receipts of the votes that stand, again: for somebody whose first page got lost."""
    desk = read_desk(round_id)
    if desk.voter is None or not desk.is_open or not desk.voter.may_change or assistance.current():
        return _back_to_start(desk)
    with reading() as session:
        voter = desk.voter
        receipts = casting.read_receipts(
            session, context.keys(), round_id=round_id, roll_id=voter.roll_id, channel=voter.channel
        )
        papers = papers_of_receipts(session, desk, receipts)
    return show_receipts(desk, receipts, papers, is_new=False) if receipts else _back_to_start(desk)


@bp.post("/rounds/<round_id>/receipts")
@public
def receipt_codes(round_id: str) -> Page:
    """The receipts that the page sends along, once more, each with a QR code. Nothing is looked up or kept."""
    desk = read_desk(round_id)
    receipts = read_sent(desk, request.form.getlist("receipt"))
    with reading() as session:
        papers = papers_of_receipts(session, desk, receipts)
    if not receipts:
        return _back_to_start(desk)
    return show_receipts(desk, receipts, papers, is_new="new" in request.form, with_codes=True)


@bp.after_request
def let_go_back(response: Response) -> Response:
    """Lets the browser keep the pages of a sitting until it is closed, so that Back shows them as they were marked.

    The receipts too, where Back would else ask whether to send the form again. Not where the next person sits down at
    the same screen: on a tablet, and where staff help; nor a page with a code typed wrong.
    """
    is_known = request.endpoint in _ONCE_KNOWN and response.status_code == HTTPStatus.OK
    is_step = request.endpoint in _GO_BACK or is_known
    if is_step and not tablet.current() and not assistance.current():
        response.headers["Cache-Control"] = "private, no-cache"
    return response


@bp.errorhandler(KeyReusedError)
def show_both(_error: KeyReusedError) -> Page:
    """Another vote was cast from this very page: shows that one and these marks, and lets the voter choose."""
    round_id = (request.view_args or {})["round_id"]
    desk = read_desk(round_id)
    sitting = read_sitting(request.form, desk.known.paper_ids)
    with reading() as session:
        page = render_both(session, desk, sitting)
    return page, 409


def _cast(desk: Desk, marks: list[PaperMarks]) -> tuple[Receipt, ...]:
    voter = desk.known
    with transaction() as session:
        return casting.cast(
            session,
            context.keys(),
            round_id=desk.round.id,
            roll_id=voter.roll_id,
            marks=marks,
            idempotency_key=request.form.get("key", "")[:64],
            channel=voter.channel,
            may_change=voter.may_change,
            change_up_to=voter.change_up_to,
            clock=context.clock(),
        )


def _check_page(session: Session, desk: Desk, sitting: Sitting, form: SittingForm) -> Page:
    """The check page; a helper gives the device away first."""
    if not sitting.papers:
        return _back_to_start(desk)
    is_helped = must_hand_over() and not desk.is_practice
    return render_hand_over(desk.round, sitting) if is_helped else render_check(session, desk, sitting, form)


def _standing(session: Session, desk: Desk, paper_id: str) -> Marks | None:
    """The vote that stands on a paper."""
    voter = desk.known
    return casting.read_cast(
        session,
        context.keys(),
        round_id=desk.round.id,
        roll_id=voter.roll_id,
        paper_id=paper_id,
        channel=voter.channel,
    )


def _changed(sitting: Sitting, papers: Mapping[str, BallotPaper]) -> Sitting:
    """The sitting after the button pressed beside one project, if any: out, up or down."""
    for button, by in _MOVES.items():
        paper_id, _, project_id = request.form.get(button, "").partition("/")
        if sitting.has(paper_id):
            return _moved(sitting, papers[paper_id], paper_id, project_id, by)
    return sitting


def _moved(sitting: Sitting, paper: BallotPaper, paper_id: str, project_id: str, by: int) -> Sitting:
    if not by:
        sitting = sitting.take_out(paper_id, project_id)
    marked = sitting.get(paper_id)
    if not isinstance(paper, RankingPaper):
        return sitting
    return sitting.put(replace(marked, marks=paper.moved(marked.marks, project_id, by)))


def _next_place(desk: Desk, sitting: Sitting, place: Place) -> Place | None:
    """The next paper without a vote; none after changing one, and for a guest, whose papers we do not know."""
    if desk.is_guest:
        return None
    marked = [one.paper_id for one in sitting.papers]
    fits = [one for one in desk.beside(marked) if not one.paper.areas or not desk.chooses_area or desk.choice(marked)]
    later = desk.places[desk.places.index(place) + 1 :]
    free = (one for one in later if one in fits and one.may_mark and not one.version and not sitting.has(one.paper.id))
    return None if place.version else next(free, None)


def _back_to_start(desk: Desk) -> Response:
    return redirect(url_for("resident.practise" if desk.is_practice else "resident.vote", round_id=desk.round.id))


def _who_are_you(round_id: str) -> Page:
    """The sign-in or the code ran out while marking: the marks go along through either, but never stay on a tablet."""
    if tablet.current():
        return redirect(url_for("resident.tablet_start", round_id=round_id, why="away"))
    if login.token():
        return keep.sign_in_page()
    form = CodeForm(formdata=None)
    form.add_problems([Problem("", "You were away for an hour. Type your code again: your picks are kept")])
    return render_code_page(round_id, form), 403
