"""The outbox: mail is written in the transaction that causes it; a job sends it afterwards, each once."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from pb_app.models.mail import OutboxMail

MOST_ATTEMPTS = 8
_CLAIM = timedelta(minutes=2)
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


def claim_next(session: Session, *, now: datetime) -> Mail | None:
    """The oldest message whose turn it is, claimed for this process; None when there is none.

    The claim is a short transaction of its own: no lock is held while a mail server makes us wait. It runs out after
    two minutes, longer after each failure, and then the message's turn comes again. `now` is real time.
    """
    row = session.scalar(
        select(OutboxMail)
        .where(OutboxMail.sent_at.is_(None), OutboxMail.attempts < MOST_ATTEMPTS)
        .where(or_(OutboxMail.claimed_until.is_(None), OutboxMail.claimed_until <= now))
        .order_by(OutboxMail.attempts, OutboxMail.created_at, OutboxMail.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if row is None:
        return None
    row.claimed_until = now + _CLAIM * 2**row.attempts
    row.attempts += 1
    session.flush()
    return _value(row)


def mark_sent(session: Session, *, mail_id: str, now: datetime) -> None:
    """Notes that a message is on its way."""
    row = session.get_one(OutboxMail, mail_id)
    row.sent_at, row.claimed_until = now, None
    session.flush()


def drop_mail(session: Session, *, mail_id: str) -> None:
    """Drops a message at once, sent or not."""
    session.execute(delete(OutboxMail).filter_by(id=mail_id))


def list_mail(session: Session, *, limit: int = 200) -> list[Mail]:
    """The newest messages first, for the demo's page."""
    rows = session.scalars(select(OutboxMail).order_by(OutboxMail.created_at.desc(), OutboxMail.id).limit(limit))
    return [_value(row) for row in rows]


def is_any_due(session: Session, *, now: datetime) -> bool:
    """Whether `claim_next` would find a message: asked in a reading transaction, so that an idle job writes nothing."""
    due = select(OutboxMail.id).where(OutboxMail.sent_at.is_(None), OutboxMail.attempts < MOST_ATTEMPTS)
    free = or_(OutboxMail.claimed_until.is_(None), OutboxMail.claimed_until <= now)
    return session.scalar(due.where(free).limit(1)) is not None


def count_waiting(session: Session) -> int:
    """How many messages were not sent yet, those given up included."""
    return session.scalar(select(func.count()).select_from(OutboxMail).where(OutboxMail.sent_at.is_(None))) or 0


def drop_sent(session: Session, *, now: datetime) -> None:
    """Drops messages a week after they were sent: an outbox is no archive of personal data."""
    session.execute(delete(OutboxMail).where(OutboxMail.sent_at < now - _KEPT_AFTER_SENDING))


def _value(row: OutboxMail) -> Mail:
    return Mail(row.id, row.idempotency_key, row.to, row.subject, row.body, row.created_at, row.sent_at)
