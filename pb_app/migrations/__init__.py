"""Migrations, up and down, on SQLite and PostgreSQL; run from code, so that no command needs a settings file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine

_HERE = Path(__file__).resolve().parent


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Brings the database up to `revision`; nothing happens where it stands there already."""
    _run(engine, lambda settings: command.upgrade(settings, revision))


def downgrade(engine: Engine, revision: str) -> None:
    """Takes the database down to `revision` ("base": no table of ours is left)."""
    _run(engine, lambda settings: command.downgrade(settings, revision))


def settings_for(connection: Connection) -> Config:
    """Alembic's settings around an open connection."""
    settings = Config()
    settings.set_main_option("script_location", str(_HERE))
    settings.set_main_option("path_separator", "os")
    settings.attributes["connection"] = connection
    return settings


def _run(engine: Engine, step: Callable[[Config], None]) -> None:
    with engine.begin() as connection:
        step(settings_for(connection))
