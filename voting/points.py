"""The paper on which points are shared out: a number in the box of each project that is to have some."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tallying.election import Ballot, Points
from tallying.vote_word import VoteWord
from voting.errors import Problem
from voting.paper import WHOLE, BallotPaper, Mark, whole_number

_POINT = VoteWord("point", "points")


@dataclass(frozen=True, slots=True)
class PointsPaper(BallotPaper):
    """Points: so many in all, and for one project at least and at most so many. Not all need be given."""

    @property
    def total(self) -> int | None:
        """How many points a voter has; None where only each project is bounded."""
        return self.rule.points_total

    @property
    def low(self) -> int:
        """The fewest that a project can be given, if any."""
        return max(1, self.rule.point_min or 0)

    @property
    def high(self) -> int | None:
        """The most that a project can be given; None without a bound of any kind."""
        bounds = [bound for bound in (self.rule.point_max, self.total) if bound is not None]
        return min(bounds) if bounds else None

    def marks_of(self, ballot: Ballot) -> tuple[Mark, ...]:
        """The number on each project."""
        return tuple((name, str(number)) for name, number in ballot.points) if isinstance(ballot, Points) else ()

    def given(self, written: Mapping[str, str]) -> int:
        """How many points these marks give in all; what is no number counts nothing."""
        return sum(whole_number(text) or 0 for text in written.values())

    @property
    def unit(self) -> VoteWord:
        """What is shared out: points, or the paper's own word."""
        return self.word or _POINT

    def _mark(self, written: Mapping[str, str]) -> Ballot | list[Problem]:
        typed = [(project.id, written[project.id].strip()) for project in self.projects if project.id in written]
        read = [(project_id, whole_number(text)) for project_id, text in typed if text]
        points = tuple((project_id, number) for project_id, number in read if number)
        problems = [Problem(name, words) for name, number in read if (words := self._box_words(name, number))]
        if words := self._number_words(len([1 for _, number in read if number != 0])):
            problems.append(Problem(WHOLE, words))
        if words := self._total_words(sum(number for _, number in points)):
            problems.append(Problem(WHOLE, words))
        return problems or Points(points)

    def _box_words(self, project_id: str, number: int | None) -> str:
        name = self._name(project_id)
        if number is None:
            return f"Write the {self.unit.many} for {name} as a whole number, like {self.low}."
        if 0 < number < self.low:
            return f"You gave {name} {number}. Give it at least {self.low}, or none."
        if self.rule.point_max is not None and number > self.rule.point_max:
            return f"You gave {name} {number}. Give it {self.rule.point_max} at most."
        return ""

    def _number_words(self, count: int) -> str:
        if count == 0 and self.least == 1:
            return f"Give {self.unit.many} to at least one project, or leave this paper out."
        if count < self.least:
            return f"You gave {self.unit.many} to {count}. Give some to at least {self.least}, or leave this paper out."
        if count > self.most:
            return f"You gave {self.unit.many} to {count}. You can give some to {self.most}: empty {count - self.most}."
        return ""

    def _total_words(self, given: int) -> str:
        if self.total is None or given <= self.total:
            return ""
        return f"You gave {self.unit.of(given)}. You have {self.total}: take {given - self.total} away."
