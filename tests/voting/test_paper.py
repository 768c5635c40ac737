"""Marking a ballot paper: what is a ballot, and what must be mended first."""

from __future__ import annotations

import pytest

from tallying.choices import BallotKind
from tallying.election import Approval, Ballot
from voting.errors import Problem
from voting.paper import BLANK, BallotPaper, PaperMarks, sitting_problems

PAPER = BallotPaper(BallotKind.APPROVAL, 1, 2, ("bench", "trees", "youth"))


def messages(found: Ballot | list[Problem]) -> list[str]:
    assert isinstance(found, list)
    return [problem.message for problem in found]


def test_choices_become_a_ballot_in_paper_order() -> None:
    assert PAPER.mark(["youth", "bench"]) == Approval(("bench", "youth"))


def test_a_project_ticked_twice_counts_once() -> None:
    assert PAPER.mark(["trees", "trees"]) == Approval(("trees",))


def test_too_many_ticks_say_how_many_to_take_out() -> None:
    assert messages(PAPER.mark(["bench", "trees", "youth"])) == ["You ticked 3. You can pick 2: untick 1."]


def test_nothing_ticked_is_no_ballot() -> None:
    assert messages(PAPER.mark([])) == ["Tick at least one project, or leave this paper out."]


def test_a_least_number_is_said_with_its_number() -> None:
    paper = BallotPaper(BallotKind.APPROVAL, 2, 3, PAPER.project_ids)
    assert messages(paper.mark(["bench"])) == ["You ticked 1. Pick at least 2, or leave this paper out."]


def test_a_project_of_another_paper_is_refused() -> None:
    assert "not on this ballot paper" in messages(PAPER.mark(["wifi"]))[0]


@pytest.mark.parametrize("number", ["", "0", "4071", "999999"])
def test_a_check_number_is_up_to_six_digits(number: str) -> None:
    assert PAPER.mark(["bench"], number) == Approval(("bench",))


@pytest.mark.parametrize("number", ["1234567", "12a", " 1", "٣", "-1"])
def test_anything_else_is_no_check_number(number: str) -> None:
    assert messages(PAPER.mark(["bench"], number)) == ["Use up to 6 digits, like 4071, or leave it empty."]


def test_all_that_is_wrong_is_said_at_once() -> None:
    assert len(messages(PAPER.mark([], "x"))) == 2


def test_a_paper_without_a_bound_allows_every_project() -> None:
    assert BallotPaper(BallotKind.APPROVAL, 0, None, PAPER.project_ids).most == 3


def test_only_the_one_spelling_of_a_ballot_may_be_cast() -> None:
    assert PAPER.allows(Approval(("bench", "youth")))
    assert PAPER.allows(BLANK)
    assert not PAPER.allows(Approval(("youth", "bench")))
    assert not PAPER.allows(Approval(("bench", "bench")))
    assert not PAPER.allows(Approval(()))


def test_a_check_number_is_not_used_on_two_papers_of_a_sitting() -> None:
    ballot = Approval(("bench",))
    twice = [PaperMarks("one", ballot, "4071"), PaperMarks("two", ballot, "4071")]
    assert [problem.field for problem in sitting_problems(twice)] == ["two"]
    assert sitting_problems([PaperMarks("one", ballot), PaperMarks("two", ballot)]) == []
