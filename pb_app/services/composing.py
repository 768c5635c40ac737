"""Composing ballot papers: accepted proposals become projects, with their final cost, in an order.

Until the opening is confirmed a project can be put on, taken off and moved; then the paper is frozen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pb_app.models.paper import Paper, Pot, Project
from pb_app.models.proposal import Proposal
from pb_app.models.round import Round
from pb_app.services.activity import Event, log
from pb_app.services.reviewing import REVIEW_PHASES
from pb_app.services.rounds import phase_of
from tallying import canonical
from tallying.money import shown
from voting.errors import NotFoundError, NotNowError, Problem
from voting.permissions import Actor

_ASIDE = -1
"""A place no project keeps: one waits there while two change places."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperEvent(Event):
    """A ballot paper changed before its opening."""

    paper_id: str
    project_id: str

    def objects(self) -> list[tuple[str, str]]:
        """The paper and the project."""
        return [("paper", self.paper_id), ("project", self.project_id)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectPutOn(PaperEvent):
    """An accepted proposal became a project; `cost` in pence."""

    kind: ClassVar[str] = "paper:project:put-on"
    proposal_id: str
    cost: int
    category: str = ""

    def details(self) -> dict[str, canonical.Writable]:
        """Where it came from, what it costs, and what it is marked as."""
        return {"proposal": self.proposal_id, "cost": self.cost, "category": self.category}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectTakenOff(PaperEvent):
    """A project left the paper; its proposal stays accepted."""

    kind: ClassVar[str] = "paper:project:taken-off"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectMoved(PaperEvent):
    """A project changed places with its neighbour; `position` is its new place, counted from 1."""

    kind: ClassVar[str] = "paper:project:moved"
    position: int

    def details(self) -> dict[str, canonical.Writable]:
        """Its new place."""
        return {"position": self.position}


def put_on_paper(
    session: Session, *, proposal_id: str, paper_id: str, cost: int | None, category: str = "", by: Actor, now: datetime
) -> str | list[Problem]:
    """Puts an accepted proposal at the end of a paper with its final cost in pence; gives the project's id.

    `category` is what the paper's bonus vote asks for, where the project is of that kind.
    Or what to mend: the cost, or a paper whose pots can't pay for it. Raises NotFoundError, NotNowError.
    """
    by.check("paper:compose")
    proposal = _accepted(session, proposal_id)
    _check_not_frozen(session, proposal.round_id, now)
    problems = [*_paper_problems(session, proposal, paper_id), *_cost_problems(session, proposal, paper_id, cost)]
    if problems or cost is None:
        return problems
    project = _project(session, proposal, paper_id, cost, now)
    project.category = category
    session.add(project)
    session.flush()
    event = ProjectPutOn(
        round_id=proposal.round_id,
        paper_id=paper_id,
        project_id=project.id,
        proposal_id=proposal_id,
        cost=cost,
        category=category,
    )
    log(session, event, by=by, now=now)
    return project.id


def take_off_paper(
    session: Session, *, round_id: str, paper_id: str, project_id: str, by: Actor, now: datetime
) -> None:
    """Takes a project off its paper and closes the gap. Raises NotFoundError, NotNowError."""
    by.check("paper:compose")
    _check_not_frozen(session, round_id, now)
    session.delete(_find(session, round_id, paper_id, project_id))
    session.flush()
    for position, project in enumerate(_rows(session, round_id, paper_id), start=1):
        project.position = position
        session.flush()  # one by one, from the top: no two may hold the same place, not even for a moment
    log(session, ProjectTakenOff(round_id=round_id, paper_id=paper_id, project_id=project_id), by=by, now=now)


def move_up(session: Session, *, round_id: str, paper_id: str, project_id: str, by: Actor, now: datetime) -> None:
    """Makes a project change places with the one above it; the first one stays. Raises NotFoundError, NotNowError."""
    by.check("paper:compose")
    _check_not_frozen(session, round_id, now)
    project = _find(session, round_id, paper_id, project_id)
    above = next((row for row in _rows(session, round_id, paper_id) if row.position == project.position - 1), None)
    if above is None:
        return
    place = above.position
    for row, position in ((above, _ASIDE), (project, place), (above, place + 1)):
        row.position = position
        session.flush()
    event = ProjectMoved(round_id=round_id, paper_id=paper_id, project_id=project_id, position=place)
    log(session, event, by=by, now=now)


def _accepted(session: Session, proposal_id: str) -> Proposal:
    proposal = session.get(Proposal, proposal_id)
    if proposal is None or proposal.status == "draft":
        raise NotFoundError("We can’t find this proposal.")
    if proposal.status != "accepted":
        raise NotNowError("Only an accepted proposal can go on a ballot paper.")
    if session.scalar(select(func.count()).where(Project.proposal_id == proposal_id)):
        raise NotNowError("This proposal is on a ballot paper already.")
    return proposal


def _check_not_frozen(session: Session, round_id: str, now: datetime) -> None:
    round_row = _round(session, round_id)
    if round_row.opening_confirmed_at is not None:
        raise NotNowError("The opening of voting was confirmed: the ballot papers are fixed.")
    if phase_of(round_row, now) not in REVIEW_PHASES:
        raise NotNowError("The ballot papers of this round can’t change now.")


def _paper_problems(session: Session, proposal: Proposal, paper_id: str) -> list[Problem]:
    if session.get(Paper, (proposal.round_id, paper_id)) is None:
        return [Problem("paper_id", "Choose one of the ballot papers")]
    pot = session.get(Pot, (proposal.round_id, proposal.pot_id)) if proposal.pot_id else None
    if pot is None or pot.paper_id == paper_id:
        return []
    paper = session.get_one(Paper, (proposal.round_id, pot.paper_id))
    return [Problem("paper_id", f"Choose “{paper.title}”: its pot “{pot.name}” pays for this proposal")]


def _cost_problems(session: Session, proposal: Proposal, paper_id: str, cost: int | None) -> list[Problem]:
    if cost is None or cost <= 0:
        return [Problem("cost", f"Write the final cost of “{proposal.title}” in pounds, like 1,600")]
    paid_from = select(func.sum(Pot.amount)).where(Pot.round_id == proposal.round_id, Pot.paper_id == paper_id)
    budget = session.scalar(paid_from) or 0
    if cost > budget and budget:
        return [Problem("cost", f"Make the cost smaller: the pots of this paper hold {shown(budget, 2, 'GBP')}")]
    return []


def _project(session: Session, proposal: Proposal, paper_id: str, cost: int, now: datetime) -> Project:
    ids = session.scalars(select(Project.id).where(Project.round_id == proposal.round_id)).all()
    here = select(func.max(Project.position)).where(Project.round_id == proposal.round_id, Project.paper_id == paper_id)
    return Project(
        round_id=proposal.round_id,
        paper_id=paper_id,
        id=str(1 + max((int(name) for name in ids if name.isdecimal()), default=0)),
        proposal_id=proposal.id,
        position=1 + (session.scalar(here) or 0),
        title=proposal.title,
        summary=proposal.summary,
        text="\n\n".join(part for part in (proposal.what, proposal.who_benefits) if part),
        cost=cost,
        area_id=proposal.area_id,
        place=proposal.place,
        added_at=now,
    )


def _rows(session: Session, round_id: str, paper_id: str) -> Sequence[Project]:
    on_paper = select(Project).where(Project.round_id == round_id, Project.paper_id == paper_id)
    return session.scalars(on_paper.order_by(Project.position)).all()


def _find(session: Session, round_id: str, paper_id: str, project_id: str) -> Project:
    project = session.get(Project, (round_id, paper_id, project_id))
    if project is None:
        raise NotFoundError("This project is not on this ballot paper any more.")
    return project


def _round(session: Session, round_id: str) -> Round:
    round_row = session.get(Round, round_id)
    if round_row is None:
        raise NotFoundError("We can’t find this round.")
    return round_row
