"""SQLite and the power: whatever was acknowledged before the light went out is in the file when it is back on."""

from __future__ import annotations

import random
import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.casters import Answer, read_answers, start_casting
from tests.faults.power import Entry, after_cut, build_recorder, read_log
from tests.faults.sizes import times
from tests.services.booths import Booth, make_booth
from voting.trackers import row_key

ACKNOWLEDGED = 60
"""Ballots before the run is ended; never so many seconds, in which a busy machine would get nowhere."""

CASTERS = 3
AS_WE_SET_IT = "PRAGMA wal_autocheckpoint=60"
"""As in `pb_app.db`, but carrying the log over often, so that cuts fall into that too."""
NORMAL = f"{AS_WE_SET_IT}; PRAGMA synchronous=NORMAL"


@pytest.fixture
def recorder(tmp_path: Path) -> Path:
    return build_recorder(tmp_path)


def recorded_run(url: str, folder: Path, recorder: Path, pragmas: str) -> tuple[Booth, dict[str, bytes], list[Entry]]:
    """A booth, its database before people cast, and all that was written while they did."""
    booth = make_booth(url, folder)
    roll_ids = [booth.roll_id(number) for number in range(CASTERS)]
    booth.engine.dispose()
    database = Path(str(booth.engine.url.database))
    before = {database.name: database.read_bytes()}
    log = folder / "writes.log"
    env = {
        "LD_PRELOAD": str(recorder),
        "RECORD_FOLDER": str(database.parent),
        "RECORD_LOG": str(log),
        "CASTER_PRAGMAS": pragmas,
    }
    with start_casting(booth, 0, roll_ids, env) as process:
        assert process.stdout is not None
        for _ in range(ACKNOWLEDGED):
            process.stdout.readline()
        process.kill()
        process.stdout.read()
    return booth, before, [entry for entry in read_log(log) if not entry.name.startswith("writes")]


def lost(booth: Booth, folder: Path, files: dict[str, bytes], answers: Sequence[Answer]) -> bool:
    """Whether these files lack a ballot that was acknowledged. The database must be whole in any case."""
    folder.mkdir()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    with closing(sqlite3.connect(folder / Path(str(booth.engine.url.database)).name)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        found = connection.execute("SELECT k, count(*), max(version), count(DISTINCT idem) FROM ballot_row GROUP BY k")
        versions: dict[str, int] = {}
        for k, rows, last, keys in found:
            assert rows == last == keys, "a version is doubled, or missing before a later one"
            versions[k] = last
    round_key = booth.keys.round_key("spring")
    wanted = Counter(row_key(round_key, "spring", "everywhere", answer.roll_id) for answer in answers)
    return any(versions.get(k, 0) < count for k, count in wanted.items())


def cuts(booth: Booth, folder: Path, before: dict[str, bytes], entries: list[Entry]) -> int:
    """How many of the cuts lost an acknowledged ballot."""
    chance, losing = random.Random(11), 0
    for number in range(times("power cuts")):
        done = entries[: chance.randrange(len(entries) + 1)]
        answers = read_answers(entry.data.decode() for entry in done if entry.op == "a")
        losing += lost(booth, folder / f"cut-{number}", after_cut(before, done, chance), answers)
    return losing


def test_no_power_cut_loses_an_acknowledged_ballot(sqlite_url: str, tmp_path: Path, recorder: Path) -> None:
    booth, before, entries = recorded_run(sqlite_url, tmp_path, recorder, AS_WE_SET_IT)
    answers = sum(entry.op == "a" for entry in entries)
    assert answers > CASTERS
    assert sum(entry.op == "s" for entry in entries) >= answers, "an answer did not wait for the disk"
    assert any(entry.op == "w" and not entry.name.endswith("-wal") for entry in entries), "nothing was carried over"
    assert cuts(booth, tmp_path, before, entries) == 0


def test_the_same_cuts_show_what_synchronous_normal_would_lose(sqlite_url: str, tmp_path: Path, recorder: Path) -> None:
    """Guards the test above: a recorder that saw no sync, or a replay that kept too much, would find nothing here."""
    booth, before, entries = recorded_run(sqlite_url, tmp_path, recorder, NORMAL)
    assert cuts(booth, tmp_path, before, entries) > 0
