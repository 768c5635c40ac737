"""Making an account and setting a new password, without telling anybody who has one."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from pb_app.db import read, write
from pb_app.models.mail import OutboxMail
from pb_app.models.sign_in import MailedLink
from tests.app import PASSWORD, People, engine_of, post, sign_in_as

RHYS = "rhys@westmere.example"
NEW = "somebody@westmere.example"
WORDS = "four quite plain words"


def last_mail(app: Flask, to: str) -> OutboxMail:
    with read(engine_of(app)) as session:
        mail = session.scalars(select(OutboxMail).filter_by(to=to).order_by(OutboxMail.created_at.desc())).first()
        assert mail is not None
        session.expunge(mail)
        return mail


def link_in(app: Flask, to: str) -> str:
    found = re.search(r"http://localhost(/\S+)", last_mail(app, to).body)
    assert found is not None
    return found[1]


def test_a_newcomer_follows_the_link_chooses_a_password_and_is_signed_in(app: Flask, client: FlaskClient) -> None:
    assert post(client, "/account/register", email=NEW).location == "/account/check-mail"
    link = link_in(app, NEW)
    assert NEW in client.get(link).text
    made = post(client, link, name="Nell", password=WORDS)
    assert made.location == "/account/area"
    assert "Nell" in client.get("/account").text


def test_the_answer_is_the_same_for_a_known_and_an_unknown_address(client: FlaskClient, people: People) -> None:
    for url in ("/account/register", "/account/reset-password"):
        answers = [post(client, url, email=address) for address in (RHYS, NEW)]
        assert answers[0].data == answers[1].data
        assert answers[0].location == answers[1].location
        assert answers[0].status_code == answers[1].status_code == 302


def test_the_mail_alone_says_that_there_is_an_account_already(app: Flask, client: FlaskClient, people: People) -> None:
    post(client, "/account/register", email=RHYS)
    assert last_mail(app, RHYS).subject == "You have an account already"
    assert "/account/reset-password/" in link_in(app, RHYS)


def test_the_mail_alone_says_that_there_is_no_account(app: Flask, client: FlaskClient) -> None:
    post(client, "/account/reset-password", email=NEW)
    assert last_mail(app, NEW).subject == "There is no account with this address"


def test_nobody_can_set_a_password_for_an_address_that_is_not_theirs(app: Flask, client: FlaskClient) -> None:
    """A stranger may ask first; the password is chosen behind the link, which only the owner reads."""
    post(app.test_client(), "/account/register", email=NEW)
    post(client, "/account/register", email=NEW)
    post(client, link_in(app, NEW), name="Owner", password=WORDS)
    client.post("/account/sign-out")
    sign_in_as(client, None)
    assert post(client, "/account/sign-in", email=NEW, password=WORDS).location == "/account"


def test_an_account_without_a_password_lets_nobody_in(client: FlaskClient) -> None:
    post(client, "/account/register", email=NEW)
    for guess in ("!", "", "x"):
        post(client, "/account/sign-in", email=NEW, password=guess)
    assert client.get("/account").status_code == 302


def test_a_link_works_once_and_an_older_one_no_longer(app: Flask, client: FlaskClient) -> None:
    post(client, "/account/register", email=NEW)
    older = link_in(app, NEW)
    post(client, "/account/register", email=NEW)
    link = link_in(app, NEW)
    assert client.get(older).status_code == 404
    post(client, link, name="Nell", password=WORDS)
    again = client.get(link)
    assert again.status_code == 404
    assert "used already, or it is too old" in again.text


def test_a_link_grows_old(app: Flask, client: FlaskClient) -> None:
    post(client, "/account/register", email=NEW)
    with write(engine_of(app)) as session:
        session.execute(update(MailedLink).values(expires_at=datetime.now(UTC) - timedelta(seconds=1)))
    assert client.get(link_in(app, NEW)).status_code == 404


def test_opening_a_link_uses_nothing_up(app: Flask, client: FlaskClient) -> None:
    """Mail scanners open links before people do."""
    post(client, "/account/register", email=NEW)
    link = link_in(app, NEW)
    for _ in range(3):
        assert client.get(link).status_code == 200


def test_a_new_password_ends_every_session_and_lets_its_owner_in(
    app: Flask, client: FlaskClient, people: People
) -> None:
    other = app.test_client()
    sign_in_as(other, people.resident)
    post(client, "/account/reset-password", email=RHYS)
    post(client, link_in(app, RHYS), password=WORDS)
    assert other.get("/account").status_code == 302
    assert "do not fit together" in post(client, "/account/sign-in", email=RHYS, password=PASSWORD).text
    assert post(client, "/account/sign-in", email=RHYS, password=WORDS).location == "/account"


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("", "10 letters or longer"),
        ("short", "10 letters or longer"),
        ("password123", "nobody would guess"),
        ("aaaaaaaaaaaa", "nobody would guess"),
        (NEW, "nobody would guess"),
        ("x" * 201, "200 letters or shorter"),
    ],
)
def test_a_password_that_others_would_guess_is_sent_back_with_the_reason(
    app: Flask, client: FlaskClient, password: str, said: str
) -> None:
    post(client, "/account/register", email=NEW)
    page = post(client, link_in(app, NEW), name="Nell", password=password).text
    assert said in page
    assert 'value="Nell"' in page


@pytest.mark.parametrize("typed", ["", "nobody", "a b@c.d", "a@b", "x@" + "y" * 260 + ".org", "a@b.org,c@d.org"])
def test_what_is_no_address_is_sent_back_with_how_to_write_one(client: FlaskClient, typed: str) -> None:
    page = post(client, "/account/register", email=typed)
    assert page.status_code == 200
    assert "name@example.com" in page.text


def test_nobody_can_flood_an_address_through_us(app: Flask, client: FlaskClient) -> None:
    for _ in range(5):
        post(client, "/account/register", email=NEW)
    assert post(client, "/account/reset-password", email=NEW).status_code == 429
    with read(engine_of(app)) as session:
        assert len(session.scalars(select(OutboxMail).filter_by(to=NEW)).all()) == 5
