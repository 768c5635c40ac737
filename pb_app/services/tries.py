"""Limits on guessing, in the database: failed tries of one kind by one subject within an hour.

Only failures are counted, so a voter who gets in leaves no row. Subjects (an address, a machine) are kept as keyed
hashes and the rows are dropped after a day. Real time rules, never the demo's clock.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from pb_app.models.sign_in import Tries
from voting.errors import TooManyTriesError

TOO_MANY = "You have tried too often. Wait an hour, then try again, or ask us for help."
_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` failures of `kind` within one hour of the clock."""

    kind: str
    most: int


SIGN_IN_BY_ADDRESS = Limit("sign-in address", 10)
SIGN_IN_BY_MACHINE = Limit("sign-in machine", 60)
ONE_TIME_CODE = Limit("one-time code", 6)
MAIL_BY_ADDRESS = Limit("mail address", 5)
MAIL_BY_MACHINE = Limit("mail machine", 40)
LISTED_NUMBER_BY_MACHINE = Limit("listed number machine", 60)
VOTER_REQUEST_BY_MACHINE = Limit("voter request machine", 60)
LETTER_CODE_BY_MACHINE = Limit("letter code machine", 30)
"""Wrong codes alone are counted and refused: a library's terminal shares one address among many voters."""


def check(session: Session, *, limit: Limit, subject: str, secret: bytes, now: datetime) -> None:
    """Raises TooManyTriesError once `subject` has failed as often as `limit` allows in this hour."""
    key = _key(limit, subject, secret, now)
    if (session.scalar(select(Tries.count).filter_by(**key)) or 0) >= limit.most:
        raise TooManyTriesError(TOO_MANY)


def count(session: Session, *, limit: Limit, subject: str, secret: bytes, now: datetime) -> None:
    """Counts one failure. Two at once count as two: the database adds."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = insert(Tries).values(count=1, **_key(limit, subject, secret, now))
    more = {"count": Tries.count + 1}
    session.execute(row.on_conflict_do_update(index_elements=["kind", "subject_hash", "hour"], set_=more))


def forget_old(session: Session, *, now: datetime) -> None:
    """Drops what no limit looks at any more."""
    session.execute(delete(Tries).where(Tries.hour < now - _KEPT))


def _key(limit: Limit, subject: str, secret: bytes, now: datetime) -> dict[str, str | datetime]:
    digest = hmac.new(secret, f"{limit.kind}\n{subject}".encode(), hashlib.sha256).hexdigest()
    return {"kind": limit.kind, "subject_hash": digest, "hour": now.replace(minute=0, second=0, microsecond=0)}
