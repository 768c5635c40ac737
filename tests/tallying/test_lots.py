"""A lot is asked for only where it decides who is funded, and then between the right ones."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tallying.choices import CompletionName, TieLink
from tallying.count import count
from tallying.election import Election
from tallying.rulebook import Rulebook
from tallying.rules import picks
from tests.tallying.elections import bounded, election, phragmen, rulebooks, shares, small_elections

LOT = (TieLink.LOT,)
BUYING = [shares(ties=LOT), phragmen(ties=LOT), bounded(ties=LOT)]


@pytest.mark.parametrize("rulebook", BUYING)
def test_two_level_projects_that_are_both_funded_in_any_order_need_no_lot(rulebook: Rulebook) -> None:
    outcome = count(election(20, {"a": 5, "b": 5, "c": 10}, {"a": 2, "b": 2, "c": 3}), rulebook)
    assert outcome.is_decided
    assert {"a", "b"} <= set(outcome.funded_ids)
    level = next(tie for tie in outcome.ties if set(tie.ids) == {"a", "b"})
    assert (level.by, level.gains, level.loses) == ("not_needed", (), ())


@pytest.mark.parametrize("rulebook", BUYING)
def test_a_lot_is_asked_for_between_those_of_the_first_choice_that_decides(rulebook: Rulebook) -> None:
    # a and b are level, and both are funded. c and d are level too, and their voters can pay for one of them.
    cast = election(22, {"a": 4, "b": 4, "c": 12, "d": 12}, {"a": 3, "b": 3, "cd": 8})
    outcome = count(cast, rulebook)
    assert outcome.pending == ("c", "d")
    assert {count(cast, rulebook, bytes([seed] * 32)).is_decided for seed in range(4)} == {True}


def test_add1_does_not_end_undecided_because_of_a_tie_that_changes_nothing() -> None:
    cast = election(31, {"a": 10, "b": 10, "c": 12}, {"a": 1, "b": 1, "c": 1})
    outcome = count(cast, shares(completion=CompletionName.ADD1, ties=LOT))
    assert outcome.is_decided
    assert set(outcome.funded_ids) == {"a", "b"}


def test_a_run_of_add1_that_overspends_before_its_lot_claims_nothing_and_more_money_than_there_is_never() -> None:
    cast = election(12, {"c": 12, "e": 1, "f": 2, "g": 6}, {"cefg": 6, "c": 1, "e": 1, "": 3})
    outcome = count(cast, shares(completion=CompletionName.ADD1, step="2", ties=LOT))
    assert outcome.pending == ("f", "g")
    assert (outcome.funded_ids, outcome.remaining) == ((), 12)
    assert outcome.to_json()


def test_where_too_many_ways_would_have_to_be_tried_a_lot_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = election(20, {"a": 5, "b": 5}, {"a": 2, "b": 2})
    assert count(cast, shares(ties=LOT)).is_decided
    monkeypatch.setattr(picks, "MOST_ATTEMPTS", 0)
    assert count(cast, shares(ties=LOT)).pending == ("a", "b")


@settings(max_examples=150, deadline=None)
@given(small_elections(), st.sampled_from(rulebooks(LOT)), st.lists(st.binary(min_size=32, max_size=32), max_size=6))
def test_a_count_that_needs_no_lot_is_the_same_whatever_is_drawn(
    cast: Election, rulebook: Rulebook, seeds: list[bytes]
) -> None:
    outcome = count(cast, rulebook)
    if outcome.is_decided:
        for seed in seeds:
            assert set(count(cast, rulebook, seed).funded_ids) == set(outcome.funded_ids)
    else:
        assert len(outcome.pending) > 1
