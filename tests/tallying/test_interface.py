"""The library's own door: the words of the command line in Python."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tallying import Election, PabulibError, RulebookError, count, read_pabulib, rulebook_for
from tallying.choices import CompletionName, RankBy, RuleName, ThresholdOf
from tallying.election import Ballot, ElectionError, Points, Project
from tests.tallying.test_cli import FILE


@pytest.fixture
def path(tmp_path: Path) -> Path:
    place = tmp_path / "grants.pb"
    place.write_text(FILE.replace("Trees; and more", "Trees"), encoding="utf-8")
    return place


def test_a_file_is_counted_by_its_own_rule_or_by_another(path: Path) -> None:
    file = read_pabulib(path)
    assert rulebook_for(file).rule.name is RuleName.GREEDY
    assert count(file.election, rulebook_for(file)).funded_ids == ("a", "c")
    shares = rulebook_for(file, "equal-shares", completion="add1-then-greedy", add1_step="2", unsupported="fund")
    assert (shares.rule.completion.name, shares.rule.completion.step) == (CompletionName.ADD1_THEN_GREEDY, "2")
    assert rulebook_for(file, "greedy", threshold=2).threshold.of is ThresholdOf.VOTES


@pytest.mark.parametrize(("budget", "step"), [("500", "1"), ("3999", "1"), ("4000", "10"), ("500000.00", "1000")])
def test_the_usual_step_of_add1_fits_the_size_of_a_share(path: Path, budget: str, step: str) -> None:
    """Four voters: one by one, a share of 125,000 forints would take a hundred thousand runs."""
    path.write_text(path.read_text(encoding="utf-8").replace("budget;500", f"budget;{budget}"), encoding="utf-8")
    assert rulebook_for(read_pabulib(path), "equal-shares", completion="add1").rule.completion.step == step


def test_tables_and_json_are_read_too(path: Path) -> None:
    from_text = read_pabulib(str(path))
    table = path.with_suffix(".csv")
    table.write_text("budget,5\nvote_type,approval\nproject_id,a\ncost,3\nvoter_id,a\nv,1\n", encoding="utf-8")
    assert read_pabulib(table).election.budget == 5
    broken = path.with_suffix(".json")
    broken.write_text("{", encoding="utf-8")
    with pytest.raises(PabulibError, match="line 1: this is not JSON"):
        read_pabulib(broken)
    assert from_text.source == str(path)


@pytest.mark.parametrize(
    ("rule", "options", "words"),
    [
        ("dice", {}, "invalid choice: 'dice'"),
        ("greedy", {"completion": "add1"}, "--completion does not go with greedy"),
        ("greedy", {"rank_by": "colour"}, "invalid choice: 'colour'"),
        ("greedy", {"weight": "2"}, "unrecognized arguments: --weight 2"),
        ("greedy", {"rank_by": "points"}, "points needs ballots of kind points"),
        (None, {"threshold": 3}, "--threshold needs a rule"),
    ],
)
def test_what_cannot_be_counted_is_a_value_error_that_says_why(
    rule: str | None, options: dict[str, str], words: str, path: Path
) -> None:
    with pytest.raises(ValueError, match=words):
        rulebook_for(read_pabulib(path), rule, **options)


def test_an_election_typed_in_python_has_rulebooks_without_a_file() -> None:
    projects = [Project("a", "Benches", 300), Project("b", "Trees", 250)]
    marked: list[Ballot] = [Points((("a", 1), ("b", 3))), Points((("b", 2),))]
    election = Election.of(budget=500, exponent=0, currency="GBP", projects=projects, ballots=marked)
    assert rulebook_for(election, "greedy").rule.rank_by is RankBy.POINTS
    assert count(election, rulebook_for(election, "equal-shares", completion="add1")).funded_ids == ("b",)
    with pytest.raises(ValueError, match="an election names no rule"):
        rulebook_for(election)
    typed: dict[str, Any] = {"cost": 3.5}
    with pytest.raises(ElectionError, match=r"the cost of 'a' is 3\.5; write a whole number"):
        Election.of(budget=5, exponent=0, currency="GBP", projects=[replace(projects[0], **typed)], ballots=[])


def test_a_rulebook_for_another_election_is_refused(path: Path) -> None:
    file = read_pabulib(path)
    path.write_text(FILE.replace("Trees; and more", "Trees").replace("GBP", "EUR"), encoding="utf-8")
    with pytest.raises(RulebookError, match="the election is in EUR"):
        count(read_pabulib(path).election, rulebook_for(file))
