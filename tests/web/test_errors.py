"""Every refusal has its page: what happened, and what to do next."""

from __future__ import annotations

import logging
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import TooManyRequests

from pb_app.db import write
from pb_app.models.area import Council
from pb_app.web.errors import CONSTRAINTS, STATUS
from tests.app import People, engine_of, post, sign_in_as
from tests.resident.rounds import voting_round
from tests.web.pages import add_view, raising, try_form, write_in_a_get, write_unchecked, write_while_reading
from voting.errors import VotingError

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "errors"
LONG_TEXT = {
    "application/x-www-form-urlencoded": b"words=" + b"x" * 10_000_000,
    "multipart/form-data; boundary=b": b'--b\r\nContent-Disposition: form-data; name="words"\r\n\r\n'
    + b"x" * 10_000_000
    + b"\r\n--b--\r\n",
}
NOT_SAID = ("please", "invalid", "submit", "successfully", "forbidden", "unauthorized", "error 4")


@pytest.fixture
def app(app_with_views: Flask) -> Flask:
    return app_with_views


@pytest.mark.parametrize("refusal", sorted(VotingError.__subclasses__(), key=str))
def test_each_refusal_has_a_status_and_a_page_with_its_own_sentence(
    app: Flask, client: FlaskClient, refusal: type[VotingError]
) -> None:
    add_view(app, "/refuse", raising(refusal("The very reason.")))
    page = client.get("/refuse")
    assert page.status_code == STATUS[refusal]
    assert "The very reason." in page.text
    assert (TEMPLATES / f"{refusal.__name__}.html").exists()


def test_no_error_page_uses_a_word_from_the_list_of_words_to_avoid() -> None:
    for path in sorted(TEMPLATES.glob("*.html")):
        text = path.read_text().lower()
        assert not [word for word in NOT_SAID if word in text], path.name


@pytest.mark.parametrize("number", [2**31, 10**20, "9" * 5000])
def test_a_number_that_no_database_holds_is_a_page_that_is_not_there(
    client: FlaskClient, app: Flask, people: People, number: int | str
) -> None:
    voting_round(app, people)
    for path in ("results/{}", "record-{}.zip", "register/decisions/{}.json", "register/checkpoints/{}"):
        assert client.get(f"/rounds/spring-2026/{path.format(number)}").status_code == 404


def test_an_unknown_address_says_what_to_check(client: FlaskClient) -> None:
    page = client.get("/nothing/here")
    assert page.status_code == 404
    assert "Check the address" in page.text


def test_a_wrong_method_names_the_right_ones(client: FlaskClient) -> None:
    page = client.get("/account/sign-out")
    assert page.status_code == 405
    assert page.headers["Allow"]


@pytest.mark.parametrize("kind", sorted(LONG_TEXT))
def test_ten_megabytes_of_text_are_answered_with_what_to_do(app: Flask, client: FlaskClient, kind: str) -> None:
    add_view(app, "/try", try_form)
    page = client.post("/try", data=LONG_TEXT[kind], content_type=kind)
    assert page.status_code == 413
    assert "What you wrote is still in the form" in page.text
    assert "make a long text shorter" in page.text


def test_more_than_the_largest_request_is_read_to_its_end_and_answered(app: Flask, client: FlaskClient) -> None:
    """A browser that still sends shows no answer, so the rest is read and dropped."""
    add_view(app, "/try", try_form)
    sent = BytesIO(b"x" * 13_000_000)
    page = client.post("/try", input_stream=sent, content_length=13_000_000, content_type="multipart/form-data")
    assert page.status_code == 413
    assert "a photo can be 10 MB at most" in page.text
    assert sent.read() == b""


def test_too_many_tries_say_how_long_to_wait(app: Flask, client: FlaskClient) -> None:
    add_view(app, "/often", raising(TooManyRequests()))
    page = client.get("/often")
    assert page.status_code == 429
    assert page.headers["Retry-After"] == "3600"
    assert "Wait an hour" in page.text


def test_a_fault_of_ours_shows_a_code_that_the_log_holds_and_no_trace(
    app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    add_view(app, "/account/confirm-fault", raising(RuntimeError("the secret inside")))
    with caplog.at_level(logging.ERROR):
        page = client.get("/account/confirm-fault?token=private")
    assert page.status_code == 500
    assert "the secret inside" not in page.text
    code = page.text.split('cp-nowrap">')[1].split("<")[0].replace(" ", "")
    assert code in caplog.text
    assert "private" not in caplog.text


def test_the_page_of_a_fault_needs_no_database(app: Flask, client: FlaskClient) -> None:
    with write(engine_of(app)) as session:
        Council.__table__.drop(session.connection())  # type: ignore[attr-defined]  # a Table, by declaration
    page = client.get("/")
    assert page.status_code == 500
    assert "Something went wrong on our side" in page.text


@pytest.mark.parametrize("name", sorted(CONSTRAINTS))
def test_two_who_act_at_once_are_told_so(app: Flask, client: FlaskClient, name: str) -> None:
    add_view(app, "/twice", raising(IntegrityError("INSERT", {}, Exception(f"violates constraint {name}"))))
    page = client.get("/twice")
    assert page.status_code == 409
    assert CONSTRAINTS[name] in page.text


def test_a_constraint_that_nobody_foresaw_is_a_fault_of_ours(app: Flask, client: FlaskClient) -> None:
    add_view(app, "/twice", raising(IntegrityError("INSERT", {}, Exception("ck_something_else"))))
    assert client.get("/twice").status_code == 500


@pytest.mark.parametrize("view", [write_in_a_get, write_while_reading])
def test_a_get_that_wants_to_write_fails(app: Flask, client: FlaskClient, view: Callable[[], str]) -> None:
    add_view(app, "/writes", view)
    assert client.get("/writes").status_code == 500
    assert "Changed" not in client.get("/account/sign-in").text


def test_a_post_whose_form_was_not_checked_can_t_write(app: Flask, client: FlaskClient, people: People) -> None:
    sign_in_as(client, people.resident)
    add_view(app, "/unchecked", write_unchecked)
    assert post(client, "/unchecked").status_code == 500
