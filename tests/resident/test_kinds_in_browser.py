"""Every kind of ballot in a real browser: axe, keyboard alone, without script, and live totals with it."""

from __future__ import annotations

from collections.abc import Callable
from wsgiref.types import WSGIApplication

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import update

from pb_app.db import write
from pb_app.models.paper import Project
from tallying.rulebook import Rulebook
from tests.accessibility import assert_accessible
from tests.app import People, engine_of
from tests.browser import DESK, PHONE, open_page
from tests.resident import kinds
from tests.resident.rounds import add_projects, open_voting, proposing_round, voting_round
from tests.resident.test_in_browser import CAST, HIDDEN_FOCUS, sign_in

pytestmark = pytest.mark.browser
Serve = Callable[[WSGIApplication], str]

KINDS = {
    "one": (kinds.ONE, "Choose one project"),
    "basket": (kinds.BASKET, "Spend up to £20,000"),
    "points": (kinds.POINTS, "Share out 10 points"),
    "ranking": (kinds.RANKING, "Put up to 3 projects in order"),
}


def open_ballot(page: Page, base: str, round_id: str) -> None:
    sign_in(page, base)
    page.goto(f"{base}/rounds/{round_id}/vote/harbour-fund")


def mark_one(page: Page, kind: str, place: int = 0, text: str = "2") -> None:
    if kind in ("points", "ranking"):
        page.locator(".cp-number").nth(place).fill(text)
    else:
        page.locator(".cp-tick").nth(place).check()


@pytest.mark.parametrize("kind", KINDS)
def test_the_paper_the_check_page_and_the_receipt_have_no_fault(
    app: Flask, people: People, serve: Serve, page: Page, kind: str
) -> None:
    book, heading = KINDS[kind]
    round_id, base = voting_round(app, people, book=book), serve(app)
    open_ballot(page, base, round_id)
    expect(page.locator("h1")).to_have_text(heading)
    look(page)
    page.click(".cp-picks button:has-text('Continue')")
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    look(page)
    mark_one(page, kind)
    look(page)
    page.click(".cp-picks button:has-text('Continue')")
    page.click("button:has-text('Leave this list out')")
    look(page)
    page.click(CAST)
    expect(page.locator("h1")).to_have_text("Your vote is in")
    look(page)


def look(page: Page) -> None:
    for width in (PHONE, DESK):
        page.set_viewport_size({"width": width, "height": 800})
        assert_accessible(page)


@pytest.mark.parametrize("kind", KINDS)
def test_a_vote_is_cast_without_script_on_a_phone_with_120_projects(
    app: Flask, people: People, serve: Serve, browser: Browser, kind: str
) -> None:
    round_id, base = voting_round(app, people, (120, 4), book=KINDS[kind][0]), serve(app)
    with open_page(browser, width=PHONE, has_script=False) as page:
        open_ballot(page, base, round_id)
        mark_one(page, kind, 0 if kind != "basket" else cheapest(page))
        page.click(".cp-bar button:has-text('Continue')")
        page.click("button:has-text('Leave this list out')")
        page.click(CAST)
        expect(page.locator("h1")).to_have_text("Your vote is in")


def cheapest(page: Page) -> int:
    values = [page.locator(".cp-tick").nth(n).get_attribute("value") for n in range(120)]
    return values.index("h1")


def test_a_basket_says_what_is_left_without_script(app: Flask, people: People, serve: Serve, browser: Browser) -> None:
    round_id, base = voting_round(app, people, (30, 4), book=kinds.BASKET), serve(app)
    with open_page(browser, has_script=False) as page:
        open_ballot(page, base, round_id)
        for project_id in ("h1", "h30"):
            page.locator(f".cp-tick[value={project_id}]").check()
        expect(page.locator(".cp-picks .cp-p:visible span")).to_have_count(2)
        width = page.locator(".cp-picks .cp-basketbar [data-p=h30]").evaluate("e => getComputedStyle(e).width")
        assert float(width.removesuffix("px")) > 150
        styles = page.evaluate(
            "[...document.styleSheets].flatMap(s => [...s.cssRules]).filter(r => r.name == 'cp-pounds').length"
        )
        assert styles == 1


def test_with_script_the_totals_are_words_and_a_screen_reader_hears_them(
    app: Flask, people: People, serve: Serve, page: Page
) -> None:
    round_id, base = voting_round(app, people, (50, 4), book=kinds.BASKET), serve(app)
    open_ballot(page, base, round_id)
    total = page.locator(".cp-picks [data-total]")
    expect(total).to_have_text("£20,000 left of £20,000")
    page.check(".cp-tick[value=h3]")
    expect(total).to_have_text("£18,500 left of £20,000")
    expect(page.locator("[data-say]")).to_have_text("£18,500 left of £20,000")
    page.check(".cp-tick[value=h40]")
    expect(total).to_have_text("£1,500 too much")
    warning = "That is more than the money: take out projects for £1,500 or more before you go on."
    expect(page.locator(".cp-picks .cp-overspent")).to_have_text(warning)
    expect(page.locator("[data-say]")).to_have_text(f"£1,500 too much. {warning}")


def test_a_basket_that_costs_too_much_says_so_without_script(
    app: Flask, people: People, serve: Serve, browser: Browser
) -> None:
    round_id, base = voting_round(app, people, (50, 4), book=kinds.BASKET), serve(app)
    with open_page(browser, has_script=False) as page:
        open_ballot(page, base, round_id)
        page.check(".cp-tick[value=h40]")
        assert "£0 left of £20,000" in heard(page)
        assert "more than the money" not in heard(page)
        page.check(".cp-tick[value=h1]")
        assert "That is more than the money. Take something out." in heard(page)


@pytest.mark.parametrize("has_script", [True, False])
def test_a_tick_too_many_says_how_many_and_the_bonus_allows_one_more(
    app: Flask, people: People, serve: Serve, browser: Browser, has_script: bool
) -> None:
    round_id, base = round_with_bonus(app, people), serve(app)
    with open_page(browser, has_script=has_script) as page:
        open_ballot(page, base, round_id)
        over = page.locator(".cp-picks .cp-over")
        steps = {"h1": "", "h2": "", "h3": "untick 1", "h6": "untick 1", "h4": "untick 2"}
        for project_id, words in steps.items():
            page.check(f".cp-tick[value={project_id}]")
            expect(over).to_be_visible(visible=bool(words))
            assert words in heard(page)
        page.uncheck(".cp-tick[value=h3]")
        page.uncheck(".cp-tick[value=h4]")
        expect(over).to_be_hidden()


def round_with_bonus(app: Flask, people: People) -> str:
    """Two picks, and one more for project 6, which is led by young people."""
    round_id = proposing_round(app, people, kinds.BONUS)
    add_projects(app, round_id, "harbour-fund", 6)
    add_projects(app, round_id, "youth-fund", 4)
    with write(engine_of(app)) as session:
        session.execute(update(Project).where(Project.id == "h6").values(category="Youth-led"))
    open_voting(app, people, round_id)
    return round_id


def heard(page: Page) -> str:
    """What a screen reader finds on the page, with what stylesheets write on it."""
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    return "".join(str(node["name"].get("value", "")) for node in nodes if node["role"]["value"] == "StaticText")


def test_points_can_be_given_with_buttons_too(app: Flask, people: People, serve: Serve, page: Page) -> None:
    round_id, base = voting_round(app, people, book=kinds.POINTS), serve(app)
    open_ballot(page, base, round_id)
    more = page.get_by_role("button", name="One point more for Harbour project 2")
    for _ in range(9):
        more.click()
    box = page.get_by_label("Points for Harbour project 2")
    expect(box).to_have_value("6")
    page.get_by_role("button", name="One point fewer for Harbour project 2").click()
    expect(page.locator(".cp-bar [data-total]")).to_have_text("5 of 10 points given")
    page.get_by_label("Points for Harbour project 1").fill("7")
    expect(page.locator(".cp-bar .cp-overspent")).to_have_text("You have 10 points: take 2 away.")
    expect(page.locator(".cp-picks li.cp-in")).to_have_count(2)


def test_a_ranking_is_made_and_moved_with_buttons(app: Flask, people: People, serve: Serve, page: Page) -> None:
    round_id, base = voting_round(app, people, book=kinds.RANKING), serve(app)
    open_ballot(page, base, round_id)
    for n in (4, 2, 6):
        page.get_by_role("button", name=f"Put next: Harbour project {n}").click()
    listed = page.locator(".cp-picks li.cp-in > span")
    expect(listed).to_have_text(["Harbour project 4", "Harbour project 2", "Harbour project 6"])
    up = page.get_by_role("button", name="Move up Harbour project 6")
    up.click()
    expect(up).to_be_focused()
    expect(listed).to_have_text(["Harbour project 4", "Harbour project 6", "Harbour project 2"])
    page.get_by_role("button", name="Take out: Harbour project 4").click()
    expect(listed).to_have_text(["Harbour project 6", "Harbour project 2"])
    expect(page.get_by_label("Place of Harbour project 2")).to_have_value("2")
    look(page)


def test_a_ranking_is_cast_by_keyboard_alone(app: Flask, people: People, serve: Serve, browser: Browser) -> None:
    round_id, base = voting_round(app, people, book=kinds.RANKING), serve(app)
    with open_page(browser, width=PHONE) as page:
        open_ballot(page, base, round_id)
        page.focus("h1 >> xpath=..")
        for place in (2, 1):
            tab_to(page, "cp-number")
            page.keyboard.type(str(place))
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("Pick up to 2 projects")
        tab_to(page, "Leave this list out")
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("Check your vote before you cast it")
        tab_to(page, "Cast my vote")
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("Your vote is in")
        expect(page.locator(".cp-receipt")).to_contain_text("Choice 2")


def tab_to(page: Page, what: str) -> None:
    for _ in range(80):
        page.keyboard.press("Tab")
        found = page.evaluate("[document.activeElement.innerText || '', document.activeElement.className]")
        if found[0].strip() == what or what in found[1]:
            return
    raise AssertionError(f"no way to “{what}” by keyboard")


@pytest.mark.parametrize("kind", ["points", "ranking", "basket"])
def test_the_bar_never_hides_what_has_the_focus(
    app: Flask, people: People, serve: Serve, page: Page, kind: str
) -> None:
    round_id, base = voting_round(app, people, (12, 3), book=KINDS[kind][0]), serve(app)
    for size in ((320, 640), (320, 480)):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        if size == (320, 640):
            sign_in(page, base)
        page.goto(f"{base}/rounds/{round_id}/vote/harbour-fund")
        for key in ("Tab", "Shift+Tab"):
            for _ in range(50):
                page.keyboard.press(key)
                assert page.evaluate(HIDDEN_FOCUS) == "", (size, key)


@pytest.mark.parametrize("kind", KINDS)
def test_marks_outlive_a_lost_connection_in_their_own_tab_and_go_once_the_vote_is_cast(
    app: Flask, people: People, serve: Serve, page: Page, kind: str
) -> None:
    round_id, base = voting_round(app, people, book=KINDS[kind][0]), serve(app)
    open_ballot(page, base, round_id)
    mark_one(page, kind, 3)
    page.context.set_offline(True)
    with page.expect_event("requestfailed"):
        page.click(".cp-picks button:has-text('Continue')", no_wait_after=True)
    page.context.set_offline(False)
    page.goto(f"{base}/rounds/{round_id}/vote/harbour-fund")
    expect(page.locator("[data-kept]")).to_be_visible()
    expect(page.locator(".cp-picks li.cp-in")).to_have_count(1)
    page.click(".cp-picks button:has-text('Continue')")
    page.click("button:has-text('Leave this list out')")
    page.click(CAST)
    expect(page.locator("h1")).to_have_text("Your vote is in")
    assert page.evaluate("Object.keys(sessionStorage).filter(name => name.startsWith('marks'))") == []


def test_marks_of_another_voter_do_not_come_back(app: Flask, people: People, serve: Serve, page: Page) -> None:
    book: Rulebook = kinds.POINTS
    round_id, base = voting_round(app, people, book=book), serve(app)
    open_ballot(page, base, round_id)
    mark_one(page, "points")
    page.click("button:has-text('Sign out')")
    page.goto(f"{base}/account/sign-in")
    page.fill("[name=email]", "nia@westmere.example")
    page.fill("[name=password]", "three plain words")
    page.click("main button[type=submit]")
    page.goto(f"{base}/rounds/{round_id}/vote/harbour-fund")
    expect(page.locator("[data-kept]")).to_be_hidden()
    expect(page.locator(".cp-number").nth(0)).to_have_value("")
