"""Freezing a round: the bytes of frozen.json that two people confirm, from everything a voter can read."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pb_app.models.area import Area
from pb_app.models.proposal import Photo, Proposal
from pb_app.services.council import get_council
from pb_app.services.rounds import PaperView, PotView, ProjectView, RoundView, get_round, list_projects
from pb_app.services.voter_words import rule_words
from tallying.frozen import FrozenRound, RecordArea, RecordPaper, RecordPot, RecordProject, Timetable, dump_frozen

DEFAULT_TIMEZONE = "Europe/London"


def freeze(session: Session, round_id: str, timezone: str = DEFAULT_TIMEZONE) -> bytes:
    """The bytes of frozen.json as the round stands now. The same rows give the same bytes. Raises NotFoundError.

    Voting's times are those of the timetable: a later confirmation or an extension does not change what was frozen.
    """
    view = get_round(session, round_id)
    projects = list_projects(session, round_id=round_id)
    sources = _Sources(session, round_id)
    frozen = FrozenRound(
        id=view.id,
        title=view.title,
        council=get_council(session).name,
        timezone=timezone,
        timetable=Timetable(_written(view.timetable.voting_opens_at), _written(view.timetable.voting_closes_at)),
        areas=_areas(session, view, projects),
        papers=tuple(_paper(paper, projects.get(paper.id, ()), sources) for paper in view.papers),
        eligibility=view.eligibility.recorded(rule_words(view)) if view.eligibility else None,
    )
    return dump_frozen(frozen)


class _Sources:
    """What the proposals behind the projects add: pictures, and whether a person or a group proposes."""

    def __init__(self, session: Session, round_id: str) -> None:
        proposals = select(Proposal.id, Proposal.group_name).where(Proposal.round_id == round_id)
        self._groups = dict(session.execute(proposals).all())
        photos = (
            select(Photo.proposal_id, Photo.sha256)
            .join(Proposal, Proposal.id == Photo.proposal_id)
            .where(Proposal.round_id == round_id)
            .order_by(Photo.proposal_id, Photo.added_at, Photo.sha256)
        )
        self._pictures: dict[str, list[str]] = defaultdict(list)
        for proposal_id, sha256 in session.execute(photos):
            self._pictures[proposal_id].append(sha256)

    def pictures(self, project: ProjectView) -> tuple[str, ...]:
        """SHA-256 of each picture, in the proposer's order."""
        return tuple(self._pictures.get(project.proposal_id or "", ()))

    def proposer_kind(self, project: ProjectView) -> str:
        """ "group", "person", or "" where there is no proposal behind it."""
        if project.proposal_id not in self._groups:
            return ""
        return "group" if self._groups[project.proposal_id] else "person"


def _areas(session: Session, view: RoundView, projects: dict[str, tuple[ProjectView, ...]]) -> tuple[RecordArea, ...]:
    """The areas that a paper is limited to or that a project lies in, in the council's order."""
    named = {area.id for area in view.areas} | {
        project.area_id for on_paper in projects.values() for project in on_paper if project.area_id
    }
    rows = session.scalars(select(Area).where(Area.id.in_(named)).order_by(Area.position, Area.id))
    return tuple(RecordArea(row.id, row.name) for row in rows)


def _paper(paper: PaperView, projects: tuple[ProjectView, ...], sources: _Sources) -> RecordPaper:
    return RecordPaper(
        id=paper.id,
        title=paper.title,
        rulebook_sha256=paper.rulebook_sha256,
        pots=tuple(_pot(pot) for pot in paper.pots),
        projects=tuple(_project(project, sources) for project in projects),
        areas=tuple(area.id for area in paper.areas),
        word=paper.word,
    )


def _pot(pot: PotView) -> RecordPot:
    return RecordPot(
        id=pot.id,
        name=pot.name,
        amount=pot.amount,
        source=pot.source,
        conditions=pot.conditions,
        spend_by=pot.spend_by.isoformat() if pot.spend_by else "",
    )


def _project(project: ProjectView, sources: _Sources) -> RecordProject:
    return RecordProject(
        id=project.id,
        title=project.title,
        cost=project.cost,
        summary=project.summary,
        text=project.text,
        area=project.area_id or "",
        category=project.category,
        pictures=sources.pictures(project),
        place=project.place,
        proposer_kind=sources.proposer_kind(project),
    )


def _written(time: datetime) -> str:
    """ "2026-03-13T17:00:00Z": whole seconds, as timetables are entered by the minute."""
    return time.astimezone(UTC).replace(microsecond=0).strftime("%Y-%m-%dT%H:%M:%SZ")
