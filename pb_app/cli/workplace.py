"""What every command works with: the settings, an up-to-date database, the keys and the clock."""

from __future__ import annotations

import os
from dataclasses import dataclass

from sqlalchemy import Engine

from pb_app import config as settings
from pb_app.db import make_engine
from pb_app.migrations import upgrade
from pb_app.services.clock import Clock
from pb_app.services.keys import KeyStore


@dataclass(frozen=True, slots=True)
class Workplace:
    """One command's surroundings."""

    config: settings.Config
    engine: Engine
    keys: KeyStore
    clock: Clock


def open_workplace() -> Workplace:
    """Reads the environment, makes the folders and brings the database to its newest form. Raises ConfigError."""
    config = settings.from_environment(os.environ)
    config.instance_dir.mkdir(parents=True, exist_ok=True)
    config.key_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = make_engine(config.database_url)
    upgrade(engine)
    return Workplace(config, engine, KeyStore(config.key_dir), Clock(config.clock))
