"""The result of one paper as people read it: who got what, why the others did not, and how it was counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pb_app.services.count_charts import Chart, draw_count, percent
from pb_app.services.count_words import share_words, tie_words, why_without_ballots
from tallying.canonical import sha256_hex
from tallying.changes import departure_of
from tallying.election import Election
from tallying.explain import explain
from tallying.frozen import RecordPaper, RecordProject
from tallying.ledger import Ledger
from tallying.money import shown
from tallying.outcome import Outcome
from tallying.plain_words import plain_words
from tallying.record import Record
from tallying.rules.support import support_of

_CHANNELS = {
    "account": "Online with an account",
    "letter": "Online with a letter’s code",
    "introduction": "Online with a code from an organisation",
    "list": "Online with a number on a list",
    "request": "Online with a code from an officer",
    "sheet": "Online with a ballot sheet’s code",
    "event": "At an event",
    "group": "In a supervised group",
    "paper": "On paper",
}
"""The ways in that a ledger names."""


@dataclass(frozen=True, slots=True)
class FundedLine:
    """A funded project, `amount` in minor units; `supporters` is None where the ballots are held back."""

    id: str
    title: str
    area_name: str
    supporters: int | None
    amount: int
    why: str

    @property
    def is_funded(self) -> bool:
        """True."""
        return True


@dataclass(frozen=True, slots=True)
class UnfundedLine:
    """A project without money and the one sentence of why."""

    id: str
    title: str
    area_name: str
    supporters: int
    cost: int
    why: str

    @property
    def is_funded(self) -> bool:
        """False."""
        return False


@dataclass(frozen=True, slots=True)
class Departure:
    """What the steering group decided in place of the count: (project id, title, minor units) in paper order."""

    awards: tuple[tuple[str, str, int], ...]
    reason: str

    @property
    def cost(self) -> int:
        """What it awards together."""
        return sum(amount for _, _, amount in self.awards)


@dataclass(frozen=True, slots=True)
class PaperResults:
    """One paper. Amounts are minor units of `currency`; `money` writes them.

    `is_public` says whether the ballots are in the record; if not, `reason` says why two people held them back.
    `pending` are titles between which a lot must be drawn; then nothing is decided.
    """

    id: str
    title: str
    currency: str
    exponent: int
    budget: int
    cost: int
    remaining: int
    voters: int
    pot_names: tuple[str, ...]
    funded: tuple[FundedLine, ...]
    unfunded: tuple[UnfundedLine, ...]
    charts: tuple[Chart, ...]
    ties: tuple[str, ...]
    shares: str
    rules: tuple[str, ...]
    pending: tuple[str, ...]
    is_public: bool
    reason: str
    throws: str
    ledger: Ledger | None
    by_area: tuple[tuple[str, int], ...]
    election_sha256: str
    rulebook_sha256: str
    outcome_sha256: str
    departure: Departure | None = None

    @property
    def lines(self) -> tuple[FundedLine | UnfundedLine, ...]:
        """Every project: the funded ones first."""
        return (*self.funded, *self.unfunded)

    @property
    def awards(self) -> dict[str, int]:
        """What each project gets, by id: as decided in place of the count, or else as counted."""
        if self.departure is not None:
            return {project_id: amount for project_id, _, amount in self.departure.awards}
        return {line.id: line.amount for line in self.funded}

    @property
    def is_decided(self) -> bool:
        """Whether no lot is to be drawn."""
        return not self.pending

    @property
    def awarded(self) -> int:
        """What is awarded together, in minor units: as decided, or else as counted."""
        return self.departure.cost if self.departure else self.cost

    @property
    def awarded_width(self) -> str:
        """How much of the budget is awarded, in percent of a drawing."""
        return percent(self.awarded, self.budget)

    def money(self, minor: int) -> str:
        """An amount of this paper for people."""
        return shown(minor, self.exponent, self.currency)

    @property
    def received(self) -> tuple[tuple[str, int], ...]:
        """How votes came in, with their numbers; small ones stand together."""
        cells = self.ledger.received if self.ledger else ()
        return tuple((" or ".join(_CHANNELS.get(name, name) for name in cell.names), cell.count) for cell in cells)


def read_paper(opened: Record, paper: RecordPaper, ledger: Ledger | None, areas: Mapping[str, str]) -> PaperResults:
    """The result of one paper of an opened record. Raises RecordError where a file cannot be read."""
    outcome, rulebook, held = opened.outcome(paper.id), opened.rulebook(paper.id), opened.contents.paper(paper.id)
    election = opened.election(paper.id) if opened.is_public(paper.id) else None
    titles = {project.id: project.title for project in paper.projects}
    costs = {project.id: project.cost for project in paper.projects}
    lines = _Lines.of(outcome, paper, election, areas)
    return PaperResults(
        id=paper.id,
        title=paper.title,
        currency=outcome.currency,
        exponent=outcome.exponent,
        budget=outcome.budget,
        cost=outcome.cost,
        remaining=outcome.remaining,
        voters=outcome.voters,
        pot_names=tuple(pot.name for pot in paper.pots),
        funded=lines.funded(outcome),
        unfunded=lines.unfunded(outcome),
        charts=draw_count(outcome, rulebook, titles=titles, costs=costs, word=paper.word),
        ties=tuple(tie_words(tie, titles) for tie in outcome.ties if tie.matters),
        shares=share_words(outcome, rulebook),
        rules=tuple(plain_words(rulebook, paper.word)),
        pending=tuple(titles[project_id] for project_id in outcome.pending),
        is_public=held.is_public,
        reason=held.reason,
        throws=_throws(opened, paper.id),
        ledger=ledger,
        by_area=_by_area(ledger, areas),
        election_sha256=outcome.election_sha256,
        rulebook_sha256=outcome.rulebook_sha256,
        outcome_sha256=sha256_hex(outcome.to_json()),
        departure=_departure(opened, paper.id, titles),
    )


@dataclass(frozen=True, slots=True)
class _Lines:
    """What a line needs, by project id; `votes` is empty where the ballots are held back."""

    projects: Mapping[str, RecordProject]
    areas: Mapping[str, str]
    sentences: Mapping[str, str]
    votes: Mapping[str, int]

    @classmethod
    def of(cls, outcome: Outcome, paper: RecordPaper, election: Election | None, areas: Mapping[str, str]) -> _Lines:
        projects = {project.id: project for project in paper.projects}
        if election is None:
            sentences = why_without_ballots(outcome, {name: project.cost for name, project in projects.items()})
            return cls(projects, areas, sentences, {})
        told = {sentence.id: sentence.text for sentence in explain(election, outcome, paper.word)}
        votes = zip((project.id for project in election.projects), support_of(election).votes, strict=True)
        return cls(projects, areas, told, dict(votes))

    def funded(self, outcome: Outcome) -> tuple[FundedLine, ...]:
        """In funding order."""
        return tuple(
            FundedLine(
                item.id,
                self.projects[item.id].title,
                self._area(item.id),
                self.votes.get(item.id),
                item.amount,
                self.sentences.get(item.id, ""),
            )
            for item in outcome.funded
        )

    def unfunded(self, outcome: Outcome) -> tuple[UnfundedLine, ...]:
        """Those with the most voters first; on equal numbers in paper order."""
        items = sorted(outcome.unfunded, key=lambda item: -item.supporters)
        return tuple(
            UnfundedLine(
                item.id,
                self.projects[item.id].title,
                self._area(item.id),
                item.supporters,
                self.projects[item.id].cost,
                self.sentences[item.id],
            )
            for item in items
        )

    def _area(self, project_id: str) -> str:
        area_id = self.projects[project_id].area
        return self.areas.get(area_id, area_id)


def _departure(opened: Record, paper_id: str, titles: Mapping[str, str]) -> Departure | None:
    change = departure_of(opened.contents.changes, paper_id)
    if change is None:
        return None
    awards = tuple((project_id, titles[project_id], amount) for project_id, amount in change.awards)
    return Departure(awards, change.reason)


def _throws(opened: Record, paper_id: str) -> str:
    """The dice of this paper's lot as digits, "" where none was drawn."""
    sheet = opened.draws
    drawn = () if sheet is None else sheet.draws
    return next((draw.digits for draw in drawn if draw.paper_id == paper_id), "")


def _by_area(ledger: Ledger | None, areas: Mapping[str, str]) -> tuple[tuple[str, int], ...]:
    cells = ledger.by_area if ledger else ()
    return tuple((", ".join(areas.get(name, name) for name in cell.names), cell.count) for cell in cells)
