"""Make an account, and set a new password. The answer is the same whether an address is known or not."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from pb_app.account import journey
from pb_app.account.blueprint import bp
from pb_app.account.forms import AddressForm, ConfirmForm, NewPasswordForm
from pb_app.services import accounts, tries
from pb_app.services.sign_in import enter
from pb_app.web import context
from pb_app.web.access import public
from pb_app.web.transaction import reading, transaction

_LINKS = {"confirm": "account.confirm", "known": "account.new_password", "reset": "account.new_password"}


@bp.route("/account/register", methods=["GET", "POST"])
@public
def register() -> Response | str:
    """Asks for an address, and sends a link there."""
    form = AddressForm()
    if form.validate_on_submit():
        now = context.real_now()
        with transaction() as session:
            _count_mail(session, form.email.text)
            problems = accounts.register(session, email=form.email.text, letters=letter, by=None, now=now)
        if not problems:
            return redirect(url_for("account.check_mail"))
        form.add_problems(problems)
    return render_template("account/register.html", form=form)


@bp.get("/account/check-mail")
@public
def check_mail() -> str:
    """What happens next: the link is in the mail."""
    return render_template("account/check_mail.html")


@bp.route("/account/confirm/<token>", methods=["GET", "POST"])
@public
def confirm(token: str) -> Response | str:
    """Behind the link: name and password make the account."""
    form, now = ConfirmForm(), context.real_now()
    with reading() as reader:
        address = accounts.address_of_link(reader, token=token, now=now)
    if form.validate_on_submit():
        with transaction() as session:
            made = accounts.confirm_email(
                session, token=token, name=form.name.text, password=form.password.text, by=None, now=now
            )
            person = None
            if isinstance(made, str):
                visit = journey.visit()
                signed_in = enter(session, person_id=made, visit=visit, gave_second_factor=False, now=now)
                person = journey.person_of(session, signed_in)
        if person is not None:
            answer = journey.go_on(person, wanted=url_for("account.area"))
            flash("Your account is ready.")
            return answer
        form.add_problems(made if isinstance(made, list) else [])
    return render_template("account/confirm.html", form=form, address=address)


@bp.route("/account/reset-password", methods=["GET", "POST"])
@public
def reset_password() -> Response | str:
    """Asks for an address, and sends a link there."""
    form = AddressForm()
    if form.validate_on_submit():
        now = context.real_now()
        with transaction() as session:
            _count_mail(session, form.email.text)
            problems = accounts.ask_reset(session, email=form.email.text, letters=letter, by=None, now=now)
        if not problems:
            return redirect(url_for("account.check_mail"))
        form.add_problems(problems)
    return render_template("account/reset_password.html", form=form)


@bp.route("/account/reset-password/<token>", methods=["GET", "POST"])
@public
def new_password(token: str) -> Response | str:
    """Behind the link: the new password."""
    form, now = NewPasswordForm(), context.real_now()
    with reading() as reader:
        accounts.check_reset(reader, token=token, now=now)
    if form.validate_on_submit():
        with transaction() as session:
            problems = accounts.reset(session, token=token, password=form.password.text, by=None, now=now)
        if not problems:
            flash("Your new password is set. Sign in with it.")
            return redirect(url_for("account.sign_in"))
        form.add_problems(problems)
    return render_template("account/new_password.html", form=form)


def letter(name: str, *, token: str) -> tuple[str, str]:
    """Subject and body of a mail, from templates/email; the first line is the subject."""
    url = _whole_address(url_for(_LINKS[name], token=token)) if name in _LINKS else ""
    start = _whole_address(url_for("account.register"))
    text = render_template(f"email/{name}.txt", url=url, start=start)
    subject, _, body = text.partition("\n")
    return subject.removeprefix("Subject: ").strip(), body.strip() + "\n"


def _whole_address(path: str) -> str:
    """With the set base address; a visitor's own Host header is believed in the demo only."""
    return (context.config().base_url or request.host_url).rstrip("/") + path


def _count_mail(session: Session, address: str) -> None:
    """Every mail counts, sent or not: nobody may flood an address through us."""
    for limit, subject in (
        (tries.MAIL_BY_ADDRESS, accounts.tidy_address(address)),
        (tries.MAIL_BY_MACHINE, request.remote_addr or ""),
    ):
        tries.check(session, limit=limit, subject=subject, secret=context.secret(), now=context.real_now())
        tries.count(session, limit=limit, subject=subject, secret=context.secret(), now=context.real_now())
