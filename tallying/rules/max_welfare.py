"""The best choice: of all sets of projects that the money can pay, one that is worth most to all voters.

Max rules of Talmon, Faliszewski: "A Framework for Approval-Based Budgeting Methods" (AAAI 2019),
section 2: the sum over all voters and funded projects of what the project is worth to the voter.
Several sets may be worth the same: then the tie chain puts the projects in order, and the set stands
that has the first project in which they differ.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from tallying.outcome import Reason
from tallying.rule import RulebookError
from tallying.rule_steps import Optimum
from tallying.rules.backing import Backing, backing_of
from tallying.rules.contest import Contest
from tallying.rules.knapsack import Choice, EndlessSearchError, Item, best_choice
from tallying.rules.purses import Supporters
from tallying.rules.run import Refusal, Run, tie_of
from tallying.rules.ties import Arranged
from tallying.steps import Tie


def max_welfare(contest: Contest) -> Run:
    """The best choice, in paper order; raises RulebookError where it is not found in reasonable time.

    Supported projects that cost nothing are in it; those that nobody supports are not.
    """
    backing = backing_of(contest.election, contest.rule.satisfaction, contest.places)
    try:
        return _best_run(_Welfare(contest.election.budget, _items(backing)), contest, backing)
    except EndlessSearchError as error:
        raise RulebookError("rule.name", f"{error} in reasonable time.", "Choose another rule.") from error


def _items(backing: Backing) -> dict[int, Item]:
    return {place: Item(place, those.cost, _worth(those)) for place, those in backing.supporters.items()}


def _worth(supporters: Supporters) -> int:
    """What the project is worth to all its supporters together."""
    pairs = zip(supporters.voters, supporters.worths, strict=True)
    return supporters.factor * sum(voters * worth for voters, worth in pairs)


def _best_run(welfare: "_Welfare", contest: Contest, backing: Backing) -> Run:
    best = welfare.solve()
    with_it = {place: welfare.solve((place,)).worth for place in welfare.items if place not in best.places}
    level = [place for place, worth in with_it.items() if worth == best.worth]
    step = Optimum(Fraction(best.worth), is_unique=not level)
    funded, ties = best.places, tuple[Tie, ...]()
    if level:
        arranged = contest.chain.arrange((*level, *welfare.replaceable(best)))
        pending = welfare.lot_needed(arranged, best.worth)
        if pending:
            return Run(steps=(step,), pending=pending)
        funded = welfare.first_in(arranged.order, best.worth)
        other = welfare.first_in(tuple(reversed(arranged.order)), best.worth)
        ties = (tie_of(contest.election, (0, arranged.order, arranged.by), funded, other),)
    refusals: dict[int, Refusal] = dict.fromkeys(backing.unsupported, (Reason.NO_SUPPORT, ()))
    for place in [place for place in welfare.items if place not in funded]:
        figures = (("best", Fraction(best.worth)), ("with_it", Fraction(with_it.get(place, best.worth))))
        refusals[place] = (Reason.NOT_BEST, figures)
    return Run(tuple(sorted((*backing.free, *funded))), (step,), ties, refusals)


@dataclass(frozen=True, slots=True)
class _Welfare:
    """The projects to choose from, by place, and the money, in minor units."""

    money: int
    items: dict[int, Item]

    def solve(self, chosen: Sequence[int] = (), barred: Sequence[int] = ()) -> Choice:
        """The best choice with all of ``chosen`` and none of ``barred``; worth -1 where it cannot be paid."""
        fixed = [self.items[place] for place in chosen]
        left = self.money - sum(item.cost for item in fixed)
        if left < 0:
            return Choice((), -1)
        rest = best_choice((item for place, item in self.items.items() if place not in (*chosen, *barred)), left)
        return Choice(tuple(sorted((*chosen, *rest.places))), rest.worth + sum(item.worth for item in fixed))

    def replaceable(self, best: Choice) -> list[int]:
        """Those of a best choice that some other best choice does without."""
        return [place for place in best.places if self.solve(barred=(place,)).worth == best.worth]

    def first_in(self, order: Iterable[int], worth: int) -> tuple[int, ...]:
        """The best choice that has the first project in this order in which it differs from another."""
        chosen: list[int] = []
        barred: list[int] = []
        for place in order:
            (chosen if self.solve((*chosen, place), barred).worth == worth else barred).append(place)
        return self.solve(chosen, barred).places

    def lot_needed(self, arranged: Arranged, worth: int) -> tuple[int, ...]:
        """The places that only a lot can put in order, if their order decides; or none."""
        chosen: list[int] = []
        barred: list[int] = []
        for group in arranged.groups:
            together = self.solve((*chosen, *group), barred).worth == worth
            possible = [place for place in group if together or self.solve((*chosen, place), barred).worth == worth]
            if len(possible) > 1 and not together:
                return tuple(possible)
            chosen += possible
            barred += [place for place in group if place not in possible]
        return ()
