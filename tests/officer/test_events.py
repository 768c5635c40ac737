"""The pages of an event: desk, slip, tablet and groups, as an officer without script uses them."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pb_app.db import read
from pb_app.models.event import CheckIn
from tests.app import People, engine_of, move_clock, post
from tests.officer.stages import CLOSES, DAY, ROUND, client_of, voting_round
from tests.officer.walk import faults
from tests.resident.rounds import OPENS
from tests.resident.steps import HARBOUR, cast, press, receipts_in, to_check
from tests.services.printing import pages_in, streams

EVENTS = f"/officer/rounds/{ROUND}/events"
CHECK_IN = f"/officer/rounds/{ROUND}/check-in"
TABLET = f"/rounds/{ROUND}/tablet"
GROUPS = f"/officer/rounds/{ROUND}/groups"
ANA = {
    "name": "Ana Rivera", "area": "alder", "route": "live", "place": "18 Mill Lane", "evidence": "bill", "asked": "y",
}  # fmt: skip
START, END = OPENS + DAY, OPENS + DAY
WHEN = {
    f"{name}-{part}": str(value)
    for name, hour in (("starts", "9am"), ("ends", "8pm"))
    for part, value in (("day", START.day), ("month", START.month), ("year", START.year), ("time", hour))
}


@pytest.fixture
def officer(app: Flask, people: People) -> FlaskClient:
    voting_round(app, people)
    return client_of(app, people.officer)


def slip_in(page: str) -> str:
    found = re.search(r'class="cp-code"><span>(....)</span><span>(....)<', page)
    assert found is not None
    return f"{found[1]} {found[2]}"


def tablet_of(app: Flask, people: People) -> FlaskClient:
    """A browser in which an officer pressed the button."""
    client = client_of(app, people.officer)
    assert post(client, f"/officer/rounds/{ROUND}/tablet", label="Library 2").location == TABLET
    return client


def test_a_desk_finds_people_and_puts_others_on_the_roll_with_nothing_personal_in_an_address(
    officer: FlaskClient, app: Flask
) -> None:
    assert faults(post(officer, CHECK_IN, name="a").text) == ["Type at least 3 letters of the name"]
    found = post(officer, CHECK_IN, name="rhys").text
    assert "Rhys Resident, Alder Quay: 18 Mill Lane" in found
    entry = re.search(r'name="entry" type="radio" value="([0-9a-f]{32})"', found)
    assert entry is not None
    assert faults(post(officer, f"{CHECK_IN}/slip", entry=entry[1], looked_for="rhys").text) == ["Say what you saw"]
    assert slip_in(post(officer, f"{CHECK_IN}/slip", entry=entry[1], seen="photo").text)
    nobody = post(officer, CHECK_IN, name="Ana Rivera").text
    assert "Nobody of this name is on the roll" in nobody
    assert 'value="Ana Rivera"' in nobody
    asks = faults(post(officer, f"{CHECK_IN}/new", **{**ANA, "asked": "", "route": ""}).text)
    assert [words.split(",")[0] for words in asks] == ["Say what ties the person to the area", "Ask"]
    assert slip_in(post(officer, f"{CHECK_IN}/new", **ANA).text)
    twice = post(officer, f"{CHECK_IN}/new", **ANA).text
    assert "Ana Rivera, Alder Quay: 18 Mill Lane" in twice
    assert 'name="another"' in twice
    with read(engine_of(app)) as session:
        assert session.query(CheckIn).count() == 1


def test_one_voter_after_the_other_votes_on_a_tablet_and_finds_nothing_of_the_one_before(
    officer: FlaskClient, app: Flask, people: People
) -> None:
    slips = [slip_in(post(officer, f"{CHECK_IN}/new", **{**ANA, "name": f"Visitor {n}"}).text) for n in range(2)]
    tablet = tablet_of(app, people)
    assert tablet.get(EVENTS).status_code == 302
    start = tablet.get(TABLET)
    assert start.headers["Cache-Control"] == "no-store"
    assert "Sign in" not in start.text
    entered = press(tablet, TABLET, start.text, code=slips[0])
    assert entered.location == f"/rounds/{ROUND}/vote/{HARBOUR}"
    assert tablet.get(entered.location).headers["Cache-Control"] == "no-store", "Back must not show it to the next one"
    checked = to_check(tablet, ROUND, ["h1"], ["y1"])
    receipt = cast(tablet, ROUND, checked)
    assert len(receipts_in(receipt.text)) == 0
    assert "next voter" in receipt.text
    assert receipt.text.count("noscript") == 2
    assert press(tablet, f"{TABLET}/next", receipt.text).location == TABLET
    start = tablet.get(TABLET)
    assert tablet.get(f"/rounds/{ROUND}/vote/{HARBOUR}").location.endswith("/vote")
    assert tablet.get(f"/rounds/{ROUND}/vote").location == TABLET
    assert "has been used" in press(tablet, TABLET, start.text, code=slips[0]).text
    press(tablet, TABLET, start.text, code=slips[1])
    again = cast(tablet, ROUND, checked)
    assert again.location == f"{TABLET}?why=former"
    assert "of the voter before you" in tablet.get(again.location).text


def test_a_tablet_takes_slips_until_staff_stop_it_and_no_other_browser_does(
    officer: FlaskClient, app: Flask, people: People
) -> None:
    slip = slip_in(post(officer, f"{CHECK_IN}/new", **ANA).text)
    phone = app.test_client()
    assert "it works on the tablets" in post(phone, f"/rounds/{ROUND}/code", code=slip).text
    assert phone.get(TABLET).location.endswith("/vote")
    assert post(phone, TABLET, code=slip).location.endswith("/vote")
    tablet = tablet_of(app, people)
    tablet.get(TABLET)
    stopped = post(tablet, f"{TABLET}/stop")
    assert stopped.location == f"/rounds/{ROUND}"
    assert tablet.get(TABLET).location.endswith("/vote")
    move_clock(app, CLOSES + DAY)
    assert "desk and tablets are closed" in officer.get(EVENTS).text
    assert post(officer, f"/officer/rounds/{ROUND}/tablet", label="x").status_code == 409


def test_a_page_left_alone_on_a_tablet_is_cleared_and_says_so_kindly(
    officer: FlaskClient, app: Flask, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    slip = slip_in(post(officer, f"{CHECK_IN}/new", **ANA).text)
    tablet = tablet_of(app, people)
    press(tablet, TABLET, tablet.get(TABLET).text, code=slip, slow="y")
    page = tablet.get(f"/rounds/{ROUND}/vote/{HARBOUR}").text
    assert 'data-idle="900"' in page
    assert 'content="3600;url=' in page
    monkeypatch.setattr("pb_app.resident.tablet_views.MORE_MINUTES", 0)
    press(tablet, TABLET, page, code=slip, slow="y")
    late = press(tablet, f"/rounds/{ROUND}/vote/{HARBOUR}", page, **{f"pick-{HARBOUR}": "h1", "do": "next"})
    assert late.location == f"{TABLET}?why=away"
    assert "left alone, so we cleared it" in tablet.get(late.location).text


def test_a_class_gets_numbered_cards_and_its_log_has_no_names(officer: FlaskClient, app: Flask) -> None:
    form = {"name": "Year 6, Mill Lane School", "area": "alder", "size": "12", **WHEN}
    assert len(faults(post(officer, f"{GROUPS}/new", name="").text)) >= 4
    cards = post(officer, f"{GROUPS}/new", **form)
    assert cards.mimetype == "application/pdf"
    assert pages_in(cards.data) == 3
    assert b"/MarkInfo" in streams(cards.data)
    page = officer.get(EVENTS).text
    link = re.search(rf'href="({GROUPS}/[0-9a-f]+)"', page)
    assert link is not None
    assert faults(post(officer, link[1], numbers="1-99", state="out").text) == [
        "Write the numbers like 1-12, 15, from 1 to 12"
    ]
    assert post(officer, link[1], numbers="1-10", state="out").location == link[1]
    post(officer, link[1], numbers="9", state="back")
    page = officer.get(link[1]).text
    assert "1–8, 10" in page
    assert "Dana Officer" in page
    assert officer.get(link[1].replace(ROUND, "other")).status_code == 404
