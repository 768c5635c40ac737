"""Who may vote: an officer approves or refuses a request, and the person is told."""

from __future__ import annotations

from flask import Flask

from pb_app.db import read, write
from pb_app.services import verification
from pb_app.services.outbox import list_mail
from pb_app.services.roll import entry_of_person
from tests.app import NOW, People, engine_of, post
from tests.officer.stages import ROUND, client_of, voting_round
from tests.officer.walk import faults


def ask(app: Flask, people: People) -> str:
    with write(engine_of(app)) as session:
        by = people.newcomer
        assert not verification.ask_area(
            session, area_id="brindle", route="work", statement="The bakery", by=by, now=NOW
        )
        mine = verification.my_area(session, person_id=by.person_id)
    assert mine is not None
    return mine.verification_id


def test_an_approved_person_is_on_the_roll_of_the_open_round(app: Flask, people: People) -> None:
    voting_round(app, people)
    verification_id, officer = ask(app, people), client_of(app, people.officer)
    assert "1 person asks to vote" in officer.get("/officer/people").text
    assert "The bakery" in officer.get(f"/officer/people/{verification_id}").text
    assert post(officer, f"/officer/people/{verification_id}", answer="approve").status_code == 302
    with read(engine_of(app)) as session:
        entry = entry_of_person(session, round_id=ROUND, person_id=people.newcomer.person_id)
        assert entry is not None
        assert entry.area_id == "brindle"
        assert "You can vote" in [mail.subject for mail in list_mail(session)]


def test_a_refusal_needs_a_reason_that_the_person_reads(app: Flask, people: People) -> None:
    verification_id, officer = ask(app, people), client_of(app, people.officer)
    page = post(officer, f"/officer/people/{verification_id}", answer="refuse", reason=" ").text
    assert faults(page) == ["Write the reason. The person reads it and can answer by asking again"]
    post(officer, f"/officer/people/{verification_id}", answer="refuse", reason="The bakery closed.")
    with read(engine_of(app)) as session:
        assert any("The bakery closed." in mail.body for mail in list_mail(session))


def test_yes_or_no_must_be_said(app: Flask, people: People) -> None:
    page = post(client_of(app, people.officer), f"/officer/people/{ask(app, people)}").text
    assert faults(page) == ["Choose yes or no"]


def test_two_officers_answer_a_request_once(app: Flask, people: People) -> None:
    verification_id = ask(app, people)
    post(client_of(app, people.officer), f"/officer/people/{verification_id}", answer="approve")
    late = post(client_of(app, people.colleague), f"/officer/people/{verification_id}", answer="refuse", reason="No")
    assert late.status_code == 409
    assert client_of(app, people.colleague).get(f"/officer/people/{verification_id}").status_code == 200
    assert "Nobody waits for your answer" in client_of(app, people.officer).get("/officer/people").text
