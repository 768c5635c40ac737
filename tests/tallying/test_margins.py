"""Margins: the two costs that are named have been counted, and stand next to each other."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tallying.choices import CompletionName, RankBy
from tallying.cli import main
from tallying.count import count
from tallying.election import Election
from tallying.margins import Margin, margin
from tallying.rulebook import Rulebook
from tests.tallying.elections import election, greedy, rulebooks, shares, small_elections
from tests.tallying.test_cli import FILE

CAST = election(500, {"a": 365, "b": 149, "c": 70}, {"a": 9, "b": 6, "c": 3})


def _wins(cast: Election, rulebook: Rulebook, project_id: str, cost: int) -> bool:
    projects = tuple(replace(item, cost=cost) if item.id == project_id else item for item in cast.projects)
    return project_id in count(replace(cast, projects=projects), rulebook).funded_ids


def test_greedy_leaves_a_project_what_is_left_at_its_turn() -> None:
    assert margin(CAST, greedy(), "b") == Margin("b", False, 135, 136)
    assert margin(CAST, greedy(), "c") == Margin("c", True, 135, 136)
    assert margin(CAST, greedy(), "a") == Margin("a", True, 500, None)


def test_equal_shares_asks_what_the_supporters_have() -> None:
    cast = election(40, {"a": 18, "b": 15}, {"ab": 2, "a": 1, "": 1})
    assert margin(cast, shares(), "b") == Margin("b", False, 8, 9)
    assert margin(cast, shares(), "b").text(cast) == "Counted again: it would have won at £8, but not at £9."
    assert margin(cast, shares(), "a").text(cast).startswith("Counted again: it would still have won at ")


def test_a_project_that_nobody_picked_wins_at_no_cost() -> None:
    cast = election(40, {"a": 18, "b": 15}, {"a": 2})
    found = margin(cast, greedy(), "b")
    assert found == Margin("b", False, None, 15)
    assert found.text(cast) == "Counted again: it would not have won at any lower cost."


def test_the_step_is_a_pound_where_amounts_have_pence() -> None:
    cast = CAST.with_exponent(2)
    assert margin(cast, greedy(), "b") == Margin("b", False, 135_00, 136_00)
    assert margin(cast, greedy(rank_by=RankBy.VOTES_PER_COST), "b").is_funded


@settings(max_examples=60, deadline=None)
@given(small_elections(), st.sampled_from(rulebooks()), st.data())
def test_both_costs_of_a_margin_are_true_of_every_rule(cast: Election, rulebook: Rulebook, data: st.DataObject) -> None:
    project = data.draw(st.sampled_from(cast.projects))
    found = margin(cast, rulebook, project.id)
    assert found.is_funded == (project.id in count(cast, rulebook).funded_ids)
    if found.funded_at is not None:
        assert _wins(cast, rulebook, project.id, found.funded_at)
    if found.not_at is not None:
        assert not _wins(cast, rulebook, project.id, found.not_at)
        assert found.funded_at is None or found.not_at == found.funded_at + 1


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "grants.pb"
    path.write_text(FILE.replace("Trees; and more", '"Trees; and more"'), encoding="utf-8")
    return str(path)


def test_explain_adds_the_margin_on_request(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", file, "b", "--rule", "greedy", "--margin"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("Small grants evening\nRule: greedy by votes")
    assert "Counted again: it would have won at £200, but not at £201." in shown
    assert main(["explain", file, "--rule", "equal-shares", "--margin", "--json"]) == 0
    assert {item["id"]: item["funded_at"] for item in json.loads(capsys.readouterr().out)}["a"] == "375"


def test_an_outcome_alone_has_no_margin_and_says_what_to_give(
    file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "outcome.json"
    assert main(["count", file, "-o", str(target)]) == 0
    assert main(["explain", str(target), "--margin"]) == 2
    assert "it needs the ballots. Give the file or record." in capsys.readouterr().err


def test_add1_counts_its_margin_too() -> None:
    found = margin(
        election(40, {"a": 18, "b": 15}, {"ab": 2, "a": 1, "": 1}), shares(completion=CompletionName.ADD1), "b"
    )
    assert found.is_funded
