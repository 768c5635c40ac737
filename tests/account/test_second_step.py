"""Setting up the second step, recovery codes, and what staff must do before anything else."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from pb_app.db import read, write
from pb_app.models.person import Person, RecoveryCode
from pb_app.services import second_factor
from tests.app import PASSWORD, TOTP_SECRET, People, engine_of, post, sign_in_as
from voting.permissions import Actor

RHYS = "rhys@westmere.example"


def shown_secret(page: str) -> str:
    found = re.search(r'name="secret" type="hidden" value="([A-Z2-7]{32})"', page)
    assert found is not None
    return found[1]


def shown_codes(page: str) -> list[str]:
    rows = re.findall(r'<li><span class="cp-code">(.*?)</span></li>', page)
    return ["".join(re.findall(r"<span>(\w+)</span>", row + "</span>")) for row in rows]


def set_up(client: FlaskClient) -> tuple[str, list[str]]:
    secret = shown_secret(client.get("/account/second-step").text)
    page = post(client, "/account/second-step", secret=secret, code=pyotp.TOTP(secret).now()).text
    return secret, shown_codes(page)


def forget_second_step(app: Flask, actor: Actor) -> None:
    with write(engine_of(app)) as session:
        session.execute(
            update(Person)
            .where(Person.id == actor.person_id)
            .values(totp_secret=None, totp_confirmed_at=None, totp_step=0)
        )


def test_a_resident_may_turn_it_on_and_gets_ten_recovery_codes(client: FlaskClient, people: People) -> None:
    sign_in_as(client, people.resident)
    _, codes = set_up(client)
    assert len(set(codes)) == 10
    assert all(len(code) == 12 for code in codes)
    assert "On. 10 recovery codes left" in client.get("/account").text


def test_the_picture_for_the_app_is_inside_the_page(client: FlaskClient, people: People) -> None:
    sign_in_as(client, people.resident)
    assert 'src="data:image/svg+xml' in client.get("/account/second-step").text


def test_recovery_codes_are_kept_as_hashes(app: Flask, client: FlaskClient, people: People) -> None:
    sign_in_as(client, people.resident)
    _, codes = set_up(client)
    with read(engine_of(app)) as session:
        kept = session.scalars(select(RecoveryCode.code_hash)).all()
    assert len(kept) == 10
    assert not set(codes) & set(kept)


def test_a_recovery_code_lets_in_once(app: Flask, client: FlaskClient, people: People) -> None:
    sign_in_as(client, people.resident)
    _, codes = set_up(client)
    code = f" {codes[0][:4].lower()}-{codes[0][4:8]} {codes[0][8:]} "
    for expected in (302, 200):
        lost = app.test_client()
        post(lost, "/account/sign-in", email=RHYS, password=PASSWORD)
        assert post(lost, "/account/sign-in/code", code=code).status_code == expected


def test_turning_it_on_ends_every_other_session(app: Flask, client: FlaskClient, people: People) -> None:
    other = app.test_client()
    sign_in_as(other, people.resident)
    sign_in_as(client, people.resident)
    set_up(client)
    assert other.get("/account").status_code == 302
    assert client.get("/account").status_code == 200


def test_a_wrong_first_code_leaves_it_off_and_the_same_picture(client: FlaskClient, people: People) -> None:
    sign_in_as(client, people.resident)
    secret = shown_secret(client.get("/account/second-step").text)
    page = post(client, "/account/second-step", secret=secret, code="12 34 5x").text
    assert "This code is not right" in page
    assert shown_secret(page) == secret
    assert "Off" in client.get("/account").text


@pytest.mark.parametrize("secret", ["short", "A" * 31, "!" * 32, "a" * 32])
def test_a_secret_that_is_not_ours_is_replaced(client: FlaskClient, people: People, secret: str) -> None:
    sign_in_as(client, people.resident)
    page = post(client, "/account/second-step", secret=secret, code="123456")
    assert page.status_code == 200
    assert shown_secret(page.text) != secret


def test_staff_without_it_are_sent_to_set_it_up_before_anything_else(
    app: Flask, client: FlaskClient, people: People
) -> None:
    forget_second_step(app, people.officer)
    post(client, "/account/sign-in", email="dana@westmere.example", password=PASSWORD)
    for page in ("/account", "/account/area", "/account/appointments"):
        assert client.get(page).location == "/account/second-step"
    set_up(client)
    assert client.get("/account").status_code == 200


def test_staff_can_t_take_it_away(client: FlaskClient, people: People) -> None:
    sign_in_as(client, people.officer)
    refused = post(client, "/account/second-step/remove")
    assert refused.status_code == 403
    assert "can’t be taken away" in refused.text


def test_a_session_without_the_second_step_can_t_replace_it(app: Flask, client: FlaskClient, people: People) -> None:
    sign_in_as(client, people.officer, gave_second_factor=False)
    assert client.get("/account/second-step").location == "/account/sign-in/code"
    refused = post(client, "/account/second-step", secret=pyotp.random_base32(32), code="123456")
    assert refused.location == "/account/sign-in/code"


def test_a_resident_can_turn_it_off_and_the_codes_go_with_it(app: Flask, client: FlaskClient, people: People) -> None:
    sign_in_as(client, people.resident)
    set_up(client)
    post(client, "/account/second-step/remove")
    assert "Off" in client.get("/account").text
    with read(engine_of(app)) as session:
        assert session.scalars(select(RecoveryCode)).all() == []


def test_new_recovery_codes_replace_the_old_ones(app: Flask, client: FlaskClient, people: People) -> None:
    sign_in_as(client, people.resident)
    _, old = set_up(client)
    new = shown_codes(post(client, "/account/second-step/recovery-codes").text)
    assert len(new) == 10
    thief = app.test_client()
    post(thief, "/account/sign-in", email=RHYS, password=PASSWORD)
    assert "not right" in post(thief, "/account/sign-in/code", code=old[0]).text


def test_of_two_uses_of_one_code_one_gets_through(app: Flask, people: People) -> None:
    """The database decides: the step must grow (RFC 6238, section 5.2)."""
    now = datetime.now(UTC)
    with write(engine_of(app)) as session:
        code = pyotp.TOTP(TOTP_SECRET).at(now)
        uses = [second_factor.verify(session, person_id=people.officer.person_id, code=code, now=now) for _ in range(2)]
    assert uses == [True, False]
