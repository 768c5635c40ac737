"""The desk: what waits for whom, why and by when; and who may see which page."""

from __future__ import annotations

import pytest
from flask import Flask

from pb_app.db import write
from pb_app.models.round import Round
from tests.app import NOW, People, engine_of, move_clock, post, workplace_of
from tests.keyholders import hold_key
from tests.officer.stages import (
    CLOSES,
    DAY,
    ROUND,
    accepted_proposal,
    client_of,
    counting_round,
    proposing_round,
    send_proposal,
    vote,
    voting_round,
)
from tests.officer.test_people import ask
from tests.resident.rounds import add_projects

OFFICER_PAGES = ("proposals", "papers", "letters")
SHARED_PAGES = ("", "opening", "closing", "sealing", "turnout")


def test_an_empty_council_has_an_empty_desk(app: Flask, people: People) -> None:
    page = client_of(app, people.officer).get("/officer").text
    assert "Nothing waits for you" in page
    assert "Make the first one" in page


def test_waiting_people_and_proposals_stand_on_the_desk_with_their_reasons(app: Flask, people: People) -> None:
    proposing_round(app, people)
    send_proposal(app, people.resident)
    ask(app, people)
    page = client_of(app, people.officer).get("/officer").text
    assert "2 things need you" in page
    assert "Spring 2026: 1 proposal waits for your answer" in page
    assert "1 person asks to vote" in page


def test_before_the_vote_the_desk_asks_for_papers_and_the_opening(app: Flask, people: People) -> None:
    proposing_round(app, people)
    accepted_proposal(app, people)
    move_clock(app, NOW + 16 * DAY)
    page = client_of(app, people.officer).get("/officer").text
    assert "Spring 2026: 1 accepted proposal is on no ballot paper" in page
    assert "Spring 2026: ask to open the vote" in page
    steering = client_of(app, people.steering).get("/officer").text
    assert "ask to open the vote" in steering
    assert "on no ballot paper" not in steering, "that is officers’ work"


def test_a_step_waits_for_one_and_not_for_the_other(app: Flask, people: People) -> None:
    proposing_round(app, people)
    for paper_id in ("harbour-fund", "youth-fund"):
        add_projects(app, ROUND, paper_id, 2)
    keys, now = workplace_of(app).keys, NOW + 16 * DAY
    keys.make_council_key()
    with write(engine_of(app)) as session:
        hold_key(session, keys, ROUND, (people.officer, people.colleague), now)
    move_clock(app, now)
    post(client_of(app, people.officer), f"/officer/rounds/{ROUND}/opening/ask")
    assert "Waiting for someone else: open the vote" in client_of(app, people.officer).get("/officer").text
    assert "Waiting for you: open the vote" in client_of(app, people.colleague).get("/officer").text


def test_after_the_vote_the_desk_asks_to_seal(app: Flask, people: People) -> None:
    counting_round(app, people)
    page = client_of(app, people.officer).get("/officer").text
    assert "Spring 2026: seal the count" in page
    assert "To be done now" in page


def test_of_two_rounds_that_are_open_the_one_that_closes_first_comes_first(app: Flask, people: People) -> None:
    voting_round(app, people)
    sooner = proposing_round(app, people)
    with write(engine_of(app)) as session:
        row = session.get_one(Round, sooner)
        row.title, row.opening_confirmed_at = "Closes sooner", NOW + 16 * DAY
        row.changed_closing_at = row.voting_closes_at - DAY
    page = client_of(app, people.officer).get("/officer").text
    assert page.index("Closes sooner</a></b>: voting closes") < page.index("Spring 2026</a></b>: voting closes")


def test_turnout_counts_without_saying_small_numbers_or_names(app: Flask, people: People) -> None:
    voting_round(app, people)
    vote(app, people.resident, "h1")
    page = client_of(app, people.officer).get(f"/officer/rounds/{ROUND}/turnout").text
    assert page.count("fewer than 5") == 2
    for secret in ("Rhys", "Harbour project 1", people.resident.person_id):
        assert secret not in page
    assert "fewer than 5" in client_of(app, people.officer).get("/officer").text


@pytest.mark.parametrize("page", SHARED_PAGES)
def test_steering_members_see_what_they_may_confirm(app: Flask, people: People, page: str) -> None:
    voting_round(app, people)
    answer = client_of(app, people.steering).get(f"/officer/rounds/{ROUND}/{page}".rstrip("/"))
    assert answer.status_code == 200
    assert "/letters" not in answer.text, "the navigation offers only what they may open"


@pytest.mark.parametrize("page", OFFICER_PAGES)
@pytest.mark.parametrize("role", ["steering", "auditor", "administrator", "resident"])
def test_officers_own_pages_are_theirs_alone(app: Flask, people: People, page: str, role: str) -> None:
    voting_round(app, people)
    assert client_of(app, getattr(people, role)).get(f"/officer/rounds/{ROUND}/{page}").status_code == 403


def test_auditors_see_turnout_and_no_more(app: Flask, people: People) -> None:
    voting_round(app, people)
    auditor = client_of(app, people.auditor)
    assert auditor.get(f"/officer/rounds/{ROUND}/turnout").status_code == 200
    assert auditor.get(f"/officer/rounds/{ROUND}").status_code == 403
    assert auditor.get("/officer").status_code == 403


def test_a_round_that_is_not_there_is_not_found(app: Flask, people: People) -> None:
    officer = client_of(app, people.officer)
    for page in (*OFFICER_PAGES, *SHARED_PAGES, "announce"):
        assert officer.get(f"/officer/rounds/nowhere/{page}".rstrip("/")).status_code == 404


def test_a_draft_is_announced_once(app: Flask, people: People) -> None:
    proposing_round(app, people)
    officer = client_of(app, people.officer)
    assert post(officer, f"/officer/rounds/{ROUND}/announce").status_code == 409


def test_every_page_of_a_round_opens_in_every_phase(app: Flask, people: People) -> None:
    proposing_round(app, people)
    for paper_id in ("harbour-fund", "youth-fund"):
        add_projects(app, ROUND, paper_id, 2)
    workplace_of(app).keys.make_council_key()
    officer = client_of(app, people.officer)
    for at in (NOW, NOW + 12 * DAY, NOW + 16 * DAY, CLOSES + DAY):
        move_clock(app, at)
        for page in (*OFFICER_PAGES, *SHARED_PAGES):
            assert officer.get(f"/officer/rounds/{ROUND}/{page}".rstrip("/")).status_code == 200, (at, page)
