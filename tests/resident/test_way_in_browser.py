"""The way in by postcode in a real browser: by keyboard alone on a phone without script; no fault that axe finds."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from wsgiref.types import WSGIApplication

import pyotp
import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from pb_app.db import write
from pb_app.models.round import Round
from pb_app.services.postcodes import store_look_up
from pb_app.services.voter_requests import Declared, ask_to_vote
from pb_app.services.voter_rules import write_rule
from tests.accessibility import assert_accessible
from tests.app import NOW, PASSWORD, TOTP_SECRET, People, engine_of
from tests.browser import DESK, PHONE, open_page
from tests.resident.rounds import OPENS, letter_codes, voting_round
from tests.resident.test_way_in import FILE, RULE
from voting.eligibility import Route

pytestmark = pytest.mark.browser
Serve = Callable[[WSGIApplication], str]
AT = "/rounds/spring-2026"


@pytest.fixture
def base(app: Flask, people: People, serve: Serve) -> str:
    """A round open for voting, where people mark first, with a file of postcodes; its address."""
    voting_round(app, people)
    with write(engine_of(app)) as session:
        session.get_one(Round, "spring-2026").eligibility = write_rule(RULE)
        store_look_up(session, data=FILE, dated=date(2026, 3, 1), source="ONS", by=people.officer, now=NOW)
    return serve(app)


def look(page: Page, name: str) -> None:
    """On a phone nothing is found wrong; PB_PICTURES names a folder for pictures at both widths."""
    folder = os.environ.get("PB_PICTURES")
    for width in (PHONE, DESK) if folder else (PHONE,):
        page.set_viewport_size({"width": width, "height": 800})
        assert_accessible(page)
        if folder:
            page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)


def sign_in_officer(page: Page, base: str) -> None:
    """Signs Dana in, with her second step."""
    page.goto(f"{base}/account/sign-in")
    page.fill("[name=email]", "dana@westmere.example")
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.fill("[name=code]", pyotp.TOTP(TOTP_SECRET).now())
    page.click("main button[type=submit]")


def test_marks_of_somebody_unknown_outlive_a_lost_connection_and_do_not_stay_in_the_tab(base: str, page: Page) -> None:
    for way in ("practice", "vote"):
        page.goto(f"{base}{AT}/{way}/harbour-fund")
        page.locator(".cp-tick").nth(3).check()
        page.context.set_offline(True)
        with page.expect_event("requestfailed"):
            page.click(".cp-picks button:has-text('Continue')", no_wait_after=True)
        page.context.set_offline(False)
        page.reload()  # sends the form again
        expect(page.locator("h1")).to_contain_text("check your vote" if way == "practice" else "Check your vote")
        expect(page.locator(".cp-list .cp-project")).to_have_count(1)
        page.goto(f"{base}{AT}/{way}/harbour-fund")
        expect(page.locator("[data-kept]")).to_be_hidden()
        expect(page.locator(".cp-tick:checked")).to_have_count(0)


def tab_to(page: Page, words: str) -> None:
    """Tabs to the link or button with these words, and presses Enter."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if " ".join(page.evaluate("document.activeElement.innerText || ''").split()).startswith(words):
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"no way to “{words}” by keyboard")


def tab_into(page: Page, name: str) -> None:
    """Tabs into the box of this name."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name || ''") == name:
            return
    raise AssertionError(f"no way to the box {name} by keyboard")


def test_marked_first_then_in_by_postcode_and_cast_by_keyboard_alone_without_script(
    base: str, browser: Browser
) -> None:
    with open_page(browser, width=PHONE, has_script=False) as page:
        page.goto(f"{base}{AT}/vote")
        tab_to(page, "Vote on Harbour")
        expect(page.locator("h1")).to_have_text("Pick up to 3 projects")
        page.focus(".cp-tick >> nth=0")
        page.keyboard.press("Space")
        tab_to(page, "Continue")
        expect(page.locator("h1")).to_have_text("Check your vote before you cast it")
        tab_to(page, "Go on")
        expect(page.locator("h1")).to_have_text("Your picks are ready. How do you say who you are?")
        tab_to(page, "I have an account")
        expect(page.locator("h1")).to_have_text("Sign in to go on")
        page.focus("h1 + p + p ~ form button")
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("Sign in")
        for box, typed in (("email", "nell@westmere.example"), ("password", PASSWORD)):
            tab_into(page, box)
            page.keyboard.type(typed)
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("You are signed in again")
        tab_to(page, "Show me what I wrote")
        expect(page.locator("h1")).to_have_text("Can I vote in this round?")
        tab_into(page, "route")
        page.keyboard.press("Space")
        tab_into(page, "age")
        page.keyboard.type("30")
        tab_into(page, "postcode")
        page.keyboard.type("ab12ce")
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("Go on with your vote")
        tab_to(page, "Check my vote")
        expect(page.locator("h1")).to_have_text("Check your vote before you cast it")
        tab_to(page, "Cast my vote")
        expect(page.locator("h1")).to_have_text("Your vote is in")
        expect(page.locator("main")).to_contain_text("Harbour project")


def test_the_pages_of_the_way_in_have_no_fault(base: str, page: Page) -> None:
    page.goto(f"{base}{AT}")
    look(page, "round")
    page.goto(f"{base}{AT}/vote")
    look(page, "vote")
    page.goto(f"{base}{AT}/way-in")
    page.click("main button:has-text('Continue')")
    look(page, "way-in")
    page.check("text=I live there")
    page.fill("#age", "30")
    page.fill("#postcode", "AB1 2CE")
    page.click("main button:has-text('Continue')")
    look(page, "show")
    page.goto(f"{base}{AT}/way-in")
    page.check("text=I live there")
    page.fill("#age", "10")
    page.check("text=I have no fixed address")
    page.click("main button:has-text('Continue')")
    look(page, "no")
    page.fill("#statement", "The hostel")
    page.click("main button:has-text('Ask an officer')")
    look(page, "code")
    code = page.locator(".cp-code").inner_text()
    page.goto(f"{base}{AT}/my-request")
    look(page, "my-request-code")
    page.fill("#code", code)
    page.click("main button:has-text('Show')")
    look(page, "my-request")
    page.goto(f"{base}{AT}/number")
    page.click("main button:has-text('Continue')")
    look(page, "number")


def test_the_pages_of_marking_first_and_of_hashing_numbers_have_no_fault(base: str, page: Page) -> None:
    page.goto(f"{base}{AT}/vote/harbour-fund")
    page.locator(".cp-tick").nth(0).check()
    page.click(".cp-picks button:has-text('Continue')")
    look(page, "check")
    page.click("main button:has-text('Go on'):visible >> nth=-1")
    look(page, "who")
    page.goto(f"{base}{AT}/number-hashes")
    page.fill("#numbers", "4711, Brindle\n4712, Alder Quay")
    page.click("#make-hashes")
    expect(page.locator("#hash-state")).to_contain_text("2 done", timeout=20_000)
    look(page, "hashes")
    with page.expect_download() as download:
        page.click("#hash-file")
    assert Path(download.value.path()).read_text().count("\n") == 3


def test_the_officers_pages_about_voters_have_no_fault(app: Flask, base: str, people: People, page: Page) -> None:
    with write(engine_of(app)) as session:
        declared = Declared(Route.LIVE, 12, "alder", None, None)
        made = ask_to_vote(
            session, round_id="spring-2026", declared=declared, statement="Mill Lane", contact="", by=None, now=OPENS
        )
    sign_in_officer(page, base)
    for name, path in (
        ("postcodes", "/officer/postcodes"),
        ("people", "/officer/people"),
        ("voter", f"/officer/voters/{made}"),
        ("introductions", "/officer/rounds/spring-2026/introductions"),
    ):
        page.goto(base + path)
        if name != "people":
            page.click("main form:not(:has(.cp-linkbutton)) button[type=submit]:visible >> nth=0")
        look(page, name)
    page.fill("#name", "Mill Lane hostel")
    page.check("text=Alder Quay")
    page.fill("#count", "3")
    page.check("text=They hold a parent’s >> nth=0")
    page.click("main button:has-text('Make the slips')")
    look(page, "slips")
    page.goto(f"{base}/officer/rounds/new")
    page.check("text=An empty round")
    page.click("main button:has-text('Continue'):visible")
    page.fill("#title", "Youth fund")
    page.fill("#summary", "For the young.")
    page.click("main button:has-text('Save and continue')")
    look(page, "eligible")


def test_the_pages_of_helping_somebody_have_no_fault(app: Flask, base: str, people: People, page: Page) -> None:
    code = letter_codes(app, people, "spring-2026")[0]
    sign_in_officer(page, base)
    page.goto(f"{base}/officer/rounds/spring-2026/help")
    page.click("main button:has-text('Begin')")
    look(page, "helping")
    page.check("text=They can’t see the screen well")
    page.check("text=Yes: I hand over the device")
    page.click("main button:has-text('Begin')")
    page.fill("#code", code)
    look(page, "helped-code")
    page.click("main button:has-text('Continue')")
    page.click("main a:has-text('Vote on Youth')")
    page.locator(".cp-tick").nth(0).check()
    look(page, "helped-ballot")
    page.click(".cp-bar button:has-text('Continue')")
    look(page, "hand-over")
    page.click("main button:has-text('I am the voter')")
    page.click("main button:has-text('Cast my vote'):visible >> nth=-1")
    expect(page.locator("h1")).to_have_text("Your vote is in")
    look(page, "helped-receipt")
