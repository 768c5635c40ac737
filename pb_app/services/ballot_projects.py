"""The projects of a ballot paper as a voter sees them: with area, pot and picture."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from pb_app.models.area import Area
from pb_app.models.paper import Pot, Project
from pb_app.models.proposal import Proposal
from pb_app.services.proposal_reading import PhotoView, first_photos
from pb_app.services.themes import theme_of


@dataclass(frozen=True, slots=True)
class BallotProject:
    """One line of a ballot paper; `cost` in pence. Without a photo, `theme` names the drawing to show."""

    id: str
    paper_id: str
    proposal_id: str | None
    title: str
    summary: str
    text: str
    cost: int
    area_id: str
    area_name: str
    place: str
    pot_id: str
    pot_name: str
    photo: PhotoView | None
    theme: str


def list_ballot_projects(session: Session, *, round_id: str, paper_id: str) -> tuple[BallotProject, ...]:
    """The projects of one paper in paper order: two queries, however many."""
    pot_of = (Pot.round_id == Project.round_id) & (Pot.id == Proposal.pot_id)
    rows = session.execute(
        select(Project, Area, Pot)
        .outerjoin(Area, Area.id == Project.area_id)
        .outerjoin(Proposal, Proposal.id == Project.proposal_id)
        .outerjoin(Pot, pot_of)
        .where(Project.round_id == round_id, Project.paper_id == paper_id)
        .order_by(Project.position)
    )
    found = [(row[0], row[1], row[2]) for row in rows]
    photos = first_photos(session, [project.proposal_id for project, _, _ in found if project.proposal_id])
    return tuple(_line(project, area, pot, photos) for project, area, pot in found)


def _line(project: Project, area: Area | None, pot: Pot | None, photos: dict[str, PhotoView]) -> BallotProject:
    return BallotProject(
        id=project.id,
        paper_id=project.paper_id,
        proposal_id=project.proposal_id,
        title=project.title,
        summary=project.summary,
        text=project.text,
        cost=project.cost,
        area_id=area.id if area else "",
        area_name=area.name if area else "",
        place=project.place,
        pot_id=pot.id if pot else "",
        pot_name=pot.name if pot else "",
        photo=photos.get(project.proposal_id or ""),
        theme=theme_of(project.title),
    )
