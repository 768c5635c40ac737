"""Which projects may be the cheapest, by float intervals: without looking at all of them."""

from collections.abc import Callable, Iterable
from heapq import heapify, heappop, heappush
from typing import Generic, Protocol, TypeVar


class Interval(Protocol):
    """Something between two floats."""

    @property
    def low(self) -> float:
        """Never above it."""
        ...

    @property
    def high(self) -> float:
        """Never below it."""
        ...


Found = TypeVar("Found", bound=Interval)


class Search(Generic[Found]):
    """Projects that wait, each with a bound: prices only rise, so a low end found earlier still holds."""

    def __init__(self, bounds: Iterable[tuple[float, int]]) -> None:
        self._waiting = list(bounds)
        self._dropped: set[int] = set()
        heapify(self._waiting)

    @property
    def places(self) -> tuple[int, ...]:
        """All that still wait, in paper order."""
        return tuple(sorted(place for _, place in self._waiting))

    def least(self, look: Callable[[int], Found | None]) -> dict[int, Found]:
        """Take out every project that may be the cheapest; put back those that cannot be.

        ``look`` gives where the price of a project lies, or None: never look again.
        """
        found: dict[int, Found] = {}
        least = float("inf")
        while self._waiting and self._waiting[0][0] <= least:
            _, place = heappop(self._waiting)
            seen = None if place in self._dropped else look(place)
            if seen is not None:
                found[place] = seen
                least = min(least, seen.high)
        for place, seen in found.items():
            if seen.low > least:
                self.put_back(place, seen.low)
        return {place: seen for place, seen in found.items() if seen.low <= least}

    def put_back(self, place: int, bound: float) -> None:
        """It was not bought: it costs at least this much from now on."""
        heappush(self._waiting, (bound, place))

    def drop(self, place: int) -> None:
        """Never look at it again."""
        self._dropped.add(place)
