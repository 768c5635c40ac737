"""The best choice: worked by hand, and against all subsets."""

from fractions import Fraction
from itertools import chain, combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tallying.choices import BallotKind, Satisfaction
from tallying.count import count
from tallying.election import Ballot, Points, Ranking
from tallying.explain import explain
from tallying.outcome import Optimum, Reason
from tallying.rule import RulebookError
from tallying.rulebook import ROUND_TIES
from tallying.rules import knapsack
from tallying.rules.knapsack import Item, best_choice
from tests.tallying.elections import election, welfare

# Greedy by votes takes a (10 of 10), worth 3; b and c together are worth 4.
PAIR = election(10, {"a": 10, "b": 5, "c": 5}, {"a": 3, "b": 2, "c": 2})


def test_two_projects_together_can_be_worth_more_than_the_one_with_most_votes() -> None:
    outcome = count(PAIR, welfare())
    assert outcome.funded_ids == ("b", "c")
    assert outcome.steps == (Optimum(Fraction(4), is_unique=True),)
    assert outcome.unfunded[0].reason is Reason.NOT_BEST
    assert outcome.unfunded[0].figures == (("best", Fraction(4)), ("with_it", Fraction(3)))


def test_by_cost_every_pound_on_a_voters_picks_counts() -> None:
    assert count(PAIR, welfare(Satisfaction.COST)).funded_ids == ("a",)


def test_points_and_places_weigh_as_they_say() -> None:
    points: dict[Ballot, int] = {Points((("a", 1), ("b", 5))): 2, Points((("a", 3),)): 1}
    cast = election(10, {"a": 10, "b": 10}, points)
    assert count(cast, welfare(Satisfaction.POINTS, BallotKind.POINTS)).funded_ids == ("b",)
    ranked: dict[Ballot, int] = {Ranking(("a", "b")): 2, Ranking(("b", "a")): 1}
    cast = election(10, {"a": 10, "b": 10}, ranked)
    outcome = count(cast, welfare(Satisfaction.BORDA, BallotKind.RANKING))
    assert outcome.funded_ids == ("a",)
    assert outcome.steps == (Optimum(Fraction(5), is_unique=True),)


def test_a_choice_that_is_worth_as_much_is_a_tie_and_the_chain_settles_it() -> None:
    cast = election(10, {"a": 10, "b": 5, "c": 5}, {"a": 2, "b": 1, "c": 1})
    outcome = count(cast, welfare(ties=ROUND_TIES))
    assert outcome.steps == (Optimum(Fraction(2), is_unique=False),)
    assert outcome.funded_ids == ("a",)
    (tie,) = outcome.ties
    assert (tie.ids, tie.by, tie.gains, tie.loses) == (("a", "b", "c"), "more_supporters", ("b", "c"), ("a",))


def test_a_lot_is_drawn_only_where_it_decides() -> None:
    both = election(10, {"b": 5, "c": 5, "a": 10}, {"a": 2, "b": 1, "c": 1})
    assert count(both, welfare()).funded_ids == ("b", "c")
    level = election(10, {"a": 6, "b": 6, "c": 4}, {"ab": 1, "c": 1})
    assert count(level, welfare(ties=ROUND_TIES)).pending == ("a", "b")
    drawn = {count(level, welfare(ties=ROUND_TIES), bytes([seed] * 32)).funded_ids for seed in range(20)}
    assert drawn == {("a", "c"), ("b", "c")}


def test_free_projects_with_a_supporter_are_in_and_projects_without_one_are_out() -> None:
    outcome = count(election(5, {"free": 0, "a": 5, "x": 0}, {"free": 1, "a": 1}), welfare(Satisfaction.COST))
    assert outcome.funded_ids == ("free", "a")
    assert outcome.unfunded[0].reason is Reason.NO_SUPPORT


def test_its_sentences_compare_with_the_best_choice() -> None:
    said = {item.id: item.text for item in explain(PAIR, count(PAIR, welfare()))}
    with_it = "The best choice with it was worth 3 to the voters; the one that won, 4."
    assert said["a"] == f"3 voters picked it, and it cost £10. {with_it}"
    best = "It is part of the choice that is worth most to all the voters together."
    assert said["b"] == f"2 voters picked it, and it cost £5. {best}"


ITEMS = st.lists(st.tuples(st.integers(1, 12), st.integers(1, 12)), max_size=9)


@settings(max_examples=300, deadline=None)
@given(ITEMS, st.integers(0, 40))
def test_no_choice_that_can_be_paid_is_worth_more(pairs: list[tuple[int, int]], money: int) -> None:
    items = [Item(place, cost, worth) for place, (cost, worth) in enumerate(pairs)]
    found = best_choice(items, money)
    assert sum(items[place].cost for place in found.places) <= money
    assert sum(items[place].worth for place in found.places) == found.worth
    sets = chain.from_iterable(combinations(items, size) for size in range(len(items) + 1))
    payable = [chosen for chosen in sets if sum(item.cost for item in chosen) <= money]
    assert found.worth == max(sum(item.worth for item in chosen) for chosen in payable)


def test_costs_that_never_use_the_money_up_do_not_make_the_search_endless() -> None:
    items = [Item(place, 1000 * (place % 7 + 3), 1000 * (place % 7 + 3)) for place in range(60)]
    assert best_choice(items, 100_500).worth == 100_000


def test_a_search_that_would_not_end_is_refused_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(knapsack, "MOST_BRANCHES", 1)
    with pytest.raises(RulebookError, match="in reasonable time"):
        count(PAIR, welfare())
