"""Equal shares with bounded overspending: the example of the paper (arXiv 2409.15005), and its axioms."""

from fractions import Fraction

import pytest
from hypothesis import given, settings

from tallying.choices import Satisfaction
from tallying.count import count
from tallying.election import Election
from tallying.explain import explain
from tallying.outcome import Advance, Purchase, Reason
from tallying.rulebook import ROUND_TIES
from tallying.rules import bounded_overspending
from tests.tallying.elections import bounded, election, shares, small_elections

# Section 2, table 1: ten voters, one million (here in thousands).
COSTS = {"A": 300, "B": 400, "C": 300, "D": 240, "E": 170, "F": 100}
TABLE = election(1000, COSTS, {"A": 1, "ABCE": 1, "ABC": 3, "ABF": 1, "DE": 2, "DEF": 1, "CDF": 1})


def test_the_example_of_the_paper_funds_a_c_d_and_f() -> None:
    outcome = count(TABLE, bounded())
    assert outcome.funded_ids == ("A", "C", "D", "F")
    assert outcome.steps[0] == Advance("A", 300, Fraction(1), Fraction(1, 6), Fraction(300), 6, 0, 700)
    # C: four of its five voters have 50 left and one has 100; at 50 each they pay 250 of 300, the part 5/6.
    # The price is 50 / (5/6) = 60 each, a fifth of the cost: four pay all their 50 and one 60.
    assert outcome.steps[1] == Advance("C", 300, Fraction(5, 6), Fraction(1, 5), Fraction(260), 1, 4, 400)


def test_equal_shares_leaves_the_money_that_bounded_overspending_uses() -> None:
    assert count(TABLE, shares()).cost < count(TABLE, bounded()).cost


def test_a_project_of_nearly_all_voters_wins_though_they_cannot_quite_pay_it() -> None:
    # A large majority wants all the money for one project; a few want a small one. Equal shares funds only the small.
    cast = election(310_000, {"A": 310_000, "B": 6_000}, {"A": 403, "B": 11})
    assert count(cast, shares()).funded_ids == ("B",)
    assert count(cast, bounded()).funded_ids == ("A",)


def test_it_ends_where_nobody_who_has_money_wants_what_still_fits() -> None:
    cast = election(20, {"a": 10, "b": 4, "c": 11}, {"ab": 2, "c": 1})
    outcome = count(cast, bounded(Satisfaction.COUNT))
    assert outcome.funded_ids == ("b", "a")
    assert outcome.unfunded[0].reason is Reason.DID_NOT_FIT
    broke = count(election(30, {"a": 20, "b": 10}, {"ab": 2, "": 1}), bounded())
    assert broke.funded_ids == ("a",)
    assert broke.unfunded[0].reason is Reason.SUPPORTERS_SHORT
    assert broke.unfunded[0].figure("supporters_left") == 0


def test_ties_go_by_the_chain_or_need_a_lot() -> None:
    cast = election(10, {"a": 6, "b": 6}, {"ab": 2})
    assert count(cast, bounded(ties=ROUND_TIES)).pending == ("a", "b")
    assert count(cast, bounded(ties=ROUND_TIES), b"seed").ties[0].by == "lot"


def test_its_sentences_say_what_the_voters_paid_and_what_came_from_the_rest() -> None:
    said = {item.id: item.text for item in explain(TABLE, count(TABLE, bounded()))}
    assert said["A"] == "Its 6 voters could pay its £300 together."
    assert said["C"] == "Its 5 voters paid £260 of its £300; the other £40 came from money that was left."
    assert said["B"] == "5 voters picked it; £160 was left by then, and it cost £400."


def test_purses_that_grow_too_long_to_write_are_rounded_down_by_less_than_anybody_could_see(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    exact = count(TABLE, bounded())
    monkeypatch.setattr(bounded_overspending, "LONGEST_UNIT", 1)
    rounded = count(TABLE, bounded())
    assert rounded.funded == exact.funded
    last, last_exact = rounded.steps[-1], exact.steps[-1]
    assert isinstance(last, Advance)
    assert isinstance(last_exact, Advance)
    assert 0 < last_exact.paid - last.paid < Fraction(1, 2**240)


@settings(max_examples=100, deadline=None)
@given(small_elections())
def test_bounded_overspending_no_voter_pays_more_than_the_price_and_a_project_never_more_than_it_costs(
    cast: Election,
) -> None:
    for step in count(cast, bounded()).steps:
        assert isinstance(step, Advance)
        assert step.part * step.cost <= step.paid <= step.cost
        assert 0 < step.part <= 1


@settings(max_examples=100, deadline=None)
@given(small_elections())
def test_it_is_equal_shares_while_the_whole_of_the_cheapest_can_be_paid(cast: Election) -> None:
    bought = [step.id for step in count(cast, shares()).steps if isinstance(step, Purchase)]
    whole = []
    for step in count(cast, bounded()).steps:
        if not isinstance(step, Advance) or step.part < 1:
            break
        whole.append(step.id)
    assert bought[: len(whole)] == whole[: len(bought)]
