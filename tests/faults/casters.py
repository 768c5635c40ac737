"""Starting a process that casts, and reading what it acknowledged before it ended."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from pb_app.db import read
from pb_app.services.ballot_box import open_paper
from tests.faults.caster import cast_once
from tests.services.booths import Booth

ROOT = Path(__file__).parents[2]


class Answer(NamedTuple):
    """One acknowledged ballot: its idempotency key, the voter's roll id, the SHA-256 of the receipt."""

    key: str
    roll_id: str
    digest: str


def start_casting(
    booth: Booth, number: int, roll_ids: Iterable[str], env: Mapping[str, str] | None = None
) -> subprocess.Popen[str]:
    """A process in which each of these voters casts again and again."""
    url = booth.engine.url.render_as_string(hide_password=False).replace("+psycopg", "")
    arguments = [url, str(booth.key_dir), str(booth.clock_path), str(number), *roll_ids]
    command = [sys.executable, "-m", "tests.faults.caster", *arguments]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "", **(env or {})},
    )


def read_answers(lines: Iterable[str]) -> list[Answer]:
    """What was acknowledged in whole lines."""
    return [Answer(*line.removesuffix("\n").split("\t")) for line in lines if line.endswith("\n")]


def assert_all_stand(booth: Booth, answers: Iterable[Answer]) -> None:
    """The same cast again gives the same receipt: it was kept, once, with the marks that were sent."""
    for key, roll_id, digest in answers:
        assert cast_once(booth.engine, booth.keys, booth.clock, roll_id, key) == digest


def count_rows(booth: Booth) -> int:
    """All versions in the box. Raises BoxFaultError where one does not open or is missing before a later one."""
    with read(booth.engine) as session:
        return len(open_paper(session, booth.keys.round_key("spring"), round_id="spring", paper_id="everywhere"))
