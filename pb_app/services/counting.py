"""Counting a sealed round: from opened ballots and frozen bytes to the outcomes that go into its record."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from pb_app.models.paper import Paper
from pb_app.services.opened_ballots import counted_ballots
from pb_app.services.rounds import read_rulebook
from tallying.ballots_file import CountedPaper
from tallying.canonical import dumps, loads
from tallying.count import count
from tallying.draw import DrawSheet
from tallying.frozen import FrozenRound
from tallying.outcome import Outcome
from tallying.rulebook import Rulebook


def rulebooks_of(session: Session, frozen: FrozenRound) -> dict[str, Rulebook]:
    """The rulebook of each paper, in paper order."""
    return {paper.id: read_rulebook(session.get_one(Paper, (frozen.id, paper.id)).rulebook) for paper in frozen.papers}


def count_papers(session: Session, frozen: FrozenRound, sheet: DrawSheet | None) -> dict[str, Outcome]:
    """The outcome of each paper, in paper order; undecided where a tie waits for a lot."""
    outcomes = {}
    for paper_id, rulebook in rulebooks_of(session, frozen).items():
        counted = CountedPaper(frozen, frozen.paper(paper_id), rulebook)
        election = counted.election(ballot for _, ballot in counted_ballots(session, frozen.id, paper_id))
        outcomes[paper_id] = count(election, rulebook, sheet.seed(paper_id) if sheet else None)
    return outcomes


def written_outcomes(outcomes: Mapping[str, Outcome]) -> bytes:
    """Outcomes as they are kept between two steps: canonical JSON of pairs."""
    return dumps({"papers": [[paper_id, outcome.to_json().decode()] for paper_id, outcome in outcomes.items()]})


def read_counted(result: bytes) -> dict[str, Outcome]:
    """The outcomes of `written_outcomes`."""
    match loads(result):
        case {"papers": list(papers)}:
            return dict(_read_pair(pair) for pair in papers)
    raise ValueError("these are no outcomes")


def _read_pair(value: object) -> tuple[str, Outcome]:
    match value:
        case [str(paper_id), str(outcome)]:
            return paper_id, Outcome.from_json(outcome.encode())
    raise ValueError("an outcome is a pair of its paper and its JSON")
