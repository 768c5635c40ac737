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
from pb_app.services.round_reading import get_round
from pb_app.services.round_views import PaperView, RoundView
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
    is_awarded: bool
    """Whether it gets money: as the steering group decided, or else as counted."""

    @property
    def departs(self) -> bool:
        """Whether the steering group decided otherwise about it than the count."""
        return self.outcome is not None and self.outcome.is_funded != self.is_awarded

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
    result = find_results(session, round_id=round_id) if on_paper else None
    outcome = result.line(on_paper.paper.id, on_paper.project_id) if result and on_paper else None
    is_awarded = bool(result and on_paper and result.is_awarded(on_paper.paper.id, on_paper.project_id))
    return ProposalPage(proposal, view, view.phase_at(now), on_paper, is_own, outcome, is_awarded)
