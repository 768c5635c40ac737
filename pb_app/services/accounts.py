"""Accounts: register with an address, choose name and password through the link in the mail, reset the password.

Whoever registers is told the same, whether the address is known or not: what differs stands in the mail, which
only the owner of the address reads. The password is chosen behind the link, so nobody can set one for an address
that is not theirs.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from pb_app.models.person import Person
from pb_app.services import passwords
from pb_app.services.activity import Event, log
from pb_app.services.mailed_links import make_link, use_link, whose_link
from pb_app.services.outbox import add_mail
from pb_app.services.sessions import end_all_sessions, hash_token
from voting.errors import Problem
from voting.permissions import Actor, Role

LONGEST_NAME = 120
_ADDRESS = re.compile(r"[^\s@,;<>\"]+@[^\s@,;<>\"]+\.[^\s@,;<>\".]{2,}")


class Letters(Protocol):
    """The words of the mails, which stand in templates; `url` is a link's whole address."""

    def __call__(self, name: str, *, token: str) -> tuple[str, str]:
        """Subject and body of the mail `name` ("confirm", "known", "reset", "unknown")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRegistered(Event):
    """An address nobody had used asked for an account."""

    kind: ClassVar[str] = "person:account:registered"
    person_id: str

    def objects(self) -> list[tuple[str, str]]:
        """The new person's random id."""
        return [("person", self.person_id)]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountConfirmed(PersonRegistered):
    """The owner of the address followed the link and chose a password."""

    kind: ClassVar[str] = "person:account:confirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordReset(PersonRegistered):
    """A new password was set through a mailed link; all sessions ended."""

    kind: ClassVar[str] = "person:password:reset"


def tidy_address(text: str) -> str:
    """An e-mail address as we keep and compare it."""
    return text.strip().lower()


def check_address(text: str) -> list[Problem]:
    """What is wrong with an e-mail address as typed."""
    if not text.strip():
        return [Problem("email", "Write your e-mail address, like name@example.com")]
    if len(text) > 254 or not _ADDRESS.fullmatch(text.strip()):
        return [Problem("email", "Write an e-mail address with an @ in it, like name@example.com")]
    return []


def register(session: Session, *, email: str, letters: Letters, by: Actor | None, now: datetime) -> list[Problem]:
    """Sends the link that makes an account, or, to an address that has one, a mail that says so."""
    if problems := check_address(email):
        return problems
    address = tidy_address(email)
    person = session.scalar(select(Person).filter_by(email=address))
    if person is not None and person.email_confirmed_at is not None:
        return _send(
            session, letters, "known", person, make_link(session, purpose="reset", person_id=person.id, now=now), now
        )
    if person is None:
        person = _add_unconfirmed(session, address, by, now)
    return _send(
        session, letters, "confirm", person, make_link(session, purpose="confirm", person_id=person.id, now=now), now
    )


def address_of_link(session: Session, *, token: str, now: datetime) -> str:
    """The address a confirming link is for, to show above the form. Raises NotFoundError."""
    return session.get_one(Person, whose_link(session, purpose="confirm", token=token, now=now)).email


def confirm_email(
    session: Session, *, token: str, name: str, password: str, by: Actor | None, now: datetime
) -> str | list[Problem]:
    """Makes the account real and returns the person id. Raises NotFoundError when the link opens nothing."""
    person = session.get_one(Person, whose_link(session, purpose="confirm", token=token, now=now))
    if problems := check_name(name) + passwords.check_password(password, email=person.email):
        return problems
    use_link(session, purpose="confirm", token=token, now=now)
    person.name = name.strip()
    person.password_hash = passwords.hash_password(password)
    person.email_confirmed_at = now
    session.flush()
    log(session, AccountConfirmed(person_id=person.id), by=by or _themselves(person.id), now=now)
    return person.id


def check_name(name: str) -> list[Problem]:
    """What is wrong with a name as typed."""
    if not name.strip():
        return [Problem("name", "Write the name we should call you by")]
    if len(name.strip()) > LONGEST_NAME:
        return [Problem("name", f"Make the name {LONGEST_NAME} letters or shorter. It is {len(name.strip())} now")]
    return []


def ask_reset(session: Session, *, email: str, letters: Letters, by: Actor | None, now: datetime) -> list[Problem]:
    """Sends a link to set a new password; to an address without an account, a mail that says there is none."""
    del by  # a visitor asks; nothing changes before the link is followed, so there is no event
    if problems := check_address(email):
        return problems
    person = session.scalar(select(Person).filter_by(email=tidy_address(email)))
    if person is None or person.email_confirmed_at is None or person.disabled_at is not None:
        return _send_to(session, letters, "unknown", tidy_address(email), secrets.token_urlsafe(32), now)
    return _send(
        session, letters, "reset", person, make_link(session, purpose="reset", person_id=person.id, now=now), now
    )


def check_reset(session: Session, *, token: str, now: datetime) -> None:
    """Raises NotFoundError when a link to set a new password opens nothing."""
    whose_link(session, purpose="reset", token=token, now=now)


def reset(session: Session, *, token: str, password: str, by: Actor | None, now: datetime) -> list[Problem]:
    """Sets a new password and ends every session. Raises NotFoundError when the link opens nothing."""
    person = session.get_one(Person, whose_link(session, purpose="reset", token=token, now=now))
    if problems := passwords.check_password(password, email=person.email):
        return problems
    use_link(session, purpose="reset", token=token, now=now)
    person.password_hash = passwords.hash_password(password)
    session.flush()
    end_all_sessions(session, person_id=person.id, now=now)
    log(session, PasswordReset(person_id=person.id), by=by or _themselves(person.id), now=now)
    return []


def _add_unconfirmed(session: Session, address: str, by: Actor | None, now: datetime) -> Person:
    person = Person(
        id=secrets.token_hex(16), email=address, name="", password_hash=passwords.NONE_YET, created_at=now, totp_step=0
    )
    session.add(person)
    session.flush()
    log(session, PersonRegistered(person_id=person.id), by=by, now=now)
    return person


def _send(session: Session, letters: Letters, name: str, person: Person, token: str, now: datetime) -> list[Problem]:
    return _send_to(session, letters, name, person.email, token, now)


def _send_to(session: Session, letters: Letters, name: str, address: str, token: str, now: datetime) -> list[Problem]:
    subject, body = letters(name, token=token)
    add_mail(session, key=f"{name}:{hash_token(token)}", to=address, subject=subject, body=body, now=now)
    return []


def _themselves(person_id: str) -> Actor:
    return Actor(person_id, frozenset({Role.RESIDENT}))
