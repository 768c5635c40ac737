"""`kill -9` in the middle of casting: no acknowledged ballot is lost, none is half written.

PB_FAULT_RUNS says how often the process is killed (50 by `make faults`).
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pb_app.db import read
from pb_app.services.ballot_box import open_paper
from tests.faults.caster import cast_once
from tests.services.booths import Booth, make_booth

RUNS = int(os.environ.get("PB_FAULT_RUNS", "5"))
ROOT = Path(__file__).parents[2]
LONGEST_RUN = 0.4
"""Seconds after the first acknowledgement."""


@pytest.fixture
def booth(engine_url: str, tmp_path: Path) -> Iterator[Booth]:
    made = make_booth(engine_url, tmp_path)
    yield made
    made.engine.dispose()


def killed_run(booth: Booth, number: int, roll_ids: list[str], wait: float) -> list[tuple[str, str, str]]:
    """What one process acknowledged before it was killed: key, roll id, digest of the receipt."""
    url = booth.engine.url.render_as_string(hide_password=False).replace("+psycopg", "")
    arguments = [url, str(booth.key_dir), str(booth.clock_path), str(number), *roll_ids]
    command = [sys.executable, "-m", "tests.faults.caster", *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(wait)
        process.kill()
        lines = [first, *process.stdout]
    whole = [line.removesuffix("\n").split("\t") for line in lines if line.endswith("\n")]
    return [(key, roll_id, digest) for key, roll_id, digest in whole]


def test_no_acknowledged_ballot_is_lost_and_none_is_half_written(booth: Booth) -> None:
    draw = random.Random(3)
    roll_ids = [booth.roll_id(number) for number in range(3)]
    acknowledged = 0
    for number in range(RUNS):
        answers = killed_run(booth, number, roll_ids, draw.random() * LONGEST_RUN)
        assert answers, "the process was killed before it could cast"
        for key, roll_id, digest in answers:
            assert cast_once(booth.engine, booth.keys, booth.clock, roll_id, key) == digest
        acknowledged += len(answers)
    with read(booth.engine) as session:  # refuses a box that does not open and a version that is missing
        rows = open_paper(session, booth.keys.round_key("spring"), round_id="spring", paper_id="everywhere")
    assert acknowledged <= len(rows) <= acknowledged + RUNS * len(roll_ids)
