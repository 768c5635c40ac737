"""A few small real elections in every test run; ``make conformance`` recounts all 33."""

import pytest

from tallying import pabulib
from tallying.choices import Add1Stop, Compare, CompletionName, OnOverspend, RuleName
from tallying.cli import build_parser
from tallying.commands.counting import count_paper
from tallying.commands.sources import open_source
from tallying.count import count
from tallying.file_rules import FileRule, rulebook_of
from tests.pabulib_data import DATA, expected, names, options, wanted

SMALL = (
    "Netherlands_Assen_2024.pb",
    "Poland_Warszawa_2018_Pole_Mokotowskie.pb",
    "Poland_Warszawa_2019_RadiowoWolka_WeglowaPlacowkaHuta.pb",
    "US_Stanford_Dataset_Merced_Peoples_Budget_Ballot_2019_vote_rankings.pb",
    "Worldwide_Mechanical_Turk_Utilities_3.pb",
)
HERE = [name for name in names() if name in SMALL] if expected() else names()

HEAD = "META\nkey;value\nbudget;10\nvote_type;{kind}\nrule;{rule}\n{more}PROJECTS\nproject_id;cost\na;5\n"
VOTES = "VOTES\nvoter_id;vote;points\nv;a;1\n"


@pytest.mark.parametrize("name", HERE)
def test_small_real_elections_fund_what_is_expected(name: str) -> None:
    paper = open_source(str(DATA / name)).papers[0]
    spelt = options(expected()[name]["vote_type"], "1")
    for rule, result in {**wanted(name, add1=False), **wanted(name, add1=True)}.items():
        args = build_parser().parse_args(["count", "FILE", *spelt[rule]])
        assert list(count_paper(args, paper).outcome.funded_ids) == result["order"], rule


@pytest.mark.parametrize("name", ["Netherlands_Assen_2024.pb"] if expected() else names())
def test_a_real_outcome_of_equal_shares_is_the_official_one(name: str) -> None:
    file = pabulib.read((DATA / name).read_bytes(), name)
    outcome = count(file.election, rulebook_of(file).rulebook)
    assert file.selected is not None
    assert set(outcome.funded_ids) == {project_id for project_id, code in file.selected if code == 1}


@pytest.mark.parametrize(
    ("rule", "note"),
    [
        ("greedy", ""),
        ("greedy-threshold", ""),
        ("greedy-custom", "counted as plain greedy"),
        ("greedy-exclusive", "counted as plain greedy"),
        ("unknown", "the rule 'unknown' is not known: counted as greedy"),
        ("", "no rule is named: counted as greedy"),
    ],
)
def test_every_rule_of_a_file_is_counted_or_said_to_be_counted_as_greedy(rule: str, note: str) -> None:
    text = HEAD.format(kind="approval", rule=rule, more="min_project_score_threshold;3\n") + VOTES
    found = rulebook_of(pabulib.read(text, "test.pb"))
    assert found.rulebook.rule.name is RuleName.GREEDY
    assert found.rulebook.threshold.value == 3
    assert note in found.note
    assert bool(note) == bool(found.note)


def test_greedy_no_skip_stops_and_equal_shares_is_completed_as_its_name_says() -> None:
    assert _named("greedy-no-skip").rulebook.rule.on_overspend is OnOverspend.STOP
    add1 = _named("equalshares/add1").rulebook.rule.completion
    assert (add1.name, add1.stop) == (CompletionName.ADD1, Add1Stop.FIRST_OVERSPEND)
    compared = _named("equalshares-comparison", "scoring")
    assert compared.rulebook.rule.completion.name is CompletionName.NONE
    assert compared.rulebook.rule.completion.compare is Compare.GREEDY_STRICT
    assert not compared.note


def _named(rule: str, kind: str = "approval") -> FileRule:
    return rulebook_of(pabulib.read(HEAD.format(kind=kind, rule=rule, more="") + VOTES, "test.pb"))


def test_the_bounds_of_a_ballot_come_from_the_file() -> None:
    text = HEAD.format(kind="cumulative", rule="greedy", more="min_length;1\nmax_length;3\nmax_sum_points;10\n") + VOTES
    ballot = rulebook_of(pabulib.read(text, "test.pb")).rulebook.ballot
    assert (ballot.min, ballot.max, ballot.points_total) == (1, 3, 10)
    one = rulebook_of(pabulib.read(HEAD.format(kind="choose-1", rule="greedy", more="") + VOTES, "test.pb"))
    assert (one.rulebook.ballot.min, one.rulebook.ballot.max) == (1, 1)


@pytest.mark.parametrize("bound", ["max_sum_points;0\n", "min_length;4\nmax_sum_points;3\n", "max_points;0\n"])
def test_a_bound_that_no_ballot_could_keep_is_read_as_none(bound: str) -> None:
    text = HEAD.format(kind="cumulative", rule="greedy", more=bound) + VOTES
    ballot = rulebook_of(pabulib.read(text, "test.pb")).rulebook.ballot
    assert (ballot.points_total, ballot.point_max) == (None, None)
