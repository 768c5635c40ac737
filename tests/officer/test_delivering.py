"""After the decision: the projects are carried out, and the round is closed; in this order, once each, and logged."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from pb_app.db import read, write
from pb_app.models.activity import ActivityEvent
from pb_app.services.deciding import decide
from pb_app.services.rounds import get_round
from tests.app import People, engine_of, post, workplace_of
from tests.officer.stages import ROUND, client_of, counting_round
from tests.public.rounds import published_round
from voting.phases import Phase

HERE = f"/officer/rounds/{ROUND}"


def phase(app: Flask) -> Phase:
    with read(engine_of(app)) as session:
        return get_round(session, ROUND).phase_at(workplace_of(app).clock.now())


def decided_round(app: Flask, people: People) -> None:
    published_round(app, people)
    with write(engine_of(app)) as session:
        decide(session, round_id=ROUND, by=people.officer, now=workplace_of(app).clock.now())


def test_an_officer_says_that_projects_are_carried_out_and_then_closes_the_round(app: Flask, people: People) -> None:
    decided_round(app, people)
    officer, visitor = client_of(app, people.officer), app.test_client()
    assert "Say that the projects are being carried out" in officer.get(f"{HERE}/sealing").text
    post(officer, f"{HERE}/deliver")
    assert phase(app) is Phase.DELIVERING
    assert "the projects are being carried out" in visitor.get(f"/rounds/{ROUND}").text
    assert "Close the round" in officer.get(f"{HERE}/sealing").text
    post(officer, f"{HERE}/close")
    assert phase(app) is Phase.CLOSED
    assert "This round is finished" in visitor.get(f"/rounds/{ROUND}").text
    assert "This round is closed since" in officer.get(f"{HERE}/sealing").text
    with read(engine_of(app)) as session:
        logged = list(session.scalars(select(ActivityEvent.kind).order_by(ActivityEvent.n)))
    assert logged[-2:] == ["round:delivery:started", "round:delivery:closed"]


def test_each_step_has_its_time(app: Flask, people: People) -> None:
    counting_round(app, people)
    officer = client_of(app, people.officer)
    page = post(officer, f"{HERE}/deliver")
    assert page.status_code == 409
    assert "once the outcome is decided" in page.text
    assert post(officer, f"{HERE}/close").status_code == 409


def test_no_step_is_taken_twice_or_skipped(app: Flask, people: People) -> None:
    decided_round(app, people)
    officer = client_of(app, people.officer)
    assert post(officer, f"{HERE}/close").status_code == 409
    post(officer, f"{HERE}/deliver")
    assert post(officer, f"{HERE}/deliver").status_code == 409
    post(officer, f"{HERE}/close")
    assert post(officer, f"{HERE}/close").status_code == 409


def test_a_steering_member_reads_it_and_does_not_press(app: Flask, people: People) -> None:
    decided_round(app, people)
    steering = client_of(app, people.steering)
    assert "Only officers can say so." in steering.get(f"{HERE}/sealing").text
    assert post(steering, f"{HERE}/deliver").status_code == 403


def test_after_the_round_two_people_erase_names_and_texts_and_no_list_of_voters_opens(
    app: Flask, people: People
) -> None:
    decided_round(app, people)
    officer, colleague = client_of(app, people.officer), client_of(app, people.colleague)
    assert "erase names" not in officer.get("/officer").text, "an auditor may still draw names"
    post(officer, f"{HERE}/deliver")
    assert "erase names and texts of voters" in officer.get("/officer").text
    post(officer, f"{HERE}/erasing/ask")
    assert "Waiting for someone else: erase names and texts" in officer.get(f"{HERE}/erasing").text
    assert "Waiting for you: erase names and texts of voters" in colleague.get("/officer").text
    post(officer, f"{HERE}/erasing/withdraw")
    post(officer, f"{HERE}/erasing/ask")
    post(colleague, f"{HERE}/erasing/confirm")
    assert "Is it gone elsewhere, too?" in officer.get(f"{HERE}/erasing").text
    assert "erase names" not in officer.get("/officer").text
    auditor = client_of(app, people.auditor)
    page = auditor.get(f"/auditor/rounds/{ROUND}/closed-lists").text
    assert "two people erased the names" in page
    assert post(auditor, f"/auditor/rounds/{ROUND}/closed-lists/harbour-fund/voters").status_code == 409
