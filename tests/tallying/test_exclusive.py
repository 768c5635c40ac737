"""Projects that exclude each other (two designs, one site): buying one removes its rivals, under every rule."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tallying.choices import AutoAward, CompletionName, Exclusive, OnOverspend
from tallying.count import count
from tallying.election import Election, ElectionError
from tallying.explain import explain, explain_alone
from tallying.outcome import DecidedBy, Outcome, Reason, Removal
from tallying.plain_words import plain_words
from tallying.rulebook import ROUND_TIES, Rulebook
from tests.tallying.elections import bounded, election, greedy, phragmen, rulebooks, shares, small_elections, welfare


def _exclusive(rulebook: Rulebook) -> Rulebook:
    return replace(rulebook, exclusive=Exclusive.DECLARED)


def _rivals(cast: Election, **exclusions: str) -> Election:
    """``a="bc"``: a names b and c as its rivals."""
    projects = [replace(item, exclusions=tuple(exclusions.get(item.id, ""))) for item in cast.projects]
    return replace(cast, projects=tuple(projects))


# Two designs for one square, pool (7 votes) and fountain (6), and a cheap bench. There is money for all three.
DESIGNS = election(26, {"p": 10, "f": 9, "b": 5}, {"pb": 4, "fb": 3, "p": 3, "f": 3})
SQUARE = _rivals(DESIGNS, f="p")


@pytest.mark.parametrize("rulebook", [greedy(), shares(), phragmen(), welfare(), bounded()])
def test_the_design_with_more_voters_wins_and_its_rival_is_out_although_it_would_fit(rulebook: Rulebook) -> None:
    assert set(count(SQUARE, _exclusive(rulebook)).funded_ids) == {"p", "b"}


def test_greedy_removes_the_rival_at_once_and_says_which_project_did_it() -> None:
    outcome = count(SQUARE, _exclusive(greedy()))
    assert outcome.funded_ids == ("p", "b")
    assert Removal("f", "excluded", "p") in outcome.steps
    assert (outcome.unfunded[0].reason, outcome.unfunded[0].figures) == (Reason.EXCLUDED, ())
    assert explain(SQUARE, outcome)[-1].text == "“P” won, and only one of the two can be done."
    assert explain_alone(outcome)[-1].text == "“p” won, and only one of the two can be done."
    assert Outcome.from_json(outcome.to_json()) == outcome


def test_one_naming_the_other_is_enough() -> None:
    for cast in (_rivals(DESIGNS, p="f"), _rivals(DESIGNS, f="p"), _rivals(DESIGNS, p="f", f="p")):
        assert count(cast, _exclusive(greedy())).funded_ids == ("p", "b")


def test_a_project_that_does_not_fit_removes_nobody() -> None:
    cast = _rivals(election(9, {"p": 10, "q": 8, "f": 9}, {"p": 3, "q": 2, "f": 1}), p="f", q="")
    strict = count(cast, _exclusive(greedy(on_overspend=OnOverspend.SKIP)))
    assert strict.funded_ids == ("q",)
    assert strict.unfunded[-1].reason is Reason.DID_NOT_FIT


def test_stop_does_not_stop_at_a_project_that_is_out() -> None:
    cast = _rivals(election(20, {"p": 10, "f": 15, "b": 5}, {"p": 3, "f": 2, "b": 1}), f="p")
    assert count(cast, _exclusive(greedy(on_overspend=OnOverspend.STOP))).funded_ids == ("p", "b")


def test_add1_goes_on_for_what_is_still_in_reach_and_looks_at_no_rival() -> None:
    # 10 voters, shares of 2. Without the option Add1 would fund both designs; with it, it ends when no more can be had.
    cast = _rivals(election(20, {"p": 10, "f": 10}, {"p": 5, "f": 5}), f="p")
    both = count(cast, shares(completion=CompletionName.ADD1))
    assert set(both.funded_ids) == {"p", "f"}
    one = count(cast, _exclusive(shares(completion=CompletionName.ADD1)))
    assert one.funded_ids == ("p",)
    assert len(one.add1) == 1
    assert one.unfunded[0].reason is Reason.EXCLUDED


def test_the_greedy_pass_after_equal_shares_keeps_rivals_out() -> None:
    cast = _rivals(election(30, {"p": 10, "f": 8, "b": 9}, {"p": 12, "f": 4, "b": 4}), f="p")
    outcome = count(cast, _exclusive(shares(completion=CompletionName.GREEDY)))
    assert outcome.funded_ids == ("p", "b")
    assert outcome.unfunded[0].reason is Reason.EXCLUDED
    assert sum(isinstance(step, Removal) for step in outcome.steps) == 1


def test_the_best_choice_may_be_the_two_rivals_of_the_favourite() -> None:
    cast = _rivals(election(20, {"p": 10, "f": 8, "g": 8}, {"p": 7, "f": 4, "g": 4}), p="fg")
    outcome = count(cast, _exclusive(welfare()))
    assert outcome.funded_ids == ("f", "g")
    assert count(cast, _exclusive(greedy())).funded_ids == ("p",)
    assert outcome.unfunded[0].figure("with_it") == 7


def test_where_all_fits_but_two_exclude_each_other_a_count_is_needed() -> None:
    cast = _rivals(election(30, {"p": 10, "f": 8}, {"p": 2, "f": 1}), f="p")
    outcome = count(cast, replace(_exclusive(greedy()), auto_award=AutoAward.ALL_FIT))
    assert (outcome.by, outcome.funded_ids) == (DecidedBy.RULE, ("p",))
    assert count(cast, replace(greedy(), auto_award=AutoAward.ALL_FIT)).by is DecidedBy.ALL_FIT


def test_level_rivals_need_a_lot_although_both_would_fit() -> None:
    cast = _rivals(election(20, {"p": 8, "f": 8}, {"p": 2, "f": 2}), f="p")
    assert count(cast, _exclusive(greedy(ties=ROUND_TIES))).pending == ("p", "f")
    assert count(cast, greedy(ties=ROUND_TIES)).is_decided
    assert count(cast, _exclusive(greedy(ties=ROUND_TIES)), b"seed").ties[0].by == "lot"


def test_free_rivals_are_put_in_order_by_the_chain() -> None:
    cast = _rivals(election(5, {"x": 0, "y": 0}, {"x": 1, "y": 2}), x="y")
    for rulebook in (shares(ties=ROUND_TIES), phragmen(ties=ROUND_TIES), welfare(ties=ROUND_TIES), bounded()):
        outcome = count(cast, _exclusive(rulebook))
        assert outcome.funded_ids == (("x",) if rulebook.ties != ROUND_TIES else ("y",))
    level = _rivals(election(5, {"x": 0, "y": 0}, {"x": 2, "y": 2}), x="y")
    assert count(level, _exclusive(shares(ties=ROUND_TIES))).pending == ("x", "y")


def test_exclusions_are_part_of_the_elections_hash_and_elections_without_them_keep_theirs() -> None:
    assert SQUARE.sha256() != DESIGNS.sha256()
    assert _rivals(SQUARE).sha256() == DESIGNS.sha256()


@pytest.mark.parametrize("rival", ["a", "z"])
def test_a_project_that_excludes_itself_or_an_unknown_one_is_refused(rival: str) -> None:
    projects = [replace(item, exclusions=(rival,)) for item in election(1, {"a": 1}, {}).projects]
    with pytest.raises(ElectionError, match="take that out"):
        Election.of(budget=1, exponent=0, currency="GBP", projects=projects, ballots=[])


def test_rivals_are_said_in_plain_words() -> None:
    assert any("exclude each other" in words for words in plain_words(_exclusive(greedy())))


@settings(max_examples=150, deadline=None)
@given(small_elections(), st.sampled_from(rulebooks()), st.lists(st.sampled_from("abcde"), min_size=2, unique=True))
def test_no_rule_ever_funds_two_rivals(cast: Election, rulebook: Rulebook, rivals: list[str]) -> None:
    known = [name for name in rivals if any(item.id == name for item in cast.projects)]
    named = {name: "".join(other for other in known if other != name) for name in known}
    outcome = count(_rivals(cast, **named), _exclusive(rulebook))
    assert len(set(outcome.funded_ids) & set(known)) <= 1 or len(known) < 2
    assert outcome.cost <= cast.budget
    assert Outcome.from_json(outcome.to_json()) == outcome
    assert len(explain(_rivals(cast, **named), outcome)) == len(cast.projects)
