"""An open round, on each engine in turn."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.booths import Booth, make_booth


@pytest.fixture
def booth(engine_url: str, tmp_path: Path) -> Iterator[Booth]:
    """A round that is open for voting."""
    made = make_booth(engine_url, tmp_path)
    yield made
    made.engine.dispose()
