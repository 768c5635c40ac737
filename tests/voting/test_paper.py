"""Marking a ballot paper by ticks: what is a ballot, and what must be mended first."""

from __future__ import annotations

import pytest

from tallying.choices import BallotKind
from tallying.election import Approval, Points
from tallying.rule import BallotRule, RulebookError
from tests.voting.papers import make, messages, ticks
from voting.paper import BLANK, PaperMarks, check_number_problems, sitting_problems

UP_TO_TWO = make(BallotRule(min=1, max=2))
ONE = make(BallotRule(min=1, max=1))
BASKET = make(BallotRule(BallotKind.BUDGET), budget=6_000_00)
BONUS = make(BallotRule(min=1, max=2, bonus="Youth-led"))


def test_choices_become_a_ballot_in_paper_order() -> None:
    assert UP_TO_TWO.mark(ticks("youth", "bench")) == Approval(("bench", "youth"))


def test_a_project_ticked_twice_counts_once() -> None:
    assert UP_TO_TWO.mark(ticks("trees", "trees")) == Approval(("trees",))


def test_too_many_ticks_say_how_many_to_take_out() -> None:
    assert messages(UP_TO_TWO, ticks("bench", "trees", "youth")) == ["You ticked 3. You can pick 2: untick 1."]


def test_nothing_ticked_is_no_ballot() -> None:
    assert messages(UP_TO_TWO, []) == ["Tick at least one project, or leave this paper out."]


def test_a_least_number_is_said_with_its_number() -> None:
    paper = make(BallotRule(min=2, max=3))
    assert messages(paper, ticks("bench")) == ["You ticked 1. Pick at least 2, or leave this paper out."]


def test_a_project_of_another_paper_is_refused() -> None:
    assert "not on this ballot paper" in messages(UP_TO_TWO, ticks("wifi"))[0]


def test_where_one_is_chosen_the_words_say_so() -> None:
    assert ONE.mark(ticks("trees")) == Approval(("trees",))
    assert messages(ONE, []) == ["Choose a project, or leave this paper out."]


def test_a_basket_may_be_filled_to_the_last_pound_and_no_further() -> None:
    assert BASKET.mark(ticks("bench", "trees", "youth")) == Approval(("bench", "trees", "youth"))
    [words] = messages(BASKET, ticks("bench", "trees", "youth", "path"))
    assert words == "Your basket costs £10,000. You can spend £6,000: take out projects for £4,000 or more."


def test_a_basket_may_have_a_most_and_a_least_number_too() -> None:
    paper = make(BallotRule(BallotKind.BUDGET, min=2, max=2), budget=6_000_00)
    assert messages(paper, ticks("bench"))[0].startswith("You ticked 1. Pick at least 2")
    assert messages(paper, ticks("bench", "trees", "youth")) == ["You ticked 3. You can pick 2: untick 1."]


def test_the_bonus_is_one_more_pick_that_only_its_category_gives() -> None:
    assert BONUS.mark(ticks("bench", "trees", "youth")) == Approval(("bench", "trees", "youth"))
    assert BONUS.mark(ticks("bench", "trees")) == Approval(("bench", "trees"))
    [words] = messages(BONUS, ticks("bench", "trees", "path"))
    assert words == "You ticked 3. You can pick 2, and one more that is marked “Youth-led”: untick 1."
    assert messages(BONUS, ticks("bench", "trees", "youth", "path"))[0].endswith("untick 1.")
    assert not BONUS.allows(Approval(("bench", "trees", "path")))


def test_a_bonus_needs_ticks_and_a_most() -> None:
    with pytest.raises(RulebookError, match="one pick above the max"):
        BallotRule(BallotKind.POINTS, max=2, points_total=5, bonus="Youth-led")
    with pytest.raises(RulebookError, match="one pick above the max"):
        BallotRule(bonus="Youth-led")


@pytest.mark.parametrize("number", ["", "0", "4071", "999999"])
def test_a_check_number_is_up_to_six_digits(number: str) -> None:
    assert check_number_problems(number) == []


@pytest.mark.parametrize("number", ["1234567", "12a", " 1", "٣", "-1"])
def test_anything_else_is_no_check_number(number: str) -> None:
    assert check_number_problems(number)[0].message == "Use up to 6 digits, like 4071, or leave it empty."


def test_a_paper_without_a_bound_allows_every_project() -> None:
    assert make(BallotRule()).most == 4


def test_only_the_one_spelling_of_a_ballot_may_be_cast() -> None:
    assert UP_TO_TWO.allows(Approval(("bench", "youth")))
    assert UP_TO_TWO.allows(BLANK)
    assert not UP_TO_TWO.allows(Approval(("youth", "bench")))
    assert not UP_TO_TWO.allows(Approval(("bench", "bench")))
    assert not UP_TO_TWO.allows(Approval(()))
    assert not UP_TO_TWO.allows(Points((("bench", 1),)))


def test_a_check_number_is_not_used_on_two_papers_of_a_sitting() -> None:
    ballot = Approval(("bench",))
    twice = [PaperMarks("one", ballot, "4071"), PaperMarks("two", ballot, "4071")]
    assert [problem.field for problem in sitting_problems(twice)] == ["two"]
    assert sitting_problems([PaperMarks("one", ballot), PaperMarks("two", ballot)]) == []
