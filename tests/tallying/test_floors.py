"""Floors for an area or a category: greedy gives what is reserved first, in the declared order."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tallying.choices import LimitOf, OnOverspend, PartOffers
from tallying.count import count
from tallying.election import Election
from tallying.explain import explain
from tallying.outcome import Outcome, Reason, Reserve, Turn
from tallying.plain_words import plain_words
from tallying.rule import RulebookError
from tallying.rulebook import ROUND_TIES, Ceiling, Floor, Rulebook
from tests.tallying.elections import bounded, election, greedy, phragmen, shares, small_elections, welfare

YOUTH = Floor(LimitOf.CATEGORY, "Youth", "1/4")


def _youth(cast: Election, ids: str) -> Election:
    projects = tuple(replace(item, category="Youth" if item.id in ids else "") for item in cast.projects)
    return replace(cast, projects=projects)


def _with(rulebook: Rulebook, *floors: Floor) -> Rulebook:
    return replace(rulebook, floors=floors)


# 40 pounds, 10 of them kept for youth. By votes alone a and b would take all of it.
CAST = _youth(election(40, {"a": 20, "b": 20, "y": 6, "z": 8}, {"a": 9, "b": 8, "y": 3, "z": 2}), "yz")


def test_the_reserve_goes_first_to_the_youth_project_with_most_votes() -> None:
    assert count(CAST, greedy()).funded_ids == ("a", "b")
    outcome = count(CAST, _with(greedy(), YOUTH))
    assert outcome.funded_ids == ("y", "a", "z")
    assert outcome.steps == (
        Reserve("category Youth", 10),
        Turn("y", 6, Fraction(3), 10, is_funded=True),
        Turn("z", 8, Fraction(2), 4, is_funded=False),
        Reserve("", 34),
        Turn("a", 20, Fraction(9), 34, is_funded=True),
        Turn("b", 20, Fraction(8), 14, is_funded=False),
        Turn("z", 8, Fraction(2), 14, is_funded=True),
    )
    assert Outcome.from_json(outcome.to_json()) == outcome


def test_what_the_reserve_does_not_use_goes_back_and_who_did_not_fit_it_has_another_turn() -> None:
    cast = _youth(election(40, {"a": 20, "y": 14}, {"a": 9, "y": 3}), "y")
    outcome = count(cast, _with(greedy(), YOUTH))
    assert outcome.funded_ids == ("a", "y")
    assert outcome.remaining == 6


def test_floors_are_reserved_in_the_declared_order() -> None:
    cast = election(10, {"y": 8, "n": 8}, {"y": 1, "n": 1})
    projects = (replace(cast.projects[0], category="Youth"), replace(cast.projects[1], area="North"))
    both = replace(cast, projects=projects)
    youth, north = Floor(LimitOf.CATEGORY, "Youth", "8"), Floor(LimitOf.AREA, "North", "8")
    assert count(both, _with(greedy(), youth, north)).funded_ids == ("y",)
    assert count(both, _with(greedy(), north, youth)).funded_ids == ("n",)


def test_a_ceiling_holds_within_a_floor() -> None:
    book = replace(_with(greedy(), YOUTH), ceilings=(Ceiling(LimitOf.CATEGORY, "Youth", "7"),))
    outcome = count(CAST, book)
    assert outcome.funded_ids == ("y", "a")
    assert [item.reason for item in outcome.unfunded] == [Reason.DID_NOT_FIT, Reason.OVER_CEILING]


def test_a_tie_within_the_reserve_is_a_tie_and_may_need_a_lot() -> None:
    cast = _youth(election(40, {"a": 31, "y": 8, "z": 8}, {"a": 9, "y": 3, "z": 3}), "yz")
    assert count(cast, _with(greedy(ties=ROUND_TIES), YOUTH)).pending == ("y", "z")
    outcome = count(cast, _with(greedy(), YOUTH))
    assert (outcome.funded_ids, outcome.ties[0].ids, outcome.ties[0].by) == (("y", "a"), ("y", "z"), "listed")
    assert (outcome.ties[0].gains, outcome.ties[0].loses) == (("z",), ("y",))


def test_the_sentences_say_that_money_was_kept() -> None:
    said = {item.id: item.text for item in explain(CAST, count(CAST, _with(greedy(), YOUTH)))}
    assert said["y"] == (
        "Projects of the kind Youth had money kept for them. "
        "It came 1st with 3 voters; £10 was left by then, and it cost £6."
    )
    assert said["b"].startswith("It came 2nd with 8 voters; £14 was left by then, and it cost £20.")


def test_floors_are_said_in_plain_words() -> None:
    said = plain_words(_with(greedy(), YOUTH, Floor(LimitOf.AREA, "North", "500")))
    kept = "Projects of the kind Youth first compete among themselves for 25% of the money."
    words = f"{kept} What they do not use goes back."
    assert words in said
    assert "Projects in North first compete among themselves for £500. What they do not use goes back." in said


@pytest.mark.parametrize("rulebook", [shares(), phragmen(), welfare(), bounded()])
def test_floors_and_part_offers_are_refused_under_every_rule_but_greedy(rulebook: Rulebook) -> None:
    with pytest.raises(RulebookError, match="floors: only greedy looks at one project after the other"):
        _with(rulebook, YOUTH)
    with pytest.raises(RulebookError, match="part_offers: only greedy"):
        replace(rulebook, part_offers=PartOffers.AT_TURN)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Floor(LimitOf.POT, "s106", "1/2"), "not for pots"),
        (lambda: Floor(LimitOf.AREA, "*", "1/2"), "one floor for each"),
        (lambda: _with(greedy(), YOUTH, Floor(LimitOf.AREA, "North", "4/5")), "more than all the money"),
        (lambda: _with(greedy(on_overspend=OnOverspend.STOP), YOUTH), "stops the whole count is not defined"),
        (lambda: replace(_with(greedy(), YOUTH), part_offers=PartOffers.AT_TURN), "not defined"),
    ],
)
def test_a_floor_that_means_nothing_certain_is_refused(make: object, words: str) -> None:
    assert callable(make)
    with pytest.raises(RulebookError, match=words):
        make()


@settings(max_examples=150, deadline=None)
@given(small_elections(), st.integers(0, 30))
def test_no_youth_project_that_would_fit_what_the_others_left_of_the_reserve_is_without_money(
    cast: Election, least: int
) -> None:
    young = _youth(cast, "ace")
    outcome = count(young, _with(greedy(), Floor(LimitOf.CATEGORY, "Youth", str(least))))
    assert outcome.cost <= cast.budget
    given_to_youth = sum(item.amount for item in outcome.funded if item.id in "ace")
    for item in outcome.unfunded:
        if item.id in "ace" and item.supporters:
            assert given_to_youth + item.cost > min(least, cast.budget)
