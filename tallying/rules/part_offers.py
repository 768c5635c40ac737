"""What the supporters of a project can pay of it in part: the offers of bounded overspending, exact."""

from collections.abc import Iterator
from fractions import Fraction

from tallying.rules.purses import Purses, Supporters, poorest_first
from tallying.values import frozen_value


@frozen_value
class PartOffer:
    """The ``part`` of a project that can be paid (alpha), and the price that is then asked for all of it.

    ``share`` is the price of one unit of worth, over the purses' denominator; ``price`` that of one unit
    of satisfaction (rho), in minor units. ``paid_full`` and ``paid_all`` are numbers of voters.
    """

    part: Fraction
    share: Fraction
    price: Fraction
    paid_full: int
    paid_all: int

    @property
    def order(self) -> Fraction:
        """What offers are compared by, least first: rho/alpha."""
        return self.price / self.part


def part_offer(purses: Purses, supporters: Supporters) -> PartOffer | None:
    """The offer with the least rho/alpha, of equal ones that with the greatest part; None: nobody has money."""
    money = purses.money_of(supporters)
    rows = [row for row in poorest_first(money, supporters) if row[1]]
    if not rows:
        return None
    candidates = list(_candidates(rows, supporters.cost * purses.unit))
    best = candidates[0]
    for other in candidates[1:]:
        if other.order[0] * best.order[1] <= best.order[0] * other.order[1]:
            best = other
    part = Fraction(*best.part)
    asked = Fraction(*best.share) / part
    full = sum(
        voters
        for purse, voters, each in zip(money, supporters.voters, supporters.worths, strict=True)
        if purse * asked.denominator >= asked.numerator * each
    )
    price = asked / (purses.unit * supporters.factor)
    return PartOffer(part, asked, price, full, sum(supporters.voters) - full)


@frozen_value
class _Candidate:
    """Ratios: the price alpha·rho of one unit of worth, alpha, and rho/alpha but for one factor for all."""

    share: tuple[int, int]
    part: tuple[int, int]
    order: tuple[int, int]


def _candidates(rows: list[tuple[int, int, int, int]], needed: int) -> Iterator[_Candidate]:
    """Prices worth trying, from the least up.

    Between two prices at which one more voter pays all they have, rho/alpha has no least value of its
    own: with the sum S = A + W·x that comes in at the price x, x/S² rises while W·x < A and then falls.
    So only these prices are tried, and the price at which the whole is paid.
    """
    worth = sum(each * voters for _, _, each, voters in rows)
    paid = 0
    for _, purse, each, voters in rows:
        came = paid * each + purse * worth
        if came >= needed * each:
            yield _Candidate((needed - paid, worth), (1, 1), (needed - paid, worth * needed * needed))
            return
        yield _Candidate((purse, each), (came, needed * each), (purse * each, came * came))
        paid += purse * voters
        worth -= each * voters
