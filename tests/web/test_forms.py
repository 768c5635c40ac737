"""Forms: money, dates and times as people write them, and nothing typed is lost."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pb_app.web.filters import sentences
from pb_app.web.forms import TOO_OLD
from tests.app import People, csrf_token, post, sign_in_as
from tests.web.pages import add_view, try_form

TYPED = {"title": "A path", "words": "beside the Brook"}


@pytest.fixture
def app(app_with_views: Flask) -> Flask:
    return app_with_views


@pytest.fixture(autouse=True)
def _page(app: Flask) -> None:
    add_view(app, "/try", try_form)


@pytest.mark.parametrize(
    ("typed", "pence"),
    [("1600", 1600_00), ("£1,600", 1600_00), ("1,250.5", 1250_50), (" 0.99 ", 99), ("12,345,678", 12_345_678_00)],
)
def test_money_is_understood_as_people_write_it(client: FlaskClient, typed: str, pence: int) -> None:
    assert f"|{pence}|" in post(client, "/try", **TYPED, cost=typed).text


@pytest.mark.parametrize("typed", ["lots", "about 1600", "-5", "1.234", "12,34", "1e3", "٣", "NaN", "£"])
def test_what_is_no_money_comes_back_as_typed_with_how_to_write_it(client: FlaskClient, typed: str) -> None:
    page = post(client, "/try", **TYPED, cost=typed).text
    assert "Write “Cost” in pounds, like 1,600" in page
    assert f'value="{typed}"' in page
    assert "DONE" not in page


def test_several_messages_of_one_field_are_whole_sentences_in_a_row() -> None:
    assert sentences(["Put this one aside.", "Say when", "Choose one"]) == "Put this one aside. Say when. Choose one"


def test_a_sum_no_council_has_is_refused(client: FlaskClient) -> None:
    assert "Write a smaller sum" in post(client, "/try", **TYPED, cost="9" * 40).text


@pytest.mark.parametrize(
    ("parts", "utc"),
    [
        (("6", "3", "2026", "5pm"), "2026-03-06 17:00"),
        (("6", "July", "26", "17:30"), "2026-07-06 16:30"),
        (("31", "12", "2026", "midnight"), "2026-12-31 00:00"),
        (("1", "jun", "2026", "9.15 am"), "2026-06-01 08:15"),
        (("1", "6", "2026", "midday"), "2026-06-01 11:00"),
    ],
)
def test_a_local_time_becomes_utc(client: FlaskClient, parts: tuple[str, ...], utc: str) -> None:
    assert f"|{utc}:00+00:00|" in post(client, "/try", **TYPED, **opens(*parts)).text


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (("31", "2", "2026", "5pm"), "Write a real date for “Voting opens”"),
        (("x", "2", "2026", "5pm"), "Write a real date for “Voting opens”"),
        (("1", "2", "20266", "5pm"), "Write a real date for “Voting opens”"),
        (("1", "2", "1026", "5pm"), "Write the year of “Voting opens” with four digits"),
        (("1", "2", "9" * 5000, "5pm"), "Write a real date for “Voting opens”"),
        (("", "2", "2026", "5pm"), "Write the day of “Voting opens”"),
        (("", "", "2026", "5pm"), "Write the day and the month of “Voting opens”"),
        (("1", "2", "2026", ""), "Write the time of “Voting opens” like 5pm"),
        (("1", "2", "2026", "25:00"), "Write the time of “Voting opens” like 5pm"),
        (("1", "2", "2026", "13pm"), "Write the time of “Voting opens” like 5pm"),
        (("29", "3", "2026", "1:30"), "There is no 01:30 that day"),
    ],
)
def test_a_malformed_date_comes_back_as_typed_with_how_to_mend_it(
    client: FlaskClient, parts: tuple[str, ...], said: str
) -> None:
    answer = post(client, "/try", **TYPED, **opens(*parts))
    assert answer.status_code == 200
    assert said in answer.text
    assert all(f'value="{part}"' in answer.text for part in parts)
    assert 'href="#opens-day"' in answer.text


def test_a_time_that_exists_twice_is_asked_about(client: FlaskClient) -> None:
    asked = post(client, "/try", **TYPED, **opens("25", "10", "2026", "1:30am")).text
    assert "happens twice that day" in asked
    assert "The first one, before the clocks go back" in asked
    for fold, utc in (("0", "00:30"), ("1", "01:30")):
        chosen = {**opens("25", "10", "2026", "1:30am"), "opens-fold": fold}
        assert f"|2026-10-25 {utc}:00+00:00|" in post(client, "/try", **TYPED, **chosen).text


def test_an_empty_date_is_no_date(client: FlaskClient) -> None:
    assert "|None|None" in post(client, "/try", **TYPED, **opens("", "", "", "")).text


def test_a_form_without_some_of_its_boxes_is_no_fault_of_ours(client: FlaskClient) -> None:
    assert client.post("/try", data={"opens-day": "1"}).status_code == 200
    assert client.post("/try", data={"lines-0-cost": ["1", "x"], "lines-9-cost": "y"}).status_code == 200


def test_too_long_and_missing_text_say_how_to_mend_it_and_lead_to_the_box(client: FlaskClient) -> None:
    page = post(client, "/try", title="x" * 21).text
    assert "Make the title 20 letters or shorter. It is 21 now" in page
    assert "There is 1 thing to mend" in page
    assert 'href="#title"' in page
    assert "Write the title" in post(client, "/try", title="  ").text


def test_a_line_of_a_list_is_named_in_the_summary(client: FlaskClient) -> None:
    page = post(client, "/try", **TYPED, **{"lines-0-cost": "5", "lines-1-cost": "lots"}).text
    assert 'href="#lines-1-cost"' in page


def test_an_old_token_shows_the_form_again_with_everything_typed(app: Flask, client: FlaskClient) -> None:
    token = csrf_token(client)
    app.config["WTF_CSRF_TIME_LIMIT"] = -1
    page = client.post("/try", data={"csrf_token": token, **TYPED})
    assert TOO_OLD in page.text
    assert 'value="A path"' in page.text
    assert "beside the Brook" in page.text
    assert "DONE" not in page.text
    app.config["WTF_CSRF_TIME_LIMIT"] = 3600
    assert "DONE" in post(client, "/try", **TYPED).text


@pytest.mark.parametrize("token", ["", "forged", "a.b.c"])
def test_without_a_token_nothing_is_done_and_nothing_is_lost(client: FlaskClient, token: str) -> None:
    page = client.post("/try", data={"csrf_token": token, **TYPED}).text
    assert TOO_OLD in page
    assert "DONE" not in page
    assert 'value="A path"' in page


def test_another_browser_s_token_does_nothing(app: Flask, client: FlaskClient) -> None:
    theirs = csrf_token(app.test_client())
    csrf_token(client)
    assert "DONE" not in client.post("/try", data={"csrf_token": theirs, **TYPED}).text


def test_a_file_must_be_chosen_again_and_the_page_says_so(client: FlaskClient) -> None:
    page = client.post("/try", data={**TYPED, "photo": (io.BytesIO(b"x"), "x.jpg")}).text
    assert "Choose your file again" in page


def test_markup_that_was_typed_stays_text(client: FlaskClient, people: People) -> None:
    sign_in_as(client, people.resident)
    page = post(client, "/try", title='"><b>', words="</textarea><script>").text
    assert "<b>" not in page
    assert "<script>" not in page


def opens(*parts: str) -> dict[str, str]:
    return dict(zip(("opens-day", "opens-month", "opens-year", "opens-time"), parts, strict=True))
