"""An open round, on each engine in turn, or on SQLite alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.booths import Booth, make_booth


@pytest.fixture
def each_booth(engine_url: str, tmp_path: Path) -> Iterator[Booth]:
    """A round that is open for voting."""
    made = make_booth(engine_url, tmp_path)
    yield made
    made.engine.dispose()


@pytest.fixture
def booth(each_booth: Booth) -> Booth:
    """The same. A module whose rules don't differ between engines puts `sqlite_booth` in its place: it is faster."""
    return each_booth


@pytest.fixture
def sqlite_booth(sqlite_url: str, tmp_path: Path) -> Iterator[Booth]:
    """The same on SQLite alone."""
    made = make_booth(sqlite_url, tmp_path)
    yield made
    made.engine.dispose()
