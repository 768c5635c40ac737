"""Every real election of ../shared/data/pabulib gives the results of expected.json.

Each rule goes through the options of ``pb-tally count``, by the engine and by the definition; the whole
command is started for a few files.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tallying import pabulib
from tallying.choices import Implementation
from tallying.cli import build_parser
from tallying.commands.counting import count_paper
from tallying.commands.sources import Countable, open_source
from tallying.count import count
from tallying.file_rules import rulebook_of
from tallying.outcome import Optimum, Outcome
from tests.pabulib_data import DATA, expected, names, options, wanted

FEW = (
    "Poland_Lodz_2022.pb",
    "Poland_Katowice_2024_Murcki.pb",
    "Poland_Warszawa_2019_Grochow_Kinowa.pb",
    "US_Stanford_Dataset_Merced_Peoples_Budget_Ballot_2019_vote_rankings.pb",
)
MOST_FOR_THE_DEFINITION = 10_000
"""Ballots: above this the definition takes minutes for Add1."""
OFFICIAL_IS_NOT_THE_RULE = {
    "Poland_Warszawa_2018_Las.pb": "the city left out a project that the threshold lets in",
    "Poland_Warszawa_2020_Bialoleka.pb": "the city’s outcome is not the greedy one",
    "Poland_Warszawa_2022_Bemowo.pb": "which projects exclude each other is not in the file",
}


@pytest.mark.parametrize("name", names())
def test_plain_rules_fund_what_is_expected_in_the_expected_order(name: str) -> None:
    _recount(name, add1=False)


@pytest.mark.parametrize("name", names())
def test_add1_funds_what_is_expected_in_every_variant(name: str) -> None:
    _recount(name, add1=True)


@pytest.mark.parametrize("name", names())
def test_the_best_choice_is_worth_what_is_expected(name: str) -> None:
    result = expected()[name]["results"]["max_welfare_votes"]
    args = build_parser().parse_args(["count", "FILE", "--rule", "max-welfare"])
    outcome = count_paper(args, open_source(str(DATA / name)).papers[0]).outcome
    (best,) = outcome.steps
    assert isinstance(best, Optimum)
    assert (int(best.worth), best.is_unique) == (int(result["value"]), result["unique"])
    assert not best.is_unique or set(outcome.funded_ids) == set(result["funded"])


@pytest.mark.parametrize("name", names())
def test_the_rule_that_a_file_names_gives_the_official_result(name: str) -> None:
    file = pabulib.read((DATA / name).read_bytes(), name)
    if file.selected is None or file.value("rule") == "unknown":
        pytest.skip("the file names no official result, or no rule")
    outcome = count(file.election, rulebook_of(file).rulebook)
    official = {project_id for project_id, code in file.selected if code == 1}
    assert (set(outcome.funded_ids) == official) == (name not in OFFICIAL_IS_NOT_THE_RULE)


@pytest.mark.parametrize("name", names())
def test_a_file_written_anew_is_the_same_election(name: str) -> None:
    file = pabulib.read((DATA / name).read_bytes(), name)
    written = pabulib.write(file)
    again = pabulib.read(written, name)
    assert again.election == file.election
    assert pabulib.write(again) == written


@pytest.mark.parametrize("name", [name for name in names() if name in FEW])
def test_the_command_itself_prints_the_expected_result(name: str) -> None:
    for rule, result in wanted(name, add1=False).items():
        command = [sys.executable, "-m", "tallying", "count", str(DATA / name), "--json", *_options(name)[rule]]
        done = subprocess.run(command, capture_output=True, check=True, cwd=Path(__file__).parents[2])
        printed = json.loads(done.stdout)
        assert printed["funded"] == result["order"], rule
        assert float(printed["cost"]) == float(result["cost"]), rule


def _recount(name: str, *, add1: bool) -> None:
    """With the engine; and with the definition, which must give the same bytes, but for Add1 in large cities."""
    paper = open_source(str(DATA / name)).papers[0]
    has_definition = not add1 or paper.election.voters <= MOST_FOR_THE_DEFINITION
    for rule, result in wanted(name, add1=add1).items():
        outcome = _outcome(paper, _options(name)[rule], Implementation.ENGINE)
        assert list(outcome.funded_ids) == result["order"], rule
        assert outcome.cost == float(result["cost"]) * 10**outcome.exponent, rule
        assert Outcome.from_json(outcome.to_json()) == outcome
        if has_definition:
            assert _outcome(paper, _options(name)[rule], Implementation.DEFINITION).to_json() == outcome.to_json(), rule


def _outcome(paper: Countable, options: list[str], implementation: Implementation) -> Outcome:
    args = build_parser().parse_args(["count", "FILE", "--implementation", implementation.value, *options])
    return count_paper(args, paper).outcome


def _options(name: str) -> dict[str, list[str]]:
    entry: dict[str, Any] = expected()[name]
    threshold = entry["results"].get("greedy_threshold", {}).get("threshold", "")
    return options(entry["vote_type"], str(threshold))
