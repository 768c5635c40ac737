"""Finding one's own proposal, and whether it may change now."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from pb_app.models.proposal import Proposal
from pb_app.models.round import Round
from pb_app.services.rounds import phase_of
from voting.errors import NotFoundError, NotNowError
from voting.permissions import Actor
from voting.phases import Phase

ANSWERABLE = frozenset({"question", "refused"})
"""What a proposer may answer: the officers' question, or their refusal."""
EDITABLE = frozenset({"draft"}) | ANSWERABLE
REVIEW_PHASES = frozenset({Phase.PROPOSING, Phase.REVIEWING, Phase.SHORTLISTING})

_STATUS_REFUSALS: dict[str, str] = {
    "draft": "This proposal is still a draft. Send it first.",
    "sent": "You sent this proposal, and the officers are reading it. If they have a question, they ask you.",
    "question": "The officers asked you a question about this proposal. Answer it first.",
    "accepted": "This proposal was accepted. Its text can’t change any more.",
    "refused": "The officers refused this proposal. Their reason is on its page.",
    "withdrawn": "You took this proposal back.",
}


def own(session: Session, proposal_id: str, by: Actor) -> Proposal:
    """The row of a proposal of `by`. Raises NotFoundError for everybody else, as if it were not there."""
    proposal = session.get(Proposal, proposal_id)
    if proposal is None or proposal.proposer_id != by.person_id:
        raise NotFoundError("We can’t find this proposal among yours.")
    by.check("proposal:write")
    return proposal


def own_editable(session: Session, proposal_id: str, by: Actor, now: datetime) -> Proposal:
    """The row, while its text may change: a draft, or with officers' words to answer. Raises NotNowError."""
    proposal = own(session, proposal_id, by)
    check_status(proposal, EDITABLE)
    phases = frozenset({Phase.PROPOSING}) if proposal.status == "draft" else REVIEW_PHASES
    check_phase(session, proposal.round_id, phases, now)
    return proposal


def check_status(proposal: Proposal, allowed: frozenset[str]) -> None:
    """Raises NotNowError, with what is the case, unless the status is one of `allowed`."""
    if proposal.status not in allowed:
        raise NotNowError(_STATUS_REFUSALS[proposal.status])


def check_phase(session: Session, round_id: str, allowed: frozenset[Phase], now: datetime) -> None:
    """Raises NotNowError, with words for the person, outside these phases; NotFoundError without the round."""
    round_row = session.get(Round, round_id)
    if round_row is None:
        raise NotFoundError("We can’t find this round.")
    phase = phase_of(round_row, now)
    if phase is Phase.DRAFT:
        raise NotNowError("You can’t propose for this round yet. The round’s page says when it starts.")
    if phase not in allowed:
        raise NotNowError("The time to write proposals for this round is over. What you saved is kept.")
