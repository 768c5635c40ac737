"""Part-offers: at its turn a project gets what is left, if its proposer declared that so little is enough."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from tallying.choices import LimitOf, OnOverspend, PartOffers
from tallying.count import count
from tallying.election import Election
from tallying.explain import explain
from tallying.outcome import Funded, Outcome, Reason
from tallying.plain_words import plain_words
from tallying.rulebook import ROUND_TIES, Ceiling, Rulebook
from tests.tallying.elections import election, greedy, small_elections


def _parts(rulebook: Rulebook) -> Rulebook:
    return replace(rulebook, part_offers=PartOffers.AT_TURN)


def _least(cast: Election, **minimums: int) -> Election:
    return replace(cast, projects=tuple(replace(item, minimum=minimums.get(item.id)) for item in cast.projects))


# 100 pounds: a takes 60; b asks 50 and would start with 30; c asks 20.
CAST = _least(election(100, {"a": 60, "b": 50, "c": 20}, {"a": 5, "b": 4, "c": 3}), b=30)


def test_a_project_gets_what_is_left_where_that_is_enough_for_its_proposer() -> None:
    outcome = count(CAST, _parts(greedy()))
    assert outcome.funded == (Funded("a", 60), Funded("b", 40))
    assert (outcome.cost, outcome.remaining) == (100, 0)
    assert outcome.unfunded[0].reason is Reason.DID_NOT_FIT
    assert Outcome.from_json(outcome.to_json()) == outcome


def test_without_the_option_or_below_the_minimum_it_gets_nothing() -> None:
    assert count(CAST, greedy()).funded_ids == ("a", "c")
    assert count(_least(CAST, b=41), _parts(greedy())).funded_ids == ("a", "c")
    assert count(_least(CAST, b=40), _parts(greedy())).funded_ids == ("a", "b")


def test_a_part_is_no_misfit_that_stops_the_count() -> None:
    outcome = count(CAST, _parts(greedy(on_overspend=OnOverspend.STOP)))
    assert outcome.funded_ids == ("a", "b")
    assert outcome.unfunded[0].reason is Reason.DID_NOT_FIT


def test_what_is_left_under_a_ceiling_counts_as_what_is_left() -> None:
    north = replace(CAST, projects=tuple(replace(item, area="North") for item in CAST.projects))
    book = replace(_parts(greedy()), ceilings=(Ceiling(LimitOf.AREA, "North", "95"),))
    assert count(north, book).funded == (Funded("a", 60), Funded("b", 35))


def test_a_project_dearer_than_all_the_money_leaves_first_even_if_a_part_would_do() -> None:
    outcome = count(_least(election(10, {"a": 11}, {"a": 1}), a=5), _parts(greedy()))
    assert outcome.unfunded[0].reason is Reason.OVER_BUDGET


def test_level_projects_of_which_one_would_get_a_part_need_an_order() -> None:
    cast = _least(election(10, {"a": 8, "b": 8}, {"ab": 2}), a=2, b=2)
    assert count(cast, _parts(greedy(ties=ROUND_TIES))).pending == ("a", "b")
    assert count(cast, _parts(greedy())).funded == (Funded("a", 8), Funded("b", 2))


def test_the_sentence_says_the_part_and_that_it_is_enough() -> None:
    said = {item.id: item.text for item in explain(CAST, count(CAST, _parts(greedy())))}
    assert said["b"] == (
        "It came 2nd with 4 voters; £40 was left by then, and it cost £50. "
        "It gets £40 of its £50: its proposer said that this is enough."
    )
    assert "enough" not in said["a"]
    assert any("if its proposer said that this is enough" in words for words in plain_words(_parts(greedy())))


@settings(max_examples=150, deadline=None)
@given(small_elections(), st.lists(st.integers(1, 40), min_size=5, max_size=5))
def test_nobody_gets_less_than_the_declared_minimum_or_more_than_asked(cast: Election, least: list[int]) -> None:
    minimums = {item.id: min(item.cost, number) for item, number in zip(cast.projects, least, strict=False)}
    outcome = count(_least(cast, **minimums), _parts(greedy()))
    assert outcome.cost <= cast.budget
    for item in outcome.funded:
        assert minimums[item.id] <= item.amount <= cast.project(item.id).cost
