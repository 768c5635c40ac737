"""The way in for whoever has no letter: say what ties you here and your postcode, then show it, or let a person look.

Nobody needs an account or an e-mail address. Marks made already travel along as hidden fields.
"""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from pb_app.resident.blueprint import bp
from pb_app.resident.sitting import sitting_fields
from pb_app.resident.voter import read_desk
from pb_app.resident.way_in_forms import DOUBTS, AskForm, WayInForm, pack_declared, unpack_declared
from pb_app.services import tries
from pb_app.services.postcodes import current_look_up
from pb_app.services.proposal_reading import list_areas
from pb_app.services.round_views import RoundView
from pb_app.services.showing import get_public_round
from pb_app.services.voter_requests import Declared, RequestView, ask_to_vote, give_code, my_request
from pb_app.services.voter_words import UNDECLARED, rule_words
from pb_app.services.way_in import declare, enter, is_enough, judge
from pb_app.web import context
from pb_app.web.access import public, signed_in
from pb_app.web.forms import ButtonForm
from pb_app.web.transaction import reading, transaction
from voting.eligibility import Answer

Page = str | Response | tuple[str, int]


@bp.get("/rounds/<round_id>/way-in")
@public
def way_in(round_id: str) -> Page:
    """What ties you here, and where is it? For somebody who asked already: what became of it."""
    if read_desk(round_id).voter is not None:
        return redirect(url_for("resident.vote", round_id=round_id))
    asked = _my_request(round_id)
    if asked is not None:
        return redirect(url_for("resident.my_request", round_id=round_id))
    return render_way_in(round_id, WayInForm(formdata=None))


@bp.post("/rounds/<round_id>/way-in")
@public
def answer_way_in(round_id: str) -> Page:
    """What the rule says: on to voting, or how to show it, or why not and who can look at it."""
    form = WayInForm()
    if not form.validate_on_submit():
        return render_way_in(round_id, form), 422
    with reading() as session:
        view = get_public_round(session, round_id=round_id, now=context.now())
        declared = declare(session, view=view, typed=form.typed())
    if not isinstance(declared, Declared):
        form.add_problems(declared)
        return render_way_in(round_id, form), 422
    if context.actor() is not None and _enter(round_id, declared):
        return _go_vote(round_id)
    return _next(view, declared, AskForm(formdata=None))


@bp.post("/rounds/<round_id>/way-in/enter")
@signed_in
def enter_with_account(round_id: str) -> Page:
    """Somebody who has just signed in: what they declared came along."""
    declared = unpack_declared()
    if declared is None or not ButtonForm().validate_on_submit():
        return render_way_in(round_id, WayInForm(formdata=None))
    if _enter(round_id, declared):
        return _go_vote(round_id)
    with reading() as session:
        view = get_public_round(session, round_id=round_id, now=context.now())
    return _next(view, declared, AskForm(formdata=None))


@bp.post("/rounds/<round_id>/way-in/ask")
@public
def ask(round_id: str) -> Page:
    """Asks a person to look. Without an account the answer is a code to keep, shown this once."""
    declared, form = unpack_declared(), AskForm()
    with reading() as session:
        view = get_public_round(session, round_id=round_id, now=context.now())
    if declared is None:
        return render_way_in(round_id, WayInForm(formdata=None))
    if not form.validate_on_submit():
        return _next(view, declared, form), 422
    by, now = context.actor(), context.now()
    with transaction() as session:
        _limit(session)
        made = ask_to_vote(
            session,
            round_id=round_id,
            declared=declared,
            statement=form.statement.text,
            contact=form.contact.text,
            by=by,
            now=now,
        )
        code = give_code(session, context.keys(), request_id=made) if isinstance(made, str) and by is None else ""
    if isinstance(made, list):
        form.add_problems(made)
        return _next(view, declared, form), 422
    if by is None:
        page = make_response(render_template("resident/request_made.html", round=view, code=code))
        page.headers["Cache-Control"] = "no-store"
        return page
    flash("We have your request. An officer looks at it, and we write to you.")
    return redirect(url_for("resident.my_request", round_id=round_id))


def render_way_in(round_id: str, form: WayInForm) -> str:
    """The page with its boxes: a postcode where a look-up file is, a list of areas otherwise."""
    with reading() as session:
        view = get_public_round(session, round_id=round_id, now=context.now())
        has_file = current_look_up(session) is not None
        form.area.choices = dict(list_areas(session))
    form.doubts.choices = DOUBTS
    return render_template(
        "resident/way_in.html",
        round=view,
        form=form,
        rule=rule_words(view),
        asks_age=(view.eligibility or UNDECLARED).asks_age,
        has_file=has_file,
        kept=sitting_fields(request.form),
    )


def _next(view: RoundView, declared: Declared, form: AskForm) -> str:
    """What the rule says, and every way that is open now."""
    answer: Answer = judge(view, declared)
    by = context.actor()
    with reading() as session:
        is_done = by is not None and is_enough(session, view=view, declared=declared, by=by)
        areas = dict(list_areas(session))
    return render_template(
        "resident/way_in_next.html",
        round=view,
        form=form,
        answer=answer,
        area_name=areas.get(declared.area_id, ""),
        evidence=(view.eligibility or UNDECLARED).evidence,
        is_done=is_done,
        has_account=by is not None,
        declared=pack_declared(declared),
        kept=sitting_fields(request.form),
    )


def _enter(round_id: str, declared: Declared) -> bool:
    with transaction() as session:
        return enter(session, round_id=round_id, declared=declared, by=context.acting(), now=context.now())


def _go_vote(round_id: str) -> Page:
    """To the ballot papers; with marks that came along, to the page that checks them."""
    kept = sitting_fields(request.form)
    if kept:
        return render_template("resident/go_on.html", round_id=round_id, kept=kept, form=ButtonForm())
    flash("You are on the roll of this round.")
    return redirect(url_for("resident.vote", round_id=round_id))


def _my_request(round_id: str) -> RequestView | None:
    by = context.actor()
    if by is None:
        return None
    with reading() as session:
        return my_request(session, round_id=round_id, person_id=by.person_id)


def _limit(session: Session) -> None:
    """Each request is counted, so that nobody floods the officers. Raises TooManyTriesError."""
    at, secret, machine = context.real_now(), context.secret(), request.remote_addr or ""
    limit = tries.VOTER_REQUEST_BY_MACHINE
    tries.check(session, limit=limit, subject=machine, secret=secret, now=at)
    tries.count(session, limit=limit, subject=machine, secret=secret, now=at)
