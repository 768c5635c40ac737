"""Voting with a number from a list, like that of a school card."""

from __future__ import annotations

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from pb_app.resident import code_session
from pb_app.resident.blueprint import bp
from pb_app.resident.code_session import CodeSession
from pb_app.resident.help_session import STAFF_ALONE
from pb_app.resident.sitting import sitting_fields
from pb_app.resident.voter import read_desk
from pb_app.resident.way_in_forms import NumberForm
from pb_app.services.code_entry import Machine, check_numbers, enter_number
from pb_app.services.voter_sources import number_salt
from pb_app.services.voting_desk import check_open
from pb_app.web import assistance, context, tablet
from pb_app.web.access import public
from pb_app.web.forms import ButtonForm
from pb_app.web.transaction import reading, transaction
from voting.errors import Problem
from voting.listed_numbers import hash_number, tidy_number

Page = str | Response | tuple[str, int]


@bp.get("/rounds/<round_id>/number")
@public
def number(round_id: str) -> Page:
    """A box for the number."""
    if tablet.current() or not read_desk(round_id).is_open:
        return redirect(url_for("resident.vote", round_id=round_id))
    return render_number_page(round_id, NumberForm(formdata=None))


@bp.post("/rounds/<round_id>/number")
@public
def enter_number_page(round_id: str) -> Page:
    """Opens the papers of a number; marks that came along go on to the check page."""
    form = NumberForm()
    check_open(read_desk(round_id))
    if form.validate_on_submit() and not tidy_number(form.number.text):
        form.add_problems([Problem("number", "Write your number")])
    if assistance.is_staff_alone():
        form.add_problems([Problem("", STAFF_ALONE)])
    if form.faults:
        return render_number_page(round_id, form), 422
    machine = Machine(request.remote_addr or "", context.secret(), context.real_now())
    with reading() as session:
        check_numbers(session, machine)
    digest = hash_number(number_salt(context.keys(), round_id=round_id), form.number.text)  # slow: before the lock
    with transaction() as session:
        entered = enter_number(
            session, context.keys(), round_id=round_id, digest=digest, tracker=form.tracker.text, machine=machine
        )
    if isinstance(entered, list):
        form.add_problems(entered)
        return render_number_page(round_id, form), 422
    return code_session.remember(_after(round_id), CodeSession.of(round_id, entered))


def render_number_page(round_id: str, form: NumberForm) -> str:
    """The boxes; marks already made travel along."""
    wants_tracker = bool(form.tracker.data or form.tracker.errors)
    kept = sitting_fields(request.form)
    return render_template("resident/number.html", form=form, round_id=round_id, wants_tracker=wants_tracker, kept=kept)


def _after(round_id: str) -> Response:
    kept = sitting_fields(request.form)
    if not kept:
        return make_response(redirect(url_for("resident.vote", round_id=round_id)))
    return make_response(render_template("resident/go_on.html", round_id=round_id, kept=kept, form=ButtonForm()))
