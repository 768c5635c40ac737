"""Writing a proposal: draft, save, send, answer, withdraw. Reading them is `proposal_reading`."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from pb_app.models.area import Area
from pb_app.models.paper import Pot, Project
from pb_app.models.proposal import CostLine, Proposal, ReviewEntry
from pb_app.services.activity import Event, log
from pb_app.services.own_proposals import ANSWERABLE, REVIEW_PHASES, check_phase, check_status, own, own_editable
from pb_app.services.proposal_reading import (
    PUBLIC_STATUSES,
    EntryView,
    PhotoView,
    ProposalCard,
    ProposalFilters,
    ProposalView,
    get_proposal,
    list_proposals,
    my_proposals,
)
from pb_app.services.proposal_text import CostItem, ProposalText, problems_keeping, problems_sending
from voting.errors import NotNowError, Problem
from voting.permissions import Actor
from voting.phases import Phase

__all__ = [
    "LONGEST_ANSWER",
    "PUBLIC_STATUSES",
    "CostItem",
    "EntryView",
    "PhotoView",
    "ProposalCard",
    "ProposalFilters",
    "ProposalText",
    "ProposalView",
    "answer_question",
    "get_own",
    "get_own_editable",
    "get_proposal",
    "list_proposals",
    "my_proposals",
    "problems_before_sending",
    "save_draft",
    "send",
    "start_draft",
    "withdraw",
]

LONGEST_ANSWER = 2000
SAVED_ELSEWHERE = (
    "This proposal was saved in another window since you opened it here. "
    "What you wrote here is kept below. Save again to use it instead of the other text"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalEvent(Event):
    """Something that happened to one proposal."""

    proposal_id: str

    def objects(self) -> list[tuple[str, str]]:
        """The proposal."""
        return [("proposal", self.proposal_id)]


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftStarted(ProposalEvent):
    """Somebody began to write."""

    kind: ClassVar[str] = "proposal:draft:started"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSaved(ProposalEvent):
    """The text changed; `revision` counts the saves."""

    kind: ClassVar[str] = "proposal:text:saved"
    revision: int

    def details(self) -> dict[str, int]:
        """Which save this was."""
        return {"revision": self.revision}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalSent(ProposalEvent):
    """From now on everybody can read it."""

    kind: ClassVar[str] = "proposal:proposal:sent"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionAnswered(ProposalEvent):
    """The proposer answered the officers' question."""

    kind: ClassVar[str] = "proposal:question:answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalWithdrawn(ProposalEvent):
    """The proposer took it back."""

    kind: ClassVar[str] = "proposal:proposal:withdrawn"


def get_own(session: Session, *, proposal_id: str, by: Actor) -> ProposalView:
    """A proposal of `by`, whatever its state. Raises NotFoundError for everybody else's."""
    own(session, proposal_id, by)
    return get_proposal(session, proposal_id=proposal_id, by=by)


def get_own_editable(session: Session, *, proposal_id: str, by: Actor, now: datetime) -> ProposalView:
    """A proposal of `by` whose text may change now. Raises NotFoundError, NotNowError."""
    own_editable(session, proposal_id, by, now)
    return get_proposal(session, proposal_id=proposal_id, by=by)


def start_draft(session: Session, *, round_id: str, by: Actor, now: datetime) -> str:
    """A new draft's id, or that of the empty draft the person has already. Raises NotNowError."""
    by.check("proposal:write")
    check_phase(session, round_id, frozenset({Phase.PROPOSING}), now)
    mine = select(Proposal).where(
        Proposal.round_id == round_id, Proposal.proposer_id == by.person_id, Proposal.status == "draft"
    )
    untouched = session.scalars(mine.where(Proposal.revision == 1).order_by(Proposal.created_at)).first()
    if untouched is not None:
        return untouched.id
    proposal_id = secrets.token_hex(16)
    session.add(Proposal(id=proposal_id, round_id=round_id, proposer_id=by.person_id, created_at=now, saved_at=now))
    session.flush()
    log(session, DraftStarted(round_id=round_id, proposal_id=proposal_id), by=by, now=now)
    return proposal_id


def save_draft(
    session: Session, *, proposal_id: str, text: ProposalText, revision: int, by: Actor, now: datetime
) -> int | list[Problem]:
    """The new revision, or what to mend; nothing is stored then.

    `revision` is the one the writer started from: when another tab saved since, a Problem on "revision" says so,
    and saving again from the present revision replaces the other text. Saving the same text twice changes nothing.
    Raises NotFoundError, NotAllowedError, NotNowError.
    """
    proposal = own_editable(session, proposal_id, by, now)
    problems = [*problems_keeping(text), *_unknown_choices(session, proposal.round_id, text)]
    if problems:
        return problems
    if text == stored_text(session, proposal):
        return proposal.revision
    if revision != proposal.revision:
        return [Problem("revision", SAVED_ELSEWHERE)]
    _store(session, proposal, text, now)
    event = TextSaved(round_id=proposal.round_id, proposal_id=proposal_id, revision=proposal.revision)
    log(session, event, by=by, now=now)
    return proposal.revision


def problems_before_sending(session: Session, *, proposal_id: str, by: Actor) -> list[Problem]:
    """What is still missing, or costs more than its pot holds. Raises NotFoundError."""
    proposal = own(session, proposal_id, by)
    text = stored_text(session, proposal)
    problems = problems_sending(text)
    pot = session.get(Pot, (proposal.round_id, text.pot_id)) if text.pot_id else None
    if pot is not None and text.cost > pot.amount:
        words = f"Your lines add up to {_pounds(text.cost)}. The pot “{pot.name}” holds {_pounds(pot.amount)}."
        problems.append(Problem("cost_lines", f"{words} Make the cost smaller or choose another pot"))
    return problems


def send(session: Session, *, proposal_id: str, by: Actor, now: datetime) -> list[Problem] | None:
    """Sends a draft to the officers and shows it to everybody; or what to mend first.

    Sending twice is the same as once. Raises NotNowError.
    """
    proposal = own(session, proposal_id, by)
    if proposal.status == "sent":
        return None
    check_status(proposal, frozenset({"draft"}))
    check_phase(session, proposal.round_id, frozenset({Phase.PROPOSING}), now)
    problems = problems_before_sending(session, proposal_id=proposal_id, by=by)
    if problems:
        return problems
    proposal.status, proposal.sent_at = "sent", now
    _add_entry(session, proposal_id, "sent", "", by, now)
    log(session, ProposalSent(round_id=proposal.round_id, proposal_id=proposal_id), by=by, now=now)
    return None


def answer_question(session: Session, *, proposal_id: str, text: str, by: Actor, now: datetime) -> list[Problem] | None:
    """Answers the officers' question or their refusal, publicly, and gives the proposal back to them.

    Or says what to mend first.
    Raises NotNowError.
    """
    proposal = own(session, proposal_id, by)
    check_status(proposal, ANSWERABLE)
    check_phase(session, proposal.round_id, REVIEW_PHASES, now)
    text = text.strip()
    if not text:
        return [Problem("answer", "Write your answer")]
    if len(text) > LONGEST_ANSWER:
        return [Problem("answer", f"Make the answer {LONGEST_ANSWER:,} letters or shorter. It is {len(text):,} now")]
    problems = problems_before_sending(session, proposal_id=proposal_id, by=by)
    if problems:
        return problems
    proposal.status = "sent"
    _add_entry(session, proposal_id, "answer", text, by, now)
    log(session, QuestionAnswered(round_id=proposal.round_id, proposal_id=proposal_id), by=by, now=now)
    return None


def withdraw(session: Session, *, proposal_id: str, by: Actor, now: datetime) -> None:
    """Takes a proposal back for good. Raises NotFoundError; NotNowError once it is on a ballot paper."""
    proposal = own(session, proposal_id, by)
    if proposal.status == "withdrawn":
        return
    check_status(proposal, frozenset({"draft", "sent", "question", "accepted"}))
    if session.scalar(select(func.count()).where(Project.proposal_id == proposal_id)):
        raise NotNowError("Your project is on the ballot paper now, so you can’t take it back here. Call us instead.")
    proposal.status = "withdrawn"
    log(session, ProposalWithdrawn(round_id=proposal.round_id, proposal_id=proposal_id), by=by, now=now)


def stored_text(session: Session, proposal: Proposal) -> ProposalText:
    """The text as it stands in the database."""
    lines = session.scalars(select(CostLine).where(CostLine.proposal_id == proposal.id).order_by(CostLine.position))
    return ProposalText(
        title=proposal.title,
        summary=proposal.summary,
        what=proposal.what,
        who_benefits=proposal.who_benefits,
        pot_id=proposal.pot_id,
        area_id=proposal.area_id,
        place=proposal.place,
        group_name=proposal.group_name,
        interest=proposal.interest,
        cost_lines=tuple(CostItem(line.label, line.amount) for line in lines),
    )


def _store(session: Session, proposal: Proposal, text: ProposalText, now: datetime) -> None:
    for name in ("title", "summary", "what", "who_benefits", "pot_id", "area_id", "place", "group_name", "interest"):
        setattr(proposal, name, getattr(text, name))
    session.execute(delete(CostLine).where(CostLine.proposal_id == proposal.id))
    session.add_all(
        CostLine(proposal_id=proposal.id, position=n, label=line.label, amount=line.amount)
        for n, line in enumerate(text.cost_lines, start=1)
    )
    proposal.revision += 1
    proposal.saved_at = now
    session.flush()


def _add_entry(session: Session, proposal_id: str, kind: str, text: str, by: Actor, now: datetime) -> None:
    n = 1 + (session.scalar(select(func.max(ReviewEntry.n)).where(ReviewEntry.proposal_id == proposal_id)) or 0)
    entry = ReviewEntry(
        id=secrets.token_hex(16), proposal_id=proposal_id, n=n, kind=kind, text=text, by=by.person_id, at=now
    )
    session.add(entry)
    session.flush()


def _unknown_choices(session: Session, round_id: str, text: ProposalText) -> list[Problem]:
    problems = []
    if text.pot_id and session.get(Pot, (round_id, text.pot_id)) is None:
        problems.append(Problem("pot_id", "Choose one of the pots below"))
    if text.area_id and session.get(Area, text.area_id) is None:
        problems.append(Problem("area_id", "Choose one of the areas below"))
    return problems


def _pounds(pence: int) -> str:
    return f"£{pence // 100:,}" if pence % 100 == 0 else f"£{pence // 100:,}.{pence % 100:02d}"
