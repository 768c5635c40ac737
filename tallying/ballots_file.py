"""``ballots.pb`` of a record: the ballots that were counted, and the election they make.

Rows are trackers and ballots, sorted by tracker; in an imported record the file's own ids in the
file's order. Everything else in the file follows from ``frozen.json`` and the rulebook, so the whole
file can be made again from its rows alone, byte for byte.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from tallying import pabulib
from tallying.ballot_fit import fits
from tallying.choices import BallotKind
from tallying.contents import Kind
from tallying.election import Ballot, Election, Project
from tallying.frozen import FrozenRound, RecordPaper
from tallying.ids import is_tracker
from tallying.rule import BallotRule
from tallying.rulebook import Rulebook
from tallying.values import frozen_value

Rows = tuple[tuple[str, Ballot], ...]
"""Trackers (imported: voter ids) and ballots."""

_VOTE_TYPES = {
    BallotKind.APPROVAL: "approval",
    BallotKind.POINTS: "cumulative",
    BallotKind.RANKING: "ordinal",
    BallotKind.BUDGET: "approval",
}


@frozen_value
class CountedPaper:
    """A paper with all that its count needs but the ballots; ``withdrawn`` are project ids."""

    round: FrozenRound
    paper: RecordPaper
    rulebook: Rulebook
    kind: Kind = Kind.CAST
    withdrawn: tuple[str, ...] = ()

    @property
    def projects(self) -> tuple[Project, ...]:
        """The projects as the count sees them, in paper order."""
        return tuple(project.counted(withdrawn=project.id in self.withdrawn) for project in self.paper.projects)

    def election(self, ballots: Iterable[Ballot]) -> Election:
        """The election of these ballots; raises ElectionError where they do not fit the paper."""
        return Election.of(
            budget=self.paper.budget,
            exponent=self.paper.exponent,
            currency=self.rulebook.currency,
            projects=self.projects,
            ballots=ballots,
        )

    def ballots_pb(self, rows: Iterable[tuple[str, Ballot]]) -> bytes:
        """The bytes of ``ballots.pb``."""
        named = [
            Project(project.id, _one_line(project.name), project.cost, category=_one_line(project.category))
            for project in self.projects
        ]
        return pabulib.write_ballots(
            meta={
                "description": _one_line(f"{self.round.title}: {self.paper.title}"),
                "unit": _one_line(self.round.council),
                "instance": self.round.id,
                "subunit": self.paper.id,
                "currency": self.rulebook.currency,
            },
            budget=self.paper.budget,
            exponent=self.paper.exponent,
            projects=named,
            rows=rows,
            vote_type=_VOTE_TYPES[self.rulebook.ballot.kind],
            keeps_order=self.kind is Kind.IMPORTED,
        )


def row_faults(rows: Rows, counted: CountedPaper) -> list[str]:
    """What is wrong with these rows, as sentences.

    Ballots of imported files stand as they are: what their city accepted beyond its own bounds was
    counted there, and is counted here.
    """
    is_cast = counted.kind is Kind.CAST
    rule = counted.rulebook.ballot if is_cast else BallotRule(counted.rulebook.ballot.kind)
    least = max(rule.min or 0, 1) if is_cast else 0
    projects = {project.id: project for project in counted.projects}
    budget = counted.paper.budget if is_cast else None
    valid = {ballot: fits(ballot, rule, projects, budget, least=least) for ballot in {ballot for _, ballot in rows}}
    faults = [f"the ballot of {row_id} may not stand on this paper" for row_id, ballot in rows if not valid[ballot]]
    return (_tracker_faults([row_id for row_id, _ in rows]) if is_cast else []) + faults


def _tracker_faults(trackers: Sequence[str]) -> list[str]:
    faults = [f"{tracker!r} is no tracker" for tracker in trackers if not is_tracker(tracker)]
    for before, after in pairwise(trackers):
        if before == after:
            faults.append(f"the tracker {after} stands twice")
        elif before > after:
            faults.append(f"the tracker {after} is out of order: trackers must be sorted")
    return faults


def _one_line(text: str) -> str:
    """The text without line breaks and doubled spaces: a row of the file is one line."""
    return " ".join(text.split())
