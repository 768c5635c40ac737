"""The town, and browsers for the people in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser import open_page
from tests.journeys.people import Visitor
from tests.journeys.town import Town, serving_town

_PATIENCE_MS = 60_000


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The demo council, served."""
    folder: Path = tmp_path_factory.mktemp("town")
    with serving_town(folder) as served:
        yield served


@pytest.fixture
def visit(browser: Browser, town: Town) -> Iterator[Callable[[], Visitor]]:
    """A function that opens a browser of its own for one more person."""
    with ExitStack() as stack:

        def arrive() -> Visitor:
            page = stack.enter_context(open_page(browser))
            page.set_default_timeout(_PATIENCE_MS)
            return Visitor(town, page)

        yield arrive
