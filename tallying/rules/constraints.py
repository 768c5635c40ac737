"""What may stand beside what: projects that exclude each other, ceilings, floors, the least that is accepted.

Buying a project removes its rivals; a project that would break a ceiling is out of reach from then on.
``Limits`` says what holds for an election, ``Reach`` says what one run can still have.
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from tallying.choices import Exclusive, LimitOf, PartOffers
from tallying.election import Election
from tallying.limit_steps import Removal
from tallying.limits import EACH, Ceiling, Floor, belongs, limit_amount, names_of
from tallying.outcome import Reason
from tallying.rulebook import Rulebook
from tallying.rules.run import EMPTY, Refusal
from tallying.rules.ties import TieChain
from tallying.values import frozen_value

OUT_OF_REACH = (Reason.EXCLUDED, Reason.OVER_CEILING)
"""The reasons of projects that rivals and ceilings take out of a run."""


@frozen_value
class Bound:
    """A ceiling or a floor on this election: its name ("area North"), amount in minor units, and projects."""

    name: str
    amount: int
    places: frozenset[int]


@frozen_value
class Limits:
    """All that an election and its rulebook restrict, by place; nothing by default.

    ``rivals`` are both ways. ``least`` is what a project must get, where it may be less than its cost.
    """

    rivals: Mapping[int, tuple[int, ...]] = EMPTY
    ceilings: tuple[Bound, ...] = ()
    reserves: tuple[Bound, ...] = ()
    least: Mapping[int, int] = EMPTY

    @property
    def restrict(self) -> bool:
        """Whether any choice of projects can be barred that the money could pay."""
        return bool(self.rivals or self.ceilings)

    def permits(self, election: Election, places: Sequence[int]) -> bool:
        """Whether these can all be funded, as far as rivals and ceilings go."""
        chosen = set(places)
        if any(chosen.intersection(self.rivals.get(place, ())) for place in places):
            return False
        return all(_cost(election, chosen & bound.places) <= bound.amount for bound in self.ceilings)


def limits_of(election: Election, rulebook: Rulebook) -> Limits:
    """The limits of the rulebook on this election; raises RulebookError for amounts too fine for it."""
    minimums = {
        place: project.minimum for place, project in enumerate(election.projects) if project.minimum is not None
    }
    return Limits(
        rivals=_rivals(election) if rulebook.exclusive is Exclusive.DECLARED else {},
        ceilings=tuple(bound for ceiling in rulebook.ceilings for bound in _ceilings(election, ceiling)),
        reserves=tuple(_reserve(election, floor) for floor in rulebook.floors),
        least=minimums if rulebook.part_offers is PartOffers.AT_TURN else {},
    )


class Reach:
    """What one run has given to whom, and which projects are out of reach because of it."""

    def __init__(self, election: Election, limits: Limits, places: Iterable[int] = ()) -> None:
        self._election = election
        self._limits = limits
        self._places = tuple(places)
        self._room = [bound.amount for bound in limits.ceilings]
        self._taken: set[int] = set()
        self.out: dict[int, Refusal] = {}

    def open(self) -> list[tuple[int, Removal]]:
        """The projects that are out of reach from the start: they alone would break a ceiling."""
        return self._over_ceilings()

    def give(self, place: int, amount: int) -> list[tuple[int, Removal]]:
        """Note what a project gets; the projects that are out of reach from now on."""
        self._taken.add(place)
        removed = [self._bar(rival, Reason.EXCLUDED, self._id(place)) for rival in self._rivals_in_reach(place)]
        for number, bound in enumerate(self._limits.ceilings):
            self._room[number] -= amount if place in bound.places else 0
        return removed + (self._over_ceilings() if self._limits.ceilings else [])

    def offer(self, place: int, money: int) -> int | None:
        """What the project can have of this money: its cost, or less if its proposer accepts that."""
        cost = self._election.projects[place].cost
        most = min([cost, money, *self._rooms(place)])
        return most if most >= self._limits.least.get(place, cost) else None

    def takes_all(self, places: Sequence[int], money: int) -> bool:
        """Whether all of these can have their whole cost, in any order."""
        chosen = frozenset(places)
        if _cost(self._election, chosen) > money:
            return False
        if any(chosen.intersection(self._limits.rivals.get(place, ())) for place in places):
            return False
        pairs = zip(self._limits.ceilings, self._room, strict=True)
        return all(_cost(self._election, chosen & bound.places) <= room for bound, room in pairs)

    def _rivals_in_reach(self, place: int) -> list[int]:
        rivals = self._limits.rivals.get(place, ())
        return [rival for rival in rivals if rival in self._places and self._is_open(rival)]

    def _over_ceilings(self) -> list[tuple[int, Removal]]:
        removed = []
        for place in self._places:
            for bound, room in zip(self._limits.ceilings, self._room, strict=True):
                if self._is_open(place) and place in bound.places and self._least(place) > room:
                    figures = (("most", Fraction(bound.amount)), ("room", Fraction(room)))
                    removed.append(self._bar(place, Reason.OVER_CEILING, bound.name, figures))
        return removed

    def _bar(
        self, place: int, reason: Reason, by: str, figures: tuple[tuple[str, Fraction], ...] = ()
    ) -> tuple[int, Removal]:
        self.out[place] = (reason, figures)
        return place, Removal(self._id(place), reason.value, by)

    def _rooms(self, place: int) -> list[int]:
        pairs = zip(self._limits.ceilings, self._room, strict=True)
        return [room for bound, room in pairs if place in bound.places]

    def _is_open(self, place: int) -> bool:
        return place not in self._taken and place not in self.out

    def _least(self, place: int) -> int:
        return self._limits.least.get(place, self._election.projects[place].cost)

    def _id(self, place: int) -> str:
        return self._election.projects[place].id


def order_of_free(free: Iterable[int], limits: Limits, chain: TieChain) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Free projects in the order in which they are funded, and those that a lot must put in order, or none.

    It is the order of the paper, unless some of them exclude each other: then it is that of the chain.
    """
    places = tuple(free)
    if not any(set(limits.rivals.get(place, ())) & set(places) for place in places):
        return places, ()
    arranged = chain.arrange(places)
    for group in arranged.groups:
        if any(set(limits.rivals.get(place, ())) & set(group) for place in group):
            return arranged.order, group
    return arranged.order, ()


def _rivals(election: Election) -> dict[int, tuple[int, ...]]:
    """Both ways: if one project names another, they exclude each other."""
    places = {project.id: place for place, project in enumerate(election.projects)}
    found: dict[int, set[int]] = {}
    for place, project in enumerate(election.projects):
        for other in project.exclusions:
            found.setdefault(place, set()).add(places[other])
            found.setdefault(places[other], set()).add(place)
    return {place: tuple(sorted(rivals)) for place, rivals in sorted(found.items())}


def _ceilings(election: Election, ceiling: Ceiling) -> list[Bound]:
    names = names_of(election, ceiling.of) if ceiling.name == EACH else (ceiling.name,)
    amount = limit_amount(ceiling.most, election, "ceilings.most")
    return [_bound(election, ceiling.of, name, amount) for name in names]


def _reserve(election: Election, floor: Floor) -> Bound:
    return _bound(election, floor.of, floor.name, limit_amount(floor.least, election, "floors.least"))


def _bound(election: Election, of: LimitOf, name: str, amount: int) -> Bound:
    places = frozenset(place for place, item in enumerate(election.projects) if belongs(item, of, name))
    return Bound(f"{of.value} {name}", amount, places)


def _cost(election: Election, places: Iterable[int]) -> int:
    return sum(election.projects[place].cost for place in places)
