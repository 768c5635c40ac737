"""Staff roles are given and taken away by two administrators together."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete

from pb_app.db import read, write
from pb_app.models.person import Appointment
from pb_app.services import people as register
from pb_app.services.sessions import appointed_roles
from tests.app import NOW, People, engine_of, post, sign_in_as
from voting.errors import NotFoundError, SecondPersonError
from voting.permissions import Actor, Role

PAGE = "/account/appointments"
GIVE = {"email": "Rhys@westmere.example", "role": "officer", "change": "give"}


def roles_of(app: Flask, actor: Actor) -> frozenset[Role]:
    with read(engine_of(app)) as session:
        return appointed_roles(session, actor.person_id)


def waiting(app: Flask) -> str:
    with read(engine_of(app)) as session:
        return register.list_requests(session)[0].request_id


def confirm_as(app: Flask, client: FlaskClient, actor: Actor) -> int:
    sign_in_as(client, actor)
    return post(client, f"{PAGE}/{waiting(app)}/confirm").status_code


def test_asked_by_one_and_confirmed_by_another_a_role_holds(app: Flask, client: FlaskClient, people: People) -> None:
    sign_in_as(client, people.administrator)
    assert post(client, PAGE, **GIVE).location == PAGE
    assert roles_of(app, people.resident) == frozenset()
    assert confirm_as(app, client, people.successor) == 302
    assert roles_of(app, people.resident) == {Role.OFFICER}


def test_nobody_confirms_their_own_step_and_the_page_says_who_can(
    app: Flask, client: FlaskClient, people: People
) -> None:
    sign_in_as(client, people.administrator)
    post(client, PAGE, **GIVE)
    page = client.get(PAGE).text
    assert "You can’t confirm your own step. Another administrator can." in page
    assert not re.search(r'action="[^"]+/confirm"', page)
    assert confirm_as(app, client, people.administrator) == 403
    assert roles_of(app, people.resident) == frozenset()


def test_nobody_confirms_a_role_for_themselves(app: Flask, people: People) -> None:
    with write(engine_of(app)) as session:
        register.ask_appointment(
            session, email="sam@westmere.example", role=Role.AUDITOR, is_removal=False, by=people.administrator, now=NOW
        )
    request_id = waiting(app)
    with write(engine_of(app)) as session, pytest.raises(SecondPersonError):
        register.confirm_appointment(session, request_id=request_id, by=people.successor, now=NOW)


def test_a_new_role_ends_the_sessions_in_which_it_was_not_given(
    app: Flask, client: FlaskClient, people: People
) -> None:
    theirs = app.test_client()
    sign_in_as(theirs, people.resident)
    sign_in_as(client, people.administrator)
    post(client, PAGE, **GIVE)
    confirm_as(app, client, people.successor)
    assert theirs.get("/account").status_code == 302


def test_a_role_is_taken_away_the_same_way(app: Flask, client: FlaskClient, people: People) -> None:
    sign_in_as(client, people.administrator)
    post(client, PAGE, email="tom@westmere.example", role="officer", change="take")
    assert roles_of(app, people.colleague) == {Role.OFFICER}
    confirm_as(app, client, people.successor)
    assert roles_of(app, people.colleague) == frozenset()


def test_two_administrators_must_stay(app: Flask, people: People) -> None:
    """With one alone nobody could ever be appointed again."""
    with write(engine_of(app)) as session:
        register.ask_appointment(
            session,
            email="ada@westmere.example",
            role=Role.ADMINISTRATOR,
            is_removal=True,
            by=people.administrator,
            now=NOW,
        )
    request_id = waiting(app)
    with write(engine_of(app)) as session:
        problems = register.confirm_appointment(session, request_id=request_id, by=people.successor, now=NOW)
    assert [problem.message for problem in problems] == [register.LAST_ADMINISTRATORS]
    assert Role.ADMINISTRATOR in roles_of(app, people.administrator)


def test_a_request_can_be_taken_back_and_then_confirms_no_more(app: Flask, client: FlaskClient, people: People) -> None:
    sign_in_as(client, people.administrator)
    post(client, PAGE, **GIVE)
    request_id = waiting(app)
    post(client, f"{PAGE}/{request_id}/withdraw")
    with write(engine_of(app)) as session, pytest.raises(NotFoundError):
        register.confirm_appointment(session, request_id=request_id, by=people.successor, now=NOW)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"email": "nobody@westmere.example"}, "Nobody with this address has an account yet"),
        ({"email": ""}, "Write their e-mail address"),
        ({"role": ""}, "Choose a role"),
        ({"role": "king"}, "Choose a role"),
        ({"change": ""}, "Say whether to give the role or to take it away"),
        ({"email": "dana@westmere.example"}, "Dana Officer has this role already"),
        ({"change": "take"}, "Rhys Resident does not have this role"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_asked(
    app: Flask, client: FlaskClient, people: People, change: dict[str, str], said: str
) -> None:
    sign_in_as(client, people.administrator)
    assert said in post(client, PAGE, **GIVE | change).text
    with read(engine_of(app)) as session:
        assert register.list_requests(session) == []


def test_an_administrator_who_lost_the_role_meanwhile_confirms_nothing(
    app: Flask, client: FlaskClient, people: People
) -> None:
    sign_in_as(client, people.administrator)
    post(client, PAGE, **GIVE)
    with write(engine_of(app)) as session:
        session.execute(delete(Appointment).filter_by(person_id=people.successor.person_id))
    assert confirm_as(app, client, people.successor) == 403
