"""Asking to vote for an area, and what an officer's answer does."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from pb_app.db import read, write
from pb_app.models.mail import OutboxMail
from pb_app.services import verification
from pb_app.services.roll import entry_of_person
from tests.app import NOW, People, engine_of, post, sign_in_as
from tests.resident.rounds import OPENS, voting_round
from voting.errors import ChangedMeanwhileError, NotAllowedError, SecondPersonError
from voting.permissions import Actor

ASKED = {"area": "brindle", "route": "work", "statement": "Station Market, stall 4"}


def request_of(app: Flask, actor: Actor) -> verification.VerificationView:
    with read(engine_of(app)) as session:
        found = verification.my_area(session, person_id=actor.person_id)
    assert found is not None
    return found


def test_a_resident_asks_and_sees_that_an_officer_looks_at_it(client: FlaskClient, people: People) -> None:
    sign_in_as(client, people.newcomer)
    assert post(client, "/account/area", **ASKED).location == "/account/area"
    page = client.get("/account/area").text
    assert "An officer is looking at your request to vote in Brindle" in page
    assert "<form method" not in page


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"area": "nowhere"}, "Choose the area you want to vote for"),
        ({"route": "visit"}, "Say what ties you to the area"),
        ({"statement": "  "}, "Write where, so that an officer can check it"),
        ({"statement": "x" * 501}, "Make it 500 letters or shorter. It is 501 now"),
    ],
)
def test_what_is_missing_is_said_and_the_rest_stays(
    client: FlaskClient, people: People, change: dict[str, str], said: str
) -> None:
    sign_in_as(client, people.newcomer)
    page = post(client, "/account/area", **ASKED | change).text
    assert said in page
    assert page.count(" checked") == 2 - ("area" in change) - ("route" in change)


def test_asking_twice_is_told_so(client: FlaskClient, people: People) -> None:
    sign_in_as(client, people.newcomer)
    post(client, "/account/area", **ASKED)
    again = post(client, "/account/area", **ASKED)
    assert again.status_code == 409
    assert "You have asked already" in again.text


def test_approved_while_voting_is_open_one_may_vote_at_once_and_is_written_to(app: Flask, people: People) -> None:
    round_id = voting_round(app, people)
    with write(engine_of(app)) as session:
        verification.ask_area(
            session, area_id="brindle", route="live", statement="18 Mill Lane", by=people.newcomer, now=OPENS
        )
    asked = request_of(app, people.newcomer)
    with write(engine_of(app)) as session:
        verification.approve_area(session, verification_id=asked.verification_id, by=people.officer, now=OPENS)
    with read(engine_of(app)) as session:
        entry = entry_of_person(session, round_id=round_id, person_id=people.newcomer.person_id)
        mail = session.scalars(select(OutboxMail.body).filter_by(to="nell@westmere.example")).one()
    assert entry is not None
    assert entry.area_id == "brindle"
    assert "you can vote in Brindle" in mail


def test_refused_one_reads_the_reason_and_may_ask_again(app: Flask, client: FlaskClient, people: People) -> None:
    sign_in_as(client, people.newcomer)
    post(client, "/account/area", **ASKED)
    asked = request_of(app, people.newcomer)
    with write(engine_of(app)) as session:
        verification.refuse_area(
            session, verification_id=asked.verification_id, reason="Stall 4 is empty.", by=people.officer, now=NOW
        )
    assert "Stall 4 is empty." in client.get("/account/area").text
    assert post(client, "/account/area", **ASKED | {"statement": "Stall 5"}).location == "/account/area"
    assert request_of(app, people.newcomer).status == "asked"
    again = {"verification_id": asked.verification_id, "now": NOW}
    with write(engine_of(app)) as session, pytest.raises(SecondPersonError):
        verification.approve_area(session, **again, by=people.officer)  # type: ignore[arg-type]  # mixed values
    with write(engine_of(app)) as session:
        verification.approve_area(session, **again, by=people.colleague)  # type: ignore[arg-type]  # mixed values


def test_a_refusal_needs_a_reason(app: Flask, people: People) -> None:
    with write(engine_of(app)) as session:
        verification.ask_area(session, area_id="alder", route="live", statement="x", by=people.newcomer, now=NOW)
    asked = request_of(app, people.newcomer)
    with write(engine_of(app)) as session:
        problems = verification.refuse_area(
            session, verification_id=asked.verification_id, reason=" ", by=people.officer, now=NOW
        )
    assert [problem.field for problem in problems] == ["reason"]


def test_two_officers_who_answer_at_once_answer_once(app: Flask, people: People) -> None:
    asked = request_of(app, people.resident)
    with write(engine_of(app)) as session, pytest.raises(ChangedMeanwhileError):
        verification.approve_area(session, verification_id=asked.verification_id, by=people.colleague, now=NOW)


@pytest.mark.parametrize("role", ["resident", "steering", "auditor", "administrator"])
def test_nobody_but_an_officer_approves(app: Flask, people: People, role: str) -> None:
    with write(engine_of(app)) as session:
        verification.ask_area(session, area_id="alder", route="live", statement="x", by=people.newcomer, now=NOW)
    asked = request_of(app, people.newcomer)
    by: Actor = getattr(people, role)
    with write(engine_of(app)) as session, pytest.raises(NotAllowedError):
        verification.approve_area(session, verification_id=asked.verification_id, by=by, now=NOW)


def test_officers_see_what_waits_oldest_first(app: Flask, people: People) -> None:
    with write(engine_of(app)) as session:
        verification.ask_area(
            session, area_id="castle", route="study", statement="College", by=people.newcomer, now=NOW
        )
    with read(engine_of(app)) as session:
        waiting = verification.waiting(session)
    assert [(one.person_name, one.area_name) for one in waiting] == [("Nell Newcomer", "Castle Rise")]
