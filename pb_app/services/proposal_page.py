"""What a proposal's page shows: the proposal, its round, the project it became, and whether it won."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pb_app.models.paper import Project
from pb_app.services.paper_results import FundedLine, UnfundedLine
from pb_app.services.proposal_reading import ProposalView, get_proposal
from pb_app.services.results import find_results
from pb_app.services.round_reading import PaperView, RoundView, get_round
from pb_app.services.themes import theme_of
from voting.errors import NotFoundError
from voting.permissions import Actor
from voting.phases import Phase


@dataclass(frozen=True, slots=True)
class OnPaper:
    """The line of a ballot paper that a proposal became; `cost` in pence is what people vote on."""

    project_id: str
    paper: PaperView
    cost: int


@dataclass(frozen=True, slots=True)
class ProposalPage:
    """One proposal, where its round stands, and whether the reader wrote it; `outcome` once a result is out."""

    proposal: ProposalView
    round: RoundView
    phase: Phase
    on_paper: OnPaper | None
    is_own: bool
    outcome: FundedLine | UnfundedLine | None

    @property
    def theme(self) -> str:
        """The drawing that stands in for a photo."""
        return theme_of(self.proposal.title)


def show_proposal(
    session: Session, *, round_id: str, proposal_id: str, by: Actor | None, now: datetime
) -> ProposalPage:
    """A proposal that is public or `by`'s own. Raises NotFoundError, also where it belongs to another round."""
    proposal = get_proposal(session, proposal_id=proposal_id, by=by)
    if proposal.round_id != round_id:
        raise NotFoundError("We can’t find this proposal.")
    view = get_round(session, round_id)
    row = session.scalars(select(Project).where(Project.proposal_id == proposal_id)).one_or_none()
    on_paper = OnPaper(row.id, view.paper(row.paper_id), row.cost) if row else None
    is_own = by is not None and by.person_id == proposal.proposer_id
    outcome = _outcome(session, round_id, on_paper)
    return ProposalPage(proposal, view, view.phase_at(now), on_paper, is_own, outcome)


def _outcome(session: Session, round_id: str, on_paper: OnPaper | None) -> FundedLine | UnfundedLine | None:
    result = find_results(session, round_id=round_id) if on_paper else None
    return result.line(on_paper.paper.id, on_paper.project_id) if result and on_paper else None
