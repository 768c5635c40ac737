"""The count as rows with bars: widths that add up, and numbers in words beside each."""

from __future__ import annotations

from fractions import Fraction

from pb_app.services.count_charts import Chart, draw_count, percent
from pb_app.services.count_words import share_words, tie_words
from tallying.choices import (
    Add1Start,
    Add1Stop,
    CompletionName,
    OnOverspend,
    RankBy,
    RuleName,
    Satisfaction,
    TieLink,
    Unsupported,
)
from tallying.count import count
from tallying.election import Approval, Election, Project
from tallying.outcome import Outcome
from tallying.rule import BallotRule, Completion, Rule
from tallying.rulebook import Rulebook

GREEDY = Rule(RuleName.GREEDY, rank_by=RankBy.VOTES, on_overspend=OnOverspend.SKIP, unsupported=Unsupported.LEAVE)
TITLES = {"a": "Path", "b": "Trees", "c": "Bench"}


def _rulebook(rule: Rule) -> Rulebook:
    return Rulebook("GBP", BallotRule(), rule, ties=(TieLink.LISTED,))


def _counted(rule: Rule, *ballots: tuple[str, ...], budget: int = 100_00) -> tuple[Outcome, Rulebook]:
    costs = {"a": 60_00, "b": 50_00, "c": 40_00}
    election = Election.of(
        budget=budget,
        exponent=2,
        currency="GBP",
        projects=[Project(name, TITLES[name], cost) for name, cost in costs.items()],
        ballots=[Approval(ids) for ids in ballots],
    )
    rulebook = _rulebook(rule)
    return count(election, rulebook), rulebook


def _drawn(outcome: Outcome, rulebook: Rulebook) -> tuple[Chart, ...]:
    return draw_count(outcome, rulebook, titles=TITLES, costs={"a": 60_00, "b": 50_00, "c": 40_00})


def test_greedy_shows_what_was_given_what_fits_and_what_does_not() -> None:
    outcome, rulebook = _counted(GREEDY, ("a",), ("a",), ("a", "b"), ("b", "c"), ("c",), ("b",))

    (chart,) = _drawn(outcome, rulebook)

    assert [row.title for row in chart.rows] == ["1. Path", "2. Trees", "3. Bench"]
    assert [row.note for row in chart.rows] == ["3 votes, £60", "3 votes, £50: did not fit", "2 votes, £40"]
    assert [row.figure for row in chart.rows] == ["£40", "£40", "£0"]
    assert [bar.kind for bar in chart.rows[1].bars] == ["spent", "miss"]
    assert chart.rows[2].bars[1].start == percent(60, 120)  # the pot ends at five sixths of the drawing


def test_a_project_far_above_the_pot_is_cut_at_the_edge_of_the_drawing() -> None:
    outcome, rulebook = _counted(GREEDY, ("a",), ("a",), ("b",), budget=65_00)

    (chart,) = _drawn(outcome, rulebook)

    spent, missed = chart.rows[1].bars
    assert float(spent.width[:-1]) + float(missed.width[:-1]) <= 100


def test_equal_shares_shows_who_paid_and_which_came_nearest() -> None:
    rule = Rule(RuleName.EQUAL_SHARES, satisfaction=Satisfaction.COST)
    outcome, rulebook = _counted(rule, ("a", "b"), ("a",), ("b",), ("c",))

    (chart,) = _drawn(outcome, rulebook)

    assert not any(row.bars[-1].kind == "miss" for row in chart.rows)
    for row in chart.nearest:
        had, missing = (float(bar.width[:-1]) for bar in row.bars)
        assert row.note.endswith("too little")
        assert missing > 0
        assert had >= 0


def test_payers_with_all_they_had_are_drawn_apart_and_the_parts_make_the_cost() -> None:
    rule = Rule(RuleName.EQUAL_SHARES, satisfaction=Satisfaction.COST)
    outcome, rulebook = _counted(rule, ("a", "b"), ("b", "a"), ("a",), ("b",), ("b",), budget=145_00)

    (chart,) = _drawn(outcome, rulebook)

    costs = {"a": Fraction(60), "b": Fraction(50), "c": Fraction(40)}
    dearest = max(costs[row.id] for row in (*chart.rows, *chart.nearest))
    for row in chart.rows:
        total = sum(float(bar.width[:-1]) for bar in row.bars)
        assert abs(total - float(costs[row.id] / dearest) * 100) < 0.1
    assert any(len(row.bars) == 2 and "paid less" in row.note for row in chart.rows)


def test_how_large_a_share_was_and_where_it_stopped() -> None:
    add1 = Completion(CompletionName.ADD1, Add1Start.EXACT_SHARE, "1.00", Add1Stop.FIRST_OVERSPEND)
    rule = Rule(RuleName.EQUAL_SHARES, satisfaction=Satisfaction.COST, completion=add1)
    outcome, rulebook = _counted(rule, ("a",), ("b",), ("c",))

    words = share_words(outcome, rulebook)

    assert words.startswith("The first share was £33.33: £100 divided by 3 voters.")
    assert "more than there is." in words


def test_a_tie_says_who_was_level_what_decided_and_what_else_would_have_happened() -> None:
    outcome, _ = _counted(GREEDY, ("a",), ("b",), budget=60_00)

    (tie,) = [tie for tie in outcome.ties if tie.matters]

    assert tie_words(tie, TITLES) == (
        "“Path” and “Trees” stood level. The one listed earlier came first. "
        "The other way round, “Trees” would have won instead of “Path”."
    )


def test_nothing_divided_by_nothing_is_no_width() -> None:
    assert percent(1, 0) == "0%"
    assert percent(5, 4) == "100%"
