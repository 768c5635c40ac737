"""The ballot paper: what may be marked on it, and the exact bytes that a mark becomes.

Each kind of paper is a class of its own: `ticking` (pick up to k, choose one, spend the pot), `points` and `ranking`.
`kinds.make_paper` gives the one that a rulebook asks for.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tallying.ballot_fit import fits
from tallying.choices import BallotKind
from tallying.commitment import Blank, Marks, is_check_number
from tallying.election import Ballot, Project, normalised
from tallying.rule import BallotRule
from tallying.vote_word import VoteWord
from voting.errors import Problem

BLANK = Blank()
"""A ballot withdrawn: it stands in the ledger, and is not counted."""

WHOLE = "choices"
"""The field of a problem with the paper as a whole; any other field is a project's id."""

Mark = tuple[str, str]
"""A project's id, and what was written in its box: "" is a tick, else digits."""


@dataclass(frozen=True, slots=True)
class PaperMarks:
    """What a voter casts on one paper. `check_number` is their own, "" or 1 to 6 digits."""

    paper_id: str
    ballot: Marks
    check_number: str = ""


@dataclass(frozen=True, slots=True)
class BallotPaper(ABC):
    """What a voter may mark: the rule of the ballot, the projects in paper order, and the money (minor units)."""

    rule: BallotRule
    projects: tuple[Project, ...]
    budget: int = 0
    currency: str = "GBP"
    exponent: int = 2
    word: VoteWord | None = None
    """What residents give, where the round calls it by a word of its own; otherwise picks, points or places."""

    @property
    def kind(self) -> BallotKind:
        """The kind of ballot."""
        return self.rule.kind

    @property
    def most(self) -> int:
        """How many projects can be named at most, without a bonus."""
        return len(self.projects) if self.rule.max is None else min(self.rule.max, len(self.projects))

    @property
    def least(self) -> int:
        """How many must be named: at least one, because nothing marked is a paper not cast."""
        return max(1, self.rule.min or 0)

    @property
    def by_id(self) -> Mapping[str, Project]:
        """The projects by their ids."""
        return {project.id: project for project in self.projects}

    def mark(self, marks: Sequence[Mark]) -> Ballot | list[Problem]:
        """The ballot of these marks in its one spelling, or all that must be mended first.

        A project marked twice counts once, as it was marked last.
        """
        written = dict(marks)
        if not written.keys() <= self.by_id.keys():
            return [Problem(WHOLE, "One of your choices is not on this ballot paper. Choose again from the list.")]
        return self._mark(written)

    def allows(self, marks: Marks) -> bool:
        """Whether these marks, exactly as they are spelt, may stand on this paper."""
        if isinstance(marks, Blank):
            return True
        if not fits(marks, self.rule, self.by_id, self.budget, least=self.least):
            return False
        places = {project.id: place for place, project in enumerate(self.projects)}
        return normalised(marks, places) == marks

    @abstractmethod
    def marks_of(self, ballot: Ballot) -> tuple[Mark, ...]:
        """What to write on the paper for this ballot: the other way round from `mark`. None for another kind."""

    @abstractmethod
    def _mark(self, written: Mapping[str, str]) -> Ballot | list[Problem]:
        """The ballot of marks on projects of this paper."""

    def _name(self, project_id: str) -> str:
        return f"“{self.by_id[project_id].name}”"


def check_number_problems(check_number: str) -> list[Problem]:
    """What is wrong with a voter's own check number: it is empty or 1 to 6 digits."""
    if is_check_number(check_number):
        return []
    return [Problem("check_number", "Use up to 6 digits, like 4071, or leave it empty.")]


def sitting_problems(marks: Sequence[PaperMarks]) -> list[Problem]:
    """What is wrong with the check numbers of papers cast together: none may be used twice.

    Two receipts with one check number could be one receipt shown to two voters. `field` is the second paper's id.
    """
    problems = [problem for mark in marks for problem in check_number_problems(mark.check_number)]
    used: set[str] = set()
    for mark in marks:
        if mark.check_number and mark.check_number in used:
            problems.append(Problem(mark.paper_id, "Choose another check number for each paper."))
        used.add(mark.check_number)
    return problems


def whole_number(text: str) -> int | None:
    """The number that was typed, spaces around it let be; None for anything but up to 9 digits."""
    typed = text.strip()
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None
