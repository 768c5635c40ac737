"""The ballot paper: what may be marked on it, and the exact bytes that a mark becomes.

This release marks approval papers ("pick up to k"); another kind of paper is another branch of `mark`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tallying.choices import BallotKind
from tallying.commitment import Blank, Marks, is_check_number
from tallying.election import Approval, Ballot
from tallying.rule import BallotRule
from voting.errors import Problem

BLANK = Blank()
"""A ballot withdrawn: it stands in the ledger, and is not counted."""


@dataclass(frozen=True, slots=True)
class PaperMarks:
    """What a voter casts on one paper. `check_number` is their own, "" or 1 to 6 digits."""

    paper_id: str
    ballot: Marks
    check_number: str = ""


@dataclass(frozen=True, slots=True)
class BallotPaper:
    """What a voter may mark: `kind` of ballot, how many projects at least and at most, and which, in paper order.

    `maximum` is None where there is no bound but the paper's length.
    """

    kind: BallotKind
    minimum: int
    maximum: int | None
    project_ids: tuple[str, ...]

    @classmethod
    def of(cls, rule: BallotRule, project_ids: Sequence[str]) -> BallotPaper:
        """The paper that a rulebook's ballot rule describes."""
        return cls(rule.kind, rule.min or 0, rule.max, tuple(project_ids))

    @property
    def most(self) -> int:
        """How many projects can be marked at most."""
        return min(len(self.project_ids), len(self.project_ids) if self.maximum is None else self.maximum)

    @property
    def least(self) -> int:
        """How many must be marked: at least one, because nothing marked is a paper not cast."""
        return max(1, self.minimum)

    def mark(self, choices: Sequence[str], check_number: str = "") -> Ballot | list[Problem]:
        """The ballot of these choices in paper order, or all that must be mended first.

        A project ticked twice counts once. `check_number` is the voter's own, 0 to 6 digits.
        """
        chosen = set(choices)
        problems = [*self._choice_problems(chosen), *check_number_problems(check_number)]
        if problems:
            return problems
        return Approval(tuple(project_id for project_id in self.project_ids if project_id in chosen))

    def allows(self, marks: Marks) -> bool:
        """Whether these marks, exactly as they are spelt, may stand on this paper."""
        if isinstance(marks, Blank):
            return True
        return isinstance(marks, Approval) and self.mark(marks.ids) == marks

    def _choice_problems(self, chosen: set[str]) -> list[Problem]:
        if not chosen <= set(self.project_ids):
            return [Problem("choices", "One of your choices is not on this ballot paper. Choose again from the list.")]
        if len(chosen) > self.most:
            too_many = len(chosen) - self.most
            return [Problem("choices", f"You ticked {len(chosen)}. You can pick {self.most}: untick {too_many}.")]
        if len(chosen) < self.least:
            return [Problem("choices", _too_few(len(chosen), self.least))]
        return []


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


def _too_few(count: int, least: int) -> str:
    if count == 0 and least == 1:
        return "Tick at least one project, or leave this paper out."
    return f"You ticked {count}. Pick at least {least}, or leave this paper out."
