"""The activity log: one event for each change, written in the same transaction, chained by hash.

The chain holds no personal data: kind, object ids, a random actor id, the time and a salted commitment to the
details. Details and salt stand in a side row that can be erased without breaking the chain (design: register,
"Personal data in logs").
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from pb_app.models.activity import ActivityDetails, ActivityEvent
from tallying import canonical
from voting.permissions import Actor

FIRST = "0" * 64
"""The hash before the first event."""

_LOCK = 0x70_62_6C_6F_67
"""PostgreSQL advisory lock of the chain; SQLite's writer lock does the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened. Each kind is a subclass with its own `kind`, beside the verb that writes it."""

    kind: ClassVar[str]
    """`noun:thing:verb`, for example "round:opening:asked"."""
    round_id: str | None = None

    def objects(self) -> list[tuple[str, str]]:
        """What it happened to, as (noun, id), in a fixed order. Ids only: this stands in the public chain."""
        return []

    def details(self) -> Mapping[str, canonical.Writable]:
        """Everything else, personal data included; only a salted commitment to it enters the chain."""
        return {}


def log(session: Session, event: Event, *, by: Actor | None, now: datetime) -> int:
    """Appends `event` to the chain and returns its number (1, 2, 3 …). Flushes, never commits.

    `by` is None only for what the application does by itself (a job, the demo's own setting up).
    """
    _lock_chain(session)
    number, previous = _last_link(session)
    salt = secrets.token_bytes(32)
    details = canonical.dumps(event.details())
    row = ActivityEvent(
        n=number + 1,
        kind=event.kind,
        round_id=event.round_id,
        object_ids=canonical.dumps([list(pair) for pair in event.objects()]).decode(),
        actor_id=by.person_id if by else None,
        at=now,
        commitment=hashlib.sha256(salt + details).hexdigest(),
        previous_hash=previous,
        hash="",
    )
    row.hash = link_hash(row)
    session.add(row)
    session.flush()
    session.add(ActivityDetails(n=row.n, salt=salt, details=details.decode()))
    session.flush()
    return row.n


def link_hash(row: ActivityEvent) -> str:
    """SHA-256 (hex) of the previous hash and the canonical payload of one link."""
    payload = canonical.dumps(
        {
            "n": row.n,
            "kind": row.kind,
            "round": row.round_id or "",
            "objects": row.object_ids,
            "actor": row.actor_id or "",
            "at": row.at.isoformat(timespec="microseconds"),
            "commitment": row.commitment,
        }
    )
    return hashlib.sha256(row.previous_hash.encode() + payload).hexdigest()


def verify_chain(session: Session) -> list[int]:
    """The numbers of broken links, in order: a changed event, a wrong previous hash, or a gap before it."""
    broken: list[int] = []
    expected, previous = 1, FIRST
    for row in session.scalars(select(ActivityEvent).order_by(ActivityEvent.n).execution_options(yield_per=500)):
        if row.n != expected or row.previous_hash != previous or row.hash != link_hash(row):
            broken.append(row.n)
        expected, previous = row.n + 1, row.hash
    return broken


def broken_details(session: Session) -> list[int]:
    """The numbers of events whose kept details no longer fit their commitment. Erased details are no fault."""
    rows = session.execute(
        select(ActivityEvent.n, ActivityEvent.commitment, ActivityDetails.salt, ActivityDetails.details)
        .join(ActivityDetails, ActivityDetails.n == ActivityEvent.n)
        .order_by(ActivityEvent.n)
    )
    return [n for n, wanted, salt, details in rows if hashlib.sha256(salt + details.encode()).hexdigest() != wanted]


def chain_head(session: Session) -> str:
    """The hash of the last link: what the minutes and the register keep."""
    return _last_link(session)[1]


def _last_link(session: Session) -> tuple[int, str]:
    latest = select(func.max(ActivityEvent.n)).scalar_subquery()
    row = session.execute(select(ActivityEvent.n, ActivityEvent.hash).where(ActivityEvent.n == latest)).first()
    return (row.n, row.hash) if row else (0, FIRST)


def _lock_chain(session: Session) -> None:
    """Two transactions must not take the same number: the second waits for the first to end."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
