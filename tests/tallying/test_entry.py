"""Who leaves before the count: withdrawn, over the budget, over the cap, below the threshold, under every rule."""

from dataclasses import replace
from fractions import Fraction

import pytest

from tallying.choices import AutoAward, ThresholdCompare, ThresholdOf
from tallying.count import count
from tallying.election import Election
from tallying.explain import explain
from tallying.outcome import DecidedBy, Purchase, Reason
from tallying.plain_words import plain_words
from tallying.rule import Threshold
from tallying.rulebook import Rulebook
from tests.tallying.elections import bounded, election, greedy, phragmen, shares, welfare

RULES = [greedy(), shares(), phragmen(), welfare(), bounded()]
CAST = election(
    20, {"gone": 5, "dear": 21, "big": 11, "few": 5, "ok": 5}, {"gone": 4, "dear": 4, "big": 4, "few": 1, "ok": 3}
)


def _withdrawn(cast: Election, name: str) -> Election:
    return replace(cast, projects=tuple(replace(item, withdrawn=item.id == name) for item in cast.projects))


@pytest.mark.parametrize("rulebook", RULES)
def test_each_leaves_for_the_first_reason_that_holds(rulebook: Rulebook) -> None:
    least = Threshold(ThresholdOf.SHARE, Fraction(1, 8), ThresholdCompare.AT_LEAST)
    book = replace(rulebook, cap=Fraction(1, 2), threshold=least)
    outcome = count(_withdrawn(CAST, "gone"), book)
    assert [(item.id, item.reason) for item in outcome.unfunded] == [
        ("gone", Reason.WITHDRAWN),
        ("dear", Reason.OVER_BUDGET),
        ("big", Reason.OVER_CAP),
        ("few", Reason.BELOW_THRESHOLD),
    ] + ([] if outcome.funded_ids == ("ok",) else [("ok", Reason.SUPPORTERS_SHORT)])


def test_who_leaves_does_not_change_the_number_of_voters_or_their_share() -> None:
    outcome = count(_withdrawn(election(20, {"a": 9, "b": 9}, {"a": 2, "b": 2}), "a"), shares())
    assert outcome.voters == 4
    (step,) = outcome.steps
    assert isinstance(step, Purchase)
    assert step.left == 11


def test_a_project_that_costs_exactly_the_cap_is_in() -> None:
    book = replace(greedy(), cap=Fraction(11, 20))
    assert "big" in count(CAST, book).funded_ids
    lower = count(CAST, replace(book, cap=Fraction(1, 2)))
    assert lower.unfunded[1].figures == (("cap", Fraction(10)),)
    assert explain(CAST, lower)[-1].text == "It cost £11, more than one project may have: £10."
    assert "A project that costs more than 50% of the money cannot win." in plain_words(
        replace(book, cap=Fraction(1, 2))
    )


def test_auto_award_is_tested_after_those_have_left() -> None:
    for rulebook in RULES:
        book = replace(rulebook, cap=Fraction(1, 2), auto_award=AutoAward.ALL_FIT)
        outcome = count(CAST, book)
        assert (outcome.by, set(outcome.funded_ids)) == (DecidedBy.ALL_FIT, {"gone", "few", "ok"})


def test_a_withdrawal_after_the_sealing_makes_another_outcome_of_another_election() -> None:
    first, later = count(CAST, greedy()), count(_withdrawn(CAST, "big"), greedy())
    assert first.rulebook_sha256 == later.rulebook_sha256
    assert first.election_sha256 != later.election_sha256
    assert "big" in first.funded_ids
    assert "big" not in later.funded_ids
