"""The `pb` command as a person runs it: a process of its own, in a folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Ran = subprocess.CompletedProcess[str]
Pb = Callable[..., Ran]


@pytest.fixture
def pb(tmp_path: Path) -> Pb:
    """A function that runs `pb WORDS…` and gives what it printed."""
    return command_in(tmp_path)


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which `pb demo` ran once."""
    folder = tmp_path_factory.mktemp("demo")
    ran = command_in(folder)("demo")
    assert ran.returncode == 0, ran.stderr
    return folder


@pytest.fixture
def demo_pb(demo_folder: Path) -> Pb:
    """As `pb`, where the demo council is."""
    return command_in(demo_folder)


def command_in(folder: Path) -> Pb:
    """`pb` with its data in `folder`."""
    env = {
        **os.environ,
        "PB_INSTANCE": str(folder / "instance"),
        "DATABASE_URL": "",
        "NO_COLOR": "1",
        "COLUMNS": "80",
        "PYTHONDONTWRITEBYTECODE": "",
    }

    def run(*words: str, **more: str) -> Ran:
        command = [sys.executable, "-m", "pb_app", *words]
        return subprocess.run(command, capture_output=True, text=True, env={**env, **more}, timeout=240, check=False)

    return run
