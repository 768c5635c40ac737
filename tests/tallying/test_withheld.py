"""What a council could say of a paper whose ballots it keeps back: both verifiers refuse what no ballots give.

Each case changes one thing; the hashes that follow from it are made anew and signed with the council's own key.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tallying.bundle import Bundle
from tallying.choices import Add1Start, Add1Stop, CompletionName, Exclusive, LimitOf, RuleName, Satisfaction
from tallying.contents import Decision
from tallying.limits import Ceiling
from tallying.record import Record
from tallying.rule import Completion, Rule
from tallying.rulebook import Rulebook
from tallying.verify import verify
from tests.tallying.forging import NORTH, Change, Files, changed, refrozen, sealed, together
from tests.tallying.records import RULEBOOK, example_files
from tests.tallying.test_second_verifier import NODE, second, written

pytestmark = pytest.mark.skipif(NODE is None, reason="node is not here: the second verifier was NOT run")
OUTCOME, RULES = f"{NORTH}/outcome.json", f"{NORTH}/rulebook.json"
ADD1 = Completion(CompletionName.ADD1, Add1Start.EXACT_SHARE, "1", Add1Stop.EXHAUSTIVE)
CAPPED = replace(RULEBOOK, cap=Fraction(9, 20))
EXCLUSIVE = replace(RULEBOOK, exclusive=Exclusive.DECLARED)
CEILING = replace(RULEBOOK, ceilings=(Ceiling(LimitOf.CATEGORY, "*", "1/4"),))
SHARES = replace(
    RULEBOOK, rule=Rule(name=RuleName.EQUAL_SHARES, satisfaction=Satisfaction.COST, completion=ADD1)
)  # fmt: skip


def withheld(rulebook: Rulebook = RULEBOOK) -> Files:
    return example_files(rulebook=rulebook, decision=Decision.WITHHOLD)


def funding(*ids: str) -> Change:
    """The outcome with these projects funded, all others left without support."""
    costs = {"bench": 400_00, "trees": 500_00, "youth": 600_00, "wifi": 400_00}
    spent = sum(costs[one] for one in ids)

    def change(outcome: Any) -> None:
        without = {"figures": {}, "reason": "no_support", "supporters": 0}
        rest = [{"id": one, "cost": cost, **without} for one, cost in costs.items() if one not in ids]
        funded = [[one, costs[one]] for one in ids]
        outcome.update(funded=funded, unfunded=rest, cost=spent, remaining=outcome["budget"] - spent)

    return changed(OUTCOME, change)


def saying(change: Callable[[Any], Any]) -> Change:
    return changed(OUTCOME, change)


def ruling(change: Callable[[Any], Any]) -> Change:
    return together(changed(RULES, change), refrozen)


IMPOSSIBLE: list[tuple[str, Files, str, Change]] = [
    ("a project above the cap is funded", withheld(CAPPED), OUTCOME, funding("trees")),
    ("a project is barred by a cap that there is not", withheld(), OUTCOME,
     saying(lambda value: value["unfunded"][-1].update(reason="over_cap", figures={"cap": "30000/1"}))),
    ("a project above the budget that is not", withheld(), OUTCOME,
     saying(lambda value: value["unfunded"][0].update(reason="over_budget", figures={}))),
    ("two that exclude each other are funded", withheld(EXCLUSIVE), OUTCOME, funding("youth", "wifi")),
    ("a category gets more than its ceiling", withheld(CEILING), OUTCOME, funding("bench", "trees")),
    ("an election of no hash", withheld(), OUTCOME, saying(lambda value: value.update(election_sha256="x"))),
    ("a tie settled by a friend", withheld(), OUTCOME, saying(lambda value: value["ties"][0].update(by="friend"))),
    ("a reason without its figures", withheld(), OUTCOME,
     saying(lambda value: value["unfunded"][0].update(figures={}))),
    ("decided, and a project undecided", withheld(), OUTCOME,
     saying(lambda value: value["unfunded"][0].update(reason="undecided", figures={}))),
    ("a bonus for no category", withheld(), RULES, ruling(lambda value: value["ballot"].update(bonus=""))),
    ("a step of a tenth of a penny", withheld(SHARES), RULES,
     ruling(lambda value: value["rule"]["completion"].update(step="0.001"))),
    ("a ceiling of half a penny", withheld(CEILING), RULES,
     ruling(lambda value: value["ceilings"][0].update(most="0.005"))),
    ("a ceiling of sixteen digits", withheld(CEILING), RULES,
     ruling(lambda value: value["ceilings"][0].update(most="1" * 16))),
]  # fmt: skip


@pytest.mark.parametrize("rulebook", [CAPPED, EXCLUSIVE, CEILING, SHARES], ids=["cap", "rivals", "ceiling", "shares"])
def test_an_honest_outcome_of_a_withheld_paper_holds_for_both(rulebook: Rulebook, tmp_path: Path) -> None:
    files = withheld(rulebook)
    assert verify(Record(Bundle(files))).holds
    holds, printed = second(written(tmp_path, files))
    assert holds, printed


@pytest.mark.parametrize(
    ("files", "fault", "change"),
    [pytest.param(files, fault, together(change, sealed), id=name) for name, files, fault, change in IMPOSSIBLE],
)
def test_what_cannot_be_the_outcome_whatever_the_ballots_is_found_by_both(
    files: Files, fault: str, change: Change, tmp_path: Path
) -> None:
    forged = change(files)
    report = verify(Record(Bundle(forged)))
    assert report.files == (fault,), report.lines()
    holds, printed = second(written(tmp_path, forged))
    assert not holds
    assert fault in printed.replace("----", ""), printed


def test_money_beyond_what_can_be_counted_is_refused_before_the_count() -> None:
    def enrich(value: Any) -> None:
        pot = value["papers"][0]["pots"][0]
        value["papers"][0]["pots"] += [{**pot, "id": name, "amount": 2**53 - 1} for name in ("a", "b")]

    report = verify(Record(Bundle(together(changed("frozen.json", enrich), refrozen, sealed)(withheld()))))
    assert report.files == ("frozen.json",), report.lines()
