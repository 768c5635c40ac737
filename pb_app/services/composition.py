"""What stands on the ballot papers of a round so far, and which accepted proposals wait to be put on one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pb_app.models.paper import Paper, Pot, Project
from pb_app.models.proposal import CostLine, Proposal
from pb_app.models.round import Round
from pb_app.services.round_reading import read_rulebook
from tallying.fields import NONE
from voting.errors import NotFoundError


@dataclass(frozen=True, slots=True)
class ProjectLine:
    """A project on a paper; `cost` in pence."""

    id: str
    proposal_id: str | None
    title: str
    cost: int
    category: str = ""


@dataclass(frozen=True, slots=True)
class PaperSheet:
    """A paper with its projects in order; `budget` is the sum of its pots, in pence."""

    id: str
    title: str
    budget: int
    pot_names: tuple[str, ...]
    projects: tuple[ProjectLine, ...]
    bonus: str = ""
    """What one more pick is for, if the paper has a bonus vote."""

    @property
    def total(self) -> int:
        """What all its projects cost together, in pence."""
        return sum(project.cost for project in self.projects)


@dataclass(frozen=True, slots=True)
class WaitingProposal:
    """An accepted proposal that is on no paper yet; `cost` is the proposer's sum in pence.

    `paper_ids` are the papers whose pots may pay for it: that of its pot, or every one if it names none.
    """

    id: str
    title: str
    cost: int
    pot_name: str
    paper_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Composition:
    """All papers of a round, and what waits to be put on one. `is_frozen` once the opening is confirmed."""

    papers: tuple[PaperSheet, ...]
    waiting: tuple[WaitingProposal, ...]
    is_frozen: bool


def compose(session: Session, *, round_id: str) -> Composition:
    """The papers of a round and what waits for them, in four queries. Raises NotFoundError."""
    round_row = session.get(Round, round_id)
    if round_row is None:
        raise NotFoundError("We can’t find this round.")
    papers = session.scalars(select(Paper).where(Paper.round_id == round_id).order_by(Paper.position)).all()
    pots = session.scalars(select(Pot).where(Pot.round_id == round_id).order_by(Pot.name, Pot.id)).all()
    projects = session.scalars(select(Project).where(Project.round_id == round_id).order_by(Project.position)).all()
    sheets = tuple(_sheet(paper, pots, projects) for paper in papers)
    on_paper = {project.proposal_id for project in projects}
    waiting = tuple(row for row in _accepted_rows(session, round_id, pots, papers) if row.id not in on_paper)
    return Composition(sheets, waiting, is_frozen=round_row.opening_confirmed_at is not None)


def _sheet(paper: Paper, pots: Sequence[Pot], projects: Sequence[Project]) -> PaperSheet:
    own = [pot for pot in pots if pot.paper_id == paper.id]
    lines = tuple(
        ProjectLine(row.id, row.proposal_id, row.title, row.cost, row.category)
        for row in projects
        if row.paper_id == paper.id
    )
    return PaperSheet(
        paper.id, paper.title, sum(pot.amount for pot in own), tuple(pot.name for pot in own), lines, _bonus(paper)
    )


def _bonus(paper: Paper) -> str:
    bonus = read_rulebook(paper.rulebook).ballot.bonus
    return "" if bonus == NONE else bonus


def _accepted_rows(
    session: Session, round_id: str, pots: Sequence[Pot], papers: Sequence[Paper]
) -> list[WaitingProposal]:
    sums = select(CostLine.proposal_id, func.sum(CostLine.amount).label("cost"))
    costs = sums.group_by(CostLine.proposal_id).subquery()
    query = (
        select(Proposal, costs.c.cost)
        .outerjoin(costs, costs.c.proposal_id == Proposal.id)
        .where(Proposal.round_id == round_id, Proposal.status == "accepted")
        .order_by(Proposal.title, Proposal.id)
    )
    names = {pot.id: pot.name for pot in pots}
    payers = {pot.id: (pot.paper_id,) for pot in pots}
    everyone = tuple(paper.id for paper in papers)
    return [
        WaitingProposal(
            id=proposal.id,
            title=proposal.title,
            cost=int(cost or 0),
            pot_name=names.get(proposal.pot_id or "", ""),
            paper_ids=payers.get(proposal.pot_id or "", everyone),
        )
        for proposal, cost in session.execute(query)
    ]
