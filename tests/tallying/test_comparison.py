"""The comparison step: equal shares beside greedy, as the first vote by equal shares had it (Wieliczka 2023)."""

from tallying.choices import Compare, CompletionName
from tallying.count import count
from tallying.outcome import Comparison, Turn
from tallying.plain_words import plain_words
from tallying.rulebook import ROUND_TIES
from tests.tallying.elections import compared, election, shares

# Shares of 10: the 4 voters of big cannot pay its 45. Greedy funds big, equal shares the two small ones.
BIG = election(60, {"big": 45, "b": 10, "c": 10}, {"big": 4, "b": 1, "c": 1})


def test_greedy_stands_where_more_voters_are_better_off_with_it() -> None:
    outcome = count(BIG, compared(Compare.GREEDY_STRICT))
    assert count(BIG, shares()).funded_ids == ("b", "c")
    assert outcome.funded_ids == ("big", "b")
    assert outcome.steps[-1] == Comparison(better_with_shares=1, better_with_greedy=4, keeps_shares=False)
    assert isinstance(outcome.steps[0], Turn)


def test_where_as_many_are_better_off_the_rulebook_says_which_stands() -> None:
    # Shares of 8: b and c are paid, the two voters of big have 16 of 30. Greedy: big, then b; two lose c, two gain big.
    cast = election(40, {"big": 30, "b": 8, "c": 12}, {"big": 2, "b": 1, "c": 2})
    strict, or_equal = (count(cast, compared(choice)) for choice in (Compare.GREEDY_STRICT, Compare.GREEDY_OR_EQUAL))
    assert strict.steps[-1] == Comparison(2, 2, keeps_shares=True)
    assert or_equal.steps[-1] == Comparison(2, 2, keeps_shares=False)
    assert set(strict.funded_ids) == {"b", "c"}
    assert or_equal.funded_ids == ("big", "b")


def test_equal_shares_stands_where_more_voters_are_better_off_with_it() -> None:
    cast = election(35, {"big": 28, "c": 10, "d": 10}, {"big": 3, "c": 2, "d": 2})
    outcome = count(cast, compared(Compare.GREEDY_OR_EQUAL))
    assert outcome.steps[-1] == Comparison(better_with_shares=4, better_with_greedy=3, keeps_shares=True)
    assert set(outcome.funded_ids) == {"c", "d"}


def test_a_lot_that_greedy_needs_is_needed_by_the_comparison() -> None:
    cast = election(10, {"a": 6, "b": 6}, {"a": 2, "b": 2})
    assert count(cast, compared(Compare.GREEDY_STRICT, ROUND_TIES)).pending == ("a", "b")


def test_the_comparison_is_said_in_plain_words() -> None:
    said = plain_words(compared(Compare.GREEDY_STRICT))[-2]
    assert said.startswith(
        "The result is then compared with a simpler one: money goes first to the project with the most"
    )
    assert said.endswith("If more voters are better off with that, it stands instead.")
    assert plain_words(compared(Compare.GREEDY_OR_EQUAL))[-2].endswith(
        "with that, or if as many are, it stands instead."
    )
    assert "compared" not in " ".join(plain_words(shares(completion=CompletionName.NONE)))
