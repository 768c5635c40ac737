"""Rounds as frozen values: what a service reads, a view passes on and a template shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from tallying.rulebook import Rulebook
from tallying.vote_word import VoteWord
from voting.eligibility import Eligibility
from voting.errors import NotFoundError
from voting.own_word import giving
from voting.phases import Decisions, Phase, Timetable, phase_at, voting_window


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
    def own_words(self) -> str:
        """What to do on every paper, where all say it by the same word of their own; "" elsewhere."""
        told = {giving(paper.word, paper.rulebook.ballot) if paper.word else "" for paper in self.papers}
        return told.pop() if len(told) == 1 else ""

    @property
    def pots(self) -> tuple[PotView, ...]:
        """The pots of all papers, in paper order."""
        return tuple(pot for paper in self.papers for pot in paper.pots)

    @property
    def areas(self) -> tuple[AreaView, ...]:
        """The areas that any paper is limited to, each once, in paper order."""
        return tuple(dict.fromkeys(area for paper in self.papers for area in paper.areas))

    @property
    def chooses_area(self) -> bool:
        """Whether each voter chooses one area, with the first vote."""
        return self.eligibility is not None and self.eligibility.chooses_area

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
