"""Administrators give and take away staff roles, always two of them together."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from pb_app.account.blueprint import bp
from pb_app.account.forms import ROLE_NAMES, AppointmentForm
from pb_app.services import people
from pb_app.web import context
from pb_app.web.access import needs
from pb_app.web.forms import ButtonForm
from pb_app.web.transaction import reading, transaction
from voting.permissions import Role


@bp.route("/account/appointments", methods=["GET", "POST"])
@needs("people:appoint")
def appointments() -> Response | str:
    """Who has which role, what waits for a second person, and a form to ask."""
    form = AppointmentForm()
    if form.validate_on_submit():
        with transaction() as session:
            problems = people.ask_appointment(
                session,
                email=form.email.text,
                role=Role(form.role.data),
                is_removal=form.change.data == "take",
                by=context.acting(),
                now=context.real_now(),
            )
        if not problems:
            flash("Asked. It holds once another administrator confirms it.")
            return redirect(url_for("account.appointments"))
        form.add_problems(problems)
    return _page(form)


@bp.post("/account/appointments/<request_id>/confirm")
@needs("people:appoint")
def confirm_appointment(request_id: str) -> Response | str:
    """The second person says yes."""
    form = ButtonForm()
    if form.validate_on_submit():
        with transaction() as session:
            problems = people.confirm_appointment(
                session, request_id=request_id, by=context.acting(), now=context.real_now()
            )
        if not problems:
            flash("Confirmed. It holds from now on.")
            return redirect(url_for("account.appointments"))
        form.add_problems(problems)
    return _page(AppointmentForm(formdata=None), form)


@bp.post("/account/appointments/<request_id>/withdraw")
@needs("people:appoint")
def withdraw_appointment(request_id: str) -> Response | str:
    """Taken back, or declined."""
    form = ButtonForm()
    if not form.validate_on_submit():
        return _page(AppointmentForm(formdata=None), form)
    with transaction() as session:
        people.withdraw_appointment(session, request_id=request_id, by=context.acting(), now=context.real_now())
    flash("Taken back. Nothing changed.")
    return redirect(url_for("account.appointments"))


def _page(form: AppointmentForm, button_form: ButtonForm | None = None) -> str:
    with reading() as session:
        staff, requests = people.list_staff(session), people.list_requests(session)
    return render_template(
        "account/appointments.html",
        form=form,
        faulty=button_form or form,
        staff=staff,
        requests=requests,
        me=context.acting().person_id,
        role_names={role.value: words.partition(":")[0] for role, words in ROLE_NAMES.items()},
        not_yourself=people.NOT_YOURSELF,
    )
