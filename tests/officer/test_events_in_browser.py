"""An event in a real browser: somebody is checked in, votes on a tablet by keyboard, and the next voter starts."""

from __future__ import annotations

from collections.abc import Callable
from wsgiref.types import WSGIApplication

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from tests.accessibility import assert_accessible
from tests.app import People
from tests.browser import DESK, PHONE, open_page
from tests.officer.stages import ROUND, client_of, voting_round

pytestmark = pytest.mark.browser
Serve = Callable[[WSGIApplication], str]
DIALOG = "dialog[data-tablet]"


def enter_as_officer(page: Page, app: Flask, people: People, base: str) -> None:
    """An officer's session, second factor given."""
    cookie = client_of(app, people.officer).get_cookie("commonpot")
    assert cookie is not None
    page.context.add_cookies([{"name": "commonpot", "value": cookie.value, "url": base}])
    page.goto(f"{base}/officer/rounds/{ROUND}/events")


def look(page: Page, has_script: bool) -> None:
    """At both widths nothing is found wrong; axe needs script."""
    for width in (PHONE, DESK) if has_script else ():
        page.set_viewport_size({"width": width, "height": 800})
        assert_accessible(page)


def check_in(page: Page, name: str, has_script: bool) -> str:
    """The code on the slip of somebody new."""
    page.fill("[name=name]", name)
    page.press("[name=name]", "Enter")
    expect(page.locator("h1")).to_have_text("Nobody of this name is on the roll")
    look(page, has_script)
    page.click("button:has-text('Check in and give a slip')")
    look(page, has_script)
    for box in ("area][value=alder", "route][value=live", "evidence][value=photo", "asked"):
        page.check(f"[name={box}]")
    page.fill("[name=place]", "18 Mill Lane")
    page.click("button:has-text('Check in and give a slip')")
    expect(page.locator("h1")).to_have_text("Your code to vote")
    look(page, has_script)
    return "".join(page.inner_text(".cp-slip").split())


def vote_by_keyboard(page: Page, code: str, has_script: bool) -> None:
    page.focus("#code")
    page.keyboard.type(code.lower())
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Pick up to 3 projects")
    look(page, has_script)
    page.focus(".cp-tick >> nth=0")
    page.keyboard.press("Space")
    tab_to(page, "Continue")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Pick up to 2 projects")
    tab_to(page, "Leave this list out")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Check your vote before you cast it")
    page.focus("#number-harbour-fund")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Your vote is in")
    expect(page.locator("a[download]")).to_have_count(0)
    look(page, has_script)


def tab_to(page: Page, words: str) -> None:
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText || ''").strip() == words:
            return
    raise AssertionError(f"no stop at {words!r}")


@pytest.mark.parametrize("has_script", [True, False])
def test_a_voter_is_checked_in_and_votes_by_keyboard_on_a_tablet(
    app: Flask, people: People, serve: Serve, browser: Browser, has_script: bool
) -> None:
    voting_round(app, people)
    base = serve(app)
    with open_page(browser, has_script=has_script) as page:
        enter_as_officer(page, app, people, base)
        look(page, has_script)
        code = check_in(page, "Ana Rivera", has_script)
        page.goto(f"{base}/officer/rounds/{ROUND}/events")
        page.fill("[name=label]", "Library 2")
        page.click("button:has-text('Make this device a voting tablet')")
        expect(page.locator("h1")).to_have_text("Vote here")
        look(page, has_script)
        vote_by_keyboard(page, code, has_script)
        tab_to(page, "I have finished: next voter")
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("Vote here")
        assert page.evaluate("Object.keys(sessionStorage).length") == 0
        page.goto(f"{base}/officer/rounds/{ROUND}/events")
        expect(page.locator("h1")).to_have_text("Sign in")


def test_a_tablet_that_nobody_touches_asks_and_then_clears_the_page(
    app: Flask, people: People, serve: Serve, browser: Browser
) -> None:
    voting_round(app, people)
    base = serve(app)
    with open_page(browser, width=DESK) as page:
        enter_as_officer(page, app, people, base)
        code = check_in(page, "Ana Rivera", has_script=False)
        page.goto(f"{base}/officer/rounds/{ROUND}/events")
        page.fill("[name=label]", "Library 2")
        page.click("button:has-text('Make this device a voting tablet')")
        page.clock.install()
        page.fill("#code", code)
        page.press("#code", "Enter")
        page.locator(".cp-tick").nth(0).check()
        page.clock.fast_forward(179_000)
        expect(page.locator(DIALOG)).to_be_hidden()
        page.clock.fast_forward(2_000)
        expect(page.locator(DIALOG)).to_be_visible()
        look(page, has_script=True)
        page.keyboard.press("Enter")
        expect(page.locator(DIALOG)).to_be_hidden()
        expect(page.locator(".cp-tick").nth(0)).to_be_checked()
        page.clock.fast_forward(181_000)
        expect(page.locator(DIALOG)).to_be_visible()
        page.clock.run_for(61_000)
        expect(page.locator("h1")).to_have_text("Vote here")
        expect(page.locator("[role=status]")).to_contain_text("left alone, so we cleared it")
        look(page, has_script=True)


def test_the_pages_of_codes_for_groups_and_letters_have_no_fault(
    app: Flask, people: People, serve: Serve, page: Page
) -> None:
    voting_round(app, people)
    base = serve(app)
    enter_as_officer(page, app, people, base)
    page.click("a:has-text('Make codes for a group')")
    look(page, has_script=True)
    page.fill("[name=name]", "Year 6, Mill Lane School")
    page.check("[name=area][value=alder]")
    page.fill("[name=size]", "12")
    for name, at in (("starts", "9am"), ("ends", "8pm")):
        for part, value in (("day", "27"), ("month", "3"), ("year", "2026"), ("time", at)):
            page.fill(f"[name={name}-{part}]", value)
    with page.expect_download():
        page.click("button:has-text('Make the cards')")
    page.goto(f"{base}/officer/rounds/{ROUND}/events")
    look(page, has_script=True)
    page.click("a:has-text('Year 6')")
    page.fill("[name=numbers]", "1-10")
    page.check("[name=state][value=out]")
    page.click("button:has-text('Note it')")
    expect(page.locator("table")).to_contain_text("1–10")
    look(page, has_script=True)
    for name in ("letters", "lost-letters"):
        page.goto(f"{base}/officer/rounds/{ROUND}/{name}")
        look(page, has_script=True)
