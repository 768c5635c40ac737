"""Elections to try rules on: the papers of the council's own published rounds, or an invented one where there is none.

They are read from published records alone. A record that is too large to be read and counted while a page loads is left
out, and what was read is kept, by the hash of the record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pb_app.models.record import PublishedRecord
from pb_app.models.round import Round
from pb_app.services.keeping import Kept
from tallying import record
from tallying.choices import BallotKind
from tallying.election import Approval, Election, Project
from tallying.rule import BallotRule

LARGEST = 2_000_000
"""Bytes of a record: about 15,000 ballots, read in a second or two, and counted in less."""
MOST_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class PastPaper:
    """A ballot paper of a past round, as its record has it. `areas` are names by id; no `title`: an invented one."""

    round_title: str
    title: str
    election: Election
    ballot: BallotRule
    areas: Mapping[str, str]

    @property
    def is_sample(self) -> bool:
        """Whether it is invented."""
        return not self.title


def past_papers(session: Session, *, largest: int = LARGEST) -> tuple[PastPaper, ...]:
    """The papers of the council's last rounds whose ballots are public, the latest round first; maybe none.

    Of records of at most `largest` bytes.
    """
    newest = (
        select(PublishedRecord.round_id, func.max(PublishedRecord.revision).label("revision"))
        .group_by(PublishedRecord.round_id)
        .subquery()
    )
    row = PublishedRecord
    query = (
        select(row.round_id, row.revision, row.sha256)
        .join(newest, (newest.c.round_id == row.round_id) & (newest.c.revision == row.revision))
        .join(Round, Round.id == row.round_id)
        .where(Round.kind == "cast", func.length(row.zip) <= largest)
        .order_by(Round.voting_closes_at.desc(), row.round_id)
        .limit(MOST_ROUNDS)
    )
    found: list[PastPaper] = []
    for round_id, revision, sha256 in session.execute(query):
        kept = _kept.get(sha256)
        found.extend(_kept.put(sha256, _read(session, round_id, revision)) if kept is None else kept)
    return tuple(found)


def sample_paper(budget: int) -> PastPaper:
    """An invented town of three areas, whose projects cost shares of `budget` (pence)."""
    projects = tuple(
        Project(f"p{number}", name, max(1, budget * percent // 100), area)
        for number, (name, percent, area) in enumerate(_SAMPLE_PROJECTS, start=1)
    )
    groups = tuple((Approval(tuple(f"p{number}" for number in picks)), voters) for picks, voters in _SAMPLE_VOTES)
    election = Election.of_counted(budget=budget, exponent=2, currency="GBP", projects=projects, counted=groups)
    areas = {"north": "North", "middle": "Middle", "south": "South"}
    return PastPaper("", "", election, BallotRule(BallotKind.APPROVAL, min=1, max=4), areas)


_SAMPLE_PROJECTS = (
    ("Playground by the school", 30, "north"),
    ("Trees along the main road", 25, "north"),
    ("Lights on the riverside path", 20, "north"),
    ("Café in the community hall", 15, "middle"),
    ("Benches on the green", 8, "middle"),
    ("Repair workshop", 12, "middle"),
    ("Allotment paths", 10, "south"),
    ("Bus shelter with seats", 12, "south"),
    ("Youth evenings", 15, "south"),
)
_SAMPLE_VOTES = (
    ((1, 2, 3), 260), ((1, 2), 90), ((1, 3, 4), 60), ((2, 3, 5), 50),
    ((4, 5, 6), 110), ((4, 6), 40), ((5, 6, 8), 30),
    ((7, 8, 9), 130), ((7, 9), 60), ((8, 9), 40), ((5, 7), 30),
)  # fmt: skip
"""Which projects people picked, and how many of them: half the voters live in the north."""


_kept: Kept[tuple[PastPaper, ...]] = Kept(8)


def _read(session: Session, round_id: str, revision: int) -> tuple[PastPaper, ...]:
    opened = record.load(session.get_one(PublishedRecord, (round_id, revision)).zip)
    areas = {area.id: area.name for area in opened.frozen.areas}
    papers = (
        PastPaper(opened.frozen.title, paper.title, opened.election(paper.id), opened.rulebook(paper.id).ballot, areas)
        for paper in opened.frozen.papers
        if opened.is_public(paper.id)
    )
    return tuple(paper for paper in papers if paper.election.voters)
