"""What the home page shows: every announced round, grouped by what can be done about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pb_app.models.paper import Project
from pb_app.models.proposal import Proposal
from pb_app.services.proposal_reading import PUBLIC_STATUSES
from pb_app.services.round_reading import list_rounds
from pb_app.services.round_views import RoundView
from voting.phases import Phase


@dataclass(frozen=True, slots=True)
class RoundSummary:
    """A round in a list: its phase at the time asked for, and how many proposals and projects it has."""

    round: RoundView
    phase: Phase
    proposals: int
    projects: int


@dataclass(frozen=True, slots=True)
class FrontPage:
    """Rounds by what can be done: first those whose time runs out first; results from the newest."""

    voting: tuple[RoundSummary, ...]
    proposing: tuple[RoundSummary, ...]
    preparing: tuple[RoundSummary, ...]
    counting: tuple[RoundSummary, ...]
    results: tuple[RoundSummary, ...]
    imported: tuple[RoundSummary, ...]
    cancelled: tuple[RoundSummary, ...]

    @property
    def lead(self) -> RoundSummary | None:
        """The round that the page opens with: one to vote in, else one to propose for."""
        return next(iter((*self.voting, *self.proposing)), None)

    @property
    def others(self) -> tuple[RoundSummary, ...]:
        """What else is open."""
        return tuple(one for one in (*self.voting, *self.proposing) if one is not self.lead)

    @property
    def last_result(self) -> RoundSummary | None:
        """The newest result of our own rounds."""
        return next(iter(self.results), None)


_GROUPS: dict[str, frozenset[Phase]] = {
    "voting": frozenset({Phase.VOTING}),
    "proposing": frozenset({Phase.PROPOSING}),
    "preparing": frozenset({Phase.DRAFT, Phase.REVIEWING, Phase.SHORTLISTING}),
    "counting": frozenset({Phase.COUNTING}),
    "results": frozenset({Phase.CHECKING, Phase.DECIDED, Phase.DELIVERING, Phase.CLOSED}),
    "cancelled": frozenset({Phase.CANCELLED}),
}


def read_front_page(session: Session, *, now: datetime) -> FrontPage:
    """Every announced round in its group, in seven queries however many rounds."""
    summaries = list_summaries(session, now=now)
    ours = [one for one in summaries if not one.round.is_imported]
    groups = {name: tuple(one for one in ours if one.phase in phases) for name, phases in _GROUPS.items()}
    for name in ("voting", "proposing"):
        groups[name] = tuple(sorted(groups[name], key=_ends_at))
    return FrontPage(**groups, imported=tuple(one for one in summaries if one.round.is_imported))


def list_summaries(session: Session, *, now: datetime) -> Sequence[RoundSummary]:
    """Every announced round, the one that closes last first."""
    proposals = select(Proposal.round_id, func.count()).where(Proposal.status.in_(PUBLIC_STATUSES))
    counted = dict(session.execute(proposals.group_by(Proposal.round_id)).all())
    projects = select(Project.round_id, func.count()).group_by(Project.round_id)
    on_paper = dict(session.execute(projects).all())
    return [
        RoundSummary(view, view.phase_at(now), counted.get(view.id, 0), on_paper.get(view.id, 0))
        for view in list_rounds(session, now=now)
    ]


def _ends_at(summary: RoundSummary) -> datetime:
    if summary.phase is Phase.VOTING:
        return summary.round.voting_closes_at
    return summary.round.timetable.proposing_closes_at
