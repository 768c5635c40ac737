"""Real traps: each test is named after what would go wrong, and for whom it did."""

from dataclasses import replace

import pytest

from tallying import pabulib
from tallying.choices import Add1Start, Add1Stop, BallotKind, Compare, CompletionName, OnOverspend, RankBy
from tallying.count import count
from tallying.election import Ballot, Election, Ranking
from tallying.file_rules import rulebook_of
from tallying.outcome import Comparison, Outcome
from tallying.pabulib import PabulibFile
from tallying.rule import RulebookError
from tests.pabulib_data import DATA, expected, names
from tests.tallying.elections import compared, election, greedy, shares

HAVE_DATA = bool(expected())
real = pytest.mark.skipif(not HAVE_DATA, reason=f"{DATA} is not at hand: NOTHING was recounted")
WIELICZKA = "Poland_Wieliczka_2023_Green_Budget.pb"


def _file(name: str) -> PabulibFile:
    return pabulib.read((DATA / name).read_bytes(), name)


def _official(file: PabulibFile) -> set[str]:
    return {project_id for project_id, code in file.selected or () if code == 1}


@real
def test_floats_would_leave_the_only_project_of_radiowo_without_its_money() -> None:
    file = _file("Poland_Warszawa_2019_RadiowoWolka_WeglowaPlacowkaHuta.pb")
    assert sum([200_000 / 142] * 142) < 200_000
    outcome = count(file.election, replace(shares(), currency=file.election.currency))
    assert set(outcome.funded_ids) == _official(file)
    assert (outcome.cost, len(outcome.funded), outcome.remaining) == (200_000, 1, 0)


@real
def test_wieliczka_funded_30_projects_and_the_exhaustive_stop_would_have_funded_31() -> None:
    file = _file(WIELICZKA)
    official = rulebook_of(file).rulebook
    completion = official.rule.completion
    assert (completion.name, completion.stop) == (CompletionName.ADD1, Add1Stop.FIRST_OVERSPEND)
    assert completion.compare is Compare.GREEDY_STRICT
    outcome = count(file.election, official)
    assert set(outcome.funded_ids) == _official(file)
    assert len(outcome.funded) == 30
    last = outcome.steps[-1]
    assert isinstance(last, Comparison)
    assert last.keeps_shares
    exact = replace(completion, start=Add1Start.EXACT_SHARE, stop=Add1Stop.EXHAUSTIVE)
    exhaustive = replace(official, rule=replace(official.rule, completion=exact))
    assert len(count(file.election, exhaustive).funded) == 31


@real
@pytest.mark.parametrize(
    "name", ["Poland_Warszawa_2026_Stary_Mokotow.pb", "Poland_Warszawa_2019_Okecie.pb"] if HAVE_DATA else names()
)
def test_ids_in_any_order_but_the_files_would_fund_the_wrong_one_of_two_level_projects(name: str) -> None:
    file = _file(name)
    book = rulebook_of(file).rulebook
    assert set(count(file.election, book).funded_ids) == _official(file)
    orders = (sorted(file.election.projects, key=lambda item: item.id), file.election.projects[::-1])
    others = [set(count(replace(file.election, projects=tuple(order)), book).funded_ids) for order in orders]
    others.append(set(count(_by_number(file), book).funded_ids))
    assert any(other != _official(file) for other in others)


def _by_number(file: PabulibFile) -> Election:
    return replace(file.election, projects=tuple(sorted(file.election.projects, key=lambda item: int(item.id))))


@real
def test_a_project_named_twice_in_a_ballot_would_get_a_vote_too_many() -> None:
    file = _file("Poland_Warszawa_2026_Blonia_Wilanowskie.pb")
    assert any(issue.code == "duplicate" or "twice" in issue.text for issue in file.issues)
    assert set(count(file.election, rulebook_of(file).rulebook).funded_ids) == _official(file)


def test_a_withdrawn_project_of_cost_999999999_would_stop_a_strict_count_before_it_began() -> None:
    # Wroclaw 2017, Rejon 11: the project with most votes was withdrawn and given this cost.
    cast = election(9, {"dear": 999_999_999, "a": 9}, {"dear": 2, "a": 1})
    strict = greedy(on_overspend=OnOverspend.STOP)
    assert count(cast, strict).funded == ()
    withdrawn = replace(cast, projects=(replace(cast.projects[0], withdrawn=True), cast.projects[1]))
    assert count(withdrawn, strict).funded_ids == ("a",)


def test_order_of_strings_would_put_10_before_2() -> None:
    cast = election(5, {"2": 5, "10": 5}, {"2": 1, "10": 1})
    assert count(cast, greedy()).funded_ids == ("2",)


def test_a_last_place_worth_nothing_would_let_a_shorter_ballot_win() -> None:
    ballots: dict[Ballot, int] = {Ranking(("a", "b")): 1, Ranking(("b",)): 1, Ranking(("a",)): 1}
    outcome = count(election(5, {"a": 5, "b": 5}, ballots), greedy(BallotKind.RANKING, rank_by=RankBy.BORDA))
    # a: 2 + 1, b: 1 + 1. With a last place worth 0 it would be 1 to 0: one ballot would have been of no use.
    assert outcome.unfunded[0].figure("score") == 2


def test_empty_ballots_left_out_would_make_every_share_too_large() -> None:
    assert count(election(30, {"a": 21}, {"a": 2, "": 1}), shares()).funded == ()


def test_a_search_by_halves_for_the_last_share_would_be_lost_where_the_cost_falls_again() -> None:
    cast = election(13, {"a": 5, "b": 8, "c": 6}, {"abc": 1, "b": 1, "": 1, "ac": 1})
    outcome = count(cast, shares(completion=CompletionName.ADD1))
    assert [run.total for run in outcome.add1] == [5, 5, 13, 11, 13, 19]
    assert outcome.funded_ids == ("a", "b")


def test_a_step_of_one_forint_on_a_budget_of_a_billion_would_never_end() -> None:
    cast = election(10**9, {"a": 10**9}, {"a": 1, "": 28_942})
    with pytest.raises(RulebookError, match="Choose a larger step"):
        count(cast, shares(completion=CompletionName.ADD1))


def test_a_comparison_of_votes_instead_of_voters_would_let_the_wrong_one_stand() -> None:
    # c and d have 4 votes, big has 3; but they are votes of two voters, who lose, and three voters gain.
    cast = election(40, {"big": 33, "c": 8, "d": 8}, {"big": 3, "cd": 2})
    assert set(count(cast, shares()).funded_ids) == {"c", "d"}
    outcome = count(cast, compared(Compare.GREEDY_STRICT))
    assert outcome.steps[-1] == Comparison(better_with_shares=2, better_with_greedy=3, keeps_shares=False)
    assert outcome.funded_ids == ("big",)


def test_a_tie_broken_without_a_word_would_hide_that_another_could_have_won() -> None:
    (tie,) = count(election(6, {"a": 6, "b": 6}, {"ab": 1}), greedy()).ties
    assert (tie.ids, tie.by, tie.gains, tie.loses) == (("a", "b"), "listed", ("b",), ("a",))


def test_costs_without_supporters_to_pay_would_divide_by_nothing() -> None:
    cast = election(0, {"a": 0, "b": 1}, {"": 2})
    for book in (shares(), compared(Compare.GREEDY_STRICT), greedy()):
        outcome = count(cast, book)
        assert Outcome.from_json(outcome.to_json()) == outcome
        assert outcome.cost == 0
