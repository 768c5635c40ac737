"""Sign in, give the second step, sign out."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from pb_app.account import journey
from pb_app.account.blueprint import bp
from pb_app.account.forms import SignInCodeForm, SignInForm
from pb_app.services import sessions
from pb_app.services import sign_in as entrance
from pb_app.services.sign_in import Failed, NeedsCode
from pb_app.web import context, login
from pb_app.web.access import half_signed_in, public
from pb_app.web.forms import ButtonForm
from pb_app.web.transaction import reading, transaction
from voting.errors import Problem


@bp.route("/account/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> Response | str:
    """Address and password."""
    form = SignInForm(next=request.args.get("next", ""))
    if person := context.person():
        return redirect(journey.local(form.next.text) or journey.home_of(person))
    if form.arrive.text or not form.validate_on_submit():
        return render_template("account/sign_in.html", form=form)
    return _try(form)


@bp.route("/account/sign-in/code", methods=["GET", "POST"])
@public
def sign_in_code() -> Response | str:
    """The second step, within ten minutes of the first."""
    form = SignInCodeForm()
    person_id = journey.pending_person()
    if not person_id:
        return redirect(url_for("account.sign_in", next=journey.local(form.next.text)))
    if not form.validate_on_submit():
        return render_template("account/sign_in_code.html", form=form)
    now = context.real_now()
    with transaction() as session:
        answer = entrance.give_code(session, person_id=person_id, code=form.code.text, visit=journey.visit(), now=now)
        person = None if isinstance(answer, Failed) else journey.person_of(session, answer)
    if person is None:
        form.add_problems([Problem("code", entrance.WRONG_CODE.message)])
        return render_template("account/sign_in_code.html", form=form)
    return journey.go_on(person, wanted=form.next.text, kept=form.kept.text)


@bp.post("/account/sign-out")
@public
def sign_out() -> Response | str:
    """Ends this session, on the server too. One that ran out already is no reason to ask for a sign-in."""
    return _leave(everywhere=False) if context.person() else redirect("/")


@bp.post("/account/sign-out-everywhere")
@half_signed_in
def sign_out_everywhere() -> Response | str:
    """Ends every session of this person."""
    return _leave(everywhere=True)


def _try(form: SignInForm) -> Response | str:
    """The heavy comparison stands between two transactions, so that nobody waits for it."""
    now, visit = context.real_now(), journey.visit()
    with reading() as reader:
        attempt = entrance.look_up(reader, email=form.email.text, visit=visit, now=now)
    attempt = entrance.try_password(attempt, form.password.text)
    with transaction() as session:
        answer = entrance.sign_in(session, attempt=attempt, visit=visit, now=now)
        person = journey.person_of(session, answer) if isinstance(answer, entrance.SignedIn) else None
    if person is not None:
        return journey.go_on(person, wanted=form.next.text, kept=form.kept.text)
    if isinstance(answer, NeedsCode):
        journey.remember_pending(answer.person_id)
        code_form = SignInCodeForm(formdata=None, next=form.next.text, kept=form.kept.text)
        return render_template("account/sign_in_code.html", form=code_form)
    form.add_problems([Problem("email", entrance.WRONG_PASSWORD.message)])
    return render_template("account/sign_in.html", form=form)


def _leave(*, everywhere: bool) -> Response | str:
    if not ButtonForm().validate_on_submit():
        return render_template("account/sign_out.html", form=ButtonForm(), everywhere=everywhere)
    now, by = context.real_now(), context.acting()
    with transaction() as session:
        sessions.end_session(session, token=login.token(), now=now)
        if everywhere:
            sessions.end_all_sessions(session, person_id=by.person_id, now=now)
    login.leave()
    flash("You are signed out everywhere." if everywhere else "You are signed out.")
    response = redirect("/")
    response.headers["Clear-Site-Data"] = '"cache"'  # a ballot paper could be found by going back
    return response
