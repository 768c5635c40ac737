"""`kill -9` in the middle of casting: no acknowledged ballot is lost, none is half written."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.casters import Answer, assert_all_stand, count_rows, read_answers, start_casting
from tests.faults.sizes import times
from tests.services.booths import Booth, make_booth

LONGEST_RUN = 0.4
"""Seconds after the first acknowledgement."""


@pytest.fixture
def booth(engine_url: str, tmp_path: Path) -> Iterator[Booth]:
    made = make_booth(engine_url, tmp_path)
    yield made
    made.engine.dispose()


def killed_run(booth: Booth, number: int, roll_ids: list[str], wait: float) -> list[Answer]:
    """What one process acknowledged before it was killed."""
    with start_casting(booth, number, roll_ids) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(wait)
        process.kill()
        return read_answers([first, *process.stdout])


def test_no_acknowledged_ballot_is_lost_and_none_is_half_written(booth: Booth) -> None:
    draw = random.Random(3)
    runs = times("killed while casting")
    roll_ids = [booth.roll_id(number) for number in range(3)]
    acknowledged = 0
    for number in range(runs):
        answers = killed_run(booth, number, roll_ids, draw.random() * LONGEST_RUN)
        assert answers, "the process was killed before it could cast"
        assert_all_stand(booth, answers)
        acknowledged += len(answers)
    assert acknowledged <= count_rows(booth) <= acknowledged + runs * len(roll_ids)
