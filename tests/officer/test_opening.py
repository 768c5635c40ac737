"""Opening and closing take two people; the page shows one sentence where a button would have been."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from flask import Flask

from pb_app.db import read, write
from pb_app.services.rounds import RoundView, get_round
from pb_app.services.two_people import find_waiting
from tests.app import NOW, People, add_person, engine_of, move_clock, post, workplace_of
from tests.keyholders import hold_key
from tests.officer.stages import CLOSES, DAY, ROUND, client_of, proposing_round, voting_round
from tests.officer.walk import dates, faults
from tests.resident.rounds import add_projects
from voting.permissions import Role
from voting.phases import Phase

OPENING = f"/officer/rounds/{ROUND}/opening"
CLOSING = f"/officer/rounds/{ROUND}/closing"
READY = NOW + 16 * DAY


@pytest.fixture
def ready(app: Flask, people: People) -> str:
    """A round whose papers are full and whose proposals are closed."""
    proposing_round(app, people)
    add_projects(app, ROUND, "harbour-fund", 3)
    add_projects(app, ROUND, "youth-fund", 2)
    keys = workplace_of(app).keys
    keys.make_council_key()
    with write(engine_of(app)) as session:
        hold_key(session, keys, ROUND, (people.officer, people.colleague), READY)
    move_clock(app, READY)
    return ROUND


def the_round(app: Flask) -> RoundView:
    with read(engine_of(app)) as session:
        return get_round(session, ROUND)


def test_what_is_missing_stands_on_the_page_and_stops_the_asking(app: Flask, people: People) -> None:
    proposing_round(app, people)
    add_projects(app, ROUND, "harbour-fund", 3)
    move_clock(app, READY)
    officer = client_of(app, people.officer)
    page = officer.get(OPENING).text
    assert "Put a project on “Youth fund”. It has none." in page
    assert "Ask to open the vote" not in page
    assert faults(post(officer, f"{OPENING}/ask").text) != []


def test_a_copy_of_the_key_is_saved_as_a_file_and_proved_with_it(app: Flask, people: People) -> None:
    proposing_round(app, people)
    officer, url = client_of(app, people.officer), f"/officer/rounds/{ROUND}/key"
    words = {"passphrase": "four plain words here", "again": "four plain words here"}
    assert faults(post(officer, f"{url}/take", **words | {"again": "three"}).text) != []
    saved = post(officer, f"{url}/take", **words)
    assert saved.headers["Content-Disposition"] == f'attachment; filename="key-copy-{ROUND}.txt"'
    assert "no-store" in saved.headers["Cache-Control"]
    assert "not proved yet" in officer.get(url).text
    upload = (io.BytesIO(saved.data), "key-copy.txt")
    proof = post(officer, f"{url}/prove", file=upload, passphrase=words["passphrase"])
    assert proof.status_code == 302
    assert "Your copy is proved" in officer.get(url).text
    assert "1 of 2 is proved" in officer.get(OPENING).text
    post(client_of(app, people.colleague), f"{url}/drop")
    assert "Nobody has the first copy yet" in officer.get(url).text


def test_one_asks_and_another_confirms_and_voting_opens_by_the_clock(app: Flask, people: People, ready: str) -> None:
    post(client_of(app, people.officer), f"{OPENING}/ask")
    page = client_of(app, people.colleague).get(OPENING).text
    assert "Waiting for you: open the vote" in page
    assert "Asked by Dana Officer" in page
    post(client_of(app, people.colleague), f"{OPENING}/confirm")
    made = the_round(app)
    assert made.frozen_sha256 in client_of(app, people.officer).get(OPENING).text
    assert made.phase_at(READY) is Phase.SHORTLISTING
    assert made.phase_at(made.timetable.voting_opens_at) is Phase.VOTING


def test_a_steering_member_can_be_the_second_person(app: Flask, people: People, ready: str) -> None:
    post(client_of(app, people.officer), f"{OPENING}/ask")
    assert post(client_of(app, people.steering), f"{OPENING}/confirm").status_code == 302
    assert the_round(app).decisions.opening_confirmed_at is not None


def test_who_asked_reads_a_sentence_instead_of_the_button_and_cannot_confirm(
    app: Flask, people: People, ready: str
) -> None:
    officer = client_of(app, people.officer)
    post(officer, f"{OPENING}/ask")
    page = officer.get(OPENING).text
    assert "Confirm the opening" not in page
    assert "You asked for this yourself. A second person must confirm it." in page
    assert "Ffion Steering, Tom Officer can." in page
    assert post(officer, f"{OPENING}/confirm").status_code == 403
    assert the_round(app).decisions.opening_confirmed_at is None


def test_an_officer_who_audits_cannot_be_the_second_person(app: Flask, people: People, ready: str) -> None:
    with write(engine_of(app)) as session:
        both = add_person(session, "Bo Both", Role.OFFICER, Role.AUDITOR)
    post(client_of(app, people.officer), f"{OPENING}/ask")
    page = client_of(app, both).get(OPENING).text
    assert "You audit this council’s rounds" in page
    assert post(client_of(app, both), f"{OPENING}/confirm").status_code == 403


def test_it_can_be_taken_back_before_and_after_it_was_confirmed(app: Flask, people: People, ready: str) -> None:
    officer, colleague = client_of(app, people.officer), client_of(app, people.colleague)
    post(officer, f"{OPENING}/ask")
    post(colleague, f"{OPENING}/withdraw")
    assert post(colleague, f"{OPENING}/confirm").status_code == 409
    post(officer, f"{OPENING}/ask")
    post(colleague, f"{OPENING}/confirm")
    post(officer, f"{OPENING}/withdraw")
    assert the_round(app).decisions.opening_confirmed_at is None
    move_clock(app, READY + 30 * DAY)


def test_a_change_after_the_asking_must_be_asked_for_again(app: Flask, people: People, ready: str) -> None:
    post(client_of(app, people.officer), f"{OPENING}/ask")
    post(client_of(app, people.officer), f"/officer/rounds/{ROUND}/papers/harbour-fund/h3/take-off")
    answer = post(client_of(app, people.colleague), f"{OPENING}/confirm")
    assert answer.status_code == 409
    assert the_round(app).decisions.opening_confirmed_at is None


def test_the_closing_time_moves_when_two_people_say_so(app: Flask, people: People) -> None:
    voting_round(app, people)
    later = dates(voting_closes_at=("20", "4", "2026", "5pm"))
    typed = {name.replace("voting_closes_at", "closes_at"): text for name, text in later.items()}
    officer = client_of(app, people.officer)
    post(officer, f"{CLOSING}/ask", reason="The library was flooded.", **typed)
    assert post(officer, f"{CLOSING}/confirm").status_code == 403
    page = client_of(app, people.colleague).get(CLOSING).text
    assert "The library was flooded." in page
    post(client_of(app, people.colleague), f"{CLOSING}/confirm")
    assert the_round(app).voting_closes_at.isoformat() == "2026-04-20T16:00:00+00:00"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"reason": "Flood"}, "Write when voting should close"),
        ({"closes_at-day": "30", "closes_at-month": "2", "closes_at-year": "2026", "closes_at-time": "5pm",
          "reason": "Flood"}, "Write a real date for “Voting should close”, like 27 3 2026"),
        ({"closes_at-day": "1", "closes_at-month": "2", "closes_at-year": "2026", "closes_at-time": "5pm",
          "reason": "Flood"}, "Choose a time that is still to come."),
        ({"closes_at-day": "20", "closes_at-month": "4", "closes_at-year": "2026", "closes_at-time": "5pm"},
         "Write why. Everybody can read it"),
    ],
)  # fmt: skip
def test_a_wrong_closing_time_says_how_to_mend_it(app: Flask, people: People, typed: dict[str, str], said: str) -> None:
    voting_round(app, people)
    page = post(client_of(app, people.officer), f"{CLOSING}/ask", **typed).text
    assert faults(page) == [said]
    with read(engine_of(app)) as session:
        assert find_waiting(session, round_id=ROUND, kind="closing") is None


def test_before_and_after_voting_the_closing_time_stays(app: Flask, people: People, ready: str) -> None:
    assert "It can be moved while voting is open" in client_of(app, people.officer).get(CLOSING).text
    assert READY + timedelta(days=20) > CLOSES
