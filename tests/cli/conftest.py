"""The `pb` command as a person runs it, in a folder of its own: called, or where that is the point, as a process."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.commands import Ran, call_pb

Pb = Callable[..., Ran]


@pytest.fixture
def pb(tmp_path: Path) -> Pb:
    """A function that calls `pb WORDS…` and gives what it printed."""
    return called_in(tmp_path)


@pytest.fixture
def pb_process(tmp_path: Path) -> Pb:
    """As `pb`, in a process of its own."""
    return command_in(tmp_path)


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which `pb demo` ran once."""
    folder = tmp_path_factory.mktemp("demo")
    ran = called_in(folder)("demo")
    assert ran.returncode == 0, ran.stderr
    return folder


@pytest.fixture
def demo_pb(demo_folder: Path) -> Pb:
    """As `pb`, where the demo council is."""
    return called_in(demo_folder)


def command_in(folder: Path) -> Pb:
    """`pb` with its data in `folder`, as a process of its own."""
    env = {**os.environ, **_settings(folder), "PYTHONDONTWRITEBYTECODE": ""}

    def run(*words: str, **more: str) -> Ran:
        command = [sys.executable, "-m", "pb_app", *words]
        return subprocess.run(command, capture_output=True, text=True, env={**env, **more}, timeout=240, check=False)

    return run


def called_in(folder: Path) -> Pb:
    """The same command without a process of its own."""

    def run(*words: str, **more: str) -> Ran:
        return call_pb(words, _settings(folder) | more)

    return run


def _settings(folder: Path) -> dict[str, str]:
    return {"PB_INSTANCE": str(folder / "instance"), "DATABASE_URL": "", "NO_COLOR": "1", "COLUMNS": "80"}
