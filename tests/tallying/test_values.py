"""Election, rulebook and outcome: what they refuse, their bytes and hashes."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from tallying import canonical
from tallying.choices import (
    BallotKind,
    CompletionName,
    OnOverspend,
    RankBy,
    RuleName,
    Satisfaction,
    ThresholdCompare,
    ThresholdOf,
    TieLink,
    Unsupported,
)
from tallying.count import count
from tallying.election import Approval, Ballot, Election, ElectionError, Points, Project, Ranking
from tallying.money import amount_text, decimals_needed, read_amount, shown, shown_missing, shown_share
from tallying.outcome import Outcome, OutcomeError
from tallying.rule import BallotRule, Completion, Rule, Threshold
from tallying.rulebook import Rulebook, RulebookError
from tests.tallying.elections import election, greedy, shares

A, B = Project("a", "A", 5), Project("b", "B", 7)


def _of(*ballots: Ballot, projects: tuple[Project, ...] = (A, B), budget: int = 10) -> Election:
    return Election.of(budget=budget, exponent=2, currency="GBP", projects=projects, ballots=ballots)


def test_identical_ballots_are_grouped_in_one_spelling_sorted_by_bytes() -> None:
    made = _of(Approval(("b", "a")), Approval(("a", "b", "a")), Approval(()))
    assert made.groups == ((Approval(("a", "b")), 2), (Approval(()), 1))
    assert made.voters == 3
    assert _of(Points((("b", 2), ("a", 0)))).groups == ((Points((("b", 2),)), 1),)
    assert _of(Ranking(("b", "a", "b"))).groups == ((Ranking(("b", "a")), 1),)


def test_the_hash_of_an_election_is_fixed() -> None:
    assert _of(Approval(("a",))).sha256() == canonical.sha256_hex(
        b'{"budget":10,"exponent":2,"groups":[[{"ids":["a"],"kind":"approval"},1]],"projects":['
        b'{"area":"","category":"","cost":5,"id":"a","minimum":5,"pots":[],"withdrawn":false},'
        b'{"area":"","category":"","cost":7,"id":"b","minimum":7,"pots":[],"withdrawn":false}]}'
    )


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: _of(Approval(("c",))), "no project of this paper"),
        (lambda: _of(Points((("a", -1),))), "below zero"),
        (lambda: _of(Approval(()), Ranking(())), "different kinds"),
        (lambda: _of(projects=(A, A)), "give each its own"),
        (lambda: _of(budget=-1), "the budget is -1"),
        (lambda: _of(projects=(Project("a", "A", 2**53),)), "below 2"),
        (lambda: _of(projects=(Project("a", "A", 5, minimum=6),)), "above its cost"),
    ],
)
def test_parts_that_make_no_election_are_refused(make: Callable[[], Election], words: str) -> None:
    with pytest.raises(ElectionError, match=words):
        make()


def test_an_election_in_finer_units_is_worth_the_same() -> None:
    finer = _of(Approval(("a",))).with_exponent(4)
    assert (finer.budget, finer.exponent, finer.projects[0].cost) == (1000, 4, 500)
    with pytest.raises(ValueError, match="cannot be written"):
        finer.with_exponent(2)


def test_a_rulebook_reads_back_and_its_hash_leaves_out_the_newline() -> None:
    book = shares(completion=CompletionName.ADD1_THEN_GREEDY)
    data = book.to_json()
    assert data.endswith(b"}\n")
    assert Rulebook.from_json(data) == book
    assert book.sha256() == canonical.sha256_hex(data[:-1])


def _changed(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    value: dict[str, Any] = canonical.load_file(greedy().to_json())  # type: ignore[assignment]  # an object, as written
    change(value)
    return value


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda v: v.update(bonus=1), "unknown key 'bonus'"),
        (lambda v: v.pop("cap"), "'cap' is missing"),
        (lambda v: v.update(cap="3/2"), "cap: 3/2 is no part of the budget"),
        (lambda v: v.update(cap="0/1"), "cap: 0/1 is no part of the budget"),
        (lambda v: v.update(exclusive="sometimes"), "exclusive: 'sometimes' is not one of"),
        (lambda v: v.update(format="pb-rulebook-v9"), "reads 'pb-rulebook-v1'"),
        (lambda v: v["rule"].update(name="dice"), "is not one of: greedy"),
        (lambda v: v["rule"].update(rank_by="none"), "rule.rank_by: none does not go with greedy"),
        (lambda v: v["rule"].update(rank_by="points"), "points needs ballots of kind points"),
        (lambda v: v["rule"].update(satisfaction="cost"), "rule.satisfaction: cost does not go"),
        (lambda v: v["rule"]["completion"].update(name="greedy"), "only equal_shares is completed"),
        (lambda v: v["threshold"].update(of="votes"), "of, value and compare go together"),
        (lambda v: v["threshold"].update(value="2/4"), "lowest terms"),
        (lambda v: v["ballot"].update(min=3, max=2), "3 is above max"),
        (lambda v: v["ballot"].update(max=True), "write a whole number"),
        (lambda v: v.update(ties=[]), "can leave a tie unsettled"),
        (lambda v: v.update(ties=["more_supporters"]), "can leave a tie unsettled"),
        (lambda v: v.update(ties=["listed", "lot"]), "never be reached"),
    ],
)
def test_a_rulebook_that_cannot_be_counted_is_refused_with_the_reason(
    change: Callable[[dict[str, Any]], object], words: str
) -> None:
    with pytest.raises(RulebookError, match=words):
        Rulebook.from_value(_changed(change))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Completion(CompletionName.ADD1), "needs start, step and stop"),
        (lambda: Completion(step="1"), "has no start, step and stop"),
        (lambda: replace(shares(completion=CompletionName.ADD1).rule.completion, step="0.00"), "never ends"),
        (lambda: BallotRule(points_total=5), "has no points"),
        (lambda: BallotRule(bonus="Youth-led"), "one pick above the max"),
        (lambda: BallotRule(ballots_per_voter=0), "Write 1 or more"),
        (lambda: Rule(RuleName.EQUAL_SHARES, Satisfaction.COST, RankBy.VOTES), "No greedy pass here"),
        (lambda: Threshold(ThresholdOf.VOTES, None, ThresholdCompare.ABOVE), "go together"),
    ],
)
def test_a_part_of_a_rulebook_that_contradicts_itself_is_refused(make: Callable[[], object], words: str) -> None:
    with pytest.raises(RulebookError, match=words):
        make()


def test_bytes_that_are_no_canonical_rulebook_are_refused() -> None:
    with pytest.raises(RulebookError, match="canonical"):
        Rulebook.from_json(greedy().to_json().replace(b":", b": "))


def test_a_rulebook_for_other_ballots_or_another_currency_is_refused_at_the_count() -> None:
    cast = election(10, {"a": 5}, {"a": 1})
    rule = Rule(RuleName.GREEDY, Satisfaction.NONE, RankBy.VOTES, OnOverspend.SKIP, Unsupported.LEAVE)
    with pytest.raises(RulebookError, match="the election is in GBP"):
        count(cast, Rulebook("EUR", BallotRule(), rule, ties=(TieLink.LISTED,)))
    with pytest.raises(RulebookError, match="of kind approval"):
        count(cast, Rulebook("GBP", BallotRule(BallotKind.RANKING), rule, ties=(TieLink.LISTED,)))


def test_an_outcome_with_one_byte_changed_is_refused() -> None:
    data = count(election(10, {"a": 5, "b": 6}, {"ab": 1}), greedy()).to_json()
    for old, new in ((b'"cost":5', b'"cost":6'), (b"decided", b"undecided"), (b"turn", b"torn"), (b"v1", b"v2")):
        assert data.count(old)
        with pytest.raises(OutcomeError):
            Outcome.from_json(data.replace(old, new, 1))


def test_amounts_are_written_and_read_without_floats() -> None:
    assert [amount_text(5, 0), amount_text(5, 2), amount_text(-12345, 2)] == ["5", "0.05", "-123.45"]
    assert [read_amount("4000.0", 0), read_amount("0.5", 2), decimals_needed("1.50")] == [4000, 50, 1]
    for wrong in ("lots", "1,5", "-1", "1e6", "", "1.", "٣"):
        with pytest.raises(ValueError, match="is not an amount"):
            read_amount(wrong, 2)
    with pytest.raises(ValueError, match="more decimals"):
        read_amount("0.005", 2)


def test_amounts_are_shown_as_people_write_them() -> None:
    assert shown(1_250_00, 2, "GBP") == "£1,250"
    assert shown(1_250_50, 2, "GBP") == "£1,250.50"
    assert shown(1250, 0, "PLN") == "1,250 PLN"
    assert shown(1250, 0, "") == "1,250"
    assert shown_share(Fraction(10, 3), 0, "EUR") == "€3.33"
    assert shown_missing(5, Fraction(10, 3), 0, "EUR") == "€1.67"
