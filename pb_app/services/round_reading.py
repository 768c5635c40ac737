"""Reading rounds: one in full or all of them, as frozen values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeAlias

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from pb_app.models.area import Area
from pb_app.models.paper import Paper, PaperArea, Pot, Project
from pb_app.models.round import Round
from pb_app.services.frozen_values import FrozenValues, frozen_name
from pb_app.services.round_views import AreaView, PaperView, PotView, ProjectView, RoundView
from pb_app.services.voter_rules import read_written
from tallying.rulebook import Rulebook
from tallying.vote_word import word_of
from voting.errors import NotFoundError
from voting.phases import Decisions, Phase, Timetable, phase_at

NO_ROUND = "We can’t find this round."

RoundRow: TypeAlias = Round | Row[Any]
"""A round's row: an object of the session, or its columns alone."""

_COLUMNS = Round.__table__.c
_ROUND = select(*_COLUMNS).where(_COLUMNS.id == bindparam("round_id"))
"""The columns alone: every page reads a round, and an object of the session takes three times as long to make."""

_kept_papers: FrozenValues[tuple[PaperView, ...]] = FrozenValues()


def get_round(session: Session, round_id: str) -> RoundView:
    """The round with this id, as it stands now. Raises NotFoundError."""
    session.flush()
    row = session.execute(_ROUND, {"round_id": round_id}).one_or_none()
    if row is None:
        raise NotFoundError(NO_ROUND)
    return _view(row, papers_of(session, row))


def papers_of(session: Session, row: RoundRow) -> tuple[PaperView, ...]:
    """The round's papers, in their order."""
    return _kept_papers.get(session, frozen_name(row), "", lambda: _papers(session, [row])[row.id])


def list_rounds(session: Session, *, now: datetime) -> list[RoundView]:
    """All rounds that everybody may see, the one that closes last first: five queries, however many rounds.

    A round that was not announced yet is left out; officers use `list_all_rounds`.
    """
    return [view for view in list_all_rounds(session) if view.is_public_at(now)]


def list_all_rounds(session: Session) -> list[RoundView]:
    """All rounds, drafts too, the one that closes last first."""
    return _views(session, session.scalars(select(Round).order_by(Round.voting_closes_at.desc(), Round.id)).all())


def list_projects(session: Session, *, round_id: str) -> dict[str, tuple[ProjectView, ...]]:
    """Every paper's projects by paper id, in paper order. A paper without projects is not a key."""
    found: dict[str, list[ProjectView]] = defaultdict(list)
    for row in session.scalars(select(Project).where(Project.round_id == round_id).order_by(Project.position)):
        found[row.paper_id].append(_project(row))
    return {paper_id: tuple(projects) for paper_id, projects in found.items()}


def find_round(session: Session, round_id: str) -> Round:
    """The row. Raises NotFoundError."""
    row = session.get(Round, round_id)
    if row is None:
        raise NotFoundError(NO_ROUND)
    return row


@lru_cache(maxsize=256)
def read_rulebook(text: str) -> Rulebook:
    """The rulebook kept in a paper's row: read once, because the same text is always the same rulebook."""
    return Rulebook.from_json(text.encode())


def timetable_of(row: RoundRow) -> Timetable:
    """A round's dates."""
    return Timetable(
        row.proposing_opens_at,
        row.proposing_closes_at,
        row.reviewing_closes_at,
        row.voting_opens_at,
        row.voting_closes_at,
    )


def decisions_of(row: RoundRow) -> Decisions:
    """What people decided about a round."""
    return Decisions(
        announced_at=row.announced_at,
        opening_confirmed_at=row.opening_confirmed_at,
        voting_closes_at=row.changed_closing_at,
        published_at=row.published_at,
        decided_at=row.decided_at,
        delivering_at=row.delivering_at,
        closed_at=row.closed_at,
        cancelled_at=row.cancelled_at,
    )


def phase_of(row: Round, now: datetime) -> Phase:
    """The phase of a round's row at `now`."""
    return phase_at(timetable_of(row), decisions_of(row), now)


def _views(session: Session, rows: Sequence[Round]) -> list[RoundView]:
    papers = _papers(session, rows)
    return [_view(row, papers[row.id]) for row in rows]


def _papers(session: Session, rows: Sequence[RoundRow]) -> dict[str, tuple[PaperView, ...]]:
    """The papers of each round, in their order."""
    ids = [row.id for row in rows]
    areas = _areas(session, ids)
    pots = _pots(session, ids)
    papers: dict[str, list[PaperView]] = defaultdict(list)
    for row in session.scalars(select(Paper).where(Paper.round_id.in_(ids)).order_by(Paper.position)):
        key = (row.round_id, row.id)
        papers[row.round_id].append(_paper(row, pots.get(key, []), areas.get(key, [])))
    return {round_id: tuple(papers.get(round_id, ())) for round_id in ids}


def _view(row: RoundRow, papers: tuple[PaperView, ...]) -> RoundView:
    return RoundView(
        id=row.id,
        kind=row.kind,
        title=row.title,
        summary=row.summary,
        source=row.source,
        timetable=timetable_of(row),
        decisions=decisions_of(row),
        papers=papers,
        frozen_sha256=row.frozen_sha256 or "",
        eligibility=read_written(row.eligibility),
    )


def _paper(row: Paper, pots: list[PotView], areas: list[AreaView]) -> PaperView:
    book, word = read_rulebook(row.rulebook), word_of(row.word_one, row.word_many)
    return PaperView(row.id, row.title, tuple(pots), tuple(areas), book, row.rulebook_sha256, word)


def _areas(session: Session, round_ids: Sequence[str]) -> dict[tuple[str, str], list[AreaView]]:
    found: dict[tuple[str, str], list[AreaView]] = defaultdict(list)
    query = (
        select(PaperArea, Area)
        .join(Area, Area.id == PaperArea.area_id)
        .where(PaperArea.round_id.in_(round_ids))
        .order_by(Area.position, Area.id)
    )
    for link, area in session.execute(query):
        found[link.round_id, link.paper_id].append(AreaView(area.id, area.name))
    return found


def _pots(session: Session, round_ids: Sequence[str]) -> dict[tuple[str, str], list[PotView]]:
    found: dict[tuple[str, str], list[PotView]] = defaultdict(list)
    for row in session.scalars(select(Pot).where(Pot.round_id.in_(round_ids)).order_by(Pot.round_id, Pot.id)):
        found[row.round_id, row.paper_id].append(
            PotView(row.id, row.paper_id, row.name, row.amount, row.source, row.conditions, row.spend_by)
        )
    return found


def _project(row: Project) -> ProjectView:
    said = (row.title, row.summary, row.text, row.cost, row.area_id, row.place, row.category)
    return ProjectView(row.id, row.paper_id, row.proposal_id, *said)
