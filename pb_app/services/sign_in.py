"""Signing in: address and password, then the second factor where there is one. Each step costs the same for nobody.

A failure is a value, not an exception: it must be counted, and a raised exception would take the count back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from pb_app.models.person import Person
from pb_app.services import passwords, second_factor, tries
from pb_app.services.accounts import tidy_address
from pb_app.services.activity import Event, log
from pb_app.services.sessions import appointed_roles, end_session, open_session
from voting.permissions import Actor, Role


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session is open; `token` goes into the cookie."""

    token: str
    person_id: str


@dataclass(frozen=True, slots=True)
class NeedsCode:
    """The password was right; the second factor is still to be given."""

    person_id: str


@dataclass(frozen=True, slots=True)
class Failed:
    """The sentence to show. It is the same for an unknown address and a wrong password."""

    message: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """A try to sign in; `person_id` and `password_hash` are None for an address that nobody has."""

    address: str
    person_id: str | None = None
    password_hash: str | None = None
    has_second_factor: bool = False
    is_right: bool = False


WRONG_PASSWORD = Failed("This address and password do not fit together. Check both, or set a new password")
WRONG_CODE = Failed(second_factor.WRONG)


@dataclass(frozen=True, slots=True)
class Visit:
    """Where a try comes from: the machine's address, the secret of the keyed hashes, and the token to replace."""

    machine: str
    secret: bytes
    old_token: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffSignedIn(Event):
    """Somebody with a staff hat signed in. Residents leave no such event: it would name a voter near a cast."""

    kind: ClassVar[str] = "person:staff:signed-in"
    person_id: str

    def objects(self) -> list[tuple[str, str]]:
        """Who."""
        return [("person", self.person_id)]


def look_up(session: Session, *, email: str, visit: Visit, now: datetime) -> Attempt:
    """Finds the account for a try. Raises TooManyTriesError for an address or a machine that failed too often."""
    address = tidy_address(email)
    tries.check(session, limit=tries.SIGN_IN_BY_ADDRESS, subject=address, secret=visit.secret, now=now)
    tries.check(session, limit=tries.SIGN_IN_BY_MACHINE, subject=visit.machine, secret=visit.secret, now=now)
    person = session.scalar(select(Person).where(Person.email == address, Person.disabled_at.is_(None)))
    if person is None:
        return Attempt(address)
    return Attempt(address, person.id, person.password_hash, has_second_factor=person.totp_confirmed_at is not None)


def try_password(attempt: Attempt, password: str) -> Attempt:
    """Compares the password, outside every transaction: the work is heavy on purpose, and nobody must wait for it."""
    return replace(attempt, is_right=passwords.is_right(attempt.password_hash, password))


def sign_in(session: Session, *, attempt: Attempt, visit: Visit, now: datetime) -> SignedIn | NeedsCode | Failed:
    """The first step, after `look_up` and `try_password`. A failure is counted."""
    if not attempt.is_right or attempt.person_id is None:
        tries.count(session, limit=tries.SIGN_IN_BY_ADDRESS, subject=attempt.address, secret=visit.secret, now=now)
        tries.count(session, limit=tries.SIGN_IN_BY_MACHINE, subject=visit.machine, secret=visit.secret, now=now)
        return WRONG_PASSWORD
    if attempt.has_second_factor:
        return NeedsCode(attempt.person_id)
    return enter(session, person_id=attempt.person_id, visit=visit, gave_second_factor=False, now=now)


def give_code(session: Session, *, person_id: str, code: str, visit: Visit, now: datetime) -> SignedIn | Failed:
    """The second step: a code of the app, or a recovery code. Raises TooManyTriesError after too many wrong ones."""
    tries.check(session, limit=tries.ONE_TIME_CODE, subject=person_id, secret=visit.secret, now=now)
    by = Actor(person_id, frozenset({Role.RESIDENT}))
    is_right = second_factor.verify(session, person_id=person_id, code=code, now=now)
    if not is_right and not second_factor.use_recovery_code(session, person_id=person_id, code=code, by=by, now=now):
        tries.count(session, limit=tries.ONE_TIME_CODE, subject=person_id, secret=visit.secret, now=now)
        return WRONG_CODE
    return enter(session, person_id=person_id, visit=visit, gave_second_factor=True, now=now)


def enter(session: Session, *, person_id: str, visit: Visit, gave_second_factor: bool, now: datetime) -> SignedIn:
    """Opens a session and ends the one this browser came with, so that no token outlives a sign-in."""
    if visit.old_token:
        end_session(session, token=visit.old_token, now=now)
    token = open_session(session, person_id=person_id, gave_second_factor=gave_second_factor, now=now)
    if appointed_roles(session, person_id):
        log(session, StaffSignedIn(person_id=person_id), by=Actor(person_id, frozenset({Role.RESIDENT})), now=now)
    return SignedIn(token, person_id)
