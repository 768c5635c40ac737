"""Saying who one is after marking: by a code, a number, an account, or by finding out how. The marks travel along.

Nothing is kept on the server: whoever stops here has voted on nothing.
"""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from pb_app.resident.blueprint import bp
from pb_app.resident.number import render_number_page
from pb_app.resident.sitting import sitting_fields
from pb_app.resident.vote_views import CodeForm, render_code_page
from pb_app.resident.voter import read_desk
from pb_app.resident.way_in import render_way_in
from pb_app.resident.way_in_forms import NumberForm, WayInForm
from pb_app.services.voter_words import UNDECLARED
from pb_app.services.voting_desk import Desk, check_open
from pb_app.web import context, keep
from pb_app.web.access import public
from pb_app.web.forms import ButtonForm

Page = str | Response | tuple[str, int]


@bp.route("/rounds/<round_id>/identify", methods=["GET", "POST"])
@public
def identify(round_id: str) -> Page:
    """One way to say who one is, or the choice of them. Nothing is changed here."""
    desk = read_desk(round_id)
    check_open(desk)
    if request.method == "GET":
        return redirect(url_for("resident.vote", round_id=round_id))
    way = request.form.get("way", "")
    if way == "code":
        return render_code_page(round_id, CodeForm(formdata=None))
    if way == "number":
        return render_number_page(round_id, NumberForm(formdata=None))
    if way == "way-in":
        return render_way_in(round_id, WayInForm(formdata=None))
    return _with_account(desk) if way == "account" else render_who(desk)


def render_who(desk: Desk) -> str:
    """The choice of ways, with the marks in hidden fields."""
    return render_template(
        "resident/who.html",
        round=desk.round,
        evidence=(desk.round.eligibility or UNDECLARED).evidence,
        kept=sitting_fields(request.form),
        form=ButtonForm(formdata=None),
    )


def _with_account(desk: Desk) -> Page:
    """Through signing in, to the marks again; somebody who is not on the roll yet goes on to the way in."""
    if context.actor() is None:
        return keep.sign_in_page()
    if desk.voter is None:
        return render_way_in(desk.round.id, WayInForm(formdata=None))
    kept = sitting_fields(request.form)
    return render_template("resident/go_on.html", round_id=desk.round.id, kept=kept, form=ButtonForm(formdata=None))
