"""Equal shares with bounded overspending (BOS): supporters may buy what they can pay only in part.

Papasotiropoulos, Pishbin, Skibski, Skowron, Wąs: "Method of Equal Shares with Bounded Overspending"
(EC 2025, arXiv 2409.15005), section 5. A project is (alpha, rho)-affordable, with alpha at most 1, if
its supporters can pay the part alpha of it at the price alpha·rho for one unit of satisfaction (who
cannot pay the price pays all they have). Each round, of the projects that still fit the budget, buys
the one with the least rho/alpha. Each supporter then pays the whole price rho, or all they have: what
that leaves unpaid comes out of the money of the vote.
"""

from collections.abc import Sequence
from fractions import Fraction

from tallying.limit_steps import Removal
from tallying.outcome import Reason
from tallying.rule_steps import Advance
from tallying.rules.backing import Backing, backing_of
from tallying.rules.constraints import order_of_free
from tallying.rules.contest import Contest
from tallying.rules.part_offers import PartOffer, part_offer
from tallying.rules.picks import Forced, Picks, Unsettled, lot_needed, ties_of
from tallying.rules.purses import Purses
from tallying.rules.run import Refusal, Run
from tallying.rules.waiting import Waiting
from tallying.values import replace

LONGEST_UNIT = 2**2048
FINEST_UNIT = 2**256
"""Each price can double the digits of what voters have left. Beyond ``LONGEST_UNIT`` parts of a minor
unit purses are rounded down to ``FINEST_UNIT`` parts, so that every figure can be written."""


def bounded_overspending(contest: Contest) -> Run:
    """Bounded overspending over the projects of the contest.

    Supported projects that cost nothing come first. It ends where no project that fits the money left
    has a supporter who has any.
    """
    backing = backing_of(contest.election, contest.rule.satisfaction, contest.places)
    sale = _Sale(contest, backing)
    sale.buy_all()
    choice = lot_needed(sale, sale.again)
    if choice is not None:
        sale = _Sale(contest, backing, until=choice)
        sale.buy_all()
    return sale.run()


class _Sale:
    """One run: the purses, what is on offer, and the trace.

    ``forced`` names other picks than the chain's; ``until``: stop before the choice at this step, which
    needs a lot.
    """

    def __init__(
        self, contest: Contest, backing: Backing, forced: Forced | None = None, until: Unsettled | None = None
    ) -> None:
        self.picks = Picks(contest.chain, forced or {})
        election = contest.election
        self._contest = contest
        self._backing = backing
        self._until = until
        self._purses = Purses(len(election.groups), Fraction(election.budget, election.voters or 1))
        self._left = election.budget
        self.funded: list[int] = []
        self._steps: list[Advance | Removal] = []
        self._refusals: dict[int, Refusal] = dict.fromkeys(backing.unsupported, (Reason.NO_SUPPORT, ()))
        self._pending: tuple[int, ...] = ()
        self._reach = contest.reach((*backing.supporters, *backing.free))
        self._waiting: Waiting[PartOffer] = Waiting((Fraction(0), place) for place in backing.supporters)

    def buy_all(self) -> None:
        """Buy until nothing that fits has a supporter with money, or a lot is needed."""
        self._remove(self._reach.open())
        order, self._pending = order_of_free(self._backing.free, self._contest.limits, self._contest.chain)
        if self._pending:
            return
        for place in order:
            if place not in self._reach.out:
                voters = self._backing.free[place]
                self._record(place, PartOffer(Fraction(1), Fraction(0), Fraction(0), voters, 0), Fraction(0))
        while level := self._waiting.cheapest(self._look):
            if self._until is not None and len(self._steps) == self._until.step:
                self._pending = self._until.group
                return
            place = self.picks.choose(list(level), len(self._steps))
            self._waiting.put_back(level[place].order, (other for other in level if other != place))
            self._buy(place, level[place])

    def _look(self, place: int) -> tuple[Fraction, PartOffer] | None:
        """What the project is offered at, or None, with the reason kept: it cannot be bought any more."""
        if place in self._reach.out:
            return None
        supporters = self._backing.supporters[place]
        if supporters.cost > self._left:
            self._refusals[place] = (Reason.DID_NOT_FIT, (("left", Fraction(self._left)),))
            return None
        offer = part_offer(self._purses, supporters)
        if offer is None:
            self._refusals[place] = (Reason.SUPPORTERS_SHORT, (("supporters_left", Fraction(0)),))
            return None
        return offer.order, offer

    def _buy(self, place: int, offer: PartOffer) -> None:
        supporters = self._backing.supporters[place]
        before = self._purses.held_by(supporters)
        self._purses.pay(supporters, offer.share)
        self._record(place, offer, before - self._purses.held_by(supporters))
        if self._purses.unit > LONGEST_UNIT:
            self._purses.round_down(FINEST_UNIT)

    def _record(self, place: int, offer: PartOffer, paid: Fraction) -> None:
        project = self._contest.election.projects[place]
        self._left -= project.cost
        self.funded.append(place)
        who = (offer.paid_full, offer.paid_all)
        self._steps.append(Advance(project.id, project.cost, offer.part, offer.price, paid, *who, self._left))
        self._remove(self._reach.give(place, project.cost))

    def _remove(self, removed: Sequence[tuple[int, Removal]]) -> None:
        for place, step in removed:
            if place not in self._refusals:
                self._refusals[place] = self._reach.out[place]
                self._steps.append(step)

    def run(self) -> Run:
        """The decision with its trace; ties say what another choice would have changed."""
        run = Run(tuple(self.funded), tuple(self._steps), refusals=self._refusals, pending=self._pending)
        return run if self._pending else replace(run, ties=ties_of(self._contest.election, self, self.again))

    def again(self, forced: Forced) -> "_Sale":
        """The same with these picks."""
        other = _Sale(self._contest, self._backing, forced)
        other.buy_all()
        return other
