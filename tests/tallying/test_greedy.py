"""Greedy: from the highest score down, what still fits."""

from fractions import Fraction

from tallying.choices import (
    AutoAward,
    BallotKind,
    OnOverspend,
    RankBy,
    ThresholdCompare,
    ThresholdOf,
    TieLink,
    Unsupported,
)
from tallying.count import count
from tallying.election import Approval, Ballot, Election, Points, Project, Ranking
from tallying.outcome import DecidedBy, Reason, Turn
from tallying.rule import Threshold
from tallying.rulebook import ROUND_TIES, Rulebook
from tests.tallying.elections import election, greedy

# The youth pot of the mock-up, one project a ballot: the 4th does not fit, two later ones do.
COSTS = {"skate": 119, "bus": 148, "music": 98, "counsel": 149, "girls": 69, "homework": 62, "radio": 74}
VOTES = {"skate": 2058, "bus": 1846, "music": 1595, "counsel": 1399, "girls": 1168, "homework": 897, "radio": 403}
YOUTH = election(500, COSTS, VOTES)


def test_a_project_that_does_not_fit_is_passed_over() -> None:
    outcome = count(YOUTH, greedy())
    assert outcome.funded_ids == ("skate", "bus", "music", "girls", "homework")
    assert [item.reason for item in outcome.unfunded] == [Reason.DID_NOT_FIT, Reason.DID_NOT_FIT]
    assert outcome.unfunded[0].figure("left") == 135
    assert outcome.unfunded[0].figure("score") == 1399
    assert outcome.remaining == 4


def test_stop_ends_the_count_at_the_first_project_that_does_not_fit() -> None:
    outcome = count(YOUTH, greedy(on_overspend=OnOverspend.STOP))
    assert outcome.funded_ids == ("skate", "bus", "music")
    reasons = [item.reason for item in outcome.unfunded]
    assert reasons == [Reason.DID_NOT_FIT, Reason.STOPPED, Reason.STOPPED, Reason.STOPPED]


def test_stop_is_strict_a_project_above_the_budget_stops_the_count_too() -> None:
    cast = election(10, {"a": 99, "b": 5}, {"a": 2, "b": 1})
    assert count(cast, greedy(on_overspend=OnOverspend.STOP)).funded == ()
    skipping = count(cast, greedy())
    assert skipping.funded_ids == ("b",)
    assert skipping.unfunded[0].reason is Reason.OVER_BUDGET


def test_the_trace_says_what_was_left_at_each_turn() -> None:
    outcome = count(election(10, {"a": 6, "b": 5, "c": 4}, {"abc": 1, "ab": 1, "a": 1}), greedy())
    assert outcome.steps == (
        Turn("a", 6, Fraction(3), 10, is_funded=True),
        Turn("b", 5, Fraction(2), 4, is_funded=False),
        Turn("c", 4, Fraction(1), 4, is_funded=True),
    )


def test_projects_that_nobody_picked_are_left_or_funded_as_declared() -> None:
    cast = election(10, {"a": 4, "b": 4}, {"a": 1})
    assert count(cast, greedy()).funded_ids == ("a",)
    assert count(cast, greedy()).unfunded[0].reason is Reason.NO_SUPPORT
    assert count(cast, greedy(unsupported=Unsupported.FUND)).funded_ids == ("a", "b")


def test_points_add_up_and_zero_points_are_no_support() -> None:
    ballots: dict[Ballot, int] = {Points((("a", 1), ("b", 5))): 1, Points((("a", 2), ("c", 0))): 1}
    cast = election(10, {"a": 4, "b": 4, "c": 1}, ballots)
    outcome = count(cast, greedy(BallotKind.POINTS, rank_by=RankBy.POINTS))
    assert outcome.funded_ids == ("b", "a")
    assert outcome.unfunded[0].reason is Reason.NO_SUPPORT


def test_the_last_place_of_a_ranking_scores_one() -> None:
    ballots: dict[Ballot, int] = {Ranking(("a", "b", "c")): 1, Ranking(("b",)): 1}
    outcome = count(election(9, {"a": 3, "b": 3, "c": 3}, ballots), greedy(BallotKind.RANKING, rank_by=RankBy.BORDA))
    assert [(step.id, step.score) for step in outcome.steps if isinstance(step, Turn)] == [
        ("a", Fraction(3)),
        ("b", Fraction(3)),
        ("c", Fraction(1)),
    ]


def test_votes_per_cost_puts_cheap_projects_first_and_free_ones_at_the_top() -> None:
    cast = election(10, {"dear": 10, "cheap": 2, "free": 0}, {"dear": 4, "cheap": 1, "free": 1})
    assert count(cast, greedy(rank_by=RankBy.VOTES_PER_COST)).funded_ids == ("free", "cheap")


def test_points_and_borda_points_per_cost_divide_by_the_cost_exactly() -> None:
    points: dict[Ballot, int] = {Points((("dear", 6), ("cheap", 2))): 1}
    cast = election(10, {"dear": 10, "cheap": 3}, points)
    assert count(cast, greedy(BallotKind.POINTS, rank_by=RankBy.POINTS)).funded_ids == ("dear",)
    outcome = count(cast, greedy(BallotKind.POINTS, rank_by=RankBy.POINTS_PER_COST))
    assert outcome.funded_ids == ("cheap",)
    assert outcome.unfunded[0].figure("score") == Fraction(6, 10)
    ranked: dict[Ballot, int] = {Ranking(("dear", "cheap")): 1}
    cast = election(10, {"dear": 10, "cheap": 3}, ranked)
    assert count(cast, greedy(BallotKind.RANKING, rank_by=RankBy.BORDA)).funded_ids == ("dear",)
    outcome = count(cast, greedy(BallotKind.RANKING, rank_by=RankBy.BORDA_PER_COST))
    assert outcome.steps[0] == Turn("cheap", 3, Fraction(1, 3), 10, is_funded=True)


def test_a_project_at_the_threshold_is_in_with_at_least_and_out_with_more_than() -> None:
    cast = election(10, {"a": 4, "b": 4}, {"ab": 1, "a": 1, "": 8})
    reached = Threshold(ThresholdOf.SHARE, Fraction(1, 5), ThresholdCompare.AT_LEAST)
    outcome = count(cast, greedy(threshold=reached))
    assert outcome.funded_ids == ("a",)
    assert outcome.unfunded[0].figures == (("needed", Fraction(1, 5)), ("score", Fraction(1, 10)))
    above = Threshold(ThresholdOf.SHARE, Fraction(1, 5), ThresholdCompare.ABOVE)
    assert count(cast, greedy(threshold=above)).funded == ()


def test_a_withdrawn_project_leaves_before_the_count() -> None:
    cast = Election.of(
        budget=5,
        exponent=0,
        currency="GBP",
        projects=[Project("a", "A", 5, withdrawn=True), Project("b", "B", 5)],
        ballots=[Approval(("a", "b")), Approval(("a",))],
    )
    outcome = count(cast, greedy())
    assert outcome.funded_ids == ("b",)
    assert outcome.unfunded[0].reason is Reason.WITHDRAWN


def test_where_all_projects_fit_and_the_rules_say_so_no_count_is_needed() -> None:
    plain = greedy()
    rulebook = Rulebook("GBP", plain.ballot, plain.rule, auto_award=AutoAward.ALL_FIT)
    outcome = count(election(10, {"a": 6, "b": 4}, {"b": 1}), rulebook)
    assert (outcome.by, outcome.funded_ids, outcome.steps) == (DecidedBy.ALL_FIT, ("a", "b"), ())
    assert count(election(9, {"a": 6, "b": 4}, {"b": 1}), rulebook).by is DecidedBy.RULE


def test_ties_go_link_by_link_and_say_what_the_other_order_would_have_funded() -> None:
    cast = election(10, {"a": 8, "b": 7, "c": 2}, {"abc": 1})
    outcome = count(cast, greedy(ties=ROUND_TIES))
    assert outcome.funded_ids == ("c", "b")
    (tie,) = outcome.ties
    assert (tie.ids, tie.by, tie.gains, tie.loses) == (("c", "b", "a"), "lower_cost", ("a",), ("b",))


def test_an_order_that_only_a_lot_can_settle_leaves_the_count_undecided() -> None:
    cast = election(10, {"a": 6, "b": 6, "c": 4}, {"ab": 2, "abc": 1})
    outcome = count(cast, greedy(ties=ROUND_TIES))
    assert not outcome.is_decided
    assert outcome.pending == ("a", "b")
    assert {item.reason for item in outcome.unfunded} == {Reason.UNDECIDED}


def test_the_lot_decides_the_same_way_each_time() -> None:
    cast = election(10, {"a": 6, "b": 6, "c": 4}, {"ab": 2, "abc": 1})
    winners = {count(cast, greedy(ties=ROUND_TIES), bytes([seed] * 32)).funded_ids for seed in range(20)}
    assert winners == {("a", "c"), ("b", "c")}
    first = count(cast, greedy(ties=ROUND_TIES), bytes(32))
    assert first == count(cast, greedy(ties=ROUND_TIES), bytes(32))
    assert first.drawn == "00" * 32
    assert first.ties[0].by == TieLink.LOT


def test_a_tie_that_the_chain_settles_in_part_names_the_link_that_did() -> None:
    cast = election(12, {"a": 6, "b": 6, "c": 8}, {"abc": 1})
    outcome = count(cast, greedy(ties=ROUND_TIES))
    (tie,) = outcome.ties
    assert (outcome.funded_ids, tie.ids, tie.by) == (("a", "b"), ("a", "b", "c"), "lower_cost")
    assert (tie.gains, tie.loses) == (("c",), ("a", "b"))


def test_no_lot_is_drawn_where_its_order_would_change_nothing() -> None:
    both_fit = count(election(12, {"a": 6, "b": 6}, {"ab": 2}), greedy(ties=ROUND_TIES))
    assert (both_fit.funded_ids, both_fit.ties[0].by) == (("a", "b"), "not_needed")
    none_fits = count(election(5, {"a": 5, "b": 4, "c": 4}, {"abc": 1, "a": 1}), greedy(ties=ROUND_TIES))
    assert none_fits.funded_ids == ("a",)


def test_no_lot_is_drawn_between_one_that_fits_and_one_that_cannot_unless_the_misfit_stops_the_count() -> None:
    cast = election(10, {"x": 5, "a": 6, "b": 4}, {"xab": 1, "x": 1})
    lot = ROUND_TIES[-1:]
    outcome = count(cast, greedy(ties=lot))
    assert (outcome.funded_ids, outcome.ties[0].by) == (("x", "b"), "not_needed")
    assert count(cast, greedy(on_overspend=OnOverspend.STOP, ties=lot)).pending == ("a", "b")
