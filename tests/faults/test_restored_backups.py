"""Backups of any moment are put back: before anything is signed or changed, it is noticed that they are old."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pb_app.db import read
from pb_app.jobs import log_nights
from pb_app.services.checkpoints import RolledBackError, find_rollback
from pb_app.services.registers import register_lines
from tests.faults.sizes import times
from tests.services.booths import DAY, OPENS, PROJECTS, Booth, make_booth
from tests.services.twins import Twin

LONDON = ZoneInfo("Europe/London")
VOTERS = 50
NIGHTS = 6


@pytest.fixture
def booth(engine_url: str, tmp_path: Path) -> Iterator[Booth]:
    made = make_booth(engine_url, tmp_path, voters=VOTERS)
    yield made
    made.engine.dispose()


def voting_days(booth: Booth, backups: dict[int, Booth], twin: Twin, moments: set[int]) -> None:
    """Everybody votes every day; a backup is made at each of these moments, counted in ballots."""
    cast = 0
    for night in range(NIGHTS):
        for number in range(VOTERS):
            booth.vote(number, PROJECTS[night % 5], paper="everywhere", key=f"{night} {number}")
            cast += 1
            if cast in moments:
                backups[cast] = twin(booth)
        booth.at(OPENS + (night + 2) * DAY)
        assert log_nights(booth.engine, booth.keys, booth.clock, LONDON) == 1


def test_no_old_backup_goes_unnoticed_and_none_signs_anything(booth: Booth, twin: Twin) -> None:
    moments = set(random.Random(13).sample(range(1, VOTERS * NIGHTS), times("restores")))
    backups: dict[int, Booth] = {}
    voting_days(booth, backups, twin, moments)
    assert set(backups) == moments
    for backup in backups.values():
        shutil.copytree(booth.key_dir, backup.key_dir, dirs_exist_ok=True)  # the key directory is in no backup
        with read(backup.engine) as session:
            before = register_lines(session, "spring")
            assert "were signed. This database is an older copy" in find_rollback(session, backup.keys)
        with pytest.raises(RolledBackError):
            log_nights(backup.engine, backup.keys, backup.clock, LONDON)
        with read(backup.engine) as session:
            assert register_lines(session, "spring") == before
    with read(booth.engine) as session:
        assert find_rollback(session, booth.keys) == "", "the newest database is no old copy"
