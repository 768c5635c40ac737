"""Measures of an outcome, to put rules side by side. All are exact, and functions of election and outcome.

Which of them matters is for people to say; none of them decides anything.
"""

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction

from tallying.choices import Satisfaction
from tallying.election import Ballot, Election
from tallying.outcome import Outcome
from tallying.prices import PriceSystem, price_system
from tallying.proportionality import Violation, ejr_plus_violations
from tallying.rules.support import marks
from tallying.values import frozen_value


@frozen_value
class Part:
    """An area or a category: how many projects of how many are funded, and with how much (minor units)."""

    name: str
    projects: int
    funded: int
    amount: int


@frozen_value
class Measures:
    """How an outcome serves the voters.

    ``with_one``: voters with at least one funded project among those they named, of all voters.
    ``used``: share of the budget. ``mean``: what the funded projects that a voter named cost, in minor
    units, on average over all voters; ``quartiles``: the same for the voter of whom a quarter, half and
    three quarters of all voters have no more. ``areas`` and ``categories`` are in paper order;
    ``violations`` certify where EJR+ up to one project fails; ``prices`` belongs to equal shares.
    """

    with_one: Fraction
    used: Fraction
    mean: Fraction
    quartiles: tuple[int, int, int]
    areas: tuple[Part, ...]
    categories: tuple[Part, ...]
    violations: tuple[Violation, ...]
    prices: PriceSystem | None


def measure(
    election: Election, outcome: Outcome, satisfaction: Satisfaction, bought_by: Satisfaction | None = None
) -> Measures:
    """The measures of an outcome of this election.

    ``satisfaction`` is what EJR+ goes by; ``bought_by`` the one of equal shares, where it is another.
    """
    amounts = _amounts(outcome)
    spent = Counter[int]()
    for ballot, voters in election.groups:
        spent[money_on(ballot, amounts)] += voters
    voters = election.voters or 1
    return Measures(
        with_one=with_one(election, outcome),
        used=Fraction(outcome.cost, election.budget or 1),
        mean=Fraction(sum(money * number for money, number in spent.items()), voters),
        quartiles=(_quantile(spent, 1), _quantile(spent, 2), _quantile(spent, 3)),
        areas=by_area(election, outcome),
        categories=_parts(election, amounts, {item.id: _split(item.category) for item in election.projects}),
        violations=ejr_plus_violations(election, outcome, satisfaction),
        prices=price_system(election, outcome, bought_by or satisfaction),
    )


def with_one(election: Election, outcome: Outcome) -> Fraction:
    """Voters with at least one funded project among those they named, of all voters."""
    funded = _amounts(outcome)
    served = sum(
        voters for ballot, voters in election.groups if any(project_id in funded for project_id, _ in marks(ballot))
    )
    return Fraction(served, election.voters or 1)


def by_area(election: Election, outcome: Outcome) -> tuple[Part, ...]:
    """What each area gets, in paper order; nothing where no project has one."""
    return _parts(election, _amounts(outcome), {project.id: (project.area,) for project in election.projects})


def money_on(ballot: Ballot, amounts: Mapping[str, int]) -> int:
    """What the funded projects that a ballot names cost together, in minor units."""
    return sum(amounts.get(project_id, 0) for project_id, _ in marks(ballot))


@frozen_value
class Shift:
    """From one outcome to another: voters for whom more, as much, or less money goes to what they named."""

    more: int
    same: int
    less: int


def shift(election: Election, before: Outcome, after: Outcome) -> Shift:
    """Who gains and who loses between two outcomes of the same election."""
    first, second = _amounts(before), _amounts(after)
    signs = Counter[int]()
    for ballot, voters in election.groups:
        change = money_on(ballot, second) - money_on(ballot, first)
        signs[(change > 0) - (change < 0)] += voters
    return Shift(signs[1], signs[0], signs[-1])


def _amounts(outcome: Outcome) -> dict[str, int]:
    return {item.id: item.amount for item in outcome.funded}


def _quantile(spent: Mapping[int, int], quarters: int) -> int:
    """The least money that at least so many quarters of the voters have no more than."""
    needed = Fraction(quarters * sum(spent.values()), 4)
    reached = 0
    for money in sorted(spent):
        reached += spent[money]
        if reached >= needed:
            return money
    return 0


def _split(category: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in category.split(",")))


def _parts(election: Election, amounts: Mapping[str, int], parts_of: Mapping[str, tuple[str, ...]]) -> tuple[Part, ...]:
    """Projects by part, in the order in which the parts first stand on the paper; none where no part has a name."""
    names = dict.fromkeys(name for project in election.projects for name in parts_of[project.id])
    if not any(names):
        return ()
    found = []
    for name in names:
        ids = [project.id for project in election.projects if name in parts_of[project.id]]
        funded = [project_id for project_id in ids if project_id in amounts]
        found.append(Part(name, len(ids), len(funded), sum(amounts[project_id] for project_id in funded)))
    return tuple(found)
