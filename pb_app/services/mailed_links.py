"""Single-use links sent by mail: only the hash of the token is kept."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from pb_app.models.sign_in import MailedLink
from pb_app.services.sessions import hash_token
from voting.errors import NotFoundError

Purpose = Literal["confirm", "reset"]
HOURS: dict[Purpose, int] = {"confirm": 48, "reset": 2}
GONE = "This link was used already, or it is too old. Ask for a new one."


def make_link(session: Session, *, purpose: Purpose, person_id: str, now: datetime) -> str:
    """A new link's token. Earlier links of the same kind stop working."""
    session.execute(
        update(MailedLink)
        .where(MailedLink.person_id == person_id, MailedLink.purpose == purpose, MailedLink.used_at.is_(None))
        .values(used_at=now)
    )
    token = secrets.token_urlsafe(32)
    expires = now + timedelta(hours=HOURS[purpose])
    session.add(MailedLink(token_hash=hash_token(token), purpose=purpose, person_id=person_id, expires_at=expires))
    session.flush()
    return token


def whose_link(session: Session, *, purpose: Purpose, token: str, now: datetime) -> str:
    """The person id a link is for, without using it up. Raises NotFoundError when it opens nothing."""
    person_id = session.scalar(
        select(MailedLink.person_id).where(
            MailedLink.token_hash == hash_token(token),
            MailedLink.purpose == purpose,
            MailedLink.used_at.is_(None),
            MailedLink.expires_at > now,
        )
    )
    if person_id is None:
        raise NotFoundError(GONE)
    return person_id


def use_link(session: Session, *, purpose: Purpose, token: str, now: datetime) -> str:
    """Uses a link up; of two at once one gets through. Raises NotFoundError when it opens nothing."""
    person_id = whose_link(session, purpose=purpose, token=token, now=now)
    used = session.execute(
        update(MailedLink)
        .where(MailedLink.token_hash == hash_token(token), MailedLink.used_at.is_(None))
        .values(used_at=now)
        .returning(MailedLink.person_id)
    )
    if used.first() is None:
        raise NotFoundError(GONE)
    return person_id
