"""The way in to voting: the overview of one's papers, and the page for a letter code."""

from __future__ import annotations

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from pb_app.resident import code_session
from pb_app.resident.ballot_css import MOST_PROJECTS, ballot_css, basket_css
from pb_app.resident.ballot_sheet import costs_version
from pb_app.resident.blueprint import bp
from pb_app.resident.code_session import CodeSession
from pb_app.resident.help_session import STAFF_ALONE
from pb_app.resident.sitting import sitting_fields
from pb_app.resident.voter import read_desk
from pb_app.services.ballot_reading import get_ballot_paper
from pb_app.services.code_entry import Machine, enter_code
from pb_app.services.paper_channel import find_paper_way
from pb_app.services.showing import get_public_round
from pb_app.services.verification import my_area
from pb_app.services.voter_words import rule_words
from pb_app.services.voting_desk import check_open
from pb_app.web import assistance, context, tablet
from pb_app.web.access import public
from pb_app.web.fields import text_field
from pb_app.web.forms import BaseForm, ButtonForm
from pb_app.web.transaction import reading, transaction
from voting.errors import NotFoundError, Problem

Page = str | Response | tuple[str, int]


class CodeForm(BaseForm):
    """A letter code, and the tracker for whoever voted before."""

    code = text_field(
        "Your code",
        hint="16 letters and numbers, from a letter, an organisation or a ballot sheet; 12 on a group’s card.",
    )
    tracker = text_field("Tracker from your receipt", hint="Only if you want to change a vote. 16 letters and numbers.")


@bp.get("/rounds/<round_id>/vote")
@public
def vote(round_id: str) -> Page:
    """My papers: which hold a vote, which don't, and until when. For anybody else: the ways in."""
    desk, actor = read_desk(round_id), context.actor()
    if tablet.current() and desk.voter is None:
        return redirect(url_for("resident.tablet_start", round_id=round_id))
    with reading() as session:
        asked = my_area(session, person_id=actor.person_id) if actor and desk.voter is None else None
        paper = find_paper_way(session, round_id)
    return render_template(
        "resident/vote.html",
        desk=desk,
        round=desk.round,
        asked=asked,
        paper=paper,
        rule=rule_words(desk.round),
        form=ButtonForm(),
    )


@bp.get("/rounds/<round_id>/code")
@public
def code(round_id: str) -> Page:
    """A box for the letter code."""
    if tablet.current() or not read_desk(round_id).is_open:
        return redirect(url_for("resident.vote", round_id=round_id))
    return render_code_page(round_id, CodeForm(), wants_tracker="change" in request.args)


@bp.post("/rounds/<round_id>/code")
@public
def enter(round_id: str) -> Page:
    """Opens the papers of a code; marks that came along go on to the check page."""
    form = CodeForm()
    check_open(read_desk(round_id))
    if not form.validate_on_submit():
        return render_code_page(round_id, form, wants_tracker=bool(form.tracker.data)), 422
    if assistance.is_staff_alone():
        form.add_problems([Problem("", STAFF_ALONE)])
        return render_code_page(round_id, form), 422
    machine = Machine(request.remote_addr or "", context.secret(), context.real_now())
    with transaction() as session:
        entered = enter_code(
            session,
            context.keys(),
            round_id=round_id,
            code=form.code.data or "",
            tracker=form.tracker.data or "",
            machine=machine,
            now=context.now(),
        )
    if isinstance(entered, list):
        form.add_problems(entered)
        return render_code_page(round_id, form, wants_tracker=bool(form.tracker.errors or form.tracker.data)), 422
    return code_session.remember(_after_code(round_id), CodeSession.of(round_id, entered))


@bp.post("/rounds/<round_id>/code/finish")
@public
def finish(round_id: str) -> Page:
    """Forgets the code in this browser: for a shared computer."""
    if not ButtonForm().validate_on_submit():
        return redirect(url_for("resident.vote", round_id=round_id))
    response = make_response(redirect(url_for("public.round", round_id=round_id)))
    response.headers["Clear-Site-Data"] = '"cache"'  # the next person must not find the marks by going back
    return code_session.forget(response, round_id)


@bp.get("/ballot-<int:shown>-<int:most>.css")
@public
def ballot_style(shown: int, most: int) -> Page:
    """The stylesheet of a ballot with so many tick boxes and this limit: the same for everybody, kept for a year."""
    return _kept_style(ballot_css(min(shown, MOST_PROJECTS), min(most, MOST_PROJECTS)))


@bp.get("/ballot-numbers-<int:shown>-<int:most>.css")
@public
def number_style(shown: int, most: int) -> Page:
    """The same for number boxes."""
    return _kept_style(ballot_css(min(shown, MOST_PROJECTS), min(most, MOST_PROJECTS), "number"))


@bp.get("/rounds/<round_id>/basket-<paper_id>-<version>.css")
@public
def basket_style(round_id: str, paper_id: str, version: str) -> Page:
    """What each project takes from the basket. `version` is of the costs, so that the file may be kept for a year."""
    with reading() as session:
        get_public_round(session, round_id=round_id, now=context.now())
        paper = get_ballot_paper(session, round_id=round_id, paper_id=paper_id)
    if version != costs_version(paper):
        raise NotFoundError("The costs on this ballot paper have changed. Load the page again.")
    return _kept_style(basket_css(paper.projects, paper.budget))


def _kept_style(rules: str) -> Response:
    return Response(rules, mimetype="text/css", headers={"Cache-Control": "public, max-age=31536000, immutable"})


def render_code_page(round_id: str, form: CodeForm, *, wants_tracker: bool = False) -> str:
    """The code's box, and the tracker's when it is needed; marks already made travel along as hidden fields."""
    kept = sitting_fields(request.form)
    return render_template("resident/code.html", form=form, round_id=round_id, wants_tracker=wants_tracker, kept=kept)


def _after_code(round_id: str) -> Response:
    """Marks made before the code ran out go on in a form that the voter sends with one press."""
    kept = sitting_fields(request.form)
    if not kept:
        return make_response(redirect(url_for("resident.vote", round_id=round_id)))
    return make_response(render_template("resident/go_on.html", round_id=round_id, kept=kept, form=ButtonForm()))
