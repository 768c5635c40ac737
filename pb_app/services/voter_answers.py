"""An officer's answer to a request to vote, a second officer's review, and a guardian's consent.

A yes makes the roll entry. What was seen is noted by its kind and day; a copy, a number or a name from it never.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from pb_app.models.person import Person
from pb_app.models.roll import RollEntry
from pb_app.models.sheet import PaperSlip
from pb_app.models.voter import HeldCode, VoterRequest
from pb_app.services.activity import log
from pb_app.services.keys import KeyStore
from pb_app.services.outbox import add_mail
from pb_app.services.roll import add_entries, standing
from pb_app.services.round_lock import hold_round
from pb_app.services.rounds import get_round
from pb_app.services.voter_requests import VoteAsked, check_not_over, declared_of, find_row
from pb_app.services.voter_words import UNDECLARED, area_ids
from voting.eligibility import Eligibility, Evidence, Facts, Verdict, evaluate
from voting.errors import ChangedMeanwhileError, Problem, SecondPersonError
from voting.permissions import Actor

SHOWN: dict[str, str] = {
    "bill": "A bill or a letter from an authority",
    "bank": "A bank letter or card",
    "photo": "A passport, driving licence or other card with a photo",
    "card": "A school, student or work card",
    "letter": "A letter from an employer, a school or a landlord",
    "vouched": "Nothing on paper: a partner knows them",
    "word": "Nothing: their word is enough in this round",
}
"""What can be seen, by its kind."""

CONSENT: dict[str, str] = {
    "person": "They came in person",
    "paper": "On paper",
    "phone": "On the phone",
    "mail": "By e-mail",
}
"""How a parent or guardian agreed."""


_CONSENT_ENDED = "consent_ended"
"""Why a roll entry does not stand, until somebody agrees again."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What an officer, or a partner by name, saw on a day."""

    kind: str
    on: date
    partner: str = ""


@dataclass(frozen=True, slots=True)
class Yes:
    """A yes: the area, the age where the round asks for it, what was seen, and how a guardian agreed ("" not asked)."""

    area_id: str
    age: int | None
    seen: Seen
    consent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteApproved(VoteAsked):
    """An officer said yes; what was seen is in the erasable part."""

    kind: ClassVar[str] = "voter:request:approved"
    shown: str = ""
    shown_on: str = ""

    def details(self) -> Mapping[str, str]:
        """Kind and day of what was seen."""
        return {"shown": self.shown, "shown_on": self.shown_on}


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteRefused(VoteAsked):
    """An officer said no, with a reason that the person reads."""

    kind: ClassVar[str] = "voter:request:refused"
    reason: str

    def details(self) -> Mapping[str, str]:
        """The reason, which may say something about the person."""
        return {"reason": self.reason}


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentEnded(VoteAsked):
    """A parent or guardian took the consent back before the child voted."""

    kind: ClassVar[str] = "voter:consent:ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentTooLate(VoteAsked):
    """An officer tried to note that a consent was taken back, and learned that the vote was cast."""

    kind: ClassVar[str] = "voter:consent:too-late"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentGiven(VoteAsked):
    """A parent or guardian agreed again."""

    kind: ClassVar[str] = "voter:consent:given"


def approve_request(session: Session, *, request_id: str, yes: Yes, by: Actor, now: datetime) -> list[Problem]:
    """Says yes and makes the roll entry. Problems where the rule of the round does not allow it, or a box is empty.

    Raises SecondPersonError for the officer who refused it, ChangedMeanwhileError when it is answered already.
    """
    row = _open_row(session, request_id, by, now)
    view = get_round(session, row.round_id)
    problems = [*_problems_of(view.eligibility or UNDECLARED, yes, now)]
    facts = Facts(declared_of(row).route, yes.age, yes.area_id, has_consent=bool(yes.consent) or _has_consent(row))
    answer = evaluate(view.eligibility or UNDECLARED, facts, area_ids(view))
    if yes.area_id and not answer.is_allowed:
        problems.append(Problem("answer" if answer.verdict is Verdict.REFUSED else "consent", answer.reason))
    if problems:
        return problems
    row.area_id, row.age, row.doubt = yes.area_id, yes.age, ""
    row.shown, row.shown_on, row.shown_to = yes.seen.kind, yes.seen.on, yes.seen.partner.strip()
    if yes.consent:
        row.consent_how, row.consent_on, row.consent_by, row.consent_ended_at = (
            yes.consent,
            now.date(),
            by.person_id,
            None,
        )
    _settle(session, row, "approved", "", by, now)
    event = VoteApproved(
        round_id=row.round_id, request_id=row.id, shown=yes.seen.kind, shown_on=yes.seen.on.isoformat()
    )
    log(session, event, by=by, now=now)
    _write_to(session, row, "You can vote", f"We have checked it: you can vote in “{view.title}”.", now)
    return []


def refuse_request(session: Session, *, request_id: str, reason: str, by: Actor, now: datetime) -> list[Problem]:
    """Says no. The person reads the reason, and may ask for a second officer once. Raises as `approve_request` does."""
    if not reason.strip():
        return [Problem("reason", "Write the reason. The person reads it and can ask for a second officer")]
    row = _open_row(session, request_id, by, now)
    _settle(session, row, "refused", reason.strip(), by, now)
    log(session, VoteRefused(round_id=row.round_id, request_id=row.id, reason=row.reason), by=by, now=now)
    more = "" if row.reviewed_at else "\n\nOn the page of the round you can ask for a second officer to look at it."
    _write_to(session, row, "About your request to vote", f"We could not approve it: {row.reason}{more}", now)
    return []


def end_consent(session: Session, keys: KeyStore, *, request_id: str, by: Actor, now: datetime) -> list[Problem]:
    """A parent or guardian takes the consent back: the roll entry is void, so that the child can't vote.

    A problem once the child has voted: nobody can take a vote back for somebody else. The officer learns so that there
    is a vote, and that is logged too.
    """
    by.check("area:approve")
    row = find_row(session, request_id)
    check_not_over(session, row.round_id, now)
    hold_round(session, row.round_id)
    if not _has_consent(row):
        raise ChangedMeanwhileError("There is no consent that could be taken back.")
    if _has_voted(session, keys, row):
        log(session, ConsentTooLate(round_id=row.round_id, request_id=row.id), by=by, now=now)
        return [Problem("", "The vote is cast. Consent can be taken back before voting, not afterwards.")]
    row.consent_ended_at = now
    if row.roll_id is not None:
        entry = session.get_one(RollEntry, row.roll_id)
        entry.voided_reason = entry.voided_reason or _CONSENT_ENDED
    session.flush()
    log(session, ConsentEnded(round_id=row.round_id, request_id=row.id), by=by, now=now)
    return []


def renew_consent(session: Session, *, request_id: str, how: str, by: Actor, now: datetime) -> list[Problem]:
    """A parent or guardian agrees after having taken it back: the roll entry stands again."""
    by.check("area:approve")
    row = find_row(session, request_id)
    check_not_over(session, row.round_id, now)
    if how not in CONSENT:
        return [Problem("consent", "Choose how they agreed")]
    if row.consent_ended_at is None:
        raise ChangedMeanwhileError("The consent stands.")
    row.consent_how, row.consent_on, row.consent_by, row.consent_ended_at = how, now.date(), by.person_id, None
    entry = session.get(RollEntry, row.roll_id) if row.roll_id else None
    if entry is not None and entry.voided_reason == _CONSENT_ENDED:  # joined with another entry, it stays struck off
        entry.voided_reason = None
    session.flush()
    log(session, ConsentGiven(round_id=row.round_id, request_id=row.id), by=by, now=now)
    return []


def put_on_roll(session: Session, row: VoterRequest, shown_by: Evidence) -> None:
    """Makes the roll entry of a request; its code, if it has one, leads there from now on.

    Raises ChangedMeanwhileError where the person is on the roll already, or the area has no paper.
    """
    people = [(row.person_id, row.area_id or "")]
    way = "account" if row.person_id else "letter"
    made = add_entries(session, round_id=row.round_id, way=way, people=people, shown_by=shown_by.value)
    if not made:
        raise ChangedMeanwhileError("This area has no ballot paper in this round.")
    row.roll_id, row.status = made[0], "approved"
    session.flush()
    session.execute(update(HeldCode).where(HeldCode.request_id == row.id).values(roll_id=row.roll_id))


def _open_row(session: Session, request_id: str, by: Actor, now: datetime) -> VoterRequest:
    """A request that may be answered now by this officer."""
    by.check("area:approve")
    row = find_row(session, request_id)
    check_not_over(session, row.round_id, now)
    waits_for_review = row.review_asked_at is not None and row.reviewed_at is None
    if row.status != "asked" and not waits_for_review:
        raise ChangedMeanwhileError("Another officer has answered this request already.")
    if waits_for_review and row.decided_by == by.person_id:
        raise SecondPersonError("You refused this request. The review is for another officer.")
    return row


def _settle(session: Session, row: VoterRequest, status: str, reason: str, by: Actor, now: datetime) -> None:
    row.reason = reason
    if row.review_asked_at is None:
        row.decided_at, row.decided_by = now, by.person_id
    else:
        row.reviewed_at, row.reviewed_by = now, by.person_id
    if status == "approved":
        put_on_roll(session, row, Evidence.WORD if row.shown == "word" else Evidence.DOCUMENT)
    row.status = status
    session.flush()


def _has_voted(session: Session, keys: KeyStore, row: VoterRequest) -> bool:
    """Online, or on paper with a sheet that came back. Without a key nobody has."""
    if row.roll_id is None or not keys.has_round_key(row.round_id):
        return False
    sheet = select(PaperSlip.roll_id).where(PaperSlip.roll_id == row.roll_id).limit(1)
    return (
        bool(standing(session, keys, round_id=row.round_id, roll_id=row.roll_id)) or session.scalar(sheet) is not None
    )


def _has_consent(row: VoterRequest) -> bool:
    return row.consent_on is not None and row.consent_ended_at is None


def _problems_of(rule: Eligibility, yes: Yes, now: datetime) -> list[Problem]:
    problems = []
    if not yes.area_id:
        problems.append(Problem("area", "Choose the area"))
    if yes.seen.kind not in SHOWN or (yes.seen.kind == "word" and Evidence.WORD not in rule.evidence):
        problems.append(Problem("shown", "Choose what was seen"))
    if yes.seen.kind == "vouched" and not yes.seen.partner.strip():
        problems.append(Problem("shown_to", "Write who knows them"))
    if yes.seen.on > now.date():
        problems.append(Problem("shown_on", "Write a day that is not still to come"))
    return problems


def _write_to(session: Session, row: VoterRequest, subject: str, text: str, now: datetime) -> None:
    """By e-mail to whoever has an account; others come back with their code."""
    if row.person_id is None:
        return
    person = session.get_one(Person, row.person_id)
    key = f"voter:{row.id}:{row.status}:{now:%Y%m%d%H%M%S}"
    add_mail(session, key=key, to=person.email, subject=subject, body=f"Hello {person.name},\n\n{text}\n", now=now)
