"""The second factor: one-time codes of an authenticator app (RFC 6238) and single-use recovery codes.

Real time rules, never the demo's clock. A code works once: the time step it belongs to is kept and must grow.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

import pyotp
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from pb_app.models.person import Person, RecoveryCode
from pb_app.services.activity import Event, log
from pb_app.services.sessions import appointed_roles
from voting.errors import NotAllowedError, Problem
from voting.permissions import Actor

STEP_SECONDS = 30
CODES = 10
_SECRET = re.compile("[A-Z2-7]{32}")
_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
_CODE_LENGTH = 12
WRONG = "This code is not right, or it was used already. Wait for the next one in your app, then write it here"
STAFF_KEEP = "Your work needs a second step at every sign-in, so it can’t be taken away. You can set it up anew"


@dataclass(frozen=True, slots=True)
class Setup:
    """What a person's app needs: the secret as it is typed, and as the address inside the QR code."""

    secret: str
    uri: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactorSet(Event):
    """Somebody set up a second factor; earlier recovery codes stopped working."""

    kind: ClassVar[str] = "person:second-factor:set"
    person_id: str

    def objects(self) -> list[tuple[str, str]]:
        """Whose."""
        return [("person", self.person_id)]


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactorRemoved(SecondFactorSet):
    """A resident went back to signing in with the password alone."""

    kind: ClassVar[str] = "person:second-factor:removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryCodesMade(SecondFactorSet):
    """New recovery codes replaced the earlier ones."""

    kind: ClassVar[str] = "person:recovery-codes:made"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryCodeUsed(SecondFactorSet):
    """A recovery code stood in for the app."""

    kind: ClassVar[str] = "person:recovery-code:used"


def begin(*, secret: str, email: str, issuer: str) -> Setup:
    """What to show for a secret that is not confirmed yet. It travels in the form; nothing is stored."""
    return Setup(secret, pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=issuer))


def keep_secret(typed: str | None) -> str:
    """The secret that came back in the form, or a new one when it is none of ours."""
    return typed if typed and _SECRET.fullmatch(typed) else new_secret()


def new_secret() -> str:
    """A fresh secret of 160 bits, in base32 (RFC 4226, section 4, R6)."""
    return pyotp.random_base32(32)


def confirm(session: Session, *, secret: str, code: str, by: Actor, now: datetime) -> list[str] | list[Problem]:
    """Turns the second factor on once the app shows the right code; returns the recovery codes, shown once."""
    step = _matching_step(secret, code, now)
    if step is None:
        return [Problem("code", WRONG)]
    person = session.get_one(Person, by.person_id)
    person.totp_secret, person.totp_confirmed_at, person.totp_step = secret, now, step
    session.flush()
    log(session, SecondFactorSet(person_id=person.id), by=by, now=now)
    return _replace_codes(session, person.id)


def verify(session: Session, *, person_id: str, code: str, now: datetime) -> bool:
    """Whether a one-time code is right and new. Uses it up: of two at once, one gets through."""
    person = session.get_one(Person, person_id)
    if person.totp_secret is None or person.totp_confirmed_at is None:
        return False
    step = _matching_step(person.totp_secret, code, now)
    if step is None:
        return False
    done = session.execute(
        update(Person)
        .where(Person.id == person_id, Person.totp_step < step)
        .values(totp_step=step)
        .returning(Person.id)
    )
    return done.first() is not None


def use_recovery_code(session: Session, *, person_id: str, code: str, by: Actor, now: datetime) -> bool:
    """Whether a recovery code is right and unused. Uses it up."""
    done = session.execute(
        update(RecoveryCode)
        .where(RecoveryCode.code_hash == _code_hash(person_id, code), RecoveryCode.person_id == person_id)
        .where(RecoveryCode.used_at.is_(None))
        .values(used_at=now)
        .returning(RecoveryCode.code_hash)
    )
    if done.first() is None:
        return False
    log(session, RecoveryCodeUsed(person_id=person_id), by=by, now=now)
    return True


def make_recovery_codes(session: Session, *, by: Actor, now: datetime) -> list[str]:
    """New recovery codes, shown once; the earlier ones stop working."""
    log(session, RecoveryCodesMade(person_id=by.person_id), by=by, now=now)
    return _replace_codes(session, by.person_id)


def count_recovery_codes(session: Session, *, person_id: str) -> int:
    """How many recovery codes are left."""
    left = select(func.count()).select_from(RecoveryCode).filter_by(person_id=person_id, used_at=None)
    return session.scalar(left) or 0


def remove(session: Session, *, by: Actor, now: datetime) -> None:
    """Turns the second factor off. Raises NotAllowedError for staff, who must have one."""
    if appointed_roles(session, by.person_id):
        raise NotAllowedError(STAFF_KEEP)
    person = session.get_one(Person, by.person_id)
    person.totp_secret = person.totp_confirmed_at = None
    session.execute(delete(RecoveryCode).filter_by(person_id=by.person_id))
    session.flush()
    log(session, SecondFactorRemoved(person_id=by.person_id), by=by, now=now)


def _matching_step(secret: str, code: str, now: datetime) -> int | None:
    """The time step a code belongs to: this one, or a neighbour (clocks differ; RFC 6238, section 5.2)."""
    typed = "".join(code.split())
    if len(typed) != 6 or not typed.isascii() or not typed.isdigit():
        return None
    current = int(now.timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(secret)
    for step in (current, current - 1, current + 1):
        if hmac.compare_digest(totp.generate_otp(step), typed):
            return step
    return None


def _replace_codes(session: Session, person_id: str) -> list[str]:
    session.execute(delete(RecoveryCode).filter_by(person_id=person_id))
    codes = ["".join(secrets.choice(_LETTERS) for _ in range(_CODE_LENGTH)) for _ in range(CODES)]
    session.add_all([RecoveryCode(code_hash=_code_hash(person_id, code), person_id=person_id) for code in codes])
    session.flush()
    return codes


def _code_hash(person_id: str, code: str) -> str:
    """SHA-256 (hex); 59 random bits a code, and guessing is limited by the hour."""
    typed = "".join(code.split()).replace("-", "").upper()
    return hashlib.sha256(f"{person_id}\n{typed}".encode()).hexdigest()
