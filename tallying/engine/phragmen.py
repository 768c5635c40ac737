"""Phragmén at city speed: the ``Track`` of the definition, with float intervals in place of fractions.

The rounds, the ties and the trace are those of ``tallying.rules.phragmen``. Here the voters are
kept in classes of equal load: one for each purchase, and one for those who carry nothing yet.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import gcd

from tallying.election import Election
from tallying.engine.index import Bloc, Index
from tallying.engine.purses import histogram
from tallying.engine.search import Search
from tallying.rules.phragmen import Field
from tallying.values import frozen_value

_ROUNDING = 2.0**-52


def field_of(election: Election, index: Index, places: Sequence[int]) -> Field:
    """The field of the definition, with fast tracks."""
    blocs = {place: index.by_pick[place] for place in places}
    costs = {place: election.projects[place].cost for place in places}
    supported = {place: (costs[place], blocs[place][0]) for place in places if blocs[place] and costs[place]}
    return Field(
        supported=tuple(supported),
        free={place: index.support.votes[place] for place in places if blocs[place] and not costs[place]},
        unsupported=tuple(place for place in places if not blocs[place]),
        open=lambda: FastTrack(supported, len(index.sizes)),
    )


@frozen_value
class NewLoad:
    """Where the new load lies if a project is bought; ``carrying``: voters by class."""

    low: float
    high: float
    carrying: dict[int, int]


class FastTrack:
    """Loads of classes as floats, and exactly as whole numbers over one denominator."""

    def __init__(self, supported: dict[int, tuple[int, Bloc]], groups: int) -> None:
        self._supported = supported
        self._of_group = [0] * groups
        self._floats = [0.0]
        self._parts = [0]
        self._unit = 1
        bounds = ((cost / bloc.size * (1 - 4 * _ROUNDING), place) for place, (cost, bloc) in supported.items())
        self._search: Search[NewLoad] = Search(bounds)

    @property
    def places(self) -> tuple[int, ...]:
        """See ``Track``."""
        return self._search.places

    def least(self) -> dict[int, Fraction]:
        """See ``Track``: fractions only for those whose intervals overlap with the lowest one."""
        found = self._search.least(self._look)
        loads = {place: self._exact(place, seen) for place, seen in found.items()}
        least = min(loads.values(), default=None)
        for place, load in loads.items():
            if load != least:
                self._search.put_back(place, found[place].low)
        return {place: load for place, load in loads.items() if load == least}

    def put_back(self, load: Fraction, places: Iterable[int]) -> None:
        """See ``Track``."""
        for place in places:
            self._search.put_back(place, float(load) * (1 - 4 * _ROUNDING))

    def carry(self, place: int, load: Fraction) -> None:
        """See ``Track``."""
        finer = load.denominator // gcd(self._unit, load.denominator)
        if finer > 1:
            self._unit *= finer
            self._parts = [part * finer for part in self._parts]
        self._parts.append(load.numerator * (self._unit // load.denominator))
        self._floats.append(float(load))
        of_group, name = self._of_group, len(self._parts) - 1
        for group in self._supported[place][1].groups:
            of_group[group] = name

    def drop(self, place: int) -> None:
        """See ``Track``."""
        self._search.drop(place)

    def _look(self, place: int) -> NewLoad:
        cost, bloc = self._supported[place]
        carrying, floats = histogram(bloc, self._of_group), self._floats
        loads = sum([floats[name] * voters for name, voters in carrying.items()])
        load = (loads + cost) / bloc.size
        error = (len(carrying) + 16) * _ROUNDING  # more than all roundings together: nothing is subtracted
        return NewLoad(load * (1 - error), load * (1 + error), carrying)

    def _exact(self, place: int, seen: NewLoad) -> Fraction:
        cost, bloc = self._supported[place]
        loads = sum(self._parts[name] * voters for name, voters in seen.carrying.items())
        return Fraction(loads + cost * self._unit, bloc.size * self._unit)
