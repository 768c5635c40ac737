"""Requests to vote that were answered: an officer finds one again, as when a guardian takes the consent back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from pb_app.models.person import Person
from pb_app.models.round import Round
from pb_app.models.voter import VoterRequest
from pb_app.services.voter_requests import RequestView, views_of

MOST_SHOWN = 100


def answered_requests(session: Session, *, words: str, now: datetime) -> list[RequestView]:
    """The newest answered requests of rounds that still take voters, at most `MOST_SHOWN`.

    `words` "" means all; else a part of the name, of the e-mail address, or of what somebody wrote.
    """
    closes_at = func.coalesce(Round.changed_closing_at, Round.voting_closes_at)
    query = (
        select(VoterRequest)
        .join(Round, Round.id == VoterRequest.round_id)
        .join(Person, Person.id == VoterRequest.person_id, isouter=True)
        .where(VoterRequest.status != "asked", Round.cancelled_at.is_(None), closes_at > now)
        .order_by(func.coalesce(VoterRequest.reviewed_at, VoterRequest.decided_at).desc(), VoterRequest.id)
    )
    for word in words.split():
        texts = (Person.name, Person.email, VoterRequest.statement, VoterRequest.contact)
        query = query.where(or_(*(text.icontains(word, autoescape=True) for text in texts)))
    return views_of(session, session.scalars(query.limit(MOST_SHOWN)).all())
