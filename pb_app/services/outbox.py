"""The outbox: mail is written in the transaction that causes it; a job sends it afterwards, each once."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from pb_app.models.mail import OutboxMail

MOST_ATTEMPTS = 8
_KEPT_AFTER_SENDING = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Mail:
    """One message as it stands in the outbox. `sent_at` is None while it waits."""

    id: str
    idempotency_key: str
    to: str
    subject: str
    body: str
    created_at: datetime
    sent_at: datetime | None


def add_mail(session: Session, *, key: str, to: str, subject: str, body: str, now: datetime) -> None:
    """Puts a message into the outbox. The same `key` again changes nothing: it is the same message."""
    if session.scalar(select(OutboxMail.id).filter_by(idempotency_key=key)) is None:
        mail_id = secrets.token_hex(16)
        row = OutboxMail(id=mail_id, idempotency_key=key, to=to, subject=subject, body=body, created_at=now, attempts=0)
        session.add(row)
        session.flush()


def claim_next(session: Session, *, before: datetime) -> Mail | None:
    """The oldest waiting message, locked by this transaction and counted as tried; None when there is none.

    Another process skips it (PostgreSQL) or waits for this one (SQLite). `before` keeps one pass from trying a
    message twice.
    """
    row = session.scalar(
        select(OutboxMail)
        .where(OutboxMail.sent_at.is_(None), OutboxMail.attempts < MOST_ATTEMPTS, OutboxMail.created_at <= before)
        .order_by(OutboxMail.attempts, OutboxMail.created_at, OutboxMail.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if row is None:
        return None
    row.attempts += 1
    session.flush()
    return _value(row)


def mark_sent(session: Session, *, mail_id: str, now: datetime) -> None:
    """Notes that a message is on its way."""
    row = session.get_one(OutboxMail, mail_id)
    row.sent_at = now
    session.flush()


def list_mail(session: Session, *, limit: int = 200) -> list[Mail]:
    """The newest messages first, for the demo's page."""
    rows = session.scalars(select(OutboxMail).order_by(OutboxMail.created_at.desc(), OutboxMail.id).limit(limit))
    return [_value(row) for row in rows]


def count_waiting(session: Session) -> int:
    """How many messages were not sent yet, those given up included."""
    return session.scalar(select(func.count()).select_from(OutboxMail).where(OutboxMail.sent_at.is_(None))) or 0


def drop_sent(session: Session, *, now: datetime) -> None:
    """Drops messages a week after they were sent: an outbox is no archive of personal data."""
    session.execute(delete(OutboxMail).where(OutboxMail.sent_at < now - _KEPT_AFTER_SENDING))


def _value(row: OutboxMail) -> Mail:
    return Mail(row.id, row.idempotency_key, row.to, row.subject, row.body, row.created_at, row.sent_at)
