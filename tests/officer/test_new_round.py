"""Making a round over several pages: nothing typed is lost, each wrong answer says how to mend it."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pb_app.db import read
from pb_app.services.rounds import RoundView, get_round, list_all_rounds
from tallying.choices import CompletionName, RuleName, Satisfaction, ThresholdOf, TieLink
from tallying.frozen_voters import Evidence, Identify, RecordEligibility, Route
from tests.app import People, engine_of, post, sign_in_as
from tests.officer.walk import PAGES, URL, dates, faults, heading, hidden, local, press, start, typed_in, walk
from tests.resident.rounds import proposing_round


@pytest.fixture
def officer(client: FlaskClient, people: People) -> FlaskClient:
    sign_in_as(client, people.officer)
    return client


def the_round(app: Flask) -> RoundView:
    with read(engine_of(app)) as session:
        return list_all_rounds(session)[0]


def check_page(client: FlaskClient) -> str:
    return press(client, walk(client, PAGES), dates()).text


def test_the_pages_together_make_the_round_that_was_described(app: Flask, officer: FlaskClient) -> None:
    page = check_page(officer)
    assert heading(page) == "Check your answers"
    assert "<li>Westmere Library</li>" in page
    answer = press(officer, page, {})
    assert answer.status_code == 302
    made = the_round(app)
    assert made.title == "Neighbourhood Fund 2027"
    assert made.timetable.voting_opens_at == local("2027-04-10T08:30:00+00:00"), "local time is summer time by then"
    assert made.timetable.proposing_opens_at == local("2027-02-01T09:00:00+00:00")
    assert made.eligibility is not None
    assert made.eligibility.recorded("") == RecordEligibility(
        (Route.LIVE, Route.STUDY), 11, 0, (Evidence.DOCUMENT, Evidence.LIST), 13, Identify.FIRST, ""
    )
    [paper] = made.papers
    [pot] = paper.pots
    assert (pot.amount, pot.spend_by, pot.conditions) == (20_000_00, date(2028, 3, 31), "Only outdoors.")
    assert [area.id for area in paper.areas] == ["alder", "brindle"]


def test_the_number_of_steps_stays_the_same_whatever_is_answered(officer: FlaskClient) -> None:
    pages = {key: walk(officer, PAGES, until=key) for key in PAGES} | {"check": check_page(officer)}
    found = [re.findall(r"New round, step (\d) of (\d): ([^<]*)</p>", page)[0] for page in pages.values()]
    assert [total for _, total, _ in found] == ["6"] * len(found)
    assert [int(number) for number, _, _ in found] == [1, 2, *[3] * (len(found) - 4), 4, 6]
    assert [words for number, _, words in found if number == "3"][:3] == [
        "ballot papers", "ballot papers · question 1", "ballot papers · question 2",
    ]  # fmt: skip
    two = press(officer, walk(officer, PAGES, until="money-0"), PAGES["money-0"], go="back").text
    two = press(officer, press(officer, two, PAGES["papers"], go="add").text, {"papers-0": "A", "papers-1": "B"}).text
    assert "step 3 of 6: ballot papers · paper 1 of 2, A · question 1</p>" in two


def test_the_rulebook_is_what_was_chosen(app: Flask, officer: FlaskClient) -> None:
    press(officer, check_page(officer), {})
    book = the_round(app).papers[0].rulebook
    assert (book.ballot.min, book.ballot.max) == (1, 3)
    assert (book.rule.name, book.rule.satisfaction) == (RuleName.EQUAL_SHARES, Satisfaction.COST)
    assert book.rule.completion.name is CompletionName.ADD1_THEN_GREEDY
    assert (book.threshold.of, book.threshold.value) == (ThresholdOf.VOTES, Fraction(20))
    assert book.ties == (TieLink.MORE_SUPPORTERS, TieLink.LOWER_COST, TieLink.LOT)


@pytest.mark.parametrize("completion", ["none", "add1", "greedy", "add1_then_greedy"])
@pytest.mark.parametrize("worth", ["cost", "count"])
def test_every_choice_of_equal_shares_can_be_counted(
    app: Flask, officer: FlaskClient, worth: str, completion: str
) -> None:
    pages = PAGES | {"details-0": {"worth": worth, "completion": completion}}
    press(officer, press(officer, walk(officer, pages), dates()).text, {})
    assert the_round(app).papers[0].rulebook.rule.completion.name == completion


@pytest.mark.parametrize("overspend", ["skip", "stop"])
@pytest.mark.parametrize("ties", ["supporters", "cost", "lot"])
def test_every_choice_of_most_votes_first_can_be_counted(
    app: Flask, officer: FlaskClient, overspend: str, ties: str
) -> None:
    support = {"threshold": "share", "percent": "5", "ties": ties}
    pages = PAGES | {"rule-0": {"rule": "greedy"}, "details-0": {"overspend": overspend}, "support-0": support}
    press(officer, press(officer, walk(officer, pages), dates()).text, {})
    book = the_round(app).papers[0].rulebook
    assert (book.rule.on_overspend, book.threshold.value) == (overspend, Fraction(1, 20))


def test_the_check_page_says_the_rules_in_plain_words(officer: FlaskClient) -> None:
    page = check_page(officer)
    for words in (
        "pick up to 3",
        "equal share",
        "a public draw",
        "£20,000",
        "if you live or study in Alder Quay or Brindle and are 11 or older",
        "Section 106",
        "Alder Quay, Brindle",
    ):
        assert words in page, words


@pytest.mark.parametrize(
    ("step", "wrong", "said"),
    [
        ("about", {"title": ""}, "Write the name of the round"),
        ("about", {"title": "x" * 121}, "Make the name 120 letters or shorter. It is 121 now"),
        ("about", {"summary": " "}, "Write what the round is for"),
        ("eligible", {"routes": []}, "Tick at least one, or nobody could vote"),
        ("eligible", {"min_age": "eleven"}, "Write the age as a number, like 11, or leave it empty"),
        ("eligible", {"max_age": "9"}, "Write 11 or more: nobody is older than that and younger than this"),
        ("papers", {"papers-0": ""}, "Write the name, or remove it"),
        ("money-0", {"pots-0-amount": "lots"}, "Write “Amount” in pounds, like 20,000"),
        ("money-0", {"pots-0-amount": ""}, "Write the amount in pounds, like 20,000"),
        ("money-0", {"pots-0-amount": "0"}, "Write an amount above £0, like 20,000"),
        ("money-0", {"pots-0-name": ""}, "Write the name of the pot"),
        ("money-0", {"pots-0-spend_by-month": "13"}, "Write a real date for “Spend it by”, like 27 3 2026"),
        ("voters-0", {"who": ""}, "Choose who may vote"),
        ("voters-0", {"who": "some", "areas": []}, "Tick at least one area"),
        ("ballot-0", {"most": "three"}, "Write the most a voter may pick as a number, like 3"),
        ("ballot-0", {"most": "0"}, "Write the most a voter may pick as a number from 1 to 50"),
        ("ballot-0", {"least": "4"}, "Write 3 or less: a voter can’t pick more than that"),
        ("rule-0", {"rule": ""}, "Choose how the money is shared out"),
        ("rule-0", {"rule": "nonsense"}, "Choose how the money is shared out"),
        ("details-0", {"completion": ""}, "Choose what happens to the money left"),
        ("support-0", {"votes": ""}, "Write the number of votes as a number, like 20"),
        ("support-0", {"threshold": "share", "percent": "101"}, "Write the share in percent as a number from 1 to 100"),
        ("support-0", {"ties": ""}, "Choose who wins a tie"),
    ],
)
def test_a_wrong_answer_stays_on_its_page_and_says_how_to_mend_it(
    officer: FlaskClient, step: str, wrong: dict[str, str | list[str]], said: str
) -> None:
    page = walk(officer, PAGES, until=step)
    mended = press(officer, page, {**PAGES[step], **wrong}).text
    assert faults(mended) == [said]
    assert f'name="step" value="{step}"' in mended


@pytest.mark.parametrize(
    ("date_name", "typed", "said"),
    [
        ("voting_opens_at", ("31", "2", "2027", "9am"), "Write a real date for “Voting opens”, like 27 3 2026"),
        ("voting_opens_at", ("10", "4", "2027", "soon"), "Write the time of “Voting opens” like 5pm, 9:30am or 17:00"),
        ("voting_opens_at", ("", "4", "2027", "9am"), "Write the day of “Voting opens”"),
        ("voting_opens_at", ("", "", "", ""), "Write when voting opens"),
        ("voting_closes_at", ("9", "4", "2027", "5pm"), "Voting must close after it opens. Choose a later time."),
        (
            "proposing_closes_at",
            ("1", "1", "2027", "5pm"),
            "Proposals must close after they open. Choose a later time.",
        ),
    ],
)
def test_a_malformed_or_misplaced_date_says_how_to_mend_it(
    officer: FlaskClient, date_name: str, typed: tuple[str, str, str, str], said: str
) -> None:
    page = press(officer, walk(officer, PAGES), dates(**{date_name: typed})).text
    assert faults(page) == [said]
    assert f'value="{typed[3]}"' in page, "what was typed stays"


def test_money_that_must_be_spent_before_voting_closes_is_told_on_the_last_page(officer: FlaskClient) -> None:
    early = PAGES | {"money-0": {**PAGES["money-0"], "pots-0-spend_by-year": "2020"}}
    page = press(officer, press(officer, walk(officer, early), dates()).text, {}).text
    assert heading(page) == "Check your answers"
    assert "would have to be spent before voting closes. Choose a later date" in faults(page)[0]


def test_a_time_that_does_not_exist_when_the_clocks_go_forward_is_refused(officer: FlaskClient) -> None:
    page = press(officer, walk(officer, PAGES), dates(reviewing_closes_at=("28", "3", "2027", "1:30am"))).text
    assert faults(page) == ["There is no 01:30 that day: the clocks go forward. Write a time an hour later"]


def test_a_time_that_exists_twice_is_asked_about_and_the_answer_counts(app: Flask, officer: FlaskClient) -> None:
    twice = dates(voting_closes_at=("31", "10", "2027", "1:30am"))
    page = press(officer, walk(officer, PAGES), twice).text
    assert faults(page) == ["01:30 happens twice that day: the clocks go back. Say which one"]
    assert "The second one, after that" in page
    page = press(officer, page, twice | {"voting_closes_at-fold": "1"}).text
    press(officer, page, {})
    assert the_round(app).timetable.voting_closes_at == local("2027-10-31T01:30:00+00:00")


def test_going_back_keeps_what_was_typed_even_where_it_is_wrong(officer: FlaskClient) -> None:
    page = walk(officer, PAGES, until="money-0")
    page = press(officer, page, {"pots-0-name": "Green pot", "pots-0-amount": "lots"}, go="back").text
    assert 'value="Parks and streets"' in page
    page = press(officer, page, PAGES["papers"]).text
    assert 'value="lots"' in page
    assert faults(page) == [], "nobody is told off before they press Continue"


def test_papers_and_pots_can_be_added_and_removed(app: Flask, officer: FlaskClient) -> None:
    page = walk(officer, PAGES, until="papers")
    page = press(officer, page, {"papers-0": "Parks"}, go="add").text
    page = press(officer, page, {"papers-0": "Parks", "papers-1": "Youth"}, go="add").text
    page = press(officer, page, {"papers-0": "Parks", "papers-1": "Youth", "papers-2": "Mistake"}, go="remove:0").text
    assert 'value="Parks"' not in page
    page = press(officer, page, {"papers-1": "Youth", "papers-2": "Small grants"}).text
    assert heading(page) == "What money is there for “Youth”?"
    one = {"pots-0-name": "A", "pots-0-amount": "5000"}
    page = press(officer, page, one, go="add").text
    page = press(officer, page, one | {"pots-1-name": "B", "pots-1-amount": "2,500.50"}).text
    for step in ("voters-0", "kind-0", "ballot-0", "rule-0", "details-0", "support-0"):
        page = press(officer, page, PAGES[step]).text
    assert heading(page) == "What money is there for “Small grants”?"
    page = press(officer, page, one | {"pots-0-name": "C"}).text
    assert 'value="some" checked' in page, "a further paper starts with the choices of the first"
    for step in ("voters-0", "kind-0", "ballot-0", "rule-0", "details-0", "support-0", "ways"):
        page = press(officer, page, PAGES[step]).text
    press(officer, press(officer, page, dates()).text, {})
    papers = the_round(app).papers
    assert [(paper.title, paper.budget) for paper in papers] == [("Youth", 7_500_50), ("Small grants", 5_000_00)]


def test_a_change_from_the_check_page_comes_back_to_it(officer: FlaskClient) -> None:
    page = press(officer, check_page(officer), {}, go="to:timetable").text
    assert 'value="9:30am"' in page
    page = press(officer, page, dates(voting_opens_at=("11", "4", "2027", "9am"))).text
    assert "9am on Sunday 11" in page


def test_another_rule_asks_its_own_questions_again_before_the_round_is_made(officer: FlaskClient) -> None:
    page = press(officer, check_page(officer), {}, go="to:rule-0").text
    page = press(officer, page, {"rule": "greedy"}, go="to:check").text
    assert "Not finished yet" in page
    page = press(officer, page, {}).text
    assert faults(page) == ["Choose what happens when it does not fit"]


def test_a_form_that_was_open_too_long_loses_nothing(officer: FlaskClient) -> None:
    page = walk(officer, PAGES, until="money-0")
    old = {**hidden(page), **PAGES["money-0"], "csrf_token": "old", "go": "next"}
    answer = officer.post(URL, data=old).text
    assert "open too long" in faults(answer)[0]
    assert 'value="Green pot"' in answer
    assert heading(press(officer, answer, PAGES["money-0"]).text) == "Which areas vote on “Parks and streets”?"


def test_a_state_that_was_changed_on_the_way_is_refused(officer: FlaskClient) -> None:
    page = walk(officer, PAGES, until="papers")
    answer = officer.post(URL, data={**hidden(page), "state": hidden(page)["state"][:-2] + "xx", "go": "next"})
    assert answer.status_code == 400


def test_an_expired_sign_in_keeps_everything_typed(app: Flask, officer: FlaskClient, people: People) -> None:
    page = walk(officer, PAGES, until="money-0")
    sent = {**hidden(page), **PAGES["money-0"], "go": "next"}
    sign_in_as(officer, None)
    answer = officer.post(URL, data=sent)
    assert answer.status_code == 403
    assert "kept" in hidden(answer.text)
    with read(engine_of(app)) as session:
        assert list_all_rounds(session) == []


def test_a_copy_brings_money_voters_and_rules_but_no_dates(app: Flask, officer: FlaskClient, people: People) -> None:
    proposing_round(app, people)
    page = start(officer, "spring-2026")
    assert 'value="Spring 2026 (copy)"' in page
    for _ in range(18):
        page = press(officer, page, typed_in(page)).text
    assert heading(page) == "When does each step start and end?"
    press(officer, press(officer, page, dates()).text, {})
    with read(engine_of(app)) as session:
        old, new = get_round(session, "spring-2026"), get_round(session, "spring-2026-copy")
    assert [paper.rulebook for paper in new.papers] == [paper.rulebook for paper in old.papers]
    assert [(pot.name, pot.amount, pot.conditions) for pot in new.pots] == [
        (pot.name, pot.amount, pot.conditions) for pot in old.pots
    ]


def test_only_a_round_that_was_offered_can_be_copied(officer: FlaskClient) -> None:
    answer = post(officer, f"{URL}/start", copy="nowhere").text
    assert faults(answer) == ["Choose an empty round or one to copy"]
