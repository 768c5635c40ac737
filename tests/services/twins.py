"""Exact copies of a booth: what a backup, or a thief, has."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import pytest

from pb_app.db import make_engine
from tests.database import copy_database
from tests.services.booths import Booth

Twin: TypeAlias = Callable[[Booth], Booth]
"""Makes an exact copy of a booth: its database, its keys and its clock."""


@pytest.fixture
def twin(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Twin]:
    """Copies booths; the copies are closed at the end."""
    made: list[Booth] = []

    def copy(booth: Booth) -> Booth:
        booth.engine.dispose()
        folder = tmp_path / f"twin{len(made)}"
        folder.mkdir()
        shutil.copytree(booth.key_dir, folder / "keys")
        url = copy_database(request, booth.engine.dialect.name, booth.engine.url.database or "", folder)
        made.append(replace(booth, engine=make_engine(url), key_dir=folder / "keys"))
        return made[-1]

    yield copy
    for booth in made:
        booth.engine.dispose()
