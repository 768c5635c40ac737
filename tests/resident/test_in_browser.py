"""Residents' pages in a real browser: no fault that axe finds, the ballot live without script, the keyboard enough."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from wsgiref.types import WSGIApplication

import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tallying.receipt import load_receipt
from tests.accessibility import assert_accessible
from tests.app import PASSWORD, People
from tests.browser import DESK, PHONE, open_page
from tests.resident.rounds import letter_codes, proposing_round, voting_round

pytestmark = pytest.mark.browser
Serve = Callable[[WSGIApplication], str]
CAST = "main button:has-text('Cast my vote'):visible >> nth=-1"


def sign_in(page: Page, base: str) -> None:
    page.goto(f"{base}/account/sign-in")
    page.fill("[name=email]", "rhys@westmere.example")
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")


def look(page: Page) -> None:
    """At both widths nothing is found wrong."""
    for width in (PHONE, DESK):
        page.set_viewport_size({"width": width, "height": 800})
        assert_accessible(page)


def test_the_pages_of_a_proposal_have_no_fault(app: Flask, people: People, serve: Serve, page: Page) -> None:
    round_id, base = proposing_round(app, people), serve(app)
    sign_in(page, base)
    page.goto(f"{base}/rounds/{round_id}/propose")
    look(page)
    page.click("main button:has-text('Start')")
    page.fill("#title", "x" * 74)
    page.fill("#label-1", "Path")
    page.fill("#amount-1", "lots")
    page.click("button:has-text('Check and send')")
    look(page)
    page.click("a:has-text('Write the cost of “Path” in pounds, like 1,600')")
    expect(page.locator("#amount-1")).to_be_focused()
    picture = io.BytesIO()
    Image.new("RGB", (900, 700), "teal").save(picture, "JPEG")
    page.set_input_files("#photo", {"name": "p.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()})
    page.fill("#alt", "A muddy path")
    page.fill("#amount-1", "1,600")
    page.fill("#title", "Firm path")
    for box in ("summary", "what", "who_benefits", "place"):
        page.fill(f"#{box}", "Words about it.")
    for name, value in (("area_id", "alder"), ("pot_id", "harbour-pot"), ("gains", "no")):
        page.check(f"[name={name}][value={value}]")
    page.click("button:has-text('Check and send')")
    expect(page.locator("h1")).to_have_text("Check your proposal before you send it")
    look(page)
    page.click("button:has-text('Send my proposal')")
    page.goto(f"{base}/my-proposals")
    look(page)
    page.click("a:has-text('Take it back')")
    look(page)


def test_enter_in_a_box_of_the_proposal_saves_it_and_takes_nothing_away(
    app: Flask, people: People, serve: Serve, page: Page
) -> None:
    round_id, base = proposing_round(app, people), serve(app)
    sign_in(page, base)
    page.goto(f"{base}/rounds/{round_id}/propose")
    page.click("main button:has-text('Start')")
    page.fill("#label-1", "Path")
    page.fill("#amount-1", "12")
    page.press("#label-1", "Enter")
    expect(page.locator(".cp-done-note")).to_contain_text("Saved")
    expect(page.locator("#amount-1")).to_have_value("12")


@pytest.mark.parametrize("has_script", [True, False])
def test_a_vote_is_cast_by_keyboard_alone_with_or_without_script(
    app: Flask, people: People, serve: Serve, browser: Browser, has_script: bool
) -> None:
    round_id, base = voting_round(app, people), serve(app)
    code = letter_codes(app, people, round_id)[0]
    with open_page(browser, width=PHONE, has_script=has_script) as page:
        page.goto(f"{base}/rounds/{round_id}/code")
        page.focus("#code")
        page.keyboard.type(code.lower())
        page.keyboard.press("Enter")
        page.focus("main a:has-text('Vote on Harbour')")
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("Pick up to 3 projects")
        page.focus(".cp-tick >> nth=0")
        page.keyboard.press("Space")
        expect(page.locator(".cp-bar .cp-over")).to_be_hidden()
        _tab_to(page, "Continue")
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("Pick up to 2 projects")
        _tab_to(page, "Leave this list out")
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("Check your vote before you cast it")
        page.focus("#number-harbour-fund")
        page.keyboard.type("407")
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("Your vote is in")
        with page.expect_download() as download:
            page.click("a:has-text('Save it as a file')")
        receipt = load_receipt(Path(download.value.path()).read_bytes())
    assert receipt.is_signed()
    assert receipt.check_number == "407"


def test_the_summary_counts_and_names_the_ticks_and_warns_without_script(
    app: Flask, people: People, serve: Serve, browser: Browser
) -> None:
    round_id, base = voting_round(app, people, (40, 3)), serve(app)
    with open_page(browser, has_script=False) as page:
        sign_in(page, base)
        page.goto(f"{base}/rounds/{round_id}/vote/harbour-fund")
        boxes = page.locator(".cp-tick")
        for place in (0, 20, 39):
            boxes.nth(place).check()
        names = page.locator(".cp-p:visible")
        expect(names).to_have_count(3)
        assert names.all_inner_texts() == [page.locator("label.cp-name").nth(n).inner_text() for n in (0, 20, 39)]
        counted = page.evaluate("getComputedStyle(document.querySelector('.cp-live'), '::before').content")
        assert "picked" in counted
        over = page.locator(".cp-picks .cp-over")
        expect(over).to_be_hidden()
        boxes.nth(5).check()
        expect(over).to_be_visible()


@pytest.mark.parametrize(("size", "ticks"), [((320, 640), 0), ((320, 640), 4), ((320, 480), 0), ((1280, 800), 4)])
def test_the_bar_never_hides_what_has_the_focus(
    app: Flask, people: People, serve: Serve, page: Page, size: tuple[int, int], ticks: int
) -> None:
    """With a tick too many the bar is higher: it warns."""
    round_id, base = voting_round(app, people, (12, 3)), serve(app)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    sign_in(page, base)
    page.goto(f"{base}/rounds/{round_id}/vote/harbour-fund")
    for place in range(ticks):
        page.locator(".cp-tick").nth(place).check()
    for key in ("Tab", "Shift+Tab"):
        for _ in range(45):
            page.keyboard.press(key)
            assert page.evaluate(HIDDEN_FOCUS) == "", key


HIDDEN_FOCUS = """() => {
  const focused = document.activeElement, bar = document.querySelector(".cp-bar");
  if (focused === document.body || bar.contains(focused) || getComputedStyle(bar).display === "none") return "";
  const box = focused.getBoundingClientRect(), edge = bar.getBoundingClientRect();
  if (getComputedStyle(bar).position !== "sticky") return "";
  return box.bottom > edge.top + 1 && box.top < edge.bottom ? focused.outerHTML.slice(0, 120) : "";
}"""


def test_the_pages_of_a_vote_have_no_fault(app: Flask, people: People, serve: Serve, page: Page) -> None:
    round_id, base = voting_round(app, people), serve(app)
    page.goto(f"{base}/rounds/{round_id}/vote")
    look(page)
    page.goto(f"{base}/rounds/{round_id}/code")
    page.click("main button:has-text('Continue')")
    look(page)
    sign_in(page, base)
    page.goto(f"{base}/rounds/{round_id}/vote")
    look(page)
    page.click("main a:has-text('Vote on Harbour')")
    page.click(".cp-picks button:has-text('Continue')")
    look(page)
    page.locator(".cp-tick").nth(0).check()
    page.click(".cp-picks button:has-text('Continue')")
    page.locator(".cp-tick").nth(0).check()
    page.click(".cp-picks button:has-text('Continue')")
    look(page)
    page.fill("#number-youth-fund", "cat")
    page.click(CAST)
    look(page)
    page.fill("#number-youth-fund", "12")
    page.click(CAST)
    expect(page.locator("h1")).to_have_text("Your vote is in")
    look(page)
    page.goto(f"{base}/rounds/{round_id}/vote")
    look(page)


def _tab_to(page: Page, words: str) -> None:
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText || ''").strip() == words:
            return
    raise AssertionError(f"no way to “{words}” by keyboard")


def test_going_back_after_casting_says_that_the_vote_is_in(
    app: Flask, people: People, serve: Serve, page: Page
) -> None:
    round_id, base = voting_round(app, people), serve(app)
    sign_in(page, base)
    page.goto(f"{base}/rounds/{round_id}/vote/harbour-fund")
    page.locator(".cp-tick").nth(0).check()
    page.click("main button.cp-deskonly")
    page.click("button:has-text('Leave this list out')")
    expect(page.locator("[data-cast]")).to_be_hidden()
    page.click(CAST)
    expect(page.locator("h1")).to_have_text("Your vote is in")
    page.go_back()
    expect(page.locator("[data-cast]")).to_have_text(
        "You have cast this vote: it is in. You need not cast it again. See what we hold"
    )
    page.click(CAST)
    expect(page.locator(".cp-receipt")).to_contain_text("1. If you change your vote")


def test_going_back_without_script_keeps_what_was_marked_on_every_paper(
    app: Flask, people: People, serve: Serve, browser: Browser
) -> None:
    round_id, base = voting_round(app, people), serve(app)
    with open_page(browser, has_script=False) as page:
        sign_in(page, base)
        page.goto(f"{base}/rounds/{round_id}/vote/harbour-fund")
        for place in (0, 1):
            page.locator(".cp-tick").nth(place).check()
        page.click("main button.cp-deskonly")
        expect(page.locator("h1")).to_have_text("Pick up to 2 projects")
        page.locator(".cp-tick").nth(1).check()
        page.click("main button.cp-deskonly")
        expect(page.locator("h1")).to_have_text("Check your vote before you cast it")
        page.click(CAST)
        page.click("footer a >> nth=0")
        for heading in ("Your vote is in", "Check your vote before you cast it"):
            page.go_back()
            expect(page.locator("h1")).to_have_text(heading)
        for heading, ticks in (("Pick up to 2 projects", 1), ("Pick up to 3 projects", 2)):
            page.go_back()
            expect(page.locator("h1")).to_have_text(heading)
            expect(page.locator(".cp-tick:checked")).to_have_count(ticks)
