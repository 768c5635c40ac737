"""The page that asks for the rule shows what each would have done: on the council's own past votes, or on a sample."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pb_app.db import read
from pb_app.officer.rulebook_choices import rules_to_compare
from pb_app.services.past_elections import past_papers, sample_paper
from pb_app.services.rule_comparison import compare_rules
from tallying.choices import CompletionName
from tallying.count import count
from tests.app import People, engine_of, sign_in_as
from tests.officer.walk import PAGES, press, walk
from tests.public.rounds import published_round


@pytest.fixture
def officer(client: FlaskClient, people: People) -> FlaskClient:
    sign_in_as(client, people.officer)
    return client


def figures(page: str) -> list[str]:
    """What stands below the two choices: projects funded, money used, voters with a pick."""
    return re.findall(r"<dd>([^<]*)</dd>", page.split("cp-two", 1)[1].split("</fieldset>", 1)[0])


def test_without_a_past_result_the_rules_are_shown_in_an_invented_town(officer: FlaskClient) -> None:
    page = walk(officer, PAGES, until="rule-0")
    assert "900 voters, more than half of them in one area, and 9 projects for £20,000." in page
    assert figures(page) == ["5 of 9", "£19,600", "95%", "6 of 9", "£20,000", "100%"]
    assert re.search(r"The \d projects that change", page)
    assert "Compare on another vote" not in page


def test_the_council_s_own_last_vote_is_counted_by_both_rules_with_the_money_of_the_new_paper(
    app: Flask, people: People, officer: FlaskClient
) -> None:
    published_round(app, people)
    money = {**PAGES["money-0"], "pots-0-amount": "4,000"}
    page = walk(officer, PAGES | {"money-0": money}, until="rule-0")
    with read(engine_of(app)) as session:
        harbour, youth = past_papers(session)
        assert past_papers(session, largest=1_000) == (), "what is too large to be read while a page loads"
    assert f"{harbour.election.voters} votes on “Harbour fund” in Spring 2026: 6 projects, and £4,000 as on" in page
    rules = rules_to_compare(harbour.ballot, {})
    compared = compare_rules(harbour, rules, 4_000_00)
    assert figures(page)[0::3] == [f"{one.funded} of 6" for one in compared.results]
    other = press(officer, page, {"rule": "greedy"}, go="past:1").text
    assert f"{youth.election.voters} votes on “Youth fund”" in other
    assert 'value="greedy" aria-describedby="greedy-words" checked' in other, "nothing that was chosen is lost"
    assert "“Harbour fund” in Spring 2026</button>" in other


def test_a_paper_whose_ballots_were_kept_back_is_not_tried(app: Flask, people: People, officer: FlaskClient) -> None:
    published_round(app, people, withhold="harbour-fund")
    page = walk(officer, PAGES, until="rule-0")
    assert "votes on “Youth fund”" in page
    assert "Harbour fund" not in page


def test_the_comparison_is_the_count_and_falls_back_to_the_money_there_was() -> None:
    town = sample_paper(100_000_00)
    rules = rules_to_compare(town.ballot, {"completion": "none", "overspend": "stop"})
    assert rules["equal_shares"].rule.completion.name is CompletionName.NONE
    compared = compare_rules(town, rules, 100_000_00)
    outcomes = [count(town.election, book) for book in rules.values()]
    assert [one.funded for one in compared.results] == [len(outcome.funded) for outcome in outcomes]
    changed = {item.id for item in outcomes[0].funded} ^ {item.id for item in outcomes[1].funded}
    assert len(compared.changing) == len(changed)
    assert compared.by_all + compared.by_none + len(changed) == compared.projects == 9
    assert compared.shift.more + compared.shift.same + compared.shift.less == compared.voters == 900
    assert compared.too_plain == ""
    for money, words in ((50_00, "none"), (147_000_00, "all")):
        plain = compare_rules(town, rules, money)
        assert (plain.too_plain, plain.budget) == (words, "£100,000"), "all or nothing tells the rules apart nowhere"
