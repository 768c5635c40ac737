"""The voters' money by classes: voters with the same money, of which there are few.

All start alike. A purchase parts its supporters from the others, and puts all whom it leaves with
nothing into one class. Each class has its money exactly, and as the nearest float for quick looks.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import chain
from operator import mul

from tallying.engine.index import Bloc

BROKE = 0
"""The class of those who have nothing left."""


def histogram(bloc: Bloc, of_group: Sequence[int]) -> dict[int, int]:
    """How many voters of the bloc are in each class; ``of_group`` has the class of every group."""
    counted: dict[int, int] = Counter(bloc.single(of_group))
    known = counted.get
    for name, voters in zip(bloc.several(of_group), bloc.voters, strict=True):
        counted[name] = known(name, 0) + voters
    return counted


class Classes:
    """Which class each group of voters is in, and what a voter of each class has."""

    def __init__(self, groups: int, endowment: Fraction) -> None:
        self.of_group = [1 if endowment else BROKE] * groups
        self.most = float(endowment)
        self.money = [0.0, self.most]
        self.unit = endowment.denominator
        """All exact amounts are whole numbers over this one denominator: see ``exact``."""
        self._units = [self.unit]
        self._parts = [0, endowment.numerator]
        self._levels = [0, 0]
        self._finer = [1]

    def histogram(self, bloc: Bloc) -> dict[int, int]:
        """How many voters of the bloc are in each class."""
        return histogram(bloc, self.of_group)

    def exact(self, name: int) -> int:
        """What a voter of this class has, over ``unit``."""
        return self._parts[name] * self._finer[self._levels[name]]

    def refine(self, factor: int) -> None:
        """Take a finer unit, in which the next payment is a whole number."""
        self.unit *= factor
        self._units.append(self.unit)
        self._finer = [self.unit // unit for unit in self._units]

    def poorer(self, names: Iterable[int], paid: int) -> dict[int, int]:
        """For each class the new one of those who had as much and paid so much of it, over ``unit``."""
        parts, levels, money = self._parts, self._levels, self.money
        finer, unit, level = self._finer, self.unit, len(self._units) - 1
        after: dict[int, int] = {}
        for name in names:
            left = parts[name] * finer[levels[name]] - paid
            after[name] = len(money) if left else BROKE
            if left:
                parts.append(left)
                levels.append(level)
                money.append(left / unit)
        return after

    def move(self, bloc: Bloc, to: Mapping[int, int]) -> None:
        """Put each voter of the bloc into the class that stands in place of the one before."""
        of_group, after = self.of_group, to.__getitem__
        before = chain(bloc.single(of_group), bloc.several(of_group))
        for group, name in zip(bloc.groups, map(after, before), strict=True):
            of_group[group] = name

    def about(self, counted: Mapping[int, int]) -> float:
        """What these voters have together, nearly: one rounding for each class, and some."""
        return sum([self.money[name] * voters for name, voters in counted.items()])

    def held(self, counted: Iterable[tuple[int, int]]) -> int:
        """What these voters (class, how many) have together, over ``unit``."""
        parts, levels = self._parts, self._levels
        by_level = [0] * len(self._units)
        for name, voters in counted:
            by_level[levels[name]] += parts[name] * voters
        return sum(map(mul, by_level, self._finer))
