"""Voting closes while people cast: who has a receipt is in, who has none is not, and nobody comes later."""

from __future__ import annotations

import itertools
import random
import secrets
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from pb_app.services.sealing import Stage
from tests.faults.caster import cast_once, picks_of
from tests.faults.casters import Answer, assert_all_stand, count_rows
from tests.faults.sizes import times
from tests.services.booths import CLOSES, DAY, Booth, make_booth
from voting.errors import NotNowError
from voting.trackers import tracker

VOTERS = 4


@pytest.fixture
def booth(engine_url: str, tmp_path: Path) -> Iterator[Booth]:
    made = make_booth(engine_url, tmp_path)
    yield made
    made.engine.dispose()


def cast_until_refused(booth: Booth, roll_id: str, close: int, is_casting: threading.Event) -> list[Answer]:
    answers: list[Answer] = []
    clock = booth.clock

    def slowly(length: int) -> bytes:
        """Random bytes that take their time: a cast asks for them after it read the clock and before it writes."""
        is_casting.set()
        time.sleep(0.03)
        return secrets.token_bytes(length)

    for number in itertools.count():
        key = f"close {close} number {number}"
        try:
            answers.append(Answer(key, roll_id, cast_once(booth.engine, booth.keys, clock, roll_id, key, slowly)))
        except NotNowError:
            return answers
    raise AssertionError


def test_a_close_lets_in_exactly_those_who_have_a_receipt(booth: Booth) -> None:
    draw, total = random.Random(7), 0
    roll_ids = [booth.roll_id(number) for number in range(VOTERS)]
    for close in range(times("closes")):
        booth.at(CLOSES - DAY)
        is_casting = threading.Event()
        with ThreadPoolExecutor(VOTERS) as pool:
            casting = [pool.submit(cast_until_refused, booth, roll_id, close, is_casting) for roll_id in roll_ids]
            is_casting.wait()
            time.sleep(draw.random() * 0.1)
            booth.at(CLOSES + timedelta(seconds=1))
        answers = [answer for voter in casting for answer in voter.result()]
        total += len(answers)
        assert count_rows(booth) == total
        with pytest.raises(NotNowError):
            cast_once(booth.engine, booth.keys, booth.clock, roll_ids[0], "too late")
        booth.at(CLOSES - DAY)
        assert_all_stand(booth, answers)
    assert total > 0


@pytest.mark.parametrize("run", range(times("sealings")))
def test_what_is_sealed_the_moment_voting_ends_holds_the_last_vote_of_every_receipt(booth: Booth, run: int) -> None:
    roll_ids = [booth.roll_id(number) for number in range(VOTERS)]
    is_casting = threading.Event()
    with ThreadPoolExecutor(VOTERS) as pool:
        casting = [pool.submit(cast_until_refused, booth, roll_id, run, is_casting) for roll_id in roll_ids]
        is_casting.wait()
        time.sleep(random.Random(run).random() * 0.1)
        round_key = booth.keys.round_key("spring")
        booth.decide_sealing()
        state = booth.seal()
        last = {roll_id: voter.result()[-1:] for roll_id, voter in zip(roll_ids, casting, strict=True)}
    assert state.stage is Stage.STAGED
    wanted = {
        tracker(round_key, "spring", "everywhere", roll_id): picks_of(answers[0].key)
        for roll_id, answers in last.items()
        if answers
    }
    assert dict(booth.record.rows("everywhere")) == wanted
