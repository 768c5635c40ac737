"""Signed-in sessions: kept on the server by the hash of a random token, so that each can be ended.

Real time rules here, never the demo's clock. Nothing is written when a session is used: a "last seen" would tie
a voter to the second of a cast (design: register, "Casting").
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from pb_app.models.person import Appointment, Person
from pb_app.models.sign_in import SignInSession
from voting.permissions import STAFF, Actor, Role

STAFF_HOURS = timedelta(hours=9)
RESIDENT_HOURS = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class SignedInPerson:
    """Who is signed in, and what they may use in this session.

    `roles` holds staff hats only when the second factor was given in this session; `appointed` holds them always.
    `has_second_factor` says whether one is set up at all, `gave_second_factor` whether it was given now.
    """

    person_id: str
    name: str
    email: str
    appointed: frozenset[Role]
    has_second_factor: bool
    gave_second_factor: bool
    token: str

    @property
    def roles(self) -> frozenset[Role]:
        """Every hat that counts now."""
        return frozenset({Role.RESIDENT}) | (self.appointed if self.gave_second_factor else frozenset())

    @property
    def is_staff(self) -> bool:
        """Whether any staff hat was given, worn now or not."""
        return bool(self.appointed & STAFF)

    @property
    def actor(self) -> Actor:
        """As services know them."""
        return Actor(self.person_id, self.roles)


def open_session(session: Session, *, person_id: str, gave_second_factor: bool, now: datetime) -> str:
    """A new session's token (only its hash is kept). The caller ends the one it replaces."""
    token = secrets.token_urlsafe(32)
    hours = STAFF_HOURS if appointed_roles(session, person_id) else RESIDENT_HOURS
    session.add(
        SignInSession(
            token_hash=hash_token(token),
            person_id=person_id,
            created_at=now,
            expires_at=now + hours,
            has_second_factor=gave_second_factor,
        )
    )
    session.flush()
    return token


def find_session(session: Session, *, token: str, now: datetime) -> SignedInPerson | None:
    """Whose session this is; None when it is unknown, ended, too old, or the account is closed."""
    found = session.execute(
        select(SignInSession, Person)
        .join(Person, Person.id == SignInSession.person_id)
        .where(SignInSession.token_hash == hash_token(token), SignInSession.revoked_at.is_(None))
        .where(SignInSession.expires_at > now, Person.disabled_at.is_(None))
    ).first()
    if found is None:
        return None
    row, person = found
    return SignedInPerson(
        person_id=person.id,
        name=person.name,
        email=person.email,
        appointed=appointed_roles(session, person.id),
        has_second_factor=person.totp_confirmed_at is not None,
        gave_second_factor=row.has_second_factor,
        token=token,
    )


def whose_session(session: Session, *, token: str) -> str:
    """The person id of a session that may have ended, or "" (to give typed text back to the same person only)."""
    return session.scalar(select(SignInSession.person_id).where(SignInSession.token_hash == hash_token(token))) or ""


def end_session(session: Session, *, token: str, now: datetime) -> None:
    """Ends one session: its token opens nothing from now on."""
    session.execute(
        update(SignInSession)
        .where(SignInSession.token_hash == hash_token(token), SignInSession.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def end_all_sessions(session: Session, *, person_id: str, now: datetime) -> int:
    """Ends every session of one person; how many there were."""
    ended = session.execute(
        update(SignInSession)
        .where(SignInSession.person_id == person_id, SignInSession.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(SignInSession.token_hash)
    )
    return len(ended.all())


def appointed_roles(session: Session, person_id: str) -> frozenset[Role]:
    """The staff hats of a person."""
    return frozenset(Role(role) for role in session.scalars(select(Appointment.role).filter_by(person_id=person_id)))


def hash_token(token: str) -> str:
    """SHA-256 (hex) of a random token; a plain hash is enough for 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()
