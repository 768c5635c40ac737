"""The home page: what is open and until when."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from tests.app import NOW, People, move_clock
from tests.public.rounds import published_round
from tests.resident.rounds import CLOSES, DAY, OPENS, proposing_round, voting_round


def test_it_leads_with_the_vote_that_is_open_and_says_until_when(
    app: Flask, people: People, client: FlaskClient
) -> None:
    voting_round(app, people)

    page = client.get("/").text

    assert "You decide how £28,000 is spent" in page
    assert "10 projects" in page
    assert "Sunday 5\N{NO-BREAK SPACE}April 2026" in page
    assert "/rounds/spring-2026/vote" in page


def test_while_proposals_are_open_it_asks_for_them(app: Flask, people: People, client: FlaskClient) -> None:
    proposing_round(app, people)

    page = client.get("/").text

    assert "What should we do with £28,000?" in page
    assert "/rounds/spring-2026/propose" in page


def test_a_round_that_was_not_announced_is_nowhere(app: Flask, people: People, client: FlaskClient) -> None:
    proposing_round(app, people)
    move_clock(app, NOW - 3 * DAY)

    assert "Spring 2026" not in client.get("/").text
    assert client.get("/rounds/spring-2026").status_code == 404


def test_between_the_dates_it_says_what_officers_do(app: Flask, people: People, client: FlaskClient) -> None:
    proposing_round(app, people)
    move_clock(app, NOW + 11 * DAY)
    assert "Officers check 0 proposals" in client.get("/").text
    move_clock(app, NOW + 16 * DAY)
    assert "The ballot paper is made" in client.get("/").text


def test_after_the_vote_it_says_that_votes_are_counted(app: Flask, people: People, client: FlaskClient) -> None:
    voting_round(app, people)
    move_clock(app, CLOSES + DAY)

    page = client.get("/").text

    assert "The votes are being counted" in page
    assert "Nothing is open for voting or proposing now" in page


def test_the_newest_result_is_named_with_its_money(app: Flask, people: People, client: FlaskClient) -> None:
    published_round(app, people)

    page = client.get("/").text

    assert "Spring 2026: £11,000 to 7 projects, 24 votes counted" in page
    assert "/rounds/spring-2026/results" in page


def test_without_any_round_it_still_says_how_it_works(app: Flask, client: FlaskClient) -> None:
    page = client.get("/").text

    assert "How it works" in page
    assert "Westmere Council" in page


def test_the_number_of_days_left_is_that_of_the_calendar(app: Flask, people: People, client: FlaskClient) -> None:
    voting_round(app, people)
    move_clock(app, OPENS + 3 * DAY)

    assert "7 days left" in client.get("/").text
