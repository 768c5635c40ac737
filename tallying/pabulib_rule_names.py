"""Pabulib's names of rules: which of them funds the projects that were funded.

A name is a claim that a reader checks, so it is given only where the rule as Pabulib's checker counts
it funds the same: greedy by votes (or points, or Borda points), earlier in the file first; equal
shares by cost for approval ballots and whole amounts.
"""

from collections.abc import Collection, Sequence
from fractions import Fraction

from tallying.choices import BallotKind, Compare, OnOverspend, RuleName, ThresholdCompare, ThresholdOf
from tallying.count import count
from tallying.election import Project
from tallying.file_rules import rank_by_of, rulebook_of, threshold_of
from tallying.pabulib import PabulibFile
from tallying.pabulib_paper import WITHDRAWN_COST
from tallying.rulebook import Rulebook
from tallying.rules.support import scores, support_of
from tallying.values import frozen_value, replace

UNKNOWN = "unknown"


@frozen_value
class RuleAsNamed:
    """The name, and the least score of a project where the rule has one."""

    name: str
    threshold: int | None = None


def rule_name(file: PabulibFile, rulebook: Rulebook, funded: Collection[str]) -> RuleAsNamed:
    """The name for this rulebook where the rule of that name funds these projects, else ``unknown``."""
    if any(project.withdrawn for project in file.election.projects):
        return RuleAsNamed(UNKNOWN)
    name = _NAMED.get(rulebook.rule.name)
    return RuleAsNamed(UNKNOWN) if name is None else name(file, rulebook, set(funded))


def _greedy(file: PabulibFile, rulebook: Rulebook, funded: set[str]) -> RuleAsNamed:
    stops = rulebook.rule.on_overspend is OnOverspend.STOP
    least = _least_score(rulebook)
    if least is None and rulebook.threshold.of is not ThresholdOf.NONE:
        return RuleAsNamed(UNKNOWN)
    walk = _Walk(file, least or 0, stops)
    if walk.funded != funded or (not stops and walk.has_room_rounded_down()):
        return RuleAsNamed(UNKNOWN)
    if stops:
        return RuleAsNamed("greedy-no-skip", least)
    return RuleAsNamed("greedy" if least is None else "greedy-threshold", least)


def _least_score(rulebook: Rulebook) -> int | None:
    """The threshold where Pabulib can say it: a whole least number of what greedy ranks by."""
    value = rulebook.threshold.value
    if value is None or value.denominator != 1 or rulebook.threshold.compare is not ThresholdCompare.AT_LEAST:
        return None
    is_same = rulebook.threshold.of is threshold_of(rulebook.ballot.kind, 0).of
    return value.numerator if is_same else None


class _Walk:
    """Greedy as the checker makes it."""

    def __init__(self, file: PabulibFile, least: int, stops: bool) -> None:
        kind = {"ordinal": BallotKind.RANKING, "cumulative": BallotKind.POINTS, "scoring": BallotKind.POINTS}
        election = file.election
        self._scores = scores(election, support_of(election), rank_by_of(kind.get(file.vote_type, BallotKind.APPROVAL)))
        self._projects, self._least = election.projects, least
        self._unit: int = 10**election.exponent
        self._left = election.budget
        self.funded: set[str] = set()
        for place in self._ranked():
            project = self._projects[place]
            if self._scores[place] < least or (stops and project.cost == WITHDRAWN_COST * self._unit):
                continue
            if project.cost <= self._left:
                self.funded.add(project.id)
                self._left -= project.cost
            elif stops:
                break

    def has_room_rounded_down(self) -> bool:
        """Whether a project seems to fit into what is left, once both are rounded down to whole units."""
        spent = sum(self._whole(project) for project in self._projects if project.id in self.funded)
        total: int = self._left + sum(project.cost for project in self._projects if project.id in self.funded)
        left = total // self._unit - spent
        return any(
            project.id not in self.funded and self._whole(project) <= left and self._may_count(score)
            for project, score in zip(self._projects, self._scores, strict=True)
        )

    def _may_count(self, score: Fraction) -> bool:
        return not self._least or score > self._least

    def _whole(self, project: Project) -> int:
        return project.cost // self._unit

    def _ranked(self) -> Sequence[int]:
        return sorted(range(len(self._projects)), key=lambda place: -self._scores[place])


def _equal_shares(file: PabulibFile, rulebook: Rulebook, funded: set[str]) -> RuleAsNamed:
    unit = 10**file.election.exponent
    amounts = [file.election.budget, *(project.cost for project in file.projects)]
    if file.vote_type not in ("approval", "choose-1") or any(amount % unit for amount in amounts):
        return RuleAsNamed(UNKNOWN)
    completion = rulebook.rule.completion
    name = "equalshares" + ("/add1" if completion.has_add1 else "")
    name += "" if completion.compare is Compare.NONE else "-comparison"
    others = tuple((key, value) for key, value in file.meta if key not in ("rule", "min_project_score_threshold"))
    claimed = rulebook_of(replace(file, meta=(*others, ("rule", name))))
    if claimed.note or file.vote_type == "choose-1":
        return RuleAsNamed(UNKNOWN)
    if claimed.rulebook != rulebook and set(count(file.election, claimed.rulebook).funded_ids) != funded:
        return RuleAsNamed(UNKNOWN)
    return RuleAsNamed(name)


_NAMED = {RuleName.GREEDY: _greedy, RuleName.EQUAL_SHARES: _equal_shares}
