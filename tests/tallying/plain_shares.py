"""Equal shares once more, as plainly as the paper has it: fractions, every project looked at in every round.

Slow on purpose: the rule is compared with it, step by step. Approval ballots, ties by the order of the list.
"""

from collections.abc import Mapping
from fractions import Fraction

from tallying.election import Approval, Election


def plain_equal_shares(election: Election, endowment: Fraction, *, by_cost: bool) -> list[tuple[str, Fraction]]:
    """Projects bought, each with its price per unit of satisfaction (arXiv 2008.13276, section 3)."""
    purses, picks = _voters(election, endowment)
    bought: list[tuple[str, Fraction]] = []
    costs = {project.id: project.cost for project in election.projects if project.cost <= election.budget}
    for name, cost in list(costs.items()):
        if cost == 0 and any(name in pick for pick in picks):
            bought.append((name, Fraction(0)))
    while True:
        offers = []
        for place, (name, cost) in enumerate(costs.items()):
            worth = cost if by_cost else 1
            price = _price(cost, worth, [purse for purse, pick in zip(purses, picks, strict=True) if name in pick])
            if cost and price is not None and name not in dict(bought):
                offers.append((price, place, name, worth))
        if not offers:
            return bought
        price, _, name, worth = min(offers)
        bought.append((name, price))
        purses = [
            purse - min(purse, price * worth) if name in pick else purse
            for purse, pick in zip(purses, picks, strict=True)
        ]


def _price(cost: int, worth: int, purses: list[Fraction]) -> Fraction | None:
    """The least price with sum of min(purse, price * worth) = cost: tried at each number of poor voters."""
    if sum(purses) < cost or not purses:
        return None
    ordered = sorted(purses)
    for poor in range(len(ordered)):
        price = (cost - sum(ordered[:poor], Fraction(0))) / (worth * (len(ordered) - poor)) if worth else Fraction(0)
        if price * worth <= ordered[poor]:
            return price
    return None


def _voters(election: Election, endowment: Fraction) -> tuple[list[Fraction], list[tuple[str, ...]]]:
    picks = [ballot.ids for ballot, voters in election.groups for _ in range(voters) if isinstance(ballot, Approval)]
    return [endowment for _ in picks], picks


def payments(election: Election, bought: Mapping[str, Fraction], endowment: Fraction) -> dict[str, Fraction]:
    """What each project received, if every supporter pays price times cost or all there is left."""
    purses, picks = _voters(election, endowment)
    received = {}
    for name, price in bought.items():
        due = price * election.project(name).cost
        paid = [min(purse, due) if name in pick else Fraction(0) for purse, pick in zip(purses, picks, strict=True)]
        purses = [purse - part for purse, part in zip(purses, paid, strict=True)]
        received[name] = sum(paid, Fraction(0))
    return received
