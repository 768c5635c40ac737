"""A round's page: what can be done now, its money, its rules, and its list in an order of one's own."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from pb_app.db import write
from pb_app.models.proposal import Proposal
from pb_app.services.reviewing import ask_question, refuse
from tests.app import NOW, People, engine_of, move_clock
from tests.public.rounds import published_round, sent_proposal
from tests.resident.rounds import CLOSES, DAY, OPENS, proposing_round, voting_round

PAGE = "/rounds/spring-2026"


def names(page: str) -> list[str]:
    """The titles in the list, in the order shown."""
    return re.findall(r'class="(?:govuk-link )?cp-name"[^>]*>([^<]+)<', page)


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (NOW, "You can propose a project until"),
        (NOW + 11 * DAY, "Officers check the proposals until"),
        (NOW + 16 * DAY, "The ballot paper is being made"),
        (OPENS + DAY, "You can vote until"),
        (CLOSES + DAY, "Voting is over. The votes are being counted"),
    ],
)
def test_the_first_thing_it_says_is_what_can_be_done_now(
    app: Flask, people: People, client: FlaskClient, at: datetime, words: str
) -> None:
    (voting_round if at > NOW + 16 * DAY else proposing_round)(app, people)
    move_clock(app, at)

    assert words in client.get(PAGE).text


def test_a_planned_opening_that_nobody_confirmed_is_not_promised(
    app: Flask, people: People, client: FlaskClient
) -> None:
    proposing_round(app, people)
    move_clock(app, OPENS + DAY)

    page = client.get(PAGE).text

    assert "It opens when two people have confirmed" in page
    assert "Vote now" not in page


def test_pots_rules_and_conditions_are_in_plain_words(app: Flask, people: People, client: FlaskClient) -> None:
    voting_round(app, people)

    page = client.get(PAGE).text

    assert "Harbour pot: £20,000" in page
    assert "Only for things that last." in page
    assert "6 projects ask for £10,500" in page
    assert "pick up to 3 projects" in page
    assert "Money goes first to the project with the most votes" in page


def test_before_the_opening_nothing_is_called_fixed(app: Flask, people: People, client: FlaskClient) -> None:
    proposing_round(app, people)

    assert "Two people fix the rules" in client.get(PAGE).text
    assert client.get(f"{PAGE}/frozen.json").status_code == 404


def test_from_the_opening_on_it_shows_the_hash_of_the_file_it_serves(
    app: Flask, people: People, client: FlaskClient
) -> None:
    voting_round(app, people)

    data = client.get(f"{PAGE}/frozen.json").data

    assert hashlib.sha256(data).hexdigest() in client.get(PAGE).text


def test_one_browser_keeps_its_order_and_another_has_its_own(app: Flask, people: People, client: FlaskClient) -> None:
    voting_round(app, people)

    first, again = names(client.get(PAGE).text), names(client.get(PAGE).text)
    others = [names(app.test_client().get(PAGE).text) for _ in range(5)]

    assert first == again
    assert len(first) == 10
    assert all(sorted(other) == sorted(first) for other in others)
    assert any(other != first for other in others)


def test_filters_say_how_many_are_left_and_keep_what_was_chosen(
    app: Flask, people: People, client: FlaskClient
) -> None:
    voting_round(app, people)

    page = client.get(f"{PAGE}?area=brindle&pot=harbour-pot").text

    assert sorted(names(page)) == ["Harbour project 2", "Harbour project 4", "Harbour project 6"]
    assert "Showing 3 of 10 projects" in page
    assert '<option value="brindle" selected>' in page


def test_every_word_of_a_search_must_be_there(app: Flask, people: People, client: FlaskClient) -> None:
    voting_round(app, people)

    assert names(client.get(f"{PAGE}?q=YOUTH+3").text) == ["Youth project 3"]
    assert "Nothing fits what you asked for" in client.get(f"{PAGE}?q=volcano").text


@pytest.mark.parametrize("query", ["most=lots", "most=-1", "area=%00", "status=nothing", "pot='", "q=" + "x" * 5000])
def test_a_choice_that_makes_no_sense_breaks_nothing(
    app: Flask, people: People, client: FlaskClient, query: str
) -> None:
    voting_round(app, people)

    assert client.get(f"{PAGE}?{query}").status_code == 200


def test_proposals_are_listed_with_their_state_and_drafts_are_not(
    app: Flask, people: People, client: FlaskClient
) -> None:
    round_id = proposing_round(app, people)
    sent_proposal(app, people, round_id)
    asked = sent_proposal(app, people, round_id, "Benches")
    refused = sent_proposal(app, people, round_id, "Moon base")
    sent_proposal(app, people, round_id, "Secret idea", is_draft=True)
    with write(engine_of(app)) as session:
        ask_question(session, proposal_id=asked, text="How many?", by=people.officer, now=NOW)
        refuse(session, proposal_id=refused, text="We have no rocket.", by=people.officer, now=NOW)

    page = client.get(PAGE).text

    assert sorted(names(page)) == ["Benches", "Moon base", "Rain gardens"]
    assert "Officers have a question" in page
    assert "2 proposals ask for £6,000" in page  # a refused one asks for nothing
    assert names(client.get(f"{PAGE}?status=refused").text) == ["Moon base"]


@pytest.mark.parametrize("make", [proposing_round, voting_round], ids=["proposals", "projects"])
def test_the_number_of_queries_does_not_grow_with_the_list(
    app: Flask, people: People, client: FlaskClient, make: object
) -> None:
    voting = make is voting_round
    round_id = voting_round(app, people, (4, 4)) if voting else proposing_round(app, people)
    few = _queries(app, client)
    _add_many(app, people, round_id, voting=voting)

    assert _queries(app, client) == few
    assert few <= 16


def _add_many(app: Flask, people: People, round_id: str, *, voting: bool) -> None:
    if not voting:
        for number in range(20):
            sent_proposal(app, people, round_id, f"Idea {number}")
        return
    with write(engine_of(app)) as session:
        session.connection().exec_driver_sql(
            "INSERT INTO project SELECT round_id, paper_id, id || '-again', NULL, position + 100, title, summary, text,"
            " cost, area_id, place, category, added_at FROM project"
        )


def _queries(app: Flask, client: FlaskClient) -> int:
    client.get(PAGE)
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(engine_of(app), "before_cursor_execute", note)
    assert client.get(PAGE).status_code == 200
    event.remove(engine_of(app), "before_cursor_execute", note)
    return sum(1 for statement in seen if statement.startswith("SELECT"))


def test_the_list_downloads_as_a_file_that_no_spreadsheet_runs(app: Flask, people: People, client: FlaskClient) -> None:
    round_id = proposing_round(app, people)
    proposal_id = sent_proposal(app, people, round_id)
    with write(engine_of(app)) as session:
        session.get_one(Proposal, proposal_id).title = "=HYPERLINK(1)"

    answer = client.get(f"{PAGE}/projects.csv")

    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows[0]["title"] == "'=HYPERLINK(1)"
    assert rows[0]["cost_pounds"] == "3000.00"
    assert rows[0]["area"] == "Alder Quay"


def test_the_rules_download_has_the_hash_that_was_frozen(app: Flask, people: People, client: FlaskClient) -> None:
    voting_round(app, people)

    data = client.get(f"{PAGE}/papers/harbour-fund/rulebook.json").data

    assert hashlib.sha256(data.rstrip(b"\n")).hexdigest() in client.get(f"{PAGE}/frozen.json").text


def test_with_a_result_it_says_what_was_awarded(app: Flask, people: People, client: FlaskClient) -> None:
    published_round(app, people)

    page = client.get(PAGE).text

    assert "The result is counted and being checked" in page
    assert "£10,500 awarded" in page
    assert "£9,500 left of £20,000" in page
