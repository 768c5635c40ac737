"""The best choice of projects for the money: an exact branch and bound on whole numbers.

Projects are tried from the best worth for their cost down. What a branch can still reach is at most
its worth and that of the next projects, the first that does not fit taken in part (Dantzig 1957); a
branch that cannot do better than the best choice so far is left, and so is one that stands where a
better one stood before (the same projects to come, the same money left).
"""

from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable
from fractions import Fraction
from math import gcd
from typing import TypeAlias

from tallying.values import frozen_value

MOST_BRANCHES = 2_000_000
"""A search is given up beyond this many branches; real elections need some thousands."""

Permits: TypeAlias = Callable[[tuple[int, ...], int], bool]
"""Whether a project may stand beside those already chosen, by their places."""


class EndlessSearchError(ValueError):
    """The best choice was not found within ``MOST_BRANCHES``."""


@frozen_value
class Item:
    """One project: its cost in minor units, above 0, and its worth to all voters, above 0."""

    place: int
    cost: int
    worth: int


@frozen_value
class Choice:
    """Chosen places in paper order, and their worth together."""

    places: tuple[int, ...]
    worth: int


def best_choice(items: Iterable[Item], money: int, permits: Permits | None = None) -> Choice:
    """A choice of the greatest worth that costs at most ``money``; raises EndlessSearchError."""
    fitting = sorted((item for item in items if item.cost <= money), key=_best_first)
    if not fitting:
        return Choice((), 0)
    unit = gcd(*(item.cost for item in fitting))
    search = _Search([Item(item.place, item.cost // unit, item.worth) for item in fitting], permits)
    search.run(money // unit)
    return Choice(tuple(sorted(search.best)), search.best_worth)


def _best_first(item: Item) -> tuple[Fraction, int, int]:
    return Fraction(-item.worth, item.cost), item.cost, item.place


class _Search:
    """Depth first, with a project in before it is out; a stack of its own, so that no paper is too long."""

    def __init__(self, items: list[Item], permits: Permits | None) -> None:
        self._items = items
        self._permits = permits
        self._seen: dict[Hashable, int] = {}
        self._costs, self._worths = [0], [0]
        for item in items:
            self._costs.append(self._costs[-1] + item.cost)
            self._worths.append(self._worths[-1] + item.worth)
        self.best: tuple[int, ...] = ()
        self.best_worth = 0

    def run(self, money: int) -> None:
        """Find the best choice."""
        stack: list[tuple[int, int, int, tuple[int, ...]]] = [(0, money, 0, ())]
        branches = 0
        while stack:
            at, left, worth, chosen = stack.pop()
            branches += 1
            if branches > MOST_BRANCHES:
                raise EndlessSearchError(f"the best choice of {len(self._items)} projects was not found")
            if worth > self.best_worth:
                self.best, self.best_worth = chosen, worth
            at = self._next(at, left, chosen)
            if self._is_hopeless(at, left, worth, chosen):
                continue
            item = self._items[at]
            stack.append((at + 1, left, worth, chosen))
            stack.append((at + 1, left - item.cost, worth + item.worth, (*chosen, item.place)))

    def _next(self, at: int, left: int, chosen: tuple[int, ...]) -> int:
        """The next project that fits and is permitted, or the end."""
        while at < len(self._items):
            item = self._items[at]
            if item.cost <= left and (self._permits is None or self._permits(chosen, item.place)):
                break
            at += 1
        return at

    def _is_hopeless(self, at: int, left: int, worth: int, chosen: tuple[int, ...]) -> bool:
        if at == len(self._items) or worth + self._most(at, left) <= self.best_worth:
            return True
        where: Hashable = (at, left) if self._permits is None else (at, left, frozenset(chosen))
        if self._seen.get(where, -1) >= worth:
            return True
        self._seen[where] = worth
        return False

    def _most(self, at: int, left: int) -> int:
        """What the projects from here on can add at most, rounded down."""
        spent = self._costs[at]
        end = bisect_right(self._costs, spent + left) - 1
        most = self._worths[end] - self._worths[at]
        if end < len(self._items):
            item = self._items[end]
            most += (left - self._costs[end] + spent) * item.worth // item.cost
        return most
