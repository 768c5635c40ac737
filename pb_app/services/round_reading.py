"""Reading rounds: one in full or all of them, as frozen values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from pb_app.models.area import Area
from pb_app.models.paper import Paper, PaperArea, Pot, Project
from pb_app.models.round import Round
from pb_app.services.frozen_values import FrozenValues, frozen_name
from pb_app.services.voter_rules import rule_of
from tallying.rulebook import Rulebook
from tallying.vote_word import VoteWord, word_of
from voting.eligibility import Eligibility
from voting.errors import NotFoundError
from voting.phases import Decisions, Phase, Timetable, phase_at, voting_window

NO_ROUND = "We can’t find this round."

_kept_papers: FrozenValues[tuple[PaperView, ...]] = FrozenValues()


@dataclass(frozen=True, slots=True)
class AreaView:
    """A part of the council's land."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class PotView:
    """Money with a source; `amount` in pence."""

    id: str
    paper_id: str
    name: str
    amount: int
    source: str
    conditions: str
    spend_by: date | None


@dataclass(frozen=True, slots=True)
class ProjectView:
    """A line of a ballot paper, in paper order; `cost` in pence."""

    id: str
    paper_id: str
    proposal_id: str | None
    title: str
    summary: str
    text: str
    cost: int
    area_id: str | None
    place: str
    category: str = ""


@dataclass(frozen=True, slots=True)
class PaperView:
    """One list of projects with its money and its rule. No areas means every area; `word` is its own for the vote."""

    id: str
    title: str
    pots: tuple[PotView, ...]
    areas: tuple[AreaView, ...]
    rulebook: Rulebook
    rulebook_sha256: str
    word: VoteWord | None = None

    @property
    def budget(self) -> int:
        """The sum of the pots, in pence."""
        return sum(pot.amount for pot in self.pots)

    def is_for(self, area_id: str | None) -> bool:
        """Whether voters of this area may use the paper."""
        return not self.areas or any(area.id == area_id for area in self.areas)


@dataclass(frozen=True, slots=True)
class RoundView:
    """A round; papers in their order. `frozen_sha256` is "" until the opening is confirmed.

    `eligibility` is None where no rule was declared.
    """

    id: str
    kind: str
    title: str
    summary: str
    source: str
    timetable: Timetable
    decisions: Decisions
    papers: tuple[PaperView, ...]
    frozen_sha256: str
    eligibility: Eligibility | None = None

    def phase_at(self, now: datetime) -> Phase:
        """The phase that holds at `now`."""
        return phase_at(self.timetable, self.decisions, now)

    @property
    def voting_window(self) -> tuple[datetime, datetime] | None:
        """`(opens, closes)`, or None while two people have not confirmed the opening."""
        return voting_window(self.timetable, self.decisions)

    @property
    def voting_closes_at(self) -> datetime:
        """When voting ends, as it stands now: an extension counts."""
        return self.decisions.voting_closes_at or self.timetable.voting_closes_at

    @property
    def budget(self) -> int:
        """All papers' money, in pence."""
        return sum(paper.budget for paper in self.papers)

    @property
    def most_picks(self) -> int | None:
        """How many projects a ballot may name, where that is the same on every paper and called a pick; or None."""
        limits = {None if paper.word else paper.rulebook.ballot.max for paper in self.papers}
        return limits.pop() if len(limits) == 1 else None

    @property
    def pots(self) -> tuple[PotView, ...]:
        """The pots of all papers, in paper order."""
        return tuple(pot for paper in self.papers for pot in paper.pots)

    @property
    def areas(self) -> tuple[AreaView, ...]:
        """The areas that any paper is limited to, each once, in paper order."""
        return tuple(dict.fromkeys(area for paper in self.papers for area in paper.areas))

    @property
    def is_imported(self) -> bool:
        """Whether this round was voted elsewhere and only counted here."""
        return self.kind == "imported"

    def is_public_at(self, now: datetime) -> bool:
        """Whether everybody may see it: from its announcement on, which may be before proposals open."""
        return self.decisions.announced_at is not None and self.decisions.announced_at <= now

    def paper(self, paper_id: str) -> PaperView:
        """One paper. Raises NotFoundError."""
        for paper in self.papers:
            if paper.id == paper_id:
                return paper
        raise NotFoundError("We can’t find this ballot paper.")


def get_round(session: Session, round_id: str) -> RoundView:
    """The round with this id. Raises NotFoundError."""
    row = find_round(session, round_id)
    return _view(row, papers_of(session, row))


def papers_of(session: Session, row: Round) -> tuple[PaperView, ...]:
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


def timetable_of(row: Round) -> Timetable:
    """A round's dates."""
    return Timetable(
        row.proposing_opens_at,
        row.proposing_closes_at,
        row.reviewing_closes_at,
        row.voting_opens_at,
        row.voting_closes_at,
    )


def decisions_of(row: Round) -> Decisions:
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


def _papers(session: Session, rows: Sequence[Round]) -> dict[str, tuple[PaperView, ...]]:
    """The papers of each round, in their order."""
    ids = [row.id for row in rows]
    areas = _areas(session, ids)
    pots = _pots(session, ids)
    papers: dict[str, list[PaperView]] = defaultdict(list)
    for row in session.scalars(select(Paper).where(Paper.round_id.in_(ids)).order_by(Paper.position)):
        key = (row.round_id, row.id)
        papers[row.round_id].append(_paper(row, pots.get(key, []), areas.get(key, [])))
    return {round_id: tuple(papers.get(round_id, ())) for round_id in ids}


def _view(row: Round, papers: tuple[PaperView, ...]) -> RoundView:
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
        eligibility=rule_of(row),
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
