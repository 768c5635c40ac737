"""A ballot paper of four projects, for every kind."""

from __future__ import annotations

from collections.abc import Sequence

from tallying.election import Project
from tallying.rule import BallotRule
from voting.kinds import make_paper
from voting.paper import BallotPaper, Mark

PROJECTS = (
    Project("bench", "Bench", 1_000_00),
    Project("trees", "Trees", 2_000_00),
    Project("youth", "Youth club", 3_000_00, category="Youth-led"),
    Project("path", "Path", 4_000_00),
)


def make(rule: BallotRule, budget: int = 0) -> BallotPaper:
    """The four projects under a rule."""
    return make_paper(rule, PROJECTS, budget=budget)


def ticks(*ids: str) -> list[Mark]:
    """A tick on each."""
    return [(project_id, "") for project_id in ids]


def messages(paper: BallotPaper, marks: Sequence[Mark]) -> list[str]:
    """What is to be mended; there must be something."""
    found = paper.mark(marks)
    assert isinstance(found, list), found
    return [problem.message for problem in found]
