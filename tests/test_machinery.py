"""The tests' own tools work: a database of each kind, a browser that draws letters, a rule-finder that finds."""

from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest
from PIL import Image
from playwright.sync_api import Browser, Error, Page
from sqlalchemy import func, inspect, select, text

from pb_app.db import Base, make_engine
from tests.accessibility import assert_accessible, sideways, violations
from tests.browser import PHONE, open_page
from tests.database import TEMPLATE
from tests.postgres import Server
from tests.services.booths import make_booth

Serve = Callable[[WSGIApplication], str]
STRICT = "default-src 'none'; style-src 'self'; script-src 'self'; img-src data:; frame-ancestors 'none'"
PAGE = "<!doctype html><html lang=en><head><title>A page</title></head><body><main><h1>{}</h1></main></body></html>"


def website(body: str) -> WSGIApplication:
    def application(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Security-Policy", STRICT)])
        return [body.encode()]

    return application


def test_each_test_has_a_database_with_every_table_and_no_row(engine_url: str) -> None:
    engine = make_engine(engine_url)
    with engine.connect() as connection:
        tables = inspect(connection).get_table_names()
        assert "person" in tables
        assert connection.execute(text("select count(*) from person")).scalar_one() == 0
    engine.dispose()


def test_a_database_that_is_lent_again_is_as_new_and_one_with_other_tables_is_not_lent_again(
    postgres: Server, tmp_path: Path
) -> None:
    first = postgres.lend_database(TEMPLATE)
    booth = make_booth(postgres.url(first), tmp_path)
    postgres.take_back(first)
    again = postgres.lend_database(TEMPLATE)
    assert again == first
    booth.engine.dispose()
    with booth.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            assert connection.execute(select(func.count()).select_from(table)).scalar_one() == 0, table.name
        connection.execute(text("ALTER TABLE person DROP COLUMN name"))
        connection.execute(text("ALTER TABLE person ADD COLUMN name text"))
        connection.commit()
    booth.engine.dispose()
    postgres.take_back(again)
    other = postgres.lend_database(TEMPLATE)
    assert other != first
    postgres.take_back(other)


def test_an_empty_database_has_no_table(empty_url: str) -> None:
    engine = make_engine(empty_url)
    with engine.connect() as connection:
        assert inspect(connection).get_table_names() == []
    engine.dispose()


@pytest.mark.browser
def test_the_browser_draws_letters(browser: Browser, serve: Serve) -> None:
    drawn = set()
    for word in ("", "Illi", "Mwmw"):
        with open_page(browser, width=PHONE) as page:
            page.goto(serve(website(PAGE.format(word))))
            picture = Image.open(BytesIO(picture_of(page))).convert("L")
            drawn.add(sum(count for shade, count in enumerate(picture.histogram()) if shade < 128))
    assert len(drawn) == 3, f"different words left the same number of dark pixels: {drawn}"


def picture_of(page: Page) -> bytes:
    """A screenshot. On a busy machine Chromium may say that it can't draw one now: it is asked three times."""
    for _ in range(2):
        with suppress(Error):
            return page.screenshot()
    return page.screenshot()


@pytest.mark.browser
def test_axe_finds_a_picture_without_words_even_under_a_strict_policy(browser: Browser, serve: Serve) -> None:
    with open_page(browser) as page:
        page.goto(serve(website(PAGE.format("<img src='data:,'>"))))
        assert any(found.startswith("image-alt: ") for found in violations(page))


@pytest.mark.browser
def test_axe_finds_nothing_in_a_sound_page(browser: Browser, serve: Serve) -> None:
    with open_page(browser, width=PHONE) as page:
        page.goto(serve(website(PAGE.format("Hello"))))
        assert_accessible(page)


@pytest.mark.browser
@pytest.mark.parametrize("has_script", [True, False])
def test_a_page_too_wide_for_a_phone_is_told(browser: Browser, serve: Serve, has_script: bool) -> None:
    with open_page(browser, width=PHONE, has_script=has_script) as page:
        page.goto(serve(website(PAGE.format("Hello"))))
        assert sideways(page) == 0
        page.goto(serve(website(PAGE.format("W" * 99))))
        assert sideways(page) > 0
