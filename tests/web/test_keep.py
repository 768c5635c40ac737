"""A sign-in that runs out in the middle of writing costs nothing that was written."""

from __future__ import annotations

import html
import io
import re

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from pb_app.web.forms import CAME_BACK
from tests.app import PASSWORD, TOTP_SECRET, People, csrf_token, post, sign_in_as
from tests.web.pages import MINE, add_view, try_form

TYPED = {"title": "A path", "words": "\n“Beside” the <Brook> & wet\nin winter"}


@pytest.fixture
def app(app_with_views: Flask) -> Flask:
    return app_with_views


@pytest.fixture(autouse=True)
def _page(app: Flask) -> None:
    add_view(app, MINE, try_form)


def hidden(page: TestResponse, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]* value="([^"]*)"', page.text)
    assert found is not None
    return html.unescape(found[1])


def carried(page: TestResponse) -> dict[str, str]:
    rows = re.findall(r'<textarea name="([^"]+)" hidden>\n(.*?)</textarea>', page.text, re.DOTALL)
    return {name: html.unescape(value) for name, value in rows}


def sign_in_again(client: FlaskClient, kept: str, email: str = "rhys@westmere.example") -> TestResponse:
    arrived = post(client, "/account/sign-in", arrive="1", kept=kept)
    assert hidden(arrived, "kept") == kept
    assert "error-summary" not in arrived.text
    return post(client, "/account/sign-in", email=email, password=PASSWORD, kept=kept)


def test_what_was_typed_comes_back_after_signing_in_again(client: FlaskClient, people: People) -> None:
    stopped = client.post("/mine?draft=1", data=TYPED)
    assert stopped.status_code == 403
    assert "What you wrote is kept" in stopped.text
    returned = sign_in_again(client, hidden(stopped, "kept"))
    assert 'action="/mine?draft=1"' in returned.text
    shown = client.post("/mine?draft=1", data={**carried(returned), "came_back": "1"})
    assert CAME_BACK in shown.text
    assert "DONE" not in shown.text
    assert 'value="A path"' in shown.text
    assert html.escape("“Beside” the <Brook> & wet\nin winter") in shown.text
    done = client.post("/mine", data={**TYPED, "csrf_token": csrf_token(client)})
    assert "DONE A path" in done.text


def test_a_wrong_password_on_the_way_loses_nothing(client: FlaskClient, people: People) -> None:
    kept = hidden(client.post("/mine", data=TYPED), "kept")
    wrong = post(client, "/account/sign-in", email="rhys@westmere.example", password="not this one", kept=kept)
    assert hidden(wrong, "kept") == kept


def test_it_travels_through_the_second_step_too(client: FlaskClient, people: People) -> None:
    kept = hidden(client.post("/mine", data=TYPED), "kept")
    asked = sign_in_again(client, kept, "dana@westmere.example")
    assert hidden(asked, "kept") == kept
    returned = post(client, "/account/sign-in/code", code=pyotp.TOTP(TOTP_SECRET).now(), kept=kept)
    assert carried(returned)["title"] == "A path"


def test_somebody_else_who_signs_in_here_does_not_get_it(app: Flask, client: FlaskClient, people: People) -> None:
    sign_in_as(client, people.resident)
    app.test_client()
    with client.session_transaction() as cookie:
        old = dict(cookie)
    post(client, "/account/sign-out-everywhere")
    with client.session_transaction() as cookie:
        cookie.update(old)
    kept = hidden(client.post("/mine", data=TYPED), "kept")
    other = sign_in_again(client, kept, "nia@westmere.example")
    assert other.status_code == 302
    assert "A path" not in other.text


@pytest.mark.parametrize("kept", ["", "forged", "gAAAAABm" + "A" * 80])
def test_a_forged_text_brings_one_to_one_s_own_page(client: FlaskClient, people: People, kept: str) -> None:
    answer = post(client, "/account/sign-in", email="rhys@westmere.example", password=PASSWORD, kept=kept)
    assert answer.location == "/account"


def test_the_server_keeps_nothing_and_the_page_shows_nothing_in_clear(client: FlaskClient, people: People) -> None:
    page = client.post("/mine", data={"title": "very private words"})
    assert "very private words" not in page.text
    assert "very private words" not in str(page.headers)


def test_a_text_too_long_to_carry_is_said_to_be_so(client: FlaskClient, people: People) -> None:
    page = client.post("/mine", data={"words": "x" * 300_000})
    assert "too long to be carried along" in page.text
    assert hidden(page, "kept") == ""


def test_a_file_is_said_to_need_choosing_again(client: FlaskClient, people: People) -> None:
    page = client.post("/mine", data={**TYPED, "photo": (io.BytesIO(b"x"), "x.jpg")})
    assert "A file can’t be kept this way" in page.text


def test_a_post_from_another_website_carries_nothing_in(client: FlaskClient, people: People) -> None:
    page = client.post("/mine", data=TYPED, headers={"Sec-Fetch-Site": "cross-site"})
    assert page.status_code == 403
    assert "came from another website" in page.text
    assert 'name="kept"' not in page.text
