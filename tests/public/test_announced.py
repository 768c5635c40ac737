"""An announced round before its proposals open: everybody reads it, and each page says when it starts."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.app import NOW, People, move_clock, sign_in_as
from tests.officer.stages import client_of
from tests.resident.rounds import DAY, proposing_round

HERE = "/rounds/spring-2026"
SOON = NOW - 1.5 * DAY
OPENS = "31\N{NO-BREAK SPACE}March 2026"


@pytest.fixture
def announced(app: Flask, people: People) -> Flask:
    """Announced half a day ago; people can propose from half a day on."""
    proposing_round(app, people)
    move_clock(app, SOON)
    return app


def test_everybody_reads_it_and_learns_when_proposals_open(announced: Flask, client: FlaskClient) -> None:
    home = client.get("/").text
    assert "Spring 2026" in home
    assert "You can propose from" in home
    page = client.get(HERE).text
    assert "You can propose a project from" in page
    assert "Harbour pot" in page
    assert "See the result" not in page
    assert "now</b>" not in page, "no step of its way has begun"
    assert "Voting has not started yet" in client.get(f"{HERE}/vote").text


def test_nothing_can_be_done_in_it_yet_and_each_page_says_so(
    announced: Flask, client: FlaskClient, people: People
) -> None:
    assert client.get(f"{HERE}/results").status_code == 404
    practice = client.get(f"{HERE}/practice")
    assert practice.status_code == 409
    assert "No project is on a ballot paper yet" in practice.text
    assert client.get(f"{HERE}/projects.csv").status_code == 200
    sign_in_as(client, people.resident)
    assert "You can’t propose yet" in client.get(f"{HERE}/propose").text
    assert client.get(f"{HERE}/vote/harbour-fund").location.endswith(f"{HERE}/vote")
    assert client.get(f"{HERE}/code").location.endswith(f"{HERE}/vote")


def test_officers_read_announced_where_others_read_when_it_starts(announced: Flask, people: People) -> None:
    officer = client_of(announced, people.officer)
    assert "Announced: everybody can read it" in officer.get("/officer/rounds/spring-2026").text
    assert "Announced" in officer.get("/officer/rounds").text
    for page in ("", "/papers", "/proposals", "/opening", "/letters"):
        assert officer.get(f"/officer/rounds/spring-2026{page}").status_code == 200, page
