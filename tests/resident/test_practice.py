"""Practice: the same ballot papers for everybody, and nothing is left behind."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.app import People, move_clock, post, sign_in_as
from tests.resident.rounds import CLOSES, add_projects, count_rows, proposing_round, voting_round

HERE = "/rounds/spring-2026"


@pytest.fixture
def voting(app: Flask, people: People) -> Flask:
    voting_round(app, people)
    return app


def test_a_visitor_marks_checks_and_ends_and_no_row_and_no_mark_stays(voting: Flask, client: FlaskClient) -> None:
    before = count_rows(voting)
    assert "Practise" in client.get(f"{HERE}/practice").text
    paper = client.get(f"{HERE}/practice/harbour-fund").text
    assert "This is practice. Nothing is cast" in paper
    assert 'data-keep=""' in paper
    checked = post(client, f"{HERE}/practice/harbour-fund", **{"paper": "harbour-fund", "pick-harbour-fund": "h2"})
    assert checked.status_code == 200
    both = {"paper": "harbour-fund", "pick-harbour-fund": "h2", "reached": "1"}
    checked = post(client, f"{HERE}/practice-check", **both)
    assert "End practice" in checked.text
    assert "Cast my vote" not in checked.text
    ended = post(client, f"{HERE}/practice-end", **both)
    assert "Nothing was cast" in ended.text
    assert "Vote for real" in ended.text
    assert count_rows(voting) == before


def test_back_finds_the_pages_of_a_sitting_after_the_cookie_has_changed(voting: Flask, client: FlaskClient) -> None:
    client.get(HERE)
    page = client.get(f"{HERE}/practice/harbour-fund")
    assert page.headers["Cache-Control"] == "private, no-cache"
    page = client.get(f"{HERE}/practice/harbour-fund")
    assert "Cookie" not in page.headers["Vary"]
    assert "Cookie" in client.get(f"{HERE}/code").headers["Vary"]


def test_practice_is_held_to_the_rules_of_the_paper(voting: Flask, client: FlaskClient) -> None:
    too_many = {"paper": "youth-fund", "pick-youth-fund": ["y1", "y2", "y3"]}
    marked = post(client, f"{HERE}/practice/youth-fund", **too_many)
    assert marked.status_code == 422
    assert post(client, f"{HERE}/practice-end", **too_many).status_code == 422


def test_a_project_is_taken_out_on_the_check_page(voting: Flask, client: FlaskClient) -> None:
    two = {"paper": "youth-fund", "pick-youth-fund": ["y1", "y2"], "reached": "1"}
    changed = post(client, f"{HERE}/practice-check", **two, out="youth-fund/y1")
    assert 'value="y2"' in changed.text
    assert 'value="y1"' not in changed.text


def test_a_paper_that_the_round_has_not_is_not_found(voting: Flask, client: FlaskClient, people: People) -> None:
    assert client.get(f"{HERE}/practice/no-such-paper").status_code == 404
    sign_in_as(client, people.resident)
    assert client.get(f"{HERE}/vote/no-such-paper").status_code == 404
    assert "can’t find this ballot paper" in post(client, f"{HERE}/vote/no-such-paper").text


def test_practice_is_there_before_voting_starts_and_not_after_it_ends(
    app: Flask, client: FlaskClient, people: People
) -> None:
    proposing_round(app, people)
    assert client.get(f"{HERE}/practice").status_code == 409
    add_projects(app, "spring-2026", "harbour-fund", 3)
    assert client.get(f"{HERE}/practice").location.endswith("/practice/harbour-fund")
    assert "may still change" in client.get(f"{HERE}/practice/harbour-fund").text
    assert "Practise on the ballot paper" in client.get(f"{HERE}/vote").text


def test_practice_ends_with_the_vote(voting: Flask, client: FlaskClient) -> None:
    assert "Practise on the ballot paper" in client.get(HERE).text
    move_clock(voting, CLOSES)
    assert client.get(f"{HERE}/practice/harbour-fund").status_code == 409
    assert "Practise" not in client.get(HERE).text
