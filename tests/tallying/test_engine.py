"""The engine gives the bytes of the definition: decision, trace, ties, every figure.

``PB_FUZZ_TALLY`` says how many elections are made (``make fuzz-tally``: 20,000).
"""

import os
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tallying.choices import Implementation, Satisfaction
from tallying.count import count, prepare
from tallying.election import Approval, Election, Project
from tallying.outcome import Purchase
from tallying.rulebook import Rulebook, RulebookError
from tests.tallying.elections import phragmen, rulebooks, shares
from tests.tallying.tied_elections import counted

MANY = settings(
    max_examples=int(os.environ.get("PB_FUZZ_TALLY", "300")),
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
)


def both(election: Election, rulebook: Rulebook, draw: bytes | None = None) -> tuple[bytes, bytes]:
    return _bytes(election, rulebook, draw, Implementation.ENGINE), _bytes(
        election, rulebook, draw, Implementation.DEFINITION
    )


def _bytes(election: Election, rulebook: Rulebook, draw: bytes | None, implementation: Implementation) -> bytes:
    """The outcome; what the count refuses it must refuse in the same words."""
    try:
        return count(election, rulebook, draw, implementation=implementation).to_json()
    except RulebookError as error:
        return str(error).encode()


@MANY
@given(counted())
def test_engine_and_definition_give_the_same_bytes(made: tuple[Election, Rulebook, bytes | None]) -> None:
    engine, definition = both(*made)
    assert engine == definition


@settings(max_examples=40, deadline=None)
@given(
    costs=st.lists(st.integers(1, 2**40), min_size=2, max_size=8),
    picks=st.lists(st.sets(st.integers(0, 7)), min_size=3, max_size=40),
    budget=st.integers(2**20, 2**43),
    satisfaction=st.sampled_from([Satisfaction.COST, Satisfaction.COUNT]),
)
def test_large_odd_amounts_give_the_same_bytes(
    costs: list[int], picks: list[set[int]], budget: int, satisfaction: Satisfaction
) -> None:
    projects = [Project(str(place), "", cost) for place, cost in enumerate(costs)]
    ballots = [Approval(tuple(str(place) for place in sorted(pick) if place < len(costs))) for pick in picks]
    election = Election.of(budget=budget, exponent=2, currency="GBP", projects=projects, ballots=ballots)
    engine, definition = both(election, shares(satisfaction))
    assert engine == definition


@pytest.mark.parametrize("rulebook", [shares(Satisfaction.COUNT), phragmen()], ids=["equal shares", "phragmen"])
def test_prices_that_no_float_can_tell_apart_are_told_apart(rulebook: Rulebook) -> None:
    """The costs differ by one in 2**52; the dearer project comes first on the paper and must not be bought first."""
    projects = [Project("a", "", 2**52 + 1), Project("b", "", 2**52)]
    ballots = [Approval(("a", "b"))] * 3
    election = Election.of(budget=2**52 + 2, exponent=0, currency="GBP", projects=projects, ballots=ballots)
    for implementation in Implementation:
        assert count(election, rulebook, implementation=implementation).funded_ids == ("b",)


def test_who_has_exactly_the_price_pays_it_in_full() -> None:
    """a takes 2 of the first voter's 5; b then costs 3 from each of two, all that the first one has."""
    projects = [Project("a", "", 2), Project("b", "", 6)]
    ballots = [Approval(("a", "b")), Approval(("b",))]
    election = Election.of(budget=10, exponent=0, currency="GBP", projects=projects, ballots=ballots)
    for implementation in Implementation:
        last = count(election, shares(Satisfaction.COUNT), implementation=implementation).steps[-1]
        assert isinstance(last, Purchase)
        assert (last.id, last.price, last.paid_full, last.paid_all) == ("b", Fraction(3), 2, 0)


def test_one_election_prepared_once_is_counted_by_any_rulebook() -> None:
    projects = [Project("a", "", 2), Project("b", "", 6)]
    election = Election.of(budget=7, exponent=0, currency="GBP", projects=projects, ballots=[Approval(("a", "b"))])
    prepared = prepare(election)
    for rulebook in rulebooks():
        assert count(prepared, rulebook).to_json() == count(election, rulebook).to_json()
