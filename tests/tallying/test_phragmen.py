"""Sequential Phragmén: its inventor's example, and examples worked by hand."""

from fractions import Fraction

import pytest

from tallying.choices import BallotKind, OnOverspend, Unsupported
from tallying.count import count
from tallying.explain import explain
from tallying.outcome import Load, Reason, Turn
from tallying.rule import BallotRule, RulebookError
from tallying.rulebook import ROUND_TIES, Rulebook
from tests.tallying.elections import election, phragmen

# Phragmén 1894: 1,690 voters, three seats; see Janson: "Phragmén's and Thiele's election methods" (arXiv 1611.08826).
SEATS = election(3, dict.fromkeys("ABCPQR", 1), {"ABC": 1034, "PQR": 519, "ABQ": 90, "APQ": 47})


def test_phragmens_own_example_elects_a_then_q_then_b() -> None:
    outcome = count(SEATS, phragmen())
    assert outcome.funded_ids == ("A", "Q", "B")
    first, second = outcome.steps[:2]
    assert first == Load("A", 1, Fraction(1, 1171), voters=1171, left=3, is_funded=True)
    # Q: 137 of its 656 voters carry 1/1171 each.
    assert second == Load("Q", 1, (1 + Fraction(137, 1171)) / 656, voters=656, left=2, is_funded=True)


def test_a_dear_project_waits_until_its_voters_have_been_given_its_cost() -> None:
    # a: 3 voters need 4 each. b: 2 voters of a and one other: (4 + 4 + 13) / 3 = 7. c: 20 by one voter.
    outcome = count(election(60, {"a": 12, "b": 13, "c": 20}, {"ab": 2, "a": 1, "b": 1, "c": 1}), phragmen())
    assert [(step.id, int(step.load)) for step in outcome.steps if isinstance(step, Load)] == [
        ("a", 4),
        ("b", 7),
        ("c", 20),
    ]


def test_what_does_not_fit_is_passed_over_or_stops_the_rule() -> None:
    cast = election(10, {"a": 6, "b": 8, "c": 3}, {"a": 3, "b": 3, "c": 1})
    skipping = count(cast, phragmen())
    assert skipping.funded_ids == ("a", "c")
    assert skipping.unfunded[0].reason is Reason.DID_NOT_FIT
    assert skipping.unfunded[0].figures == (("left", Fraction(4)), ("load", Fraction(8, 3)))
    stopping = count(cast, phragmen(OnOverspend.STOP))
    assert stopping.funded_ids == ("a",)
    assert [item.reason for item in stopping.unfunded] == [Reason.DID_NOT_FIT, Reason.STOPPED]


def test_one_level_project_that_does_not_fit_stops_the_rule_even_if_another_would() -> None:
    level = election(10, {"a": 6, "b": 4, "c": 8}, {"a": 6, "b": 1, "c": 2})
    outcome = count(level, phragmen(OnOverspend.STOP))
    assert outcome.funded_ids == ("a",)
    assert [item.reason for item in outcome.unfunded] == [Reason.STOPPED, Reason.DID_NOT_FIT]
    assert count(level, phragmen()).funded_ids == ("a", "b")


def test_projects_that_nobody_picked_are_left_or_come_last() -> None:
    cast = election(10, {"x": 3, "a": 4, "y": 4}, {"a": 1})
    assert count(cast, phragmen()).funded_ids == ("a",)
    skipping = count(cast, phragmen(unsupported=Unsupported.FUND))
    assert skipping.funded_ids == ("a", "x")
    assert skipping.steps[-1] == Turn("y", 4, Fraction(0), 3, is_funded=False)
    # Stop: both fit at first, so x is funded; then y does not, and stops it.
    stopping = count(cast, phragmen(OnOverspend.STOP, Unsupported.FUND))
    assert stopping.funded_ids == ("a", "x")
    tight = count(election(7, {"x": 3, "a": 4, "y": 4}, {"a": 1}), phragmen(OnOverspend.STOP, Unsupported.FUND))
    assert tight.funded_ids == ("a",)
    assert [item.reason for item in tight.unfunded] == [Reason.STOPPED, Reason.DID_NOT_FIT]


def test_free_projects_come_first_and_load_nobody() -> None:
    outcome = count(election(4, {"a": 4, "free": 0, "none": 0}, {"a": 1, "free": 1}), phragmen())
    assert outcome.funded_ids == ("free", "a")
    assert outcome.unfunded[0].reason is Reason.NO_SUPPORT


def test_a_tie_in_load_is_settled_by_the_chain_or_by_lot() -> None:
    cast = election(10, {"a": 8, "b": 4}, {"a": 2, "b": 1})
    (tie,) = count(cast, phragmen(ties=ROUND_TIES)).ties
    assert (tie.ids, tie.by, tie.gains, tie.loses) == (("a", "b"), "more_supporters", ("b",), ("a",))
    even = election(10, {"a": 6, "b": 6}, {"a": 2, "b": 2})
    assert count(even, phragmen(ties=ROUND_TIES)).pending == ("a", "b")
    assert count(even, phragmen(ties=ROUND_TIES), b"seed").is_decided


def test_a_lot_between_projects_that_nobody_picked_is_needed_only_where_it_decides() -> None:
    rulebook = phragmen(unsupported=Unsupported.FUND, ties=ROUND_TIES)
    assert count(election(10, {"a": 4, "x": 3, "y": 3}, {"a": 1}), rulebook).is_decided
    assert count(election(8, {"a": 4, "x": 3, "y": 3}, {"a": 1}), rulebook).pending == ("x", "y")
    strict = phragmen(OnOverspend.STOP, Unsupported.FUND, ROUND_TIES)
    assert count(election(8, {"a": 4, "x": 3, "y": 3}, {"a": 1}), strict).pending == ("x", "y")
    assert count(election(6, {"a": 4, "x": 3, "y": 3}, {"a": 1}), strict).is_decided


def test_its_sentences_say_when_and_how_many() -> None:
    cast = election(10, {"a": 6, "b": 8, "c": 3, "x": 1, "y": 9}, {"a": 3, "b": 3, "c": 1})
    said = {item.id: item.text for item in explain(cast, count(cast, phragmen(unsupported=Unsupported.FUND)))}
    assert said["a"] == "When each voter had been given £2, its 3 voters could pay its £6 together."
    assert said["b"] == (
        "When each voter had been given £2.66, its 3 voters could pay for it together; "
        "but £4 was left by then, and it cost £8."
    )
    assert said["x"] == "Nobody picked it; £1 was left by then, and it cost £1."
    assert said["y"] == "Nobody picked it; £0 was left by then, and it cost £9."
    strict = count(cast, phragmen(OnOverspend.STOP))
    assert {item.id: item.text for item in explain(cast, strict)}["c"] == (
        "1 voter picked it, and it cost £3. The money had ended at a project before it."
    )


def test_points_and_rankings_are_refused_because_the_rule_knows_only_picks() -> None:
    with pytest.raises(RulebookError, match="phragmen is defined for ballots of kind approval and budget, not points"):
        Rulebook("GBP", BallotRule(BallotKind.POINTS), phragmen().rule)
