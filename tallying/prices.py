"""Priceability: the shares of equal shares really pay for what it bought, and for nothing else.

Peters, Skowron: "Proportionality and the Limits of Welfarism" (EC 2020, arXiv 1911.11747), section 4;
for budgets Peters, Pierczyński, Skowron 2021 (arXiv 2008.13276), section 3. The trace of an outcome is
the price system; here it is played again and each of its conditions is checked.
"""

from fractions import Fraction
from math import lcm

from tallying.choices import Satisfaction
from tallying.election import Election
from tallying.outcome import Outcome, Purchase, Reason
from tallying.rules.support import marks
from tallying.values import frozen_value

_BY_COST = (Satisfaction.COST, Satisfaction.POINTS_TIMES_COST)
_BY_MARK = (Satisfaction.POINTS, Satisfaction.POINTS_TIMES_COST, Satisfaction.BORDA)


@frozen_value
class PriceSystem:
    """What every voter could spend (minor units), and which conditions do not hold: none, if it is one.

    ``paid`` are the projects that shares paid for; those of a greedy completion are not among them.
    """

    share: Fraction
    paid: tuple[str, ...]
    faults: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether it is a price system."""
        return not self.faults


def price_system(election: Election, outcome: Outcome, satisfaction: Satisfaction) -> PriceSystem | None:
    """Play the purchases of an outcome of equal shares again; None where it has none.

    Nobody pays for a project they did not name (that is how it is played); nobody pays more than their
    share; each purchase is paid exactly; and no group that is left could pay for a project by itself.
    """
    purchases = [step for step in outcome.steps if isinstance(step, Purchase)]
    if not purchases or not election.voters:
        return None
    runs = [run.endowment for run in outcome.add1 if run.total <= outcome.budget]
    share = runs[-1] if runs else Fraction(election.budget, election.voters)
    play = _Play(election, satisfaction, share, purchases)
    able = [
        f"the supporters of {item.id} could still pay for it"
        for item in outcome.unfunded
        if item.reason is Reason.SUPPORTERS_SHORT and play.held_for(item.id) > item.cost
    ]
    return PriceSystem(share, tuple(step.id for step in purchases), (*play.faults, *able))


class _Play:
    """Every group's purse as a whole number over one denominator."""

    def __init__(self, election: Election, satisfaction: Satisfaction, share: Fraction, steps: list[Purchase]) -> None:
        self._unit = lcm(share.denominator, *(step.price.denominator for step in steps))
        self._money = [self._whole(share)] * len(election.groups)
        self._voters = [voters for _, voters in election.groups]
        self._rows: dict[str, list[tuple[int, int]]] = {project.id: [] for project in election.projects}
        for group, (ballot, _) in enumerate(election.groups):
            for project_id, mark in marks(ballot):
                self._rows[project_id].append((group, mark if satisfaction in _BY_MARK else 1))
        self.faults = [fault for step in steps for fault in self._buy(step, satisfaction)]

    def _whole(self, amount: Fraction) -> int:
        return amount.numerator * (self._unit // amount.denominator)

    def _buy(self, step: Purchase, satisfaction: Satisfaction) -> list[str]:
        price = self._whole(step.price) * (step.cost if satisfaction in _BY_COST else 1)
        paid = 0
        for group, worth in self._rows[step.id]:
            pays = min(self._money[group], price * worth)
            self._money[group] -= pays
            paid += pays * self._voters[group]
        return [] if paid == step.cost * self._unit else [f"{step.id} is not paid exactly"]

    def held_for(self, project_id: str) -> Fraction:
        """What the supporters of a project have left together."""
        held = sum(self._money[group] * self._voters[group] for group, _ in self._rows[project_id])
        return Fraction(held, self._unit)
