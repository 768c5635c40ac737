"""What became of a request to vote; after a refusal, the way to a second officer. With an account, or with the code."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from pb_app.resident.blueprint import bp
from pb_app.resident.way_in_forms import RequestCodeForm, ReviewForm
from pb_app.services.round_views import RoundView
from pb_app.services.showing import get_public_round
from pb_app.services.voter_requests import RequestView, ask_review, request_of_code
from pb_app.services.voter_requests import my_request as request_of_person
from pb_app.web import context
from pb_app.web.access import public
from pb_app.web.forms import BaseForm
from pb_app.web.transaction import reading, transaction
from voting.errors import NotFoundError, Problem

Page = str | Response | tuple[str, int]


@bp.get("/rounds/<round_id>/my-request")
@public
def my_request(round_id: str) -> Page:
    """The request of whoever is signed in, or a box for the code."""
    view, asked = _read(round_id, "")
    if asked is None:
        return render_template("resident/request_code.html", round=view, form=RequestCodeForm(formdata=None))
    return _show(view, asked, ReviewForm(formdata=None), "")


@bp.post("/rounds/<round_id>/my-request")
@public
def my_request_by_code(round_id: str) -> Page:
    """The request that a code was given for."""
    form = RequestCodeForm()
    is_valid = form.validate_on_submit()
    view, asked = _read(round_id, form.code.text)
    if is_valid and asked is None:
        form.add_problems([Problem("code", "We can’t find a request with this code. Check each group of four")])
    if not is_valid or asked is None:
        return render_template("resident/request_code.html", round=view, form=form), 422
    return _show(view, asked, ReviewForm(formdata=None), form.code.text)


@bp.post("/rounds/<round_id>/my-request/review")
@public
def ask_for_review(round_id: str) -> Page:
    """Asks for a second officer."""
    form, code = ReviewForm(), request.form.get("code", "")
    view, asked = _read(round_id, code)
    if asked is None:
        raise NotFoundError("There is no such request.")
    if not form.validate_on_submit():
        return _show(view, asked, form, code), 422
    problems = _ask(asked, form)
    if problems:
        form.add_problems(problems)
        return _show(view, asked, form, code), 422
    if not code:
        flash("A second officer will look at it.")
        return redirect(url_for("resident.my_request", round_id=round_id))
    view, asked = _read(round_id, code)
    return _show(view, asked, ReviewForm(formdata=None), code) if asked else ""


def _ask(asked: RequestView, form: BaseForm) -> list[Problem]:
    with transaction() as session:
        return ask_review(
            session, request_id=asked.request_id, words=form["words"].text, by=context.actor(), now=context.now()
        )


def _read(round_id: str, code: str) -> tuple[RoundView, RequestView | None]:
    """The round, and the request of this code, or of whoever is signed in."""
    by = context.actor()
    with reading() as session:
        view = get_public_round(session, round_id=round_id, now=context.now())
        if code:
            return view, request_of_code(session, context.keys(), round_id=round_id, typed=code)
        return view, request_of_person(session, round_id=round_id, person_id=by.person_id) if by else None


def _show(view: RoundView, asked: RequestView, form: ReviewForm, code: str) -> str:
    return render_template("resident/my_request.html", round=view, asked=asked, form=form, code=code)
