"""Engine, column types and transactions: SQLite (WAL, FULL, BEGIN IMMEDIATE) and PostgreSQL alike."""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, DateTime, Dialect, Engine, MetaData, create_engine, event
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from pb_app.config import ConfigError

_SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=15000",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA secure_delete=ON",
)
_CONNECTIONS = 12
"""Kept open by each process: more than it has threads, as a page may read while it writes."""


class Turn:
    """Whose turn it is to write to one SQLite database: SQLite keeps the data whole, this is for the waiting alone.

    SQLite lets a writer sleep and ask again, and whoever asks at the right moment goes first. So threads wait at a lock
    in memory, and processes at a lock of the operating system, which falls with the process that holds it, on an empty
    file beside the database. A thread may take its turn again while it has it.
    """

    def __init__(self, database: str) -> None:
        """`database` is the path of its file."""
        self._path = f"{database}-turn"
        self._threads = threading.RLock()
        self._depth = 0
        self._file: tuple[int, int] | None = None

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Waits for the turn, which lasts as long as the block."""
        with self._threads:
            if not self._depth:
                fcntl.flock(self._descriptor(), fcntl.LOCK_EX)
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
                if not self._depth:
                    fcntl.flock(self._descriptor(), fcntl.LOCK_UN)

    def _descriptor(self) -> int:
        """Opened once in each process: if it were open before a fork, both processes would hold one lock."""
        if self._file is None or self._file[0] != os.getpid():
            self._file = (os.getpid(), os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        return self._file[1]


_turns: dict[str, Turn] = {}


class Base(DeclarativeBase):
    """The one declarative base; constraint names are predictable, so that forms can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UTCDateTime(TypeDecorator[datetime]):
    """An aware UTC time. A naive value is a programming error and raises ValueError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """UTC on its way in."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive time: every time is aware UTC")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware UTC on its way out; SQLite gives it back naive."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def make_engine(url: str) -> Engine:
    """An engine for `sqlite:///path` or `postgresql://…` with the durability that register.md asks for."""
    if url.startswith("postgresql://"):
        url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    # hide_parameters: an error in the log must not hold names or addresses
    engine = create_engine(url, hide_parameters=True, pool_size=_CONNECTIONS)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_pragmas)
        event.listen(engine, "begin", _begin)
    return engine


def check_durability(engine: Engine) -> None:
    """Raises ConfigError where PostgreSQL is set so that a crash could lose a ballot that was acknowledged.

    SQLite is set by every connection of ours (`_SQLITE_PRAGMAS`).
    """
    if engine.dialect.name != "postgresql":
        return
    with engine.connect() as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            if connection.exec_driver_sql(f"SHOW {setting}").scalar_one() == "off":
                raise ConfigError(
                    f"PostgreSQL's `{setting}` is off: a crash could lose votes. Set it to on in postgresql.conf."
                )


def _set_pragmas(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in _SQLITE_PRAGMAS:
        connection.execute(pragma)


def _begin(connection: Any) -> None:
    """A writer takes its lock at once (deferred BEGIN failed 719 of 800 in the prototype); a reader takes none."""
    is_read_only = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if is_read_only else "BEGIN IMMEDIATE")


@contextmanager
def write(engine: Engine) -> Iterator[Session]:
    """One writing transaction: commits at the end of the block, rolls back on any exception."""
    with _turn(engine), Session(engine) as session, session.begin():
        yield session


def _turn(engine: Engine) -> AbstractContextManager[None]:
    database = engine.url.database or ""
    if engine.dialect.name != "sqlite" or database in ("", ":memory:"):
        return nullcontext()
    turn = _turns.get(database)
    if turn is None:
        turn = _turns.setdefault(database, Turn(database))  # two threads at once: one of theirs is kept
    return turn.taken()


@contextmanager
def read(engine: Engine) -> Iterator[Session]:
    """One reading transaction: the database refuses every write inside it.

    It ends with a commit: on a rollback psycopg forgets the statements that it has prepared.
    """
    options: dict[str, Any] = {"read_only": True}
    if engine.dialect.name == "postgresql":
        options = {"postgresql_readonly": True, "isolation_level": "REPEATABLE READ"}
    with engine.connect().execution_options(**options) as connection, connection.begin():
        held = _query_only(connection) if engine.dialect.name == "sqlite" else nullcontext()
        with held, Session(bind=connection) as session:
            yield session


@contextmanager
def _query_only(connection: Connection) -> Iterator[None]:
    """SQLite's own switch, set at the driver: SQLAlchemy would begin a transaction for each."""
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA query_only=ON")
    try:
        yield
    finally:
        driver.execute("PRAGMA query_only=OFF")
