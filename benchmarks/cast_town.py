"""What the casting benchmark votes in: a round that is open, on either engine, and the real server of its pages."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import asdict, dataclass
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.error import URLError

from benchmarks.measured import ROOT
from pb_app.config import from_environment
from pb_app.db import make_engine, read
from pb_app.factory import create_app
from pb_app.migrations import upgrade
from pb_app.resident.code_session import COOKIE, CodeSession
from pb_app.services.ballot_box import open_paper
from tests.postgres import find_binaries, new_cluster
from tests.services.booths import Booth, make_booth

ROUND, PAPER = "spring", "everywhere"
_START_SECONDS = 30
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Town:
    """A booth, the settings of its server, and a cookie for each voter, as a letter code would have set it."""

    booth: Booth
    env: dict[str, str]
    cookies: tuple[str, ...]

    @property
    def rows(self) -> int:
        """All versions in the box; each is opened."""
        with read(self.booth.engine) as session:
            return len(open_paper(session, self.booth.keys.round_key(ROUND), round_id=ROUND, paper_id=PAPER))

    @property
    def wal_syncs(self) -> int:
        """How often PostgreSQL has waited for its log to be on the disk."""
        with read(self.booth.engine) as session:
            found: int = session.connection().exec_driver_sql("SELECT wal_sync FROM pg_stat_wal").scalar_one()
        return found


@dataclass(frozen=True, slots=True)
class Door:
    """Where the server listens, and a form's token with the cookie it belongs to."""

    port: int
    token: str
    session: str
    process: subprocess.Popen[bytes]


@contextmanager
def open_town(engine: str, folder: Path, voters: int) -> Iterator[Town]:
    """A round with this many voters on `sqlite` or `postgresql`; a server started for it syncs, as in production."""
    with ExitStack() as stack:
        url = f"sqlite:///{folder / 'town.db'}" if engine == "sqlite" else stack.enter_context(_own_postgres())
        made = make_engine(url)
        upgrade(made)
        made.dispose()
        booth = make_booth(url, folder, voters=voters)
        stack.callback(booth.engine.dispose)
        env = {
            "DATABASE_URL": url,
            "PB_INSTANCE": str(folder),
            "KEY_DIR": str(booth.key_dir),
            "PB_CLOCK": f"file:{booth.clock_path}",
            "PB_SECRET_KEY": "s" * 64,
        }
        yield Town(booth, env, tuple(_cookies(booth, env, voters)))


@contextmanager
def _own_postgres() -> Iterator[str]:
    binaries = find_binaries()
    if binaries is None:
        raise SystemExit("There is no PostgreSQL here: `make setup-test` installs one.")
    with new_cluster(binaries) as cluster:
        process = cluster.start()
        try:
            yield cluster.server.url(cluster.server.make_database())
        finally:
            process.terminate()
            process.wait()


def _cookies(booth: Booth, env: dict[str, str], voters: int) -> Iterator[str]:
    """Voters may change their votes, so that a few can go on casting for a minute."""
    app = create_app(from_environment(env))
    with app.app_context():
        for number in range(voters):
            opened = CodeSession(ROUND, booth.roll_id(number), (PAPER,), may_change=True, issue=0)
            yield f"{COOKIE.name}={COOKIE.seal(asdict(opened))}"


@contextmanager
def serving(town: Town, *before: str) -> Iterator[Door]:
    """The real server, as `pb serve` starts it; `before`: words to put before its command, such as strace."""
    port = _free_port()
    command = [*before, sys.executable, "-m", "pb_app", "serve", "--port", str(port)]
    env = {**os.environ, **town.env}
    with subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.DEVNULL, start_new_session=True) as process:
        try:
            yield _enter(port, town.cookies[0], process)
        finally:
            os.killpg(process.pid, signal.SIGTERM)  # strace itself heeds no signal: it ends with what it traces


def _enter(port: int, cookie: str, process: subprocess.Popen[bytes]) -> Door:
    """Waits for the first page, and takes its form's token."""
    address = f"http://127.0.0.1:{port}/rounds/{ROUND}/vote/{PAPER}"
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        with suppress(URLError, ConnectionError):
            with urllib.request.urlopen(urllib.request.Request(address, headers={"Cookie": cookie})) as page:
                token = _TOKEN.search(page.read().decode())
                held = SimpleCookie(page.headers["Set-Cookie"])["commonpot"].value
            if token is None:
                raise SystemExit("The ballot paper has no form: is the round open?")
            return Door(port, token[1], f"commonpot={held}", process)
        time.sleep(0.05)
    raise SystemExit("The server did not start.")


def _free_port() -> int:
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    return port
