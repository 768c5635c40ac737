"""Typing a printed ballot in: one line a ballot, for every kind, and the way back from a ballot to that line."""

from __future__ import annotations

import pytest

from tallying.choices import BallotKind
from tallying.election import Approval, Points, Ranking
from tallying.rule import BallotRule
from tests.voting.papers import make
from voting.sheets import REASON_WORDS, Reason, Spoilt, Typed, how_to_type, read_typed, written

PICK = BallotRule(min=1, max=2, bonus="Youth-led")
POINTS = BallotRule(BallotKind.POINTS, points_total=10, point_max=6)
RANKING = BallotRule(BallotKind.RANKING, max=3)
BASKET = BallotRule(BallotKind.BUDGET)


@pytest.mark.parametrize(
    ("rule", "text", "typed", "again"),
    [
        (PICK, " 2, 1 ", Approval(("bench", "trees")), "1 2"),
        (PICK, "1 2 3", Approval(("bench", "trees", "youth")), "1 2 3"),
        (BASKET, "3;1", Approval(("bench", "youth")), "1 3"),
        (POINTS, "4=6 1 : 2", Points((("bench", 2), ("path", 6))), "1=2 4=6"),
        (RANKING, "3 1", Ranking(("youth", "bench")), "3 1"),
        (RANKING, "X 2", Spoilt(Reason.TOO_MUCH), "x2"),
    ],
)
def test_what_is_typed_is_the_ballot_and_the_ballot_is_typed_so(
    rule: BallotRule, text: str, typed: Typed, again: str
) -> None:
    paper = make(rule, budget=5_000_00)
    assert read_typed(paper, text) == typed
    assert written(paper, typed) == again
    assert read_typed(paper, again) == typed


@pytest.mark.parametrize(
    ("rule", "text", "said"),
    [
        (PICK, "", "Type it like this"),
        (PICK, "bench", "Type it like this"),
        (PICK, "1=2", "Type it like this"),
        (POINTS, "1 2", "Number of the project, =, points"),
        (POINTS, "1=9", "Give it 6 at most. If the sheet says so, type x"),
        (PICK, "5", "There is no project 5. The numbers go from 1 to 4"),
        (PICK, "2 2", "You typed project 2 twice"),
        (PICK, "1 2 4", "If the sheet says so, type x and the reason"),
        (BASKET, "3 4", "Your basket costs £7,000"),
        (RANKING, "1 2 3 4", "You can put 3 in order"),
        (PICK, "x", "1 to 6, like x1"),
        (PICK, "x7", "1 to 6, like x1"),
    ],
)
def test_what_cannot_be_read_says_how_to_type_it(rule: BallotRule, text: str, said: str) -> None:
    found = read_typed(make(rule, budget=5_000_00), text)
    assert isinstance(found, list)
    assert said in found[0].message


def test_every_reason_has_words_and_every_kind_a_hint() -> None:
    assert list(REASON_WORDS) == list(Reason)
    assert len({how_to_type(make(rule)) for rule in (PICK, POINTS, RANKING)}) == 3
