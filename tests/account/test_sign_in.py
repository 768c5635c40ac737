"""Signing in and out, and what an attacker learns from it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from pb_app.db import read, write
from pb_app.models.activity import ActivityEvent
from pb_app.models.sign_in import SignInSession, Tries
from pb_app.services import passwords
from tests.app import PASSWORD, TOTP_SECRET, People, csrf_token, engine_of, post, sign_in_as

RHYS = "rhys@westmere.example"
DANA = "dana@westmere.example"


def token_in(client: FlaskClient) -> str:
    with client.session_transaction() as cookie:
        return str(cookie.get("_user_id", ""))


def signed_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


def test_an_address_and_its_password_open_the_account_page(client: FlaskClient, people: People) -> None:
    answer = post(client, "/account/sign-in", email=" Rhys@Westmere.example ", password=PASSWORD)
    assert answer.location == "/account"
    assert "Rhys Resident" in client.get("/account").text


def test_after_signing_in_one_comes_to_the_page_one_wanted(client: FlaskClient, people: People) -> None:
    asked = client.get("/account/area")
    assert asked.location == "/account/sign-in?next=/account/area"
    answer = post(client, "/account/sign-in", email=RHYS, password=PASSWORD, next="/account/area")
    assert answer.location == "/account/area"


@pytest.mark.parametrize("elsewhere", ["//evil.example", "https://evil.example", "/\\evil.example", "/\tx"])
def test_signing_in_never_leads_to_another_website(client: FlaskClient, people: People, elsewhere: str) -> None:
    answer = post(client, "/account/sign-in", email=RHYS, password=PASSWORD, next=elsewhere)
    assert answer.location == "/account"


def test_a_wrong_password_and_an_unknown_address_give_the_same_page(client: FlaskClient, people: People) -> None:
    token = csrf_token(client)
    pages = [
        client.post("/account/sign-in", data={"csrf_token": token, "email": address, "password": "wrong words here"})
        for address in (RHYS, "nobody@westmere.example")
    ]
    texts = [page.text.replace(RHYS, "X").replace("nobody@westmere.example", "X") for page in pages]
    assert "do not fit together" in texts[0]
    assert _without_tokens(texts[0]) == _without_tokens(texts[1])
    assert pages[0].status_code == pages[1].status_code


def test_an_unknown_address_costs_the_same_hash_as_a_known_one(
    client: FlaskClient, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked: list[str] = []
    real = passwords._hasher

    class Watching:
        def verify(self, encoded: str, password: str) -> bool:
            worked.append(password)
            return real.verify(encoded, password)

        def hash(self, password: str) -> str:
            worked.append(password)
            return real.hash(password)

    monkeypatch.setattr(passwords, "_hasher", Watching())
    for address in (RHYS, "nobody@westmere.example"):
        post(client, "/account/sign-in", email=address, password="wrong words here")
    assert worked == ["wrong words here"] * 2


def test_the_cookie_gets_a_new_token_at_each_sign_in_and_the_old_one_ends(client: FlaskClient, people: People) -> None:
    sign_in_as(client, people.resident)
    old = token_in(client)
    assert client.get("/account/sign-in").status_code == 302
    with client.session_transaction() as cookie:
        cookie["_user_id"] = "planted by somebody else"
    post(client, "/account/sign-in", email=RHYS, password=PASSWORD)
    assert token_in(client) not in ("", "planted by somebody else", old)


def test_signing_out_ends_the_session_on_the_server_too(app: Flask, client: FlaskClient, people: People) -> None:
    sign_in_as(client, people.resident)
    stolen = token_in(client)
    post(client, "/account/sign-out")
    assert not signed_in(client)
    with client.session_transaction() as cookie:
        cookie["_user_id"] = stolen
    assert not signed_in(client)


def test_signing_out_everywhere_ends_the_other_browser_s_session(
    app: Flask, client: FlaskClient, people: People
) -> None:
    other = app.test_client()
    sign_in_as(other, people.resident)
    sign_in_as(client, people.resident)
    post(client, "/account/sign-out-everywhere")
    assert not signed_in(other)


def test_a_session_ends_by_itself(app: Flask, client: FlaskClient, people: People) -> None:
    sign_in_as(client, people.resident)
    with write(engine_of(app)) as session:
        session.execute(update(SignInSession).values(expires_at=datetime.now(UTC) - timedelta(seconds=1)))
    assert not signed_in(client)


def test_only_the_hash_of_a_session_s_token_is_kept(app: Flask, client: FlaskClient, people: People) -> None:
    sign_in_as(client, people.resident)
    with read(engine_of(app)) as session:
        kept = session.scalars(select(SignInSession.token_hash)).all()
    assert token_in(client) not in kept


def test_staff_give_the_code_of_their_app_and_come_to_their_desk(client: FlaskClient, people: People) -> None:
    asked = post(client, "/account/sign-in", email=DANA, password=PASSWORD)
    assert "Write the code from your app" in asked.text
    assert not signed_in(client)
    answer = post(client, "/account/sign-in/code", code=pyotp.TOTP(TOTP_SECRET).now())
    assert answer.status_code == 302
    assert signed_in(client)


def test_a_code_works_once(app: Flask, client: FlaskClient, people: People) -> None:
    code = pyotp.TOTP(TOTP_SECRET).now()
    post(client, "/account/sign-in", email=DANA, password=PASSWORD)
    post(client, "/account/sign-in/code", code=code)
    thief = app.test_client()
    post(thief, "/account/sign-in", email=DANA, password=PASSWORD)
    again = post(thief, "/account/sign-in/code", code=code)
    assert "used already" in again.text
    assert not signed_in(thief)


def test_the_second_step_needs_the_first(client: FlaskClient, people: People) -> None:
    answer = post(client, "/account/sign-in/code", code=pyotp.TOTP(TOTP_SECRET).now())
    assert answer.location.startswith("/account/sign-in")


def test_ten_wrong_passwords_an_hour_are_enough(client: FlaskClient, people: People) -> None:
    for _ in range(10):
        assert post(client, "/account/sign-in", email=RHYS, password="wrong words here").status_code == 200
    stopped = post(client, "/account/sign-in", email=RHYS, password=PASSWORD)
    assert stopped.status_code == 429
    assert "Wait an hour" in stopped.text


def test_six_wrong_codes_an_hour_are_enough(client: FlaskClient, people: People) -> None:
    post(client, "/account/sign-in", email=DANA, password=PASSWORD)
    for _ in range(6):
        post(client, "/account/sign-in/code", code="000 000")
    assert post(client, "/account/sign-in/code", code=pyotp.TOTP(TOTP_SECRET).now()).status_code == 429


def test_only_failed_tries_are_counted_and_name_nobody(app: Flask, client: FlaskClient, people: People) -> None:
    post(client, "/account/sign-in", email=RHYS, password=PASSWORD)
    with read(engine_of(app)) as session:
        assert session.scalars(select(Tries)).all() == []
    post(app.test_client(), "/account/sign-in", email=RHYS, password="wrong words here")
    with read(engine_of(app)) as session:
        assert all("rhys" not in row.subject_hash for row in session.scalars(select(Tries)))


def test_a_resident_s_sign_in_leaves_no_event_and_a_visit_leaves_no_row(
    app: Flask, client: FlaskClient, people: People
) -> None:
    with read(engine_of(app)) as session:
        before = len(session.scalars(select(ActivityEvent.n)).all())
    post(client, "/account/sign-in", email=RHYS, password=PASSWORD)
    client.get("/account")
    with read(engine_of(app)) as session:
        assert len(session.scalars(select(ActivityEvent.n)).all()) == before


def _without_tokens(page: str) -> str:
    return re.sub(r'name="csrf_token" value="[^"]+"', "", page)
