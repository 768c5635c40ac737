"""The best choice: of all sets of projects that the money can pay, one that is worth most to all voters.

The max rules of Talmon, Faliszewski: "A Framework for Approval-Based Budgeting Methods" (AAAI 2019,
arXiv 1809.04382), in their section on budgeting methods: the sum over all voters and funded projects
of what the project is worth to the voter.
Several sets may be worth the same: then the tie chain puts the projects in order, and the set stands
that has the first project in which they differ.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from tallying.outcome import Reason
from tallying.rule import RulebookError
from tallying.rule_steps import Optimum
from tallying.rules.backing import backing_of
from tallying.rules.constraints import order_of_free
from tallying.rules.contest import Contest
from tallying.rules.knapsack import Choice, EndlessSearchError, Item, best_choice
from tallying.rules.purses import Supporters
from tallying.rules.run import Run, tie_of
from tallying.rules.ties import Arranged
from tallying.steps import Tie
from tallying.values import frozen_value


def max_welfare(contest: Contest) -> Run:
    """The best choice, in paper order; raises RulebookError where it is not found in reasonable time.

    Supported projects that cost nothing are in it, and what they exclude is not; nor are those that
    nobody supports.
    """
    backing = backing_of(contest.election, contest.rule.satisfaction, contest.places)
    reach = contest.reach((*backing.supporters, *backing.free))
    free, pending = order_of_free(backing.free, contest.limits, contest.chain)
    if pending:
        return Run(pending=pending)
    removed = reach.open()
    for place in free:
        removed += reach.give(place, 0) if place not in reach.out else []
    start = Run(
        funded=tuple(place for place in free if place not in reach.out),
        steps=tuple(step for _, step in removed),
        refusals={**dict.fromkeys(backing.unsupported, (Reason.NO_SUPPORT, ())), **reach.out},
    )
    items = {place: _item(place, those) for place, those in backing.supporters.items() if place not in reach.out}
    try:
        return _best_run(start, _Welfare(contest, items))
    except EndlessSearchError as error:
        raise RulebookError("rule.name", f"{error} in reasonable time.", "Choose another rule.") from error


def _item(place: int, supporters: Supporters) -> Item:
    """The project with what it is worth to all its supporters together."""
    pairs = zip(supporters.voters, supporters.worths, strict=True)
    return Item(place, supporters.cost, supporters.factor * sum(voters * worth for voters, worth in pairs))


def _best_run(start: Run, welfare: "_Welfare") -> Run:
    """The run that has begun so, with the best choice."""
    best = welfare.solve()
    with_it = {place: welfare.solve((place,)).worth for place in welfare.items if place not in best.places}
    level = [place for place, worth in with_it.items() if worth == best.worth]
    steps = (*start.steps, Optimum(Fraction(best.worth), is_unique=not level))
    funded, ties = best.places, tuple[Tie, ...]()
    if level:
        arranged = welfare.contest.chain.arrange((*level, *welfare.replaceable(best)))
        pending = welfare.lot_needed(arranged, best.worth)
        if pending:
            return Run(start.funded, steps, pending=pending)
        funded = welfare.first_in(arranged.order, best.worth)
        other = welfare.first_in(tuple(reversed(arranged.order)), best.worth)
        at = (len(start.steps), arranged.order, arranged.by)
        ties = (tie_of(welfare.contest.election, at, funded, other),)
    refusals = dict(start.refusals)
    for place in [place for place in welfare.items if place not in funded]:
        figures = (("best", Fraction(best.worth)), ("with_it", Fraction(with_it.get(place, best.worth))))
        refusals[place] = (Reason.NOT_BEST, figures)
    return Run(tuple(sorted((*start.funded, *funded))), steps, ties, refusals)


@frozen_value
class _Welfare:
    """The projects to choose from, by place; the money, rivals and ceilings are those of the contest."""

    contest: Contest
    items: dict[int, Item]

    def solve(self, chosen: Sequence[int] = (), barred: Sequence[int] = ()) -> Choice:
        """The best choice with all of ``chosen`` and none of ``barred``; worth -1 where that cannot be."""
        fixed = [self.items[place] for place in chosen]
        left = self.contest.election.budget - sum(item.cost for item in fixed)
        if left < 0 or not self._permits(chosen):
            return Choice((), -1)
        rest = best_choice(
            (item for place, item in self.items.items() if place not in (*chosen, *barred)),
            left,
            (lambda more, place: self._permits((*chosen, *more, place))) if self.contest.limits.restrict else None,
        )
        return Choice(tuple(sorted((*chosen, *rest.places))), rest.worth + sum(item.worth for item in fixed))

    def _permits(self, places: Sequence[int]) -> bool:
        return self.contest.limits.permits(self.contest.election, places)

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
