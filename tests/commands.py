"""`pb` without a process of its own, which takes longer to start than most commands to run."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout

import pytest

from pb_app.cli.main import run as main

Ran = subprocess.CompletedProcess[str]


def call_pb(words: tuple[str, ...], settings: Mapping[str, str]) -> Ran:
    """What `pb WORDS…` prints and its exit code, with these environment variables. A traceback comes out as it is."""
    printed, complained = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as surroundings, redirect_stdout(printed), redirect_stderr(complained):
        surroundings.setattr(sys, "argv", ["pb", *words])
        for name, value in settings.items():
            surroundings.setenv(name, value)
        with pytest.raises(SystemExit) as end:
            main()
    return Ran(("pb", *words), int(end.value.code or 0), printed.getvalue(), complained.getvalue())
