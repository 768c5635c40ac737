"""Paper votes in a real browser: a slip and a batch with the keyboard alone; axe finds nothing at either width."""

from __future__ import annotations

from collections.abc import Callable
from wsgiref.types import WSGIApplication

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from tests.accessibility import assert_accessible
from tests.app import People, post, sign_in_as
from tests.browser import DESK, PHONE, open_page
from tests.officer.stages import client_of
from tests.officer.test_paper_votes import PAPER, takes_paper
from tests.services.test_sheet_scans import picture

pytestmark = pytest.mark.browser
HEIGHT = 800


def looks_right(page: Page) -> None:
    """At both widths."""
    for width in (PHONE, DESK):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        assert_accessible(page)


def type_in(page: Page, text: str) -> None:
    """Type into the box that the page itself puts the cursor in: it may be shown a moment before that."""
    page.locator("input:focus").wait_for()
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def show_a_scan(page: Page) -> None:
    """Sends a scan of the ballot that is typed now, and asks for it with the keyboard; then types without it again."""
    typing = page.url
    page.goto(f"{typing.split('?')[0]}/scans")
    page.get_by_label("Scans, one ballot a file").set_input_files(
        {"name": "01.png", "mimeType": "image/png", "buffer": picture(kind="PNG")}
    )
    page.get_by_role("button", name="Add these scans").press("Enter")
    page.get_by_text("Kept: the scan of ballot 1.").wait_for()
    looks_right(page)
    page.goto(typing)
    page.get_by_role("button", name="Show the scan of ballot 1").press("Enter")
    shown = page.get_by_alt_text("Ballot 1 as it was scanned")
    shown.wait_for()
    assert shown.evaluate("picture => picture.naturalWidth") == 120, "the page's own policy lets the picture in"
    looks_right(page)
    page.goto(typing)


def test_slips_and_ballots_are_typed_with_the_keyboard_alone(
    app: Flask, people: People, browser: Browser, serve: Callable[[WSGIApplication], str]
) -> None:
    codes = takes_paper(app, people)
    officer = client_of(app, people.officer)
    for code in codes[:19]:
        post(officer, f"{PAPER}/slips", code=code, papers="harbour-fund", kind="counted")
    client = app.test_client()
    sign_in_as(client, people.officer)
    cookie = client.get_cookie("commonpot")
    assert cookie is not None
    address = serve(app)
    with open_page(browser) as page:
        page.context.add_cookies([{"name": "commonpot", "value": cookie.value, "url": address}])
        page.goto(f"{address}{PAPER}/slips?paper=harbour-fund")
        looks_right(page)
        type_in(page, codes[19].lower())
        page.get_by_text("Accepted. Tear the slip off").wait_for()
        page.goto(f"{address}{PAPER}/batches")
        page.get_by_label("Harbour fund", exact=True).check()
        page.get_by_label("How many ballots are in it?").last.fill("20")
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Ballot 1 first time").wait_for()
        looks_right(page)
        show_a_scan(page)
        for sheet in range(1, 21):
            type_in(page, "1 3" if sheet % 2 else "x1")
            page.get_by_text(f"{sheet} typed once" if sheet < 20 else "Somebody else types them").wait_for()
        for path in ("", "/batches", "/sheets"):
            page.goto(f"{address}{PAPER}{path}")
            looks_right(page)
