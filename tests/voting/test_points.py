"""Sharing out points: the numbers that make a ballot, and what must be mended first."""

from __future__ import annotations

import pytest

from tallying.choices import BallotKind
from tallying.election import Points
from tallying.rule import BallotRule, RulebookError
from tests.voting.papers import make, messages
from voting.errors import Problem

RULE = BallotRule(BallotKind.POINTS, min=1, max=3, points_total=10, point_min=2, point_max=6)
PAPER = make(RULE)


def test_points_become_a_ballot_in_paper_order_and_need_not_all_be_given() -> None:
    assert PAPER.mark([("youth", "3"), ("bench", " 6 ")]) == Points((("bench", 6), ("youth", 3)))


def test_an_empty_box_and_a_nought_give_nothing() -> None:
    assert PAPER.mark([("bench", "0"), ("trees", ""), ("youth", "4")]) == Points((("youth", 4),))


def test_more_points_than_there_are_say_how_many_to_take_away() -> None:
    assert messages(PAPER, [("bench", "6"), ("trees", "6")]) == ["You gave 12 points. You have 10: take 2 away."]


def test_too_few_and_too_many_for_one_project_are_said_at_its_box() -> None:
    found = PAPER.mark([("bench", "1"), ("trees", "7")])
    assert found == [
        Problem("bench", "You gave “Bench” 1. Give it at least 2, or none."),
        Problem("trees", "You gave “Trees” 7. Give it 6 at most."),
    ]


@pytest.mark.parametrize("text", ["two", "1.5", "-1", "٣", "9999999999"])
def test_what_is_no_number_is_said_at_its_box(text: str) -> None:
    assert PAPER.mark([("bench", text), ("trees", "2")]) == [
        Problem("bench", "Write the points for “Bench” as a whole number, like 2.")
    ]


def test_no_points_at_all_are_no_ballot() -> None:
    assert messages(PAPER, []) == ["Give points to at least one project, or leave this paper out."]
    assert messages(PAPER, [("bench", "0")]) == ["Give points to at least one project, or leave this paper out."]


def test_a_least_and_a_most_number_of_projects_hold() -> None:
    paper = make(BallotRule(BallotKind.POINTS, min=2, max=2, points_total=10))
    assert "at least 2" in messages(paper, [("bench", "4")])[0]
    assert "You can give some to 2: empty 1." in messages(paper, [("bench", "1"), ("trees", "1"), ("path", "1")])[0]


def test_only_the_one_spelling_of_a_ballot_may_be_cast() -> None:
    assert PAPER.allows(Points((("bench", 6), ("youth", 3))))
    assert not PAPER.allows(Points((("youth", 3), ("bench", 6))))
    assert not PAPER.allows(Points((("bench", 6), ("youth", 0))))
    assert not PAPER.allows(Points((("bench", 7),)))
    assert not PAPER.allows(Points((("bench", 6), ("youth", 6))))


def test_a_ballot_is_written_back_as_it_was_marked() -> None:
    ballot = Points((("bench", 6), ("youth", 3)))
    assert PAPER.marks_of(ballot) == (("bench", "6"), ("youth", "3"))


def test_bounds_that_no_ballot_can_keep_are_refused() -> None:
    with pytest.raises(RulebookError, match="above point_max"):
        BallotRule(BallotKind.POINTS, points_total=10, point_min=5, point_max=4)
    with pytest.raises(RulebookError, match="does not reach"):
        BallotRule(BallotKind.POINTS, min=3, points_total=5, point_min=2)
