"""Ceilings for an area, a category or a pot: a project that would break one is out of reach from then on."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tallying.choices import AutoAward, CompletionName, LimitOf, OnOverspend
from tallying.count import count
from tallying.election import Election
from tallying.explain import explain
from tallying.outcome import DecidedBy, Outcome, Reason, Removal
from tallying.plain_words import plain_words
from tallying.rule import RulebookError
from tallying.rulebook import ROUND_TIES, Ceiling, Rulebook
from tests.tallying.elections import bounded, election, greedy, phragmen, rulebooks, shares, small_elections, welfare

NORTH = Ceiling(LimitOf.AREA, "North", "1/2")


def _in_areas(cast: Election, **areas: str) -> Election:
    return replace(cast, projects=tuple(replace(item, area=areas.get(item.id, "")) for item in cast.projects))


def _limited(rulebook: Rulebook, *ceilings: Ceiling) -> Rulebook:
    return replace(rulebook, ceilings=ceilings)


# Half of 40 is for the North at most: a and b take 16 of it, c would make it 24.
TOWN = _in_areas(
    election(40, {"a": 8, "b": 8, "c": 8, "d": 8}, {"abcd": 3, "abc": 2, "ab": 1, "a": 1}),
    a="North",
    b="North",
    c="North",
)


@pytest.mark.parametrize("rulebook", [greedy(), shares(), phragmen(), welfare(), bounded()])
def test_the_third_project_of_the_north_is_out_and_one_of_the_south_wins(rulebook: Rulebook) -> None:
    assert {"a", "b", "c"} <= set(count(TOWN, rulebook).funded_ids)
    outcome = count(TOWN, _limited(rulebook, NORTH))
    assert set(outcome.funded_ids) == {"a", "b", "d"}


def test_the_reason_says_how_much_there_was_and_how_much_was_left_of_it() -> None:
    outcome = count(TOWN, _limited(greedy(), NORTH))
    assert Removal("c", "over_ceiling", "area North") in outcome.steps
    (item,) = outcome.unfunded
    assert (item.reason, item.figures) == (Reason.OVER_CEILING, (("most", Fraction(20)), ("room", Fraction(4))))
    text = "Projects in North can have £20 together; £4 of that was left, and it cost £8."
    assert explain(TOWN, outcome)[-1].text == text
    assert Outcome.from_json(outcome.to_json()) == outcome


def test_a_project_that_alone_breaks_its_ceiling_is_out_from_the_start() -> None:
    cast = _in_areas(election(40, {"a": 21, "b": 20}, {"a": 3, "b": 1}), a="North", b="North")
    outcome = count(cast, _limited(greedy(), NORTH))
    assert outcome.funded_ids == ("b",)
    assert outcome.steps[0] == Removal("a", "over_ceiling", "area North")


def test_a_ceiling_can_be_an_amount_or_one_for_each_area() -> None:
    amount = Ceiling(LimitOf.AREA, "North", "15")
    assert count(TOWN, _limited(greedy(), amount)).funded_ids == ("a", "d")
    split = _in_areas(TOWN, a="North", b="North", c="South", d="South")
    each = Ceiling(LimitOf.AREA, "*", "1/5")
    assert count(split, _limited(greedy(), each)).funded_ids == ("a", "c")


def test_a_category_and_a_pot_are_limited_like_an_area() -> None:
    kinds = replace(TOWN, projects=tuple(replace(item, category="Parks", area="") for item in TOWN.projects))
    assert count(kinds, _limited(greedy(), Ceiling(LimitOf.CATEGORY, "Parks", "20"))).funded_ids == ("a", "b")


def test_a_pots_ceiling_is_for_projects_that_this_pot_alone_can_pay() -> None:
    pots = {"a": ("s106",), "b": ("s106", "cil"), "c": ("s106",), "d": ("cil",)}
    cast = replace(TOWN, projects=tuple(replace(item, pots=pots[item.id], area="") for item in TOWN.projects))
    outcome = count(cast, _limited(greedy(), Ceiling(LimitOf.POT, "s106", "10")))
    assert outcome.funded_ids == ("a", "b", "d")
    assert explain(cast, outcome)[-1].text.startswith(
        "Projects that only the pot s106 can pay for can have £10 together;"
    )


def test_stop_does_not_stop_at_a_project_that_is_out_of_reach() -> None:
    assert count(TOWN, _limited(greedy(on_overspend=OnOverspend.STOP), NORTH)).funded_ids == ("a", "b", "d")
    assert count(TOWN, _limited(phragmen(OnOverspend.STOP), NORTH)).funded_ids == ("a", "b", "d")


def test_add1_is_exhaustive_when_nothing_in_reach_fits_any_more() -> None:
    outcome = count(TOWN, _limited(shares(completion=CompletionName.ADD1), NORTH))
    assert set(outcome.funded_ids) == {"a", "b", "d"}
    assert outcome.add1[-1].total == 24


def test_the_greedy_pass_after_equal_shares_counts_what_equal_shares_gave() -> None:
    cast = _in_areas(election(40, {"a": 16, "b": 16, "c": 8}, {"a": 4, "b": 3, "c": 3}), a="North", b="North")
    outcome = count(cast, _limited(shares(completion=CompletionName.GREEDY), NORTH))
    assert set(outcome.funded_ids) == {"a", "c"}
    assert outcome.unfunded[0].reason is Reason.OVER_CEILING


def test_where_all_fits_but_breaks_a_ceiling_a_count_is_needed() -> None:
    book = replace(_limited(greedy(), NORTH), auto_award=AutoAward.ALL_FIT)
    assert count(TOWN, book).by is DecidedBy.RULE
    assert count(TOWN, replace(book, ceilings=())).by is DecidedBy.ALL_FIT


def test_level_projects_under_one_ceiling_need_a_lot_although_the_money_is_enough() -> None:
    cast = _in_areas(election(40, {"a": 11, "b": 11}, {"ab": 3}), a="North", b="North")
    assert count(cast, _limited(greedy(ties=ROUND_TIES), NORTH)).pending == ("a", "b")
    assert count(cast, greedy(ties=ROUND_TIES)).is_decided


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Ceiling(LimitOf.AREA, "", "1/2"), "names nothing"),
        (lambda: Ceiling(LimitOf.AREA, "North", "3/2"), "no part of the budget"),
        (lambda: Ceiling(LimitOf.AREA, "North", "2/4"), "lowest terms"),
        (lambda: Ceiling(LimitOf.AREA, "North", "lots"), "write an amount"),
        (lambda: _limited(greedy(), NORTH, NORTH), "limited twice"),
        (lambda: _limited(greedy(), NORTH, Ceiling(LimitOf.AREA, "*", "1/3")), "limited twice"),
    ],
)
def test_a_ceiling_that_means_nothing_certain_is_refused(make: object, words: str) -> None:
    assert callable(make)
    with pytest.raises(RulebookError, match=words):
        make()


def test_an_amount_finer_than_the_elections_money_is_refused_at_the_count() -> None:
    with pytest.raises(RulebookError, match="more decimals"):
        count(TOWN, _limited(greedy(), Ceiling(LimitOf.AREA, "North", "1.50")))


def test_ceilings_are_said_in_plain_words() -> None:
    said = plain_words(_limited(greedy(), NORTH, Ceiling(LimitOf.CATEGORY, "*", "1250.50")))
    assert "Projects in North get at most 50% of the money together. A project that would go over that is out." in said
    assert any(words.startswith("The projects of any one kind get at most £1,250.50 together.") for words in said)


@settings(max_examples=150, deadline=None)
@given(small_elections(), st.sampled_from(rulebooks()), st.integers(0, 20))
def test_no_rule_ever_gives_an_area_more_than_its_ceiling(cast: Election, rulebook: Rulebook, most: int) -> None:
    town = _in_areas(cast, a="North", c="North", e="North")
    book = _limited(rulebook, Ceiling(LimitOf.AREA, "North", str(most)))
    outcome = count(town, book)
    assert sum(item.amount for item in outcome.funded if item.id in "ace") <= most
    assert outcome.cost <= cast.budget
    assert Rulebook.from_json(book.to_json()) == book
    assert Outcome.from_json(outcome.to_json()) == outcome
    assert len(explain(town, outcome)) == len(town.projects)
