"""Equal shares at city speed: the ``Stall`` of the definition, with quotes in place of fractions.

The rounds, the ties and the trace are those of ``tallying.rules.equal_shares``; here is only how
the next purchase is found, and how it is paid.
"""

from collections.abc import Sequence
from fractions import Fraction

from tallying.choices import Satisfaction
from tallying.election import Election
from tallying.engine.index import Index
from tallying.engine.purses import BROKE, Classes
from tallying.engine.quotes import Buyers, Quote, quote
from tallying.engine.search import Search
from tallying.rules.backing import BY_COST, BY_MARK
from tallying.rules.equal_shares import Market
from tallying.rules.purses import Offer
from tallying.rules.ties import TieChain


def market_of(
    election: Election, index: Index, satisfaction: Satisfaction, chain: TieChain, places: Sequence[int]
) -> Market:
    """The market of the definition, with fast stalls."""
    blocs = index.by_mark if satisfaction in BY_MARK else index.by_pick
    costs = {place: election.projects[place].cost for place in places}
    buyers = {
        place: Buyers.of(cost, cost if satisfaction in BY_COST else 1, blocs[place])
        for place, cost in costs.items()
        if cost and blocs[place]
    }
    return Market(
        election=election,
        chain=chain,
        supported=tuple(buyers),
        free={place: index.support.votes[place] for place, cost in costs.items() if not cost and blocs[place]},
        unsupported=tuple(place for place in places if not blocs[place]),
        open=lambda endowment: FastStall(buyers, Classes(len(index.sizes), endowment)),
    )


class FastStall:
    """Offers found by looking at as few projects as their float intervals allow."""

    def __init__(self, buyers: dict[int, Buyers], classes: Classes) -> None:
        self._buyers = buyers
        self._classes = classes
        self._search: Search[Quote] = Search((those.least_price, place) for place, those in buyers.items())
        self._quotes: dict[int, Quote] = {}
        self._shares: dict[int, Fraction] = {}

    def best(self) -> dict[int, Offer]:
        """See ``Stall``: fractions only for those whose intervals overlap with the lowest one."""
        self._quotes = self._search.least(self._quote)
        self._shares = {place: found.share(self._buyers[place], self._classes) for place, found in self._quotes.items()}
        return {place: self._offer(place) for place in self._cheapest()}

    def _quote(self, place: int) -> Quote | None:
        return quote(self._buyers[place], self._classes)

    def _cheapest(self) -> list[int]:
        """The places whose exact price is the least."""
        if len(self._shares) < 2:
            return list(self._shares)
        prices = {place: share / self._buyers[place].factor for place, share in self._shares.items()}
        least = min(prices.values())
        return [place for place, price in prices.items() if price == least]

    def _offer(self, place: int) -> Offer:
        buyers, found = self._buyers[place], self._quotes[place]
        price = self._shares[place] / (buyers.factor * self._classes.unit)
        return Offer(price, buyers.size - found.poor_voters, found.poor_voters)

    def buy(self, place: int) -> None:
        """See ``Stall``."""
        found, share = self._quotes.pop(place), self._shares[place]
        for other, those in self._quotes.items():
            self._search.put_back(other, those.low)
        classes, blocs = self._classes, self._buyers[place].blocs
        classes.refine(share.denominator)
        to: dict[int, dict[int, int]] = {bloc.worth: {BROKE: BROKE} for bloc in blocs}
        for _, worth, name, _ in found.entries[: found.poor]:
            to[worth][name] = BROKE
        for worth in to:
            names = [name for _, each, name, _ in found.entries[found.poor :] if each == worth]
            to[worth] |= classes.poorer(names, share.numerator * worth)
        for bloc in blocs:
            classes.move(bloc, to[bloc.worth])

    def drop(self, place: int) -> None:
        """See ``Stall``."""
        self._search.drop(place)

    def held_by(self, place: int) -> Fraction:
        """See ``Stall``."""
        classes = self._classes
        counted = [item for bloc in self._buyers[place].blocs for item in classes.histogram(bloc).items()]
        return Fraction(classes.held(counted), classes.unit)
