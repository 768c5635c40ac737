"""Where ballot sheets are handed in: changed by an officer until voting is over, and read by residents at once."""

from __future__ import annotations

import html
import json

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from pb_app.db import read, write
from pb_app.models.activity import ActivityDetails, ActivityEvent
from pb_app.models.round import Round
from pb_app.models.sheet import PaperRule
from tests.app import People, engine_of, move_clock, post
from tests.officer.stages import CLOSES, DAY, ROUND, client_of, proposing_round, voting_round
from tests.officer.walk import faults, hidden

PLACES = f"/officer/rounds/{ROUND}/paper/places"


@pytest.fixture
def officer(app: Flask, people: People) -> FlaskClient:
    """Somebody who may change them; the round is announced and takes votes on paper at one place."""
    proposing_round(app, people)
    with write(engine_of(app)) as session:
        session.add(PaperRule(round_id=ROUND, rule="online_stands", places="Westmere Library"))
    return client_of(app, people.officer)


def change(client: FlaskClient, places: str, reason: str = "The library has shut") -> TestResponse:
    """Types into the page as it stands now, and sends it as a browser does."""
    fields = {**hidden(client.get(PLACES).text), "places": places.replace("\n", "\r\n"), "reason": reason}
    return client.post(PLACES, data=fields)


def test_places_are_added_changed_and_taken_away_and_residents_read_it(app: Flask, officer: FlaskClient) -> None:
    added = change(officer, "Westmere Library, 9am to 5pm\n\n  Alder Hall  \n")
    assert "This is what residents read now" in officer.get(added.headers["Location"]).text
    public = app.test_client().get(f"/rounds/{ROUND}").text
    assert "hand it in here: Westmere Library, 9am to 5pm; Alder Hall." in public
    assert "These places changed on Friday 6\N{NO-BREAK SPACE}March 2026" in public
    desk = officer.get(f"/officer/rounds/{ROUND}/paper").text
    assert "<li>Alder Hall</li>" in desk
    change(officer, "")
    assert "residents read that they can ask you" in officer.get(f"/officer/rounds/{ROUND}/paper").text


def test_a_change_after_the_announcement_needs_a_reason_and_stands_in_the_log(app: Flask, officer: FlaskClient) -> None:
    refused = change(officer, "Alder Hall", reason=" ")
    assert faults(refused.text) == ["Say why the places change"]
    assert "Alder Hall</textarea>" in refused.text
    change(officer, "Alder Hall")
    change(officer, "Alder Hall")
    with read(engine_of(app)) as session:
        query = select(ActivityDetails.details).join(ActivityEvent, ActivityEvent.n == ActivityDetails.n)
        logged = session.scalars(query.where(ActivityEvent.kind == "paper:places:changed")).all()
    told = {"after": "Alder Hall", "before": "Westmere Library", "reason": "The library has shut"}
    assert [json.loads(one) for one in logged] == [told], "the same places again are no change"


def test_before_the_announcement_no_reason_is_asked_and_no_day_is_shown(app: Flask, officer: FlaskClient) -> None:
    with write(engine_of(app)) as session:
        session.get_one(Round, ROUND).announced_at = None
    assert "Why do they change?" not in officer.get(PLACES).text
    change(officer, "Alder Hall", reason="")
    with read(engine_of(app)) as session:
        row = session.get_one(PaperRule, ROUND)
        assert (row.places, row.places_changed_at) == ("Alder Hall", None)


def test_what_two_officers_typed_at_once_is_shown_to_the_second_and_nothing_is_lost(
    officer: FlaskClient, app: Flask, people: People
) -> None:
    stale = hidden(officer.get(PLACES).text)
    change(client_of(app, people.colleague), "Westmere Library\nBrindle Baths")
    typed = {"places": "Castle Rise Café", "reason": "A new place"}
    page = officer.post(PLACES, data={**stale, **typed}).text
    assert "They are now: “Westmere Library”; “Brindle Baths”" in html.unescape(faults(page)[0])
    assert "Castle Rise Café</textarea>" in page
    assert officer.post(PLACES, data={**hidden(page), **typed}).status_code == 302


def test_too_much_is_told_its_length(officer: FlaskClient) -> None:
    assert "1,000 letters or shorter. It is 1,200 now" in faults(change(officer, "x" * 1200).text)[0]


def test_once_voting_is_over_the_places_stay_and_only_officers_change_them(app: Flask, people: People) -> None:
    voting_round(app, people)
    with write(engine_of(app)) as session:
        session.add(PaperRule(round_id=ROUND, rule="online_stands", places="Westmere Library"))
    officer = client_of(app, people.officer)
    assert change(officer, "Alder Hall").status_code == 302, "a place may close while people vote"
    assert client_of(app, people.steering).get(PLACES).status_code == 403
    move_clock(app, CLOSES + DAY)
    page = officer.get(PLACES).text
    assert "no more sheets are handed in" in page
    assert post(officer, PLACES, seen="Alder Hall", places="Elsewhere", reason="-").status_code == 409


def test_a_round_without_paper_has_no_places(app: Flask, people: People) -> None:
    voting_round(app, people)
    assert "takes no votes on paper" in client_of(app, people.officer).get(PLACES).text
