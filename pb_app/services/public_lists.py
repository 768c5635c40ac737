"""The list on a round's page: proposals, or projects once there is a ballot paper; filtered, searched, shuffled."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from pb_app.models.area import Area
from pb_app.models.paper import Project
from pb_app.models.proposal import Proposal
from pb_app.services.proposal_reading import PhotoView, ProposalCard, first_photos, list_proposals, shuffle_key
from pb_app.services.round_reading import list_projects
from pb_app.services.round_views import ProjectView, RoundView
from pb_app.services.themes import theme_of

ON_PAPER = "on_paper"
"""The status of a proposal that stands on a ballot paper."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A proposal or project in a list; `cost` in pence (imported rounds: minor units of their currency).

    `status` is a proposal's, or "on_paper". `proposal_id` is "" for a project that nobody proposed here.
    """

    proposal_id: str
    project_id: str
    paper_id: str
    title: str
    summary: str
    text: str
    place: str
    cost: int
    status: str
    pot_id: str
    pot_name: str
    area_id: str
    area_name: str
    photo: PhotoView | None

    @property
    def theme(self) -> str:
        """The drawing that stands in for a photo."""
        return theme_of(self.title)

    @property
    def key(self) -> str:
        """What tells it from every other entry of its round."""
        return self.proposal_id or f"{self.paper_id}/{self.project_id}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a visitor narrowed the list to; "" (or None) means all. `most` is a cost in pence."""

    search: str = ""
    area_id: str = ""
    pot_id: str = ""
    status: str = ""
    most: int | None = None

    @property
    def is_everything(self) -> bool:
        """Whether nothing is left out."""
        return self == Wanted()


def list_entries(session: Session, view: RoundView, *, with_proposals: bool) -> tuple[Entry, ...]:
    """All proposals of a round, or all its projects in paper order; seven queries at most."""
    projects = list_projects(session, round_id=view.id)
    on_papers = [project for paper in view.papers for project in projects.get(paper.id, ())]
    if with_proposals:
        lines = {project.proposal_id: project for project in on_papers if project.proposal_id}
        query = select(Proposal.id, Proposal.what).where(Proposal.round_id == view.id)
        texts = dict(session.execute(query).all())
        cards = list_proposals(session, round_id=view.id)
        return tuple(_of_card(card, texts[card.id], lines.get(card.id)) for card in cards)
    return _of_projects(session, view, on_papers)


def choose(entries: Iterable[Entry], wanted: Wanted) -> tuple[Entry, ...]:
    """Those that pass every filter and have every word of the search somewhere in their text, in the same order."""
    words = wanted.search.casefold().split()
    return tuple(entry for entry in entries if _passes(entry, wanted) and _has_words(entry, words))


def shuffle(entries: Iterable[Entry], seed: str) -> tuple[Entry, ...]:
    """In an order that is the same for the same seed: nobody is always first, and pages don't jump about."""
    return tuple(sorted(entries, key=lambda entry: shuffle_key(seed, entry.key)))


def _passes(entry: Entry, wanted: Wanted) -> bool:
    return (
        wanted.area_id in ("", entry.area_id)
        and wanted.pot_id in ("", entry.pot_id)
        and wanted.status in ("", entry.status)
        and (wanted.most is None or entry.cost <= wanted.most)
    )


def _has_words(entry: Entry, words: Sequence[str]) -> bool:
    text = " ".join((entry.title, entry.summary, entry.text, entry.place, entry.area_name)).casefold()
    return all(word in text for word in words)


def _of_card(card: ProposalCard, text: str, line: ProjectView | None) -> Entry:
    """A proposal; once it is on a paper, with the cost that people will vote on."""
    entry = Entry(
        proposal_id=card.id,
        project_id="",
        paper_id="",
        title=card.title,
        summary=card.summary,
        text=text,
        place=card.place,
        cost=card.cost,
        status=card.status,
        pot_id=card.pot_id or "",
        pot_name=card.pot_name,
        area_id=card.area_id or "",
        area_name=card.area_name,
        photo=card.photo,
    )
    if line is None:
        return entry
    return replace(entry, project_id=line.id, paper_id=line.paper_id, cost=line.cost, status=ON_PAPER)


def _of_projects(session: Session, view: RoundView, projects: Sequence[ProjectView]) -> tuple[Entry, ...]:
    pots = _pots_of_projects(session, view)
    names = {pot.id: pot.name for pot in view.pots}
    areas = dict(session.execute(select(Area.id, Area.name)).all())
    photos = first_photos(session, [project.proposal_id for project in projects if project.proposal_id])
    return tuple(
        _of_project(
            project,
            pot=(pots[project.paper_id, project.id], names.get(pots[project.paper_id, project.id], "")),
            area_name=areas.get(project.area_id or "", ""),
            photo=photos.get(project.proposal_id or ""),
        )
        for project in projects
    )


def _pots_of_projects(session: Session, view: RoundView) -> dict[tuple[str, str], str]:
    """The pot asked by each project's proposal; of a paper with one pot, that one; "" where neither says."""
    only = {paper.id: paper.pots[0].id for paper in view.papers if len(paper.pots) == 1}
    query = (
        select(Project.paper_id, Project.id, Proposal.pot_id)
        .outerjoin(Proposal, Proposal.id == Project.proposal_id)
        .where(Project.round_id == view.id)
    )
    return {
        (paper_id, project_id): only.get(paper_id) or pot_id or ""
        for paper_id, project_id, pot_id in session.execute(query)
    }


def _of_project(project: ProjectView, *, pot: tuple[str, str], area_name: str, photo: PhotoView | None) -> Entry:
    return Entry(
        proposal_id=project.proposal_id or "",
        project_id=project.id,
        paper_id=project.paper_id,
        title=project.title,
        summary=project.summary,
        text=project.text,
        place=project.place,
        cost=project.cost,
        status=ON_PAPER,
        pot_id=pot[0],
        pot_name=pot[1],
        area_id=project.area_id or "",
        area_name=area_name,
        photo=photo,
    )
