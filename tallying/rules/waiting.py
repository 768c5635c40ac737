"""Projects that wait to be bought: which of them are the cheapest, without looking at all of them."""

from collections.abc import Callable, Iterable
from fractions import Fraction
from heapq import heapify, heappop, heappush
from typing import Generic, TypeVar

Offer = TypeVar("Offer")


class Waiting(Generic[Offer]):
    """Projects by place, each with a price that is never too high.

    Money only shrinks, so prices only rise: a price found in an earlier round is a lower bound. A
    project whose bound is above the best price found needs no look in this round.
    """

    def __init__(self, bounds: Iterable[tuple[Fraction, int]]) -> None:
        self._bounds = list(bounds)
        heapify(self._bounds)

    @property
    def places(self) -> tuple[int, ...]:
        """All that still wait, in paper order."""
        return tuple(sorted(place for _, place in self._bounds))

    def cheapest(self, look: Callable[[int], tuple[Fraction, Offer] | None]) -> dict[int, Offer]:
        """Take out all projects at the least price, with their offers; empty: nothing can be bought.

        ``look`` gives the price of a project and the offer at it, or None: never look again.
        """
        best: dict[int, Offer] = {}
        least: Fraction | None = None
        while self._bounds and (least is None or self._bounds[0][0] <= least):
            _, place = heappop(self._bounds)
            found = look(place)
            if found is None:
                continue
            price, offer = found
            if least is not None and price > least:
                self.put_back(price, (place,))
                continue
            if least is not None and price < least:
                self.put_back(least, best)
                best = {}
            best[place], least = offer, price
        return best

    def put_back(self, price: Fraction, places: Iterable[int]) -> None:
        """These were not bought at this price: it is their bound from now on."""
        for place in places:
            heappush(self._bounds, (price, place))
