"""Asking to vote in one round, with or without an account; what became of it, for whoever asked and for officers."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from pb_app.models.area import Area
from pb_app.models.person import Person
from pb_app.models.round import Round
from pb_app.models.voter import HeldCode, VoterRequest
from pb_app.services.activity import Event, log
from pb_app.services.keys import KeyStore
from voting.codes import hash_code, make_code, read_code
from voting.eligibility import Doubt, Facts, Route
from voting.errors import ChangedMeanwhileError, NotFoundError, NotNowError, Problem
from voting.permissions import Actor

LONGEST_STATEMENT = 500
LONGEST_CONTACT = 254


@dataclass(frozen=True, slots=True)
class Declared:
    """What somebody said of themselves, and where their postcode lies by the file of `looked_up`."""

    route: Route
    age: int | None
    area_id: str
    doubt: Doubt | None
    looked_up: date | None

    def facts(self, *, has_consent: bool = False) -> Facts:
        """What the rule is asked."""
        return Facts(self.route, self.age, self.area_id, self.doubt, has_consent)


@dataclass(frozen=True, slots=True)
class RequestView:
    """A request and where it stands. Names, statement and contact are personal: for the person and for officers.

    `person_name` is "" for somebody without an account.
    """

    request_id: str
    round_id: str
    round_title: str
    person_id: str | None
    person_name: str
    declared: Declared
    area_name: str
    statement: str
    contact: str
    status: str
    reason: str
    asked_at: datetime
    decided_at: datetime | None
    decided_by: str | None
    shown: str
    shown_on: date | None
    consent_on: date | None
    consent_ended_at: datetime | None
    review_words: str
    review_asked_at: datetime | None
    reviewed_at: datetime | None

    @property
    def waits_for_review(self) -> bool:
        """Whether a second officer is asked to look."""
        return self.review_asked_at is not None and self.reviewed_at is None

    @property
    def waits_since(self) -> datetime:
        """When the question that waits was asked."""
        return self.review_asked_at or self.asked_at

    def may_answer(self, by: Actor) -> bool:
        """Whether this officer may: a review is not for the one who refused."""
        return not (self.waits_for_review and self.decided_by == by.person_id)

    @property
    def has_consent(self) -> bool:
        """Whether a parent or guardian agreed, and still does."""
        return self.consent_on is not None and self.consent_ended_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteAsked(Event):
    """Somebody asked to vote in a round."""

    kind: ClassVar[str] = "voter:request:asked"
    request_id: str

    def objects(self) -> list[tuple[str, str]]:
        """The request."""
        return [("request", self.request_id)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewAsked(VoteAsked):
    """Somebody who was refused asked for a second officer."""

    kind: ClassVar[str] = "voter:review:asked"


def ask_to_vote(
    session: Session,
    *,
    round_id: str,
    declared: Declared,
    statement: str,
    contact: str,
    by: Actor | None,
    now: datetime,
) -> str | list[Problem]:
    """A request that waits for an officer; its id. `by` is None for somebody without an account.

    Raises ChangedMeanwhileError when they asked before, NotNowError once voting is over.
    """
    check_not_over(session, round_id, now)
    if problems := _text_problems(statement, contact, has_account=by is not None):
        return problems
    row = add_request(session, round_id=round_id, declared=declared, by=by, now=now)
    row.statement, row.contact = statement.strip(), contact.strip()
    session.flush()
    log(session, VoteAsked(round_id=round_id, request_id=row.id), by=by, now=now)
    return row.id


def add_request(
    session: Session, *, round_id: str, declared: Declared, by: Actor | None, now: datetime
) -> VoterRequest:
    """The row of a request, with nothing but what was declared. Raises ChangedMeanwhileError when there is one."""
    if by is not None and my_request(session, round_id=round_id, person_id=by.person_id) is not None:
        raise ChangedMeanwhileError("You have asked already. The page of this round says what became of it.")
    row = VoterRequest(
        id=secrets.token_hex(16),
        round_id=round_id,
        person_id=by.person_id if by else None,
        route=declared.route.value,
        age=declared.age,
        area_id=declared.area_id or None,
        looked_up=declared.looked_up,
        doubt=declared.doubt.value if declared.doubt else "",
        asked_at=now,
    )
    session.add(row)
    return row


def give_code(session: Session, keys: KeyStore, *, request_id: str) -> str:
    """A code for somebody without an account, in clear, this once: it tells what became of the request, and then opens

    the ballot papers. Only its hash is kept.
    """
    row = find_row(session, request_id)
    code = make_code(secrets.randbelow)
    code_hash = hash_code(keys.code_key(row.round_id), row.round_id, code)
    session.add(HeldCode(round_id=row.round_id, code_hash=code_hash, request_id=row.id))
    session.flush()
    return code


def ask_review(session: Session, *, request_id: str, words: str, by: Actor | None, now: datetime) -> list[Problem]:
    """Asks for a second officer after a refusal. Raises ChangedMeanwhileError where there is nothing to review."""
    row = find_row(session, request_id)
    check_not_over(session, row.round_id, now)
    if row.status != "refused" or row.review_asked_at is not None:
        raise ChangedMeanwhileError("There is no refusal here that a second officer has not been asked about.")
    if len(words.strip()) > LONGEST_STATEMENT:
        return [_too_long("words", words)]
    row.review_words, row.review_asked_at = words.strip(), now
    session.flush()
    log(session, ReviewAsked(round_id=row.round_id, request_id=row.id), by=by, now=now)
    return []


def my_request(session: Session, *, round_id: str, person_id: str) -> RequestView | None:
    """What a person asked in this round, or None."""
    row = session.scalar(select(VoterRequest).filter_by(round_id=round_id, person_id=person_id))
    return _view(session, row) if row else None


def request_of_code(session: Session, keys: KeyStore, *, round_id: str, typed: str) -> RequestView | None:
    """The request that this code was given for; None for any other text."""
    code = read_code(typed)
    if code is None:
        return None
    held = session.get(HeldCode, (round_id, hash_code(keys.code_key(round_id), round_id, code)))
    return get_request(session, request_id=held.request_id) if held and held.request_id else None


def get_request(session: Session, *, request_id: str) -> RequestView:
    """One request. Raises NotFoundError."""
    return _view(session, find_row(session, request_id))


def waiting_requests(session: Session) -> list[RequestView]:
    """Requests and reviews that wait for an officer, the oldest first."""
    asked = VoterRequest.status == "asked"
    review = VoterRequest.review_asked_at.is_not(None) & VoterRequest.reviewed_at.is_(None)
    rows = session.scalars(select(VoterRequest).where(asked | review).order_by(VoterRequest.asked_at, VoterRequest.id))
    return views_of(session, rows.all())


def views_of(session: Session, rows: Sequence[VoterRequest]) -> list[RequestView]:
    """However many, in two queries more than there are rounds and areas."""
    ids = [row.person_id for row in rows if row.person_id]
    held = session.scalars(select(Person).where(Person.id.in_(ids))).all()  # held, so that the session keeps them
    views = [_view(session, row) for row in rows]
    del held
    return views


def find_row(session: Session, request_id: str) -> VoterRequest:
    """The row. Raises NotFoundError."""
    row = session.get(VoterRequest, request_id)
    if row is None:
        raise NotFoundError("There is no such request.")
    return row


def check_not_over(session: Session, round_id: str, now: datetime) -> None:
    """Raises NotNowError where the round takes no voters any more, or is not public yet."""
    row = session.get(Round, round_id)
    if row is None or row.announced_at is None or row.kind != "cast":
        raise NotFoundError("We can’t find this round.")
    if row.cancelled_at is not None or now >= (row.changed_closing_at or row.voting_closes_at):
        raise NotNowError("Voting is over, so nobody can be added any more.")


def declared_of(row: VoterRequest) -> Declared:
    """What the row says was declared."""
    doubt = Doubt(row.doubt) if row.doubt else None
    return Declared(Route(row.route), row.age, row.area_id or "", doubt, row.looked_up)


def _text_problems(statement: str, contact: str, *, has_account: bool) -> list[Problem]:
    problems = []
    if not statement.strip() and not has_account:
        problems.append(
            Problem("statement", "Write what helps us to find out, like “I stay at the hostel in Mill Lane”")
        )
    if len(statement.strip()) > LONGEST_STATEMENT:
        problems.append(_too_long("statement", statement))
    if len(contact.strip()) > LONGEST_CONTACT:
        problems.append(Problem("contact", f"Make it {LONGEST_CONTACT} letters or shorter"))
    return problems


def _too_long(field: str, text: str) -> Problem:
    return Problem(field, f"Make it {LONGEST_STATEMENT} letters or shorter. It is {len(text.strip()):,} now")


def _view(session: Session, row: VoterRequest) -> RequestView:
    person = session.get(Person, row.person_id) if row.person_id else None
    area = session.get(Area, row.area_id) if row.area_id else None
    return RequestView(
        request_id=row.id,
        round_id=row.round_id,
        round_title=session.get_one(Round, row.round_id).title,
        person_id=row.person_id,
        person_name=person.name if person else "",
        declared=declared_of(row),
        area_name=area.name if area else "",
        statement=row.statement,
        contact=row.contact,
        status=row.status,
        reason=row.reason,
        asked_at=row.asked_at,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
        shown=row.shown,
        shown_on=row.shown_on,
        consent_on=row.consent_on,
        consent_ended_at=row.consent_ended_at,
        review_words=row.review_words,
        review_asked_at=row.review_asked_at,
        reviewed_at=row.reviewed_at,
    )
