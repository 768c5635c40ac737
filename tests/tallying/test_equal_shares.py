"""Equal shares: examples worked by hand from the definition (arXiv 2008.13276, section 3)."""

from dataclasses import replace
from fractions import Fraction
from itertools import combinations

import pytest

from tallying.choices import Add1Start, Add1Stop, BallotKind, CompletionName, Satisfaction, Unsupported
from tallying.count import count
from tallying.election import Ballot, Points, Ranking
from tallying.outcome import Purchase, Reason, Turn
from tallying.rule import RulebookError
from tallying.rulebook import ROUND_TIES
from tallying.rules import completion
from tallying.steps import Add1Run
from tests.tallying.elections import election, shares

# Two camps, 51 and 49 of 100 voters, ten projects each, money for ten: the motivating example of the method.
CAMPS = election(1000, dict.fromkeys("abcdefghijklmnopqrst", 100), {"abcdefghij": 51, "klmnopqrst": 49})


def test_a_minority_gets_its_share_of_the_money() -> None:
    outcome = count(CAMPS, shares())
    assert len([name for name in outcome.funded_ids if name <= "j"]) == 5
    assert len([name for name in outcome.funded_ids if name > "j"]) == 4


def test_with_add1_the_two_camps_get_half_each() -> None:
    outcome = count(CAMPS, shares(completion=CompletionName.ADD1))
    assert len([name for name in outcome.funded_ids if name <= "j"]) == 5
    assert len([name for name in outcome.funded_ids if name > "j"]) == 5
    assert outcome.remaining == 0


def test_who_cannot_pay_the_price_pays_all_and_the_others_share_the_rest() -> None:
    # Shares of 10. First a: 12 by 3 voters, 4 each. Then b: 20 by two who have 6 and one who has 10:
    # they pay 6, 6 and 8, and the price per unit of cost is 8/20.
    cast = election(40, {"a": 12, "b": 20}, {"ab": 2, "a": 1, "b": 1})
    outcome = count(cast, shares())
    assert outcome.steps == (
        Purchase("a", 12, Fraction(1, 3), paid_full=3, paid_all=0, left=Fraction(28)),
        Purchase("b", 20, Fraction(8, 20), paid_full=1, paid_all=2, left=Fraction(8)),
    )


def test_a_project_is_out_of_reach_when_its_supporters_have_too_little_left() -> None:
    cast = election(30, {"a": 18, "b": 12}, {"ab": 2, "": 1})
    outcome = count(cast, shares())
    assert outcome.funded_ids == ("a",)
    assert outcome.unfunded[0].reason is Reason.SUPPORTERS_SHORT
    assert outcome.unfunded[0].figure("supporters_left") == 2


def test_empty_ballots_are_voters_with_a_share() -> None:
    assert count(election(30, {"a": 21}, {"a": 2, "": 1}), shares()).funded == ()
    assert count(election(30, {"a": 20}, {"a": 2, "": 1}), shares()).funded_ids == ("a",)


def test_a_share_that_no_decimal_can_write_is_exact() -> None:
    # 142 shares of 200000/142, in binary fractions, do not add up to 200000 (a real election of 2019).
    assert count(election(200_000, {"a": 200_000}, {"a": 142}), shares()).funded_ids == ("a",)


def test_cost_satisfaction_buys_the_project_with_most_support_and_count_the_cheapest_a_head() -> None:
    cast = election(60, {"dear": 30, "cheap": 4}, {"dear": 4, "cheap": 2})
    assert count(cast, shares(Satisfaction.COST)).funded_ids == ("dear", "cheap")
    assert count(cast, shares(Satisfaction.COUNT)).funded_ids == ("cheap", "dear")


def test_who_gave_more_points_pays_more() -> None:
    ballots: dict[Ballot, int] = {Points((("a", 3),)): 1, Points((("a", 1),)): 1}
    outcome = count(election(24, {"a": 12}, ballots), shares(Satisfaction.POINTS, kind=BallotKind.POINTS))
    assert outcome.steps == (Purchase("a", 12, Fraction(3), 2, 0, Fraction(12)),)
    dear = count(election(24, {"a": 20}, ballots), shares(Satisfaction.POINTS, kind=BallotKind.POINTS))
    assert dear.steps == (Purchase("a", 20, Fraction(8), 1, 1, Fraction(4)),)


def test_points_times_cost_and_borda_weigh_as_they_say() -> None:
    points: dict[Ballot, int] = {Points((("a", 2), ("b", 2))): 1}
    by_cost = count(
        election(30, {"a": 10, "b": 20}, points), shares(Satisfaction.POINTS_TIMES_COST, kind=BallotKind.POINTS)
    )
    assert [step.price for step in by_cost.steps if isinstance(step, Purchase)] == [Fraction(1, 2), Fraction(1, 2)]
    ranking: dict[Ballot, int] = {Ranking(("b", "a")): 1}
    ranked = election(30, {"a": 10, "b": 10}, ranking)
    outcome = count(ranked, shares(Satisfaction.BORDA, kind=BallotKind.RANKING))
    assert [(step.id, step.price) for step in outcome.steps if isinstance(step, Purchase)] == [
        ("b", Fraction(5)),
        ("a", Fraction(10)),
    ]


def test_free_projects_come_first_and_cost_nobody_anything() -> None:
    outcome = count(election(10, {"a": 10, "free": 0, "unloved": 0}, {"a": 1, "free": 1}), shares())
    assert outcome.funded_ids == ("free",)
    assert outcome.steps[0] == Purchase("free", 0, Fraction(0), 1, 0, Fraction(10))
    assert [item.reason for item in outcome.unfunded] == [Reason.SUPPORTERS_SHORT, Reason.NO_SUPPORT]


def test_without_voters_nothing_is_funded() -> None:
    outcome = count(election(10, {"a": 1}, {}), shares(completion=CompletionName.ADD1))
    assert outcome.funded == ()
    assert outcome.unfunded[0].reason is Reason.NO_SUPPORT


def test_add1_raises_the_share_until_a_run_overspends_and_takes_the_one_before() -> None:
    # B/n = 10. b needs 21 of its one voter, at 21 a and b cost 31 of 30; a and c fit together from 11 on.
    cast = election(30, {"a": 10, "b": 21, "c": 11}, {"a": 1, "b": 1, "c": 1})
    outcome = count(cast, shares(completion=CompletionName.ADD1))
    assert outcome.funded_ids == ("a", "c")
    assert outcome.add1[:2] == (Add1Run(Fraction(10), 10), Add1Run(Fraction(11), 21))
    assert outcome.add1[-1] == Add1Run(Fraction(21), 42)
    early = count(cast, shares(completion=CompletionName.ADD1, stop=Add1Stop.EXHAUSTIVE))
    assert early.funded_ids == ("a", "c")
    assert len(early.add1) == 2


def test_a_floored_start_goes_on_from_the_share_rounded_down() -> None:
    cast = election(25, {"a": 13, "b": 24}, {"a": 1, "b": 1})
    exact = count(cast, shares(completion=CompletionName.ADD1))
    floored = count(cast, shares(completion=CompletionName.ADD1, start=Add1Start.FLOORED_SHARE))
    assert [run.endowment for run in exact.add1[:3]] == [Fraction(25, 2), Fraction(27, 2), Fraction(29, 2)]
    assert [run.endowment for run in floored.add1[:3]] == [Fraction(25, 2), Fraction(13), Fraction(14)]


def test_a_step_that_would_never_end_is_refused_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(completion, "MOST_RUNS", 1_000)
    cast = election(10**12, {"a": 10**12}, {"a": 1, "": 10**5})
    with pytest.raises(RulebookError, match=r"1,000 runs of Add1 .* Choose a larger step"):
        count(cast, shares(completion=CompletionName.ADD1))


def test_a_step_too_small_for_a_city_s_money_is_refused_before_the_first_run() -> None:
    ids = "abcdefghij"
    ballots = ["".join(part) for size in (4, 5, 6, 7, 8, 3, 2) for part in combinations(ids, size)][:1_000]
    cast = election(1_000 * 20_000, dict.fromkeys(ids, 1), dict.fromkeys(ballots, 1))
    assert len(count(cast, shares(completion=CompletionName.ADD1, stop=Add1Stop.EXHAUSTIVE)).add1) > 0
    richer = replace(cast, budget=cast.budget + 1)
    with pytest.raises(RulebookError, match=r"more than 20,000 steps of 1\b.*Choose a larger step, such as 1000"):
        count(richer, shares(completion=CompletionName.ADD1))


def test_greedy_spends_what_equal_shares_leaves() -> None:
    cast = election(30, {"a": 18, "b": 12, "c": 12}, {"ab": 2, "c": 1})
    plain, completed = count(cast, shares()), count(cast, shares(completion=CompletionName.GREEDY))
    assert plain.funded_ids == ("a",)
    assert completed.funded_ids == ("a", "b")
    assert completed.steps[-1] == Turn("c", 12, Fraction(1), 0, is_funded=False)
    assert completed.unfunded[0].reason is Reason.DID_NOT_FIT


def test_greedy_spends_what_add1_leaves_before_its_first_overspend() -> None:
    # B/n = 10: a. At 11: a and c, 21 of 30; the at 21 a, b and c: 42. So Add1 leaves 9; d costs 8.
    cast = election(30, {"a": 10, "b": 21, "c": 11, "d": 8}, {"a": 1, "b": 1, "c": 1})
    book = shares(completion=CompletionName.ADD1_THEN_GREEDY)
    rule = replace(book.rule, unsupported=Unsupported.FUND)
    outcome = count(cast, replace(book, rule=rule))
    assert outcome.funded_ids == ("a", "c", "d")
    assert outcome.steps[-1] == Turn("d", 8, Fraction(0), 9, is_funded=True)
    assert count(cast, book).funded_ids == ("a", "c")


def test_a_tie_in_price_is_settled_by_the_chain_and_declared() -> None:
    cast = election(20, {"a": 12, "b": 11}, {"ab": 2})
    outcome = count(cast, shares(ties=ROUND_TIES))
    assert outcome.funded_ids == ("b",)
    (tie,) = outcome.ties
    assert (tie.step, tie.ids, tie.by, tie.gains, tie.loses) == (0, ("b", "a"), "lower_cost", ("a",), ("b",))


def test_a_tie_in_price_that_needs_a_lot_leaves_the_count_undecided() -> None:
    cast = election(20, {"a": 12, "b": 12}, {"ab": 2})
    outcome = count(cast, shares(ties=ROUND_TIES))
    assert outcome.pending == ("a", "b")
    assert count(cast, shares(ties=ROUND_TIES), b"seed").is_decided
