"""Set up the second step of signing in, renew recovery codes, take it away."""

from __future__ import annotations

import segno
from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from pb_app.account import journey
from pb_app.account.blueprint import bp
from pb_app.account.forms import SecondStepForm
from pb_app.services import second_factor as codes
from pb_app.services.sessions import SignedInPerson, end_all_sessions
from pb_app.services.sign_in import enter
from pb_app.web import context, login
from pb_app.web.access import half_signed_in, signed_in
from pb_app.web.forms import ButtonForm
from pb_app.web.transaction import transaction
from voting.errors import NotAllowedError, Problem


@bp.route("/account/second-step", methods=["GET", "POST"])
@half_signed_in
def second_factor() -> Response | str:
    """Shows the QR code, and checks the first code of the app."""
    person = _person()
    if person.has_second_factor and not person.gave_second_factor:
        journey.remember_pending(person.person_id)
        return redirect(url_for("account.sign_in_code"))
    form = SecondStepForm()
    form.secret.data = codes.keep_secret(form.secret.text)
    if form.validate_on_submit():
        made = _confirm(person, form)
        if isinstance(made[0], str):
            return render_template("account/recovery_codes.html", codes=made, is_staff=person.is_staff)
        form.add_problems([one for one in made if isinstance(one, Problem)])
    return _set_up_page(person, form)


@bp.post("/account/second-step/recovery-codes")
@signed_in
def recovery_codes() -> str:
    """Makes new recovery codes, and shows them once."""
    _check_given(_person())
    form = ButtonForm()
    if not form.validate_on_submit():
        return render_template("account/second_step_again.html", form=form, what="codes")
    with transaction() as session:
        made = codes.make_recovery_codes(session, by=context.acting(), now=context.real_now())
    return render_template("account/recovery_codes.html", codes=made, is_staff=_person().is_staff)


@bp.post("/account/second-step/remove")
@signed_in
def remove_second_factor() -> Response | str:
    """A resident goes back to signing in with the password alone."""
    _check_given(_person())
    form = ButtonForm()
    if not form.validate_on_submit():
        return render_template("account/second_step_again.html", form=form, what="remove")
    with transaction() as session:
        codes.remove(session, by=context.acting(), now=context.real_now())
    flash("The second step is off. You sign in with your password alone.")
    return redirect(url_for("account.overview"))


def _confirm(person: SignedInPerson, form: SecondStepForm) -> list[str] | list[Problem]:
    """Turns it on; every other session ends, and this one goes on as a new one."""
    now = context.real_now()
    with transaction() as session:
        made = codes.confirm(session, secret=form.secret.text, code=form.code.text, by=person.actor, now=now)
        if not isinstance(made[0], str):
            return made
        end_all_sessions(session, person_id=person.person_id, now=now)
        entered = enter(session, person_id=person.person_id, visit=journey.visit(), gave_second_factor=True, now=now)
        renewed = journey.person_of(session, entered)
    login.enter(renewed)
    return made


def _set_up_page(person: SignedInPerson, form: SecondStepForm) -> str:
    setup = codes.begin(secret=form.secret.text, email=person.email, issuer=context.council().name)
    picture = segno.make(setup.uri, error="m").svg_data_uri(scale=5, border=4, dark="#000", light="#fff")
    return render_template("account/second_step.html", form=form, setup=setup, picture=picture, person=person)


def _check_given(person: SignedInPerson) -> None:
    """Raises NotAllowedError in a session that began without the second step."""
    if not person.gave_second_factor:
        raise NotAllowedError("Sign out and in again with your code first.")


def _person() -> SignedInPerson:
    person = context.person()
    if person is None:
        raise NotAllowedError("Sign in first.")
    return person
