"""Prices in floats that know how wrong they can be, and exactly wherever that matters.

A quote is what ``Purses.offer`` of the definition finds: the least price at which the supporters of
a project can buy it. It holds a float interval that contains the price; the fraction is worked out
only on demand. Where a float cannot tell who pays all, the whole quote is worked out in fractions.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from typing import TypeAlias

from tallying.engine.index import Bloc
from tallying.engine.purses import BROKE, Classes
from tallying.values import frozen_value

Entry: TypeAlias = tuple[float, int, int, int]
"""Money per unit of worth, worth, class, number of voters."""
Counted: TypeAlias = tuple[Bloc, dict[int, int]]
"""A bloc, and how many of its voters are in each class."""

_ROUNDING = 2.0**-52
_CLOSE = 2.0**-20
"""Above this relative error of a price we count exactly."""


@frozen_value
class Buyers:
    """Who supports one project; one unit of worth is ``factor`` units of satisfaction."""

    cost: int
    factor: int
    blocs: tuple[Bloc, ...]
    size: int
    worth: int

    @classmethod
    def of(cls, cost: int, factor: int, blocs: tuple[Bloc, ...]) -> "Buyers":
        """The buyers of these blocs, of which there is one at least."""
        worth = sum(bloc.size * bloc.worth for bloc in blocs)
        return cls(cost, factor, blocs, sum(bloc.size for bloc in blocs), worth)

    @property
    def least_price(self) -> float:
        """A price that is never too high: the one if everyone could pay in full, and a little less."""
        return self.cost / (self.worth * self.factor) * (1 - 4 * _ROUNDING)


@frozen_value
class Quote:
    """``low <= price <= high``; the first ``poor`` entries pay all, the others pay ``worth`` shares.

    Entries leave out who has nothing. ``poor_voters`` counts them, too.
    """

    low: float
    high: float
    entries: Sequence[Entry]
    poor: int
    worth: int
    poor_voters: int

    def share(self, buyers: Buyers, classes: Classes) -> Fraction:
        """The exact price of one unit of worth, over the unit of the classes."""
        paid = classes.held([(name, voters) for _, _, name, voters in self.entries[: self.poor]])
        return Fraction(buyers.cost * classes.unit - paid, self.worth)


def quote(buyers: Buyers, classes: Classes) -> Quote | None:
    """The quote of these buyers, or None where their money is not enough."""
    if buyers.size * classes.most * (1 + 16 * _ROUNDING) < buyers.cost:  # not even if nobody had paid anything
        return None
    counted = [(bloc, classes.histogram(bloc)) for bloc in buyers.blocs]
    money = sum([classes.about(voters) for _, voters in counted])
    slack = (sum([len(voters) for _, voters in counted]) + 16) * _ROUNDING  # more than all roundings of these sums
    if money * (1 + slack) < buyers.cost:
        return None
    entries = _entries(counted, classes)
    is_sure = money * (1 - slack) > buyers.cost
    found = _scan(buyers, counted, entries, slack * buyers.cost) if is_sure else None
    return found or _scan_exactly(buyers, classes, entries)


def _entries(counted: Sequence[Counted], classes: Classes) -> list[Entry]:
    """Who has money, in no order."""
    money = classes.money
    entries: list[Entry] = []
    for bloc, in_class in counted:
        worth = bloc.worth
        if worth == 1:
            entries += [(money[name], 1, name, voters) for name, voters in in_class.items() if name]
        else:
            entries += [(money[name] / worth, worth, name, voters) for name, voters in in_class.items() if name]
    return entries


def _scan(buyers: Buyers, counted: Sequence[Counted], entries: list[Entry], slack: float) -> Quote | None:
    """From the poorest up: who cannot pay the price for the rest pays all. None: too close to tell."""
    entries.sort()
    can_pay = [(bloc.worth, bloc.size - in_class.get(BROKE, 0)) for bloc, in_class in counted]
    worth, paying = sum([each * voters for each, voters in can_pay]), sum([voters for _, voters in can_pay])
    needed, poor = float(buyers.cost), 0
    for ratio, each, _, voters in entries:
        over = ratio * worth - needed
        if over > slack:
            break
        if over > -slack:
            return None
        needed -= ratio * each * voters
        worth -= each * voters
        paying -= voters
        poor += 1
    error = slack / needed + 8 * _ROUNDING
    if not 0 < error < _CLOSE:
        return None
    price = needed / (worth * buyers.factor)
    return Quote(price * (1 - error), price * (1 + error), entries, poor, worth, buyers.size - paying)


def _scan_exactly(buyers: Buyers, classes: Classes, entries: list[Entry]) -> Quote | None:
    """The same in whole numbers over one denominator."""
    common = lcm(*{each for _, each, _, _ in entries})
    ordered = sorted((classes.exact(entry[2]) * (common // entry[1]), entry) for entry in entries)
    needed = buyers.cost * classes.unit
    if classes.held((name, voters) for _, _, name, voters in entries) < needed:
        return None
    worth = sum(each * voters for _, each, _, voters in entries)
    paying, poor = sum(voters for _, _, _, voters in entries), 0
    for ratio, (_, each, name, voters) in ordered:
        if ratio * worth >= needed * common:
            break
        needed -= classes.exact(name) * voters
        worth -= each * voters
        paying -= voters
        poor += 1
    price = needed / (worth * buyers.factor * classes.unit)
    error = 8 * _ROUNDING
    found = [entry for _, entry in ordered]
    return Quote(price * (1 - error), price * (1 + error), found, poor, worth, buyers.size - paying)


__all__ = ["BROKE", "Buyers", "Entry", "Quote", "quote"]
