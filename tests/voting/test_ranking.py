"""Putting projects in order: the places that make a ballot, and what must be mended first."""

from __future__ import annotations

import pytest

from tallying.choices import BallotKind
from tallying.election import Ranking
from tallying.rule import BallotRule
from tests.voting.papers import make, messages
from voting.errors import Problem

PAPER = make(BallotRule(BallotKind.RANKING, min=1, max=3))


def test_places_become_an_order_the_best_first() -> None:
    assert PAPER.mark([("bench", "2"), ("youth", "1")]) == Ranking(("youth", "bench"))


def test_a_gap_is_closed_because_the_order_alone_counts() -> None:
    assert PAPER.mark([("bench", "9"), ("youth", "4")]) == Ranking(("youth", "bench"))


def test_an_empty_box_has_no_place() -> None:
    assert PAPER.mark([("bench", " "), ("youth", "1")]) == Ranking(("youth",))


def test_a_place_given_twice_is_said_with_both_names() -> None:
    assert PAPER.mark([("bench", "1"), ("trees", "1")]) == [
        Problem("trees", "“Bench” and “Trees” have place 1. Give each a place of its own.")
    ]


@pytest.mark.parametrize("text", ["first", "0", "1st", "-1"])
def test_what_is_no_place_is_said_at_its_box(text: str) -> None:
    found = PAPER.mark([("bench", text)])
    assert isinstance(found, list)
    assert found[0].field == "bench"
    assert found[0].message.startswith("Write the place of “Bench” as a whole number")


def test_none_too_few_and_too_many_are_told() -> None:
    assert messages(PAPER, []) == ["Give at least one project a place, or leave this paper out."]
    two = make(BallotRule(BallotKind.RANKING, min=2, max=3))
    assert "Give at least 2 one" in messages(two, [("bench", "1")])[0]
    many = [("bench", "1"), ("trees", "2"), ("youth", "3"), ("path", "4")]
    assert messages(PAPER, many) == ["You gave 4 a place. You can put 3 in order: empty 1."]


def test_only_a_ranking_without_repeats_may_be_cast() -> None:
    assert PAPER.allows(Ranking(("youth", "bench")))
    assert not PAPER.allows(Ranking(("youth", "youth")))
    assert not PAPER.allows(Ranking(("bench", "trees", "youth", "path")))


def test_a_ballot_is_written_back_as_it_was_marked() -> None:
    assert PAPER.marks_of(Ranking(("youth", "bench"))) == (("youth", "1"), ("bench", "2"))
