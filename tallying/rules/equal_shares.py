"""The method of equal shares: every voter has the same share of the money.

Peters, Pierczyński, Skowron: "Proportional Participatory Budgeting with Additive Utilities"
(NeurIPS 2021, arXiv 2008.13276), section 3. Each round, for every project, find the price per unit
of satisfaction at which its supporters can just pay for it (who cannot pay the price pays all they
have); buy the project with the least price; end when no project can be paid for.
"""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Protocol

from tallying.choices import Satisfaction
from tallying.election import Election
from tallying.limit_steps import Removal
from tallying.outcome import Reason
from tallying.rules.backing import backing_of
from tallying.rules.constraints import order_of_free
from tallying.rules.contest import Contest
from tallying.rules.picks import Forced, Picks, Unsettled, lot_needed, ties_of
from tallying.rules.purses import Offer, Purses, Supporters
from tallying.rules.run import Refusal, Run
from tallying.rules.ties import TieChain
from tallying.rules.waiting import Waiting
from tallying.steps import Purchase
from tallying.values import frozen_value


class Stall(Protocol):
    """The money of one run and what it can buy: found plainly here, and fast in ``tallying.engine``."""

    def best(self) -> dict[int, Offer]:
        """The offers at the least price of all, by place; empty: nothing can be paid for."""
        ...

    def buy(self, place: int) -> None:
        """Take from its supporters what the project costs; it is one of the last ``best``."""
        ...

    def drop(self, place: int) -> None:
        """The project is out of reach: it is in no later ``best``."""
        ...

    def held_by(self, place: int) -> Fraction:
        """What the supporters of a project have together, in minor units."""
        ...


@frozen_value
class Market:
    """The election as equal shares sees it, for the places that entered.

    ``supported`` are the places on offer. ``free`` are supported projects that cost nothing, with the
    number of their supporters: they are funded before the first round. ``open`` sets up a run
    with this share for each voter, in minor units.
    """

    election: Election
    chain: TieChain
    supported: tuple[int, ...]
    free: dict[int, int]
    unsupported: tuple[int, ...]
    open: Callable[[Fraction], Stall]


def market_of(election: Election, satisfaction: Satisfaction, chain: TieChain, places: Sequence[int]) -> Market:
    """Collect, once for all runs, who supports each project and what it is worth to them."""
    backing = backing_of(election, satisfaction, places)
    return Market(
        election=election,
        chain=chain,
        supported=tuple(backing.supporters),
        free=backing.free,
        unsupported=backing.unsupported,
        open=lambda endowment: PlainStall(backing.supporters, Purses(len(election.groups), endowment)),
    )


class PlainStall:
    """Offers found by asking the supporters of project after project."""

    def __init__(self, supporters: dict[int, Supporters], purses: Purses) -> None:
        self._supporters = supporters
        self._purses = purses
        self._best: dict[int, Offer] = {}
        self._dropped: set[int] = set()
        self._waiting: Waiting[Offer] = Waiting((those.least_price, place) for place, those in supporters.items())

    def best(self) -> dict[int, Offer]:
        """See ``Stall``."""
        self._best = self._waiting.cheapest(self._look)
        return dict(self._best)

    def buy(self, place: int) -> None:
        """See ``Stall``."""
        offer = self._best.pop(place)
        self._purses.pay(self._supporters[place], offer.share)
        self._waiting.put_back(offer.price, self._best)

    def drop(self, place: int) -> None:
        """See ``Stall``."""
        self._dropped.add(place)

    def held_by(self, place: int) -> Fraction:
        """See ``Stall``."""
        return self._purses.held_by(self._supporters[place])

    def _look(self, place: int) -> tuple[Fraction, Offer] | None:
        if place in self._dropped:
            return None
        offer = self._purses.offer(self._supporters[place])
        return None if offer is None else (offer.price, offer)


class Sale:
    """One run with the same share for each voter: the purses, what is on offer, and the trace.

    ``endowment`` is the share in minor units. ``removed`` are projects out of reach. ``forced`` names
    other picks than the chain's; ``until``: stop before the choice at this step, which needs a lot.
    """

    def __init__(
        self,
        market: Market,
        endowment: Fraction,
        contest: Contest,
        forced: Forced | None = None,
        until: Unsettled | None = None,
    ) -> None:
        self.market = market
        self.endowment = endowment
        self.contest = contest
        self.picks = Picks(market.chain, forced or {})
        self.funded: list[int] = []
        self.pending: tuple[int, ...] = ()
        self.removed: dict[int, Refusal] = {}
        self._until = until
        self._reach = contest.reach((*market.supported, *market.free))
        self._stall = market.open(endowment)
        self._left = endowment * market.election.voters
        self._steps: list[Purchase | Removal] = []

    def buy_all(self) -> None:
        """Buy until nothing can be paid for, or a lot is needed."""
        self._remove(self._reach.open())
        order, self.pending = order_of_free(self.market.free, self.contest.limits, self.market.chain)
        if self.pending:
            return
        for place in order:
            if place not in self.removed:
                self._record(place, Offer(Fraction(0), self.market.free[place], 0))
        while best := self._stall.best():
            if self._until is not None and len(self._steps) == self._until.step:
                self.pending = self._until.group
                return
            place = self.picks.choose(list(best), len(self._steps))
            self._stall.buy(place)
            self._record(place, best[place])

    def _record(self, place: int, offer: Offer) -> None:
        project = self.market.election.projects[place]
        self._left -= project.cost
        self.funded.append(place)
        self._steps.append(Purchase(project.id, project.cost, offer.price, offer.paid_full, offer.paid_all, self._left))
        self._remove(self._reach.give(place, project.cost))

    def _remove(self, removed: Sequence[tuple[int, Removal]]) -> None:
        for place, step in removed:
            self.removed[place] = self._reach.out[place]
            self._steps.append(step)
            self._stall.drop(place)

    def run(self) -> Run:
        """The decision with its trace; ties say what another choice would have changed."""
        if self.pending:
            return Run(tuple(self.funded), tuple(self._steps), pending=self.pending)
        ties = ties_of(self.market.election, self, self.again)
        return Run(tuple(self.funded), tuple(self._steps), ties, dict(self._refusals()))

    def again(self, forced: Forced) -> "Sale":
        """The same with these picks."""
        other = Sale(self.market, self.endowment, self.contest, forced)
        other.buy_all()
        return other

    def _refusals(self) -> Iterator[tuple[int, Refusal]]:
        for place in self.market.unsupported:
            yield place, (Reason.NO_SUPPORT, ())
        yield from self.removed.items()
        for place in self.market.supported:
            if place not in self.funded and place not in self.removed:
                yield place, (Reason.SUPPORTERS_SHORT, (("supporters_left", self._stall.held_by(place)),))


def sell(market: Market, endowment: Fraction, contest: Contest) -> Sale:
    """Run equal shares once with this share for each voter, in minor units; up to a lot, where one decides."""
    sale = Sale(market, endowment, contest)
    sale.buy_all()
    choice = lot_needed(sale, sale.again)
    if choice is not None:
        sale = Sale(market, endowment, contest, until=choice)
        sale.buy_all()
    return sale
