"""What each rule would have done on a past round's ballots, side by side: for an officer who chooses a rule.

The counts are those of `pb-tally compare`. They are kept, by the hashes of election and rulebooks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import floor

from pb_app.services.keeping import Kept
from pb_app.services.past_elections import PastPaper
from tallying.count import count
from tallying.election import Election, Project
from tallying.measures import Shift, by_area, shift, with_one
from tallying.money import shown
from tallying.outcome import Outcome
from tallying.rulebook import Rulebook
from tallying.rules.support import support_of


@dataclass(frozen=True, slots=True)
class AreaMoney:
    """What an area gets: in words, and as the width of a bar in percent of the most that any area gets."""

    name: str
    money: str
    width: str


@dataclass(frozen=True, slots=True)
class RuleResult:
    """What one rule funds. `served` is how many in a hundred voters get at least one of their picks."""

    rule: str
    funded: int
    used: str
    served: int
    areas: tuple[AreaMoney, ...]


@dataclass(frozen=True, slots=True)
class Changing:
    """A project that not every rule funds, and those that do, in the order of the rules."""

    title: str
    cost: str
    votes: int
    is_funded: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The rules on one past paper, with its own money where the new paper's would have paid for `too_plain` of it.

    `too_plain` is "none" or "all", for which there is nothing to compare, and otherwise "".
    `by_all` and `by_none` count the projects that all rules fund, or none. `shift` is from the first to the last rule.
    """

    past: PastPaper
    budget: str
    too_plain: str
    voters: int
    projects: int
    results: tuple[RuleResult, ...]
    changing: tuple[Changing, ...]
    by_all: int
    by_none: int
    shift: Shift

    def of(self, rule: str) -> RuleResult:
        """What this rule funds."""
        return next(one for one in self.results if one.rule == rule)


def compare_rules(past: PastPaper, rules: Mapping[str, Rulebook], budget: int) -> Comparison:
    """The rules on a past paper with this budget (pence), or with its own where that would pay for none or for all."""
    too_plain = _too_plain(past.election, budget)
    election = past.election if too_plain else replace(past.election, budget=budget)
    key = " ".join([past.round_title, too_plain, election.sha256(), *(book.sha256() for book in rules.values())])
    return _kept.get(key) or _kept.put(key, _compared(past, election, rules, too_plain))


_kept: Kept[Comparison] = Kept(32)


def _too_plain(election: Election, budget: int) -> str:
    costs = [one.cost for one in election.projects if not one.withdrawn]
    if budget < min(costs, default=0):
        return "none"
    return "all" if budget >= sum(costs) else ""


def _compared(past: PastPaper, election: Election, rules: Mapping[str, Rulebook], too_plain: str) -> Comparison:
    outcomes = [count(election, book) for book in rules.values()]
    ids = [{item.id for item in outcome.funded} for outcome in outcomes]
    on_paper = [one for one in election.projects if not one.withdrawn]
    in_all, in_any = set.intersection(*ids), set.union(*ids)
    votes = dict(zip((one.id for one in election.projects), support_of(election).votes, strict=True))
    changing = [one for one in on_paper if one.id in in_any - in_all]
    return Comparison(
        past=past,
        budget=_money(election, election.budget),
        too_plain=too_plain,
        voters=election.voters,
        projects=len(on_paper),
        results=_results(past, election, dict(zip(rules, outcomes, strict=True))),
        changing=tuple(_changing(election, one, votes[one.id], ids) for one in changing),
        by_all=len(in_all),
        by_none=len(on_paper) - len(in_any),
        shift=shift(election, outcomes[0], outcomes[-1]),
    )


def _results(past: PastPaper, election: Election, outcomes: Mapping[str, Outcome]) -> tuple[RuleResult, ...]:
    areas = {rule: by_area(election, outcome) for rule, outcome in outcomes.items()}
    most = max((part.amount for parts in areas.values() for part in parts), default=0) or 1
    return tuple(
        RuleResult(
            rule=rule,
            funded=len(outcome.funded),
            used=_money(election, outcome.cost),
            served=floor(100 * with_one(election, outcome)),
            areas=tuple(
                AreaMoney(
                    past.areas.get(part.name, "Everywhere" if not part.name else part.name),
                    _money(election, part.amount),
                    f"{100 * part.amount / most:.1f}",
                )
                for part in areas[rule]
            ),
        )
        for rule, outcome in outcomes.items()
    )


def _changing(election: Election, project: Project, votes: int, ids: list[set[str]]) -> Changing:
    return Changing(project.name, _money(election, project.cost), votes, tuple(project.id in funded for funded in ids))


def _money(election: Election, minor: int) -> str:
    return shown(minor, election.exponent, election.currency)
