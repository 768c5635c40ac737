"""What every command works with: the settings, an up-to-date database, the keys and the clock."""

from __future__ import annotations

import os
from dataclasses import dataclass

import click
from sqlalchemy import Engine

from pb_app import config as settings
from pb_app.db import check_durability, make_engine, read
from pb_app.migrations import upgrade
from pb_app.services.checkpoints import RolledBackError, find_rollback
from pb_app.services.clock import Clock
from pb_app.services.keys import KeyStore


@dataclass(frozen=True, slots=True)
class Workplace:
    """One command's surroundings."""

    config: settings.Config
    engine: Engine
    keys: KeyStore
    clock: Clock


def open_workplace(*, writes: bool = False) -> Workplace:
    """Reads the environment, makes the folders and brings the database to its newest form. Raises ConfigError.

    What is open of the database is closed when the command ends.
    `writes` is for commands that change data: they stop with RolledBackError where the database is an older copy.
    In production a person makes the council's key (`pb keys new`), because its fingerprint belongs in the minutes.
    """
    config = settings.from_environment(os.environ)
    config.instance_dir.mkdir(parents=True, exist_ok=True)
    config.key_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = make_engine(config.database_url)
    click.get_current_context().call_on_close(engine.dispose)
    if config.is_production:
        check_durability(engine)
    upgrade(engine)
    keys = KeyStore(config.key_dir)
    if not config.is_production and not keys.has_council_key():
        keys.make_council_key()
    if writes:
        _refuse_older_copy(engine, keys)
    return Workplace(config, engine, keys, Clock(config.clock))


def _refuse_older_copy(engine: Engine, keys: KeyStore) -> None:
    with read(engine) as session:
        fault = find_rollback(session, keys)
    if fault:
        raise RolledBackError(fault)
