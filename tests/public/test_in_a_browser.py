"""Public and auditors' pages in a real browser: axe finds nothing, nothing scrolls sideways, no script is needed."""

from __future__ import annotations

from collections.abc import Callable
from wsgiref.types import WSGIApplication

import pytest
from flask import Flask
from playwright.sync_api import Browser

from tests.accessibility import assert_accessible
from tests.app import People, sign_in_as
from tests.browser import DESK, PHONE, open_page
from tests.public.rounds import published_round, sent_proposal
from tests.resident.rounds import proposing_round

pytestmark = pytest.mark.browser
WIDTHS = pytest.mark.parametrize("width", [PHONE, DESK])


@WIDTHS
def test_pages_with_a_result(
    app: Flask, people: People, browser: Browser, serve: Callable[[WSGIApplication], str], width: int
) -> None:
    published_round(app, people)
    address = serve(app)
    with open_page(browser, width=width) as page:
        for path in ("", "/results", "/check-receipt"):
            page.goto(f"{address}/rounds/spring-2026{path}")
            assert_accessible(page)
        for path in ("/", "/guarantees", "/help", "/accessibility", "/privacy", "/cookies"):
            page.goto(f"{address}{path}")
            assert_accessible(page)


@WIDTHS
def test_pages_with_proposals(
    app: Flask, people: People, browser: Browser, serve: Callable[[WSGIApplication], str], width: int
) -> None:
    round_id = proposing_round(app, people)
    proposal_id = sent_proposal(app, people, round_id, "W" * 60)
    address = serve(app)
    with open_page(browser, width=width) as page:
        for path in ("", f"/proposals/{proposal_id}", "?q=nothing"):
            page.goto(f"{address}/rounds/{round_id}{path}")
            assert_accessible(page)


@WIDTHS
def test_auditors_pages(
    app: Flask, people: People, browser: Browser, serve: Callable[[WSGIApplication], str], width: int
) -> None:
    published_round(app, people)
    client = app.test_client()
    sign_in_as(client, people.auditor)
    cookie = client.get_cookie("commonpot")
    assert cookie is not None
    address = serve(app)
    with open_page(browser, width=width) as page:
        page.context.add_cookies([{"name": "commonpot", "value": cookie.value, "url": address}])
        for path in ("", "/log", *(f"/rounds/spring-2026{part}" for part in ("", "/rulebook", "/files", "/recount"))):
            page.goto(f"{address}/auditor{path}")
            assert_accessible(page)
        page.get_by_role("button", name="Recount now").click()
        assert page.get_by_role("heading", name="Recount: same result").is_visible()
        assert_accessible(page)


def test_search_and_filter_work_without_script(
    app: Flask, people: People, browser: Browser, serve: Callable[[WSGIApplication], str]
) -> None:
    round_id = proposing_round(app, people)
    sent_proposal(app, people, round_id)
    sent_proposal(app, people, round_id, "Benches")
    address = serve(app)
    with open_page(browser, has_script=False) as page:
        page.goto(f"{address}/rounds/{round_id}")
        page.get_by_text("Search, or show fewer").click()
        page.get_by_label("Search").fill("bench")
        page.get_by_role("button", name="Show").click()
        assert page.get_by_text("Showing 1 of 2 proposals").is_visible()
        assert page.locator(".cp-name").all_inner_texts() == ["Benches"]


def test_a_receipt_is_looked_up_in_the_browser_with_the_keyboard_and_its_tracker_is_never_sent(
    app: Flask, people: People, browser: Browser, serve: Callable[[WSGIApplication], str]
) -> None:
    receipt = published_round(app, people).receipts[1][0]
    address = serve(app)
    with open_page(browser) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{address}/rounds/spring-2026/check-receipt")
        page.get_by_label("Tracker on your last receipt").fill(f" {receipt.tracker[:4].lower()} {receipt.tracker[4:]}")
        page.keyboard.press("Enter")
        page.get_by_text(f"begins with {receipt.c[:8]}").wait_for()
        assert page.get_by_text("Harbour project 1; Harbour project 6").count() >= 1
        assert_accessible(page)
        page.get_by_label("Tracker on your last receipt").fill("A" * 15)
        page.get_by_role("button", name="Look it up").click()
        page.get_by_text("This one has 15").wait_for()
        page.get_by_label("Tracker on your last receipt").fill("A" * 16)
        page.get_by_role("button", name="Look it up").click()
        page.get_by_text("This tracker is not in the list").wait_for()
        assert not [url for url in asked if receipt.tracker in url or receipt.tracker.lower() in url]
