"""Reviewing proposals: ask a question, accept, refuse.

Each step is public, with its reason, from the moment it is written.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pb_app.models.paper import Project
from pb_app.models.person import Person
from pb_app.models.proposal import Proposal, ReviewEntry
from pb_app.models.round import Round
from pb_app.services.activity import Event, log
from pb_app.services.outbox import add_mail
from pb_app.services.rounds import phase_of
from voting.errors import NotFoundError, NotNowError, Problem
from voting.permissions import Actor
from voting.phases import Phase

LONGEST_TEXT = 2000
REVIEW_PHASES = frozenset({Phase.PROPOSING, Phase.REVIEWING, Phase.SHORTLISTING})

STEPS: dict[str, tuple[str, ...]] = {
    "draft": (),
    "sent": ("question", "accept", "refuse"),
    "question": ("question", "accept", "refuse"),
    "accepted": ("refuse",),
    "refused": ("accept",),
    "withdrawn": (),
}
"""Which step an officer may take from which status. A refusal can be mended: the proposer may answer it."""

_REACHED: dict[str, str] = {"question": "question", "accept": "accepted", "refuse": "refused"}

_MISSING: dict[str, str] = {
    "question": "Write your question to the proposer",
    "accept": "Write why it can be done. Everybody can read it",
    "refuse": "Write the reason. Say what would have to change, so that the proposer can answer it",
}

_MAILS: dict[str, tuple[str, str, str]] = {
    "question": (
        "A question about your proposal",
        "An officer read your proposal “{title}” and asks:",
        "Sign in and answer it under “My proposals”. You can change the text until you answer.",
    ),
    "accept": (
        "Your proposal can be done",
        "Your proposal “{title}” was accepted. The officer wrote:",
        "It can now go on a ballot paper.",
    ),
    "refuse": (
        "About your proposal",
        "Your proposal “{title}” can’t be done as it stands. The officer wrote:",
        "If something is wrong or can be changed, write to us.",
    ),
}

_REFUSALS: dict[str, str] = {
    "draft": "This proposal is still a draft. Its proposer has not sent it yet.",
    "sent": "This proposal waits for your answer.",
    "question": "This proposal waits for its proposer’s answer.",
    "accepted": "This proposal was accepted already.",
    "refused": "This proposal was refused already. You can still accept it, with a reason.",
    "withdrawn": "Its proposer took this proposal back.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewEvent(Event):
    """An officer's step in the review of one proposal. The words stand in the public review, not here."""

    proposal_id: str

    def objects(self) -> list[tuple[str, str]]:
        """The proposal."""
        return [("proposal", self.proposal_id)]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionAsked(ReviewEvent):
    """The proposer is asked something and may change the text until they answer."""

    kind: ClassVar[str] = "proposal:question:asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalAccepted(ReviewEvent):
    """It can be done, and may go on a ballot paper."""

    kind: ClassVar[str] = "proposal:proposal:accepted"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalRefused(ReviewEvent):
    """It can't be done as it stands."""

    kind: ClassVar[str] = "proposal:proposal:refused"


_EVENTS: dict[str, type[ReviewEvent]] = {
    "question": QuestionAsked,
    "accept": ProposalAccepted,
    "refuse": ProposalRefused,
}


def ask_question(session: Session, *, proposal_id: str, text: str, by: Actor, now: datetime) -> list[Problem] | None:
    """Asks the proposer something, publicly; or what to mend. Raises NotAllowedError, NotFoundError, NotNowError."""
    return _take_step(session, "question", proposal_id, text, by, now)


def accept(session: Session, *, proposal_id: str, text: str, by: Actor, now: datetime) -> list[Problem] | None:
    """Says that it can be done, and why; or what to mend. Raises NotAllowedError, NotFoundError, NotNowError."""
    return _take_step(session, "accept", proposal_id, text, by, now)


def refuse(session: Session, *, proposal_id: str, text: str, by: Actor, now: datetime) -> list[Problem] | None:
    """Says that it can't be done as it stands, and why; or what to mend.

    Raises NotAllowedError, NotFoundError; NotNowError also while it is on a ballot paper: take it off first.
    """
    return _take_step(session, "refuse", proposal_id, text, by, now)


def count_waiting(session: Session, *, round_ids: list[str]) -> dict[str, tuple[int, datetime]]:
    """For each round with proposals that wait for an officer: how many, and since when the oldest one waits."""
    latest = (
        select(ReviewEntry.proposal_id, func.max(ReviewEntry.at).label("since"))
        .group_by(ReviewEntry.proposal_id)
        .subquery()
    )
    query = (
        select(Proposal.round_id, func.count(), func.min(latest.c.since))
        .join(latest, latest.c.proposal_id == Proposal.id)
        .where(Proposal.status == "sent", Proposal.round_id.in_(round_ids))
        .group_by(Proposal.round_id)
    )
    return {round_id: (count, since) for round_id, count, since in session.execute(query)}


def steps_now(session: Session, *, proposal_id: str, now: datetime) -> tuple[str, ...]:
    """The steps that an officer may take at `now`; none outside the review. Raises NotFoundError."""
    proposal, round_row = _read(session, proposal_id)
    if phase_of(round_row, now) not in REVIEW_PHASES or round_row.opening_confirmed_at is not None:
        return ()
    if is_on_paper(session, proposal_id):
        return ()
    return STEPS[proposal.status]


def is_on_paper(session: Session, proposal_id: str) -> bool:
    """Whether the proposal is a project on a ballot paper."""
    return bool(session.scalar(select(func.count()).where(Project.proposal_id == proposal_id)))


def _take_step(
    session: Session, step: str, proposal_id: str, text: str, by: Actor, now: datetime
) -> list[Problem] | None:
    by.check("proposal:review")
    proposal, round_row = _read(session, proposal_id)
    _check_now(session, step, proposal, round_row, now)
    words = text.strip()
    problems = _text_problems(step, words)
    if problems:
        return problems
    proposal.status = _REACHED[step]
    n = 1 + (session.scalar(select(func.max(ReviewEntry.n)).where(ReviewEntry.proposal_id == proposal_id)) or 0)
    entry = ReviewEntry(
        id=secrets.token_hex(16), proposal_id=proposal_id, n=n, kind=step, text=words, by=by.person_id, at=now
    )
    session.add(entry)
    session.flush()
    log(session, _EVENTS[step](round_id=proposal.round_id, proposal_id=proposal_id), by=by, now=now)
    _write_to_proposer(session, proposal, entry)
    return None


def _write_to_proposer(session: Session, proposal: Proposal, entry: ReviewEntry) -> None:
    person = session.get_one(Person, proposal.proposer_id)
    if person.disabled_at is not None:
        return
    subject, opening, ending = _MAILS[entry.kind]
    body = f"Hello {person.name},\n\n{opening.format(title=proposal.title)}\n\n{entry.text}\n\n{ending}\n"
    add_mail(session, key=f"review:{entry.id}", to=person.email, subject=subject, body=body, now=entry.at)


def _read(session: Session, proposal_id: str) -> tuple[Proposal, Round]:
    """A draft is its proposer's alone: for an officer it is not there."""
    proposal = session.get(Proposal, proposal_id)
    round_row = session.get(Round, proposal.round_id) if proposal is not None else None
    if proposal is None or round_row is None or proposal.status == "draft":
        raise NotFoundError("We can’t find this proposal.")
    return proposal, round_row


def _check_now(session: Session, step: str, proposal: Proposal, round_row: Round, now: datetime) -> None:
    if round_row.opening_confirmed_at is not None:
        raise NotNowError("The ballot papers of this round are fixed. No proposal can change any more.")
    if phase_of(round_row, now) not in REVIEW_PHASES:
        raise NotNowError("Proposals of this round are not being reviewed now.")
    if step not in STEPS[proposal.status]:
        raise NotNowError(_REFUSALS[proposal.status])
    if is_on_paper(session, proposal.id):
        raise NotNowError("This proposal is on a ballot paper. Take it off first.")


def _text_problems(step: str, words: str) -> list[Problem]:
    if not words:
        return [Problem("text", _MISSING[step])]
    if len(words) > LONGEST_TEXT:
        return [Problem("text", f"Make the text {LONGEST_TEXT:,} letters or shorter. It is {len(words):,} now")]
    return []
