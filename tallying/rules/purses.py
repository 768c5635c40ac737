"""The voters' money in equal shares, and what buying a project would cost them: exact.

Identical ballots share a purse. All purses are whole numbers over one common denominator, which
grows with every price: exact as fractions, and much faster.
"""

from collections.abc import Sequence
from fractions import Fraction
from itertools import repeat
from math import lcm
from operator import floordiv, mul

from tallying.values import frozen_value


@frozen_value
class Supporters:
    """Who supports one project: groups of voters, and what it is worth to each of them.

    ``groups`` index the purses, ``voters`` is how many stand behind each, ``worths`` is their
    satisfaction in units of ``factor`` (1 for each pick; points; Borda points). ``factor`` is 1 or
    the project's cost: one unit of worth is ``factor`` units of satisfaction.
    """

    cost: int
    factor: int
    groups: tuple[int, ...]
    voters: tuple[int, ...]
    worths: tuple[int, ...]

    @property
    def least_price(self) -> Fraction:
        """A price that is never too high: the one if everyone could pay in full."""
        return Fraction(self.cost, self.factor * sum(map(mul, self.voters, self.worths)))


@frozen_value
class Offer:
    """The price at which the supporters of a project can just buy it.

    ``price`` is that of one unit of satisfaction, in minor units; ``share`` that of one unit of worth,
    over the purses' denominator. ``paid_full`` and ``paid_all`` are numbers of voters.
    """

    price: Fraction
    paid_full: int
    paid_all: int
    share: Fraction = Fraction(0)


class Purses:
    """What every group of voters has left, for each voter in it."""

    def __init__(self, groups: int, endowment: Fraction) -> None:
        self._unit = endowment.denominator
        self._money = [endowment.numerator] * groups

    @property
    def unit(self) -> int:
        """How many parts a minor unit has: purses are whole numbers of these."""
        return self._unit

    def money_of(self, supporters: Supporters) -> list[int]:
        """What one voter of each of these groups has left, in parts of a minor unit."""
        return [self._money[group] for group in supporters.groups]

    def held_by(self, supporters: Supporters) -> Fraction:
        """What these voters have together, in minor units."""
        held = sum(map(mul, (self._money[group] for group in supporters.groups), supporters.voters))
        return Fraction(held, self._unit)

    def offer(self, supporters: Supporters) -> Offer | None:
        """The least price per unit at which they can buy, or None where their money is not enough.

        Peters, Pierczyński, Skowron 2021 (arXiv 2008.13276), section 3: the least rho with
        sum over supporters of min(purse, rho * worth) = cost. Going from the poorest per unit of
        worth up: whoever cannot pay the price for the rest pays all, and the price is found anew.
        """
        money = self.money_of(supporters)
        needed = supporters.cost * self._unit
        if sum(map(mul, money, supporters.voters)) < needed:
            return None
        worth = sum(map(mul, supporters.voters, supporters.worths))
        paid_all = 0
        for _, purse, each, voters in poorest_first(money, supporters):
            if purse * worth >= needed * each:
                break
            needed -= purse * voters
            worth -= each * voters
            paid_all += voters
        share = Fraction(needed, worth)
        price = share / (self._unit * supporters.factor)
        return Offer(price, sum(supporters.voters) - paid_all, paid_all, share)

    def pay(self, supporters: Supporters, share: Fraction) -> None:
        """Take from each supporter ``share`` for every unit of worth, or all there is."""
        self._refine(share.denominator)
        for group, each in zip(supporters.groups, supporters.worths, strict=True):
            self._money[group] = max(0, self._money[group] - share.numerator * each)

    def round_down(self, unit: int) -> None:
        """From now on a minor unit has this many parts; what is less than one is lost."""
        self._money = [money * unit // self._unit for money in self._money]
        self._unit = unit

    def _refine(self, factor: int) -> None:
        if factor > 1:
            self._unit *= factor
            self._money = [money * factor for money in self._money]


def poorest_first(money: Sequence[int], supporters: Supporters) -> list[tuple[int, int, int, int]]:
    """The groups as (money per unit of worth, money, worth, voters); the first over a common denominator."""
    worths = supporters.worths
    common = lcm(*set(worths))
    keys = money if common == 1 else map(mul, money, map(floordiv, repeat(common), worths))
    return sorted(zip(keys, money, worths, supporters.voters, strict=False))
