"""Making a round with each kind of ballot paper: asked in plain words, refused with the reason, copied."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pb_app.db import read
from pb_app.officer.ballot_forms import kind_of, read_marking
from pb_app.services.rounds import list_all_rounds
from tallying.choices import BallotKind, CompletionName, RankBy, Satisfaction
from tallying.rule import BallotRule
from tallying.rulebook import Rulebook
from tallying.vote_word import VoteWord
from tests.app import People, engine_of, sign_in_as
from tests.officer.walk import PAGES, Answers, dates, faults, heading, press, start, typed_in, walk

POINTS = {"most": "4", "least": "2", "total": "10", "low": "2", "high": "5"}
KINDS: dict[str, tuple[Answers, BallotRule]] = {
    "one": ({}, BallotRule(min=1, max=1)),
    "pick": (
        {"most": "3", "least": "2", "bonus": "Led by young people"},
        BallotRule(min=2, max=3, bonus="Led by young people"),
    ),
    "points": (
        POINTS,
        BallotRule(BallotKind.POINTS, min=2, max=4, points_total=10, point_min=2, point_max=5),
    ),
    "ranking": ({"most": "5", "least": "1"}, BallotRule(BallotKind.RANKING, min=1, max=5)),
    "basket": ({"most": "", "least": "1"}, BallotRule(BallotKind.BUDGET, min=1)),
}


@pytest.fixture
def officer(client: FlaskClient, people: People) -> FlaskClient:
    sign_in_as(client, people.officer)
    return client


def pages(kind: str, limits: Answers, **changed: Answers) -> Mapping[str, Answers]:
    """Good answers for a paper of this kind, by equal shares."""
    worth = {"points": "points", "ranking": "borda"}.get(kind, "cost")
    found = {
        **PAGES,
        "kind-0": {"kind": kind},
        "ballot-0": limits,
        "details-0": {"worth": worth, "completion": "add1_then_greedy"},
        **{key.replace("_", "-"): answers for key, answers in changed.items()},
    }
    if kind == "one":
        del found["ballot-0"]
    return found


def make(app: Flask, officer: FlaskClient, answers: Mapping[str, Answers]) -> Rulebook:
    """Walks the pages to the round's end; its rulebook."""
    check = press(officer, walk(officer, answers), dates()).text
    assert heading(check) == "Check your answers", faults(check)
    assert press(officer, check, {}).status_code == 302
    with read(engine_of(app)) as session:
        return list_all_rounds(session)[0].papers[0].rulebook


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_can_be_made_and_counted_by_equal_shares(app: Flask, officer: FlaskClient, kind: str) -> None:
    limits, rule = KINDS[kind]
    book = make(app, officer, pages(kind, limits))
    assert book.ballot == rule
    assert book.rule.completion.name is CompletionName.ADD1_THEN_GREEDY


@pytest.mark.parametrize(
    ("kind", "rank_by"), [("pick", RankBy.VOTES), ("points", RankBy.POINTS), ("ranking", RankBy.BORDA)]
)
def test_most_votes_first_goes_by_what_the_paper_asks(
    app: Flask, officer: FlaskClient, kind: str, rank_by: RankBy
) -> None:
    answers = pages(kind, KINDS[kind][0], rule_0={"rule": "greedy"}, details_0={"overspend": "skip"})
    assert make(app, officer, answers).rule.rank_by is rank_by


def test_points_can_count_with_the_cost_or_without(app: Flask, officer: FlaskClient) -> None:
    details = {"worth": "points_times_cost", "completion": "none"}
    book = make(app, officer, pages("points", POINTS, details_0=details))
    assert book.rule.satisfaction is Satisfaction.POINTS_TIMES_COST


@pytest.mark.parametrize(
    ("kind", "worth", "reason"),
    [
        ("points", "cost", "on this paper people share out points"),
        ("ranking", "count", "on this paper people put projects in order"),
        ("pick", "borda", "there are no points and no places"),
        ("basket", "points", "there are no points and no places"),
        ("pick", "luck", "Choose what counts for a voter"),
    ],
)
def test_what_the_count_does_not_define_is_refused_with_the_reason(
    officer: FlaskClient, kind: str, worth: str, reason: str
) -> None:
    page = walk(officer, pages(kind, KINDS[kind][0]), until="details-0")
    answer = press(officer, page, {"worth": worth, "completion": "none"}).text
    assert any(reason in line for line in faults(answer)), faults(answer)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"total": "lots"}, "Write the points of a voter as a number, like 10"),
        ({"high": "11"}, "Write 10 or less: a voter has no more points than that"),
        ({"low": "6"}, "Write 5 or less: that is the most for one project"),
        ({"low": "5", "least": "3"}, "Write less: with at least 3 projects a voter would need 15"),
        ({"least": "5"}, "Write 4 or less: a voter can’t pick more than that"),
    ],
)
def test_limits_that_no_ballot_could_keep_are_told(officer: FlaskClient, wrong: dict[str, str], said: str) -> None:
    page = walk(officer, pages("points", POINTS), until="ballot-0")
    assert faults(press(officer, page, POINTS | wrong).text) == [said]


def test_nothing_chosen_is_told(officer: FlaskClient) -> None:
    page = walk(officer, PAGES, until="kind-0")
    assert faults(press(officer, page, {}).text) == ["Choose how people vote"]


def test_a_basket_may_have_no_limit_but_the_money(officer: FlaskClient) -> None:
    page = walk(officer, pages("basket", {}), until="ballot-0")
    assert faults(press(officer, page, {"most": "x", "least": "1"}).text) == [
        "Write the most projects in a basket as a number, like 10"
    ]
    assert heading(press(officer, page, {"most": "", "least": "1"}).text) == "How should the money be shared out?"


def test_the_rules_to_check_say_how_people_vote(officer: FlaskClient) -> None:
    for kind, words in (
        (
            "points",
            "share out up to 10 points between at least 2 and up to 4 projects. A project can have none, or from",
        ),
        ("basket", "that together cost no more than the money"),
        ("ranking", "in order, the best first"),
        ("pick", "and one more that is marked “Led by young people”"),
    ):
        page = press(officer, walk(officer, pages(kind, KINDS[kind][0])), dates()).text
        assert words in page, kind


@pytest.mark.parametrize("kind", KINDS)
def test_a_copy_brings_the_kind_and_its_limits(app: Flask, officer: FlaskClient, kind: str) -> None:
    limits, rule = KINDS[kind]
    make(app, officer, pages(kind, limits))
    assert kind_of(rule) == kind
    assert {name: value for name, value in read_marking(rule) if name in limits} == dict(limits)
    with read(engine_of(app)) as session:
        round_id = list_all_rounds(session)[0].id
    page = start(officer, copy=round_id)
    for answers in ("about", "eligible", "papers-0", "money-0", "voters-0"):
        assert answers
        page = press(officer, page, typed_in(page)).text
    assert typed_in(page).get("kind") in (kind, None)


def test_the_own_word_for_the_vote_is_asked_refused_kindly_made_and_copied(app: Flask, officer: FlaskClient) -> None:
    bad = {"kind": "pick", "one": "star", "many": "5 stars!"}
    page = press(officer, walk(officer, pages("pick", KINDS["pick"][0]), until="kind-0"), bad).text
    assert faults(page) == ["Use letters alone, with a space, a hyphen or an apostrophe between them"]
    assert typed_in(page)["many"] == "5 stars!"
    refused = press(officer, page, {"kind": "ranking", "one": "star", "many": "stars"}).text
    assert faults(refused) == ["Leave both boxes empty: on this paper people give places, which need no word"]
    make(app, officer, pages("pick", KINDS["pick"][0], kind_0={"kind": "pick", "one": "star", "many": "stars"}))
    with read(engine_of(app)) as session:
        made = list_all_rounds(session)[0]
    assert made.papers[0].word == VoteWord("star", "stars")
    copied = start(officer, made.id)
    for answers in (PAGES["about"], PAGES["eligible"], PAGES["papers"], PAGES["money-0"], PAGES["voters-0"]):
        copied = press(officer, copied, answers).text
    assert typed_in(copied)["one"] == "star"


def test_voters_choose_an_area_only_where_papers_are_for_different_areas(officer: FlaskClient) -> None:
    answers = pages("pick", KINDS["pick"][0], eligible={**PAGES["eligible"], "area": "chosen"})
    check = press(officer, walk(officer, answers), dates()).text
    assert "You vote in one area, which you choose with your first vote." in check
    refused = press(officer, check, {}).text
    assert faults(refused)[0].startswith("No ballot papers are for different areas")
