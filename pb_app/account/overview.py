"""A person's own page: who we think they are, what they may vote on, and how they sign in."""

from __future__ import annotations

from flask import render_template

from pb_app.account.blueprint import bp
from pb_app.services.second_factor import count_recovery_codes
from pb_app.services.verification import my_area
from pb_app.web import context
from pb_app.web.access import signed_in
from pb_app.web.transaction import reading


@bp.get("/account")
@signed_in
def overview() -> str:
    """Everything about the account on one page."""
    by = context.acting()
    with reading() as session:
        area = my_area(session, person_id=by.person_id)
        codes_left = count_recovery_codes(session, person_id=by.person_id)
    return render_template("account/overview.html", person=context.person(), area=area, codes_left=codes_left)
