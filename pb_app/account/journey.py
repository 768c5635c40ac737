"""Where somebody goes after signing in: to what they typed before, to the page they wanted, or to their own desk."""

from __future__ import annotations

import time

from flask import current_app, redirect, render_template, request, session, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from pb_app.services.sessions import SignedInPerson, find_session
from pb_app.services.sign_in import SignedIn, Visit
from pb_app.web import context, keep, login
from voting.permissions import Role

_DESKS = (
    (Role.OFFICER, "officer.desk"),
    (Role.STEERING, "officer.desk"),
    (Role.AUDITOR, "auditor.desk"),
    (Role.ADMINISTRATOR, "account.appointments"),
)
_PENDING = "pending"
_PENDING_SECONDS = 600


def visit() -> Visit:
    """Where this request comes from."""
    return Visit(request.remote_addr or "", context.secret(), login.token())


def person_of(reader: Session, signed_in: SignedIn) -> SignedInPerson:
    """Who has just signed in."""
    person = find_session(reader, token=signed_in.token, now=context.real_now())
    if person is None:
        raise LookupError("a session just opened was not found")
    return person


def go_on(person: SignedInPerson, *, wanted: str = "", kept: str = "") -> Response | str:
    """Holds the new session in this browser and answers with the next page."""
    login.enter(person)
    typed = keep.unseal(kept, person=person) if kept else None
    if typed is not None:
        return render_template("account/returned.html", typed=typed, mark=keep.KEPT_MARK)
    return redirect(local(wanted) or home_of(person))


def home_of(person: SignedInPerson) -> str:
    """The desk of the first staff hat, the set-up of the second step, or the resident's own page."""
    if person.is_staff and not person.gave_second_factor:
        return url_for("account.second_factor")
    for role, endpoint in _DESKS:
        if role in person.roles and endpoint in current_app.view_functions:
            return url_for(endpoint)
    return url_for("account.overview")


def local(address: str | None) -> str:
    """The address if it is one of our own pages, else ""."""
    if not address:
        return ""
    is_own = address.startswith("/") and not address.startswith("//") and "\\" not in address
    return address if is_own and address.isprintable() else ""


def remember_pending(person_id: str) -> None:
    """The password was right: for ten minutes this browser may give the second step."""
    session[_PENDING] = [person_id, int(time.time())]


def pending_person() -> str:
    """Whose second step is waited for in this browser, or ""."""
    person_id, at = session.get(_PENDING, ("", 0))
    return str(person_id) if time.time() - at < _PENDING_SECONDS else ""
