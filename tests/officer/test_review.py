"""Reviewing proposals: ask, accept, refuse with a reason; each step is public and told to the proposer."""

from __future__ import annotations

import pytest
from flask import Flask

from pb_app.db import read, write
from pb_app.models.activity import ActivityEvent
from pb_app.services.opening import ask_opening, confirm_opening
from pb_app.services.outbox import list_mail
from pb_app.services.proposals import answer_question, get_proposal
from tests.app import NOW, People, engine_of, move_clock, post, workplace_of
from tests.keyholders import hold_key
from tests.officer.stages import DAY, ROUND, accepted_proposal, client_of, proposing_round, send_proposal, status_of
from tests.officer.walk import faults
from tests.resident.rounds import add_projects


@pytest.fixture
def proposal_id(app: Flask, people: People) -> str:
    proposing_round(app, people)
    return send_proposal(app, people.resident)


def test_a_question_reaches_the_proposer_and_comes_back_with_the_answer(
    app: Flask, people: People, proposal_id: str
) -> None:
    officer = client_of(app, people.officer)
    post(officer, f"/officer/proposals/{proposal_id}", answer="question", text="Who waters the beds?")
    assert status_of(app, proposal_id) == "question"
    with write(engine_of(app)) as session:
        assert any("Who waters the beds?" in mail.body for mail in list_mail(session))
        answer_question(session, proposal_id=proposal_id, text="The school.", by=people.resident, now=NOW)
    page = officer.get(f"/officer/proposals/{proposal_id}").text
    assert "The school." in page
    post(officer, f"/officer/proposals/{proposal_id}", answer="accept", text="Cheap and quick.")
    assert status_of(app, proposal_id) == "accepted"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("question", "Write your question to the proposer"),
        ("accept", "Write why it can be done. Everybody can read it"),
        ("refuse", "Write the reason. Say what would have to change, so that the proposer can answer it"),
    ],
)
def test_no_answer_goes_out_without_words(app: Flask, people: People, proposal_id: str, answer: str, said: str) -> None:
    page = post(client_of(app, people.officer), f"/officer/proposals/{proposal_id}", answer=answer, text="  ").text
    assert faults(page) == [said]
    assert status_of(app, proposal_id) == "sent"


def test_a_reason_that_is_too_long_is_kept_in_its_box(app: Flask, people: People, proposal_id: str) -> None:
    long = "x" * 2001
    page = post(client_of(app, people.officer), f"/officer/proposals/{proposal_id}", answer="refuse", text=long).text
    assert faults(page) == ["Make the text 2,000 letters or shorter. It is 2,001 now"]
    assert long in page


def test_no_choice_is_a_mendable_fault(app: Flask, people: People, proposal_id: str) -> None:
    page = post(client_of(app, people.officer), f"/officer/proposals/{proposal_id}", text="Hm").text
    assert faults(page) == ["Choose what you answer"]


def test_each_step_stands_in_the_public_review_and_in_the_log(app: Flask, people: People, proposal_id: str) -> None:
    officer = client_of(app, people.officer)
    post(officer, f"/officer/proposals/{proposal_id}", answer="refuse", text="The land is not ours.")
    post(officer, f"/officer/proposals/{proposal_id}", answer="accept", text="The owner agreed.")
    with read(engine_of(app)) as session:
        entries = get_proposal(session, proposal_id=proposal_id).entries
        kinds = [row.kind for row in session.query(ActivityEvent).order_by(ActivityEvent.n)][-2:]
    assert [(entry.kind, entry.text) for entry in entries[1:]] == [
        ("refuse", "The land is not ours."),
        ("accept", "The owner agreed."),
    ]
    assert kinds == ["proposal:proposal:refused", "proposal:proposal:accepted"]


def test_an_accepted_proposal_is_not_asked_again(app: Flask, people: People) -> None:
    proposing_round(app, people)
    accepted = accepted_proposal(app, people)
    officer = client_of(app, people.officer)
    assert "Ask the proposer a question" not in officer.get(f"/officer/proposals/{accepted}").text
    answer = post(officer, f"/officer/proposals/{accepted}", answer="question", text="Again?")
    assert answer.status_code == 409


def test_after_the_opening_was_confirmed_no_answer_changes(app: Flask, people: People, proposal_id: str) -> None:
    for paper_id in ("harbour-fund", "youth-fund"):
        add_projects(app, ROUND, paper_id, 2)
    at, keys = NOW + 16 * DAY, workplace_of(app).keys
    keys.make_council_key()
    with write(engine_of(app)) as session:
        hold_key(session, keys, ROUND, (people.officer, people.colleague), at)
        assert not ask_opening(session, round_id=ROUND, by=people.officer, now=at)
        assert not confirm_opening(session, keys, round_id=ROUND, by=people.colleague, now=at)
    move_clock(app, at)
    officer = client_of(app, people.officer)
    assert "The review of this proposal is over" in officer.get(f"/officer/proposals/{proposal_id}").text
    answer = post(officer, f"/officer/proposals/{proposal_id}", answer="accept", text="Late.")
    assert answer.status_code == 409


def test_the_list_filters_searches_and_counts(app: Flask, people: People, proposal_id: str) -> None:
    send_proposal(app, people.neighbour, title="Chess tables")
    officer = client_of(app, people.officer)
    url = f"/officer/rounds/{ROUND}/proposals"
    assert "2 proposals" in officer.get(url).text
    found = officer.get(url, query_string={"q": "chess"}).text
    assert "1 proposal found" in found
    assert "Rain gardens" not in found
    assert "0 proposals found" in officer.get(url, query_string={"status": "refused"}).text
    assert officer.get(url, query_string={"status": "nonsense", "page": "x"}).status_code == 200


def test_a_draft_is_its_proposers_alone(app: Flask, people: People, proposal_id: str) -> None:
    assert client_of(app, people.officer).get("/officer/proposals/nowhere").status_code == 404


def test_the_checklist_tells_what_can_be_told(app: Flask, people: People, proposal_id: str) -> None:
    page = client_of(app, people.officer).get(f"/officer/proposals/{proposal_id}").text
    assert "Its cost fits into its pot “Harbour pot”, which holds £20,000" in page
    assert "The proposer gains nothing from it" in page
