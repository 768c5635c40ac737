"""A town to walk a round through: the demo council, really served, with its clock in a file."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from pb_app.cli.demo.rulebooks import rulebook
from pb_app.db import make_engine, read, write
from pb_app.models.person import Person
from pb_app.services.codes import make_codes
from pb_app.services.composing import put_on_paper
from pb_app.services.keys import KeyStore
from pb_app.services.proposals import CostItem, ProposalText, save_draft, send, start_draft
from pb_app.services.reviewing import accept
from pb_app.services.rounds import NewPaper, NewPot, NewRound, announce, create_round, get_round
from tests.commands import call_pb
from voting.permissions import Actor, Role
from voting.phases import Timetable

ROUND = "harbour-steps"
_OTHERS = (("Benches on the harbour wall", "brindle", 6_400), ("A lifebelt every fifty metres", "castle-rise", 2_900))


@dataclass(frozen=True, slots=True)
class Town:
    """The served demo: its address and its folder."""

    url: str
    folder: Path

    def pb(self, *words: str) -> str:
        """What `pb WORDS…` prints; fails with its complaint."""
        ran = call_pb(words, _settings(self.folder))
        assert ran.returncode == 0, ran.stderr
        return ran.stdout.strip()

    def actor(self, name: str, role: Role) -> Actor:
        """A demo person as services know them."""
        engine = make_engine(self.database)
        with read(engine) as session:
            person_id = session.scalars(select(Person.id).where(Person.email == f"{name}@westmere.example")).one()
        engine.dispose()
        return Actor(person_id, frozenset({Role.RESIDENT, role}))

    @property
    def database(self) -> str:
        """The address of its database."""
        return f"sqlite:///{self.folder / 'commonpot.db'}"

    def letter_codes(self, count: int) -> list[str]:
        """Codes as they stand in letters to Brindle."""
        engine = make_engine(self.database)
        officer = self.actor("dana", Role.OFFICER)
        with write(engine) as session:
            made = make_codes(
                session,
                KeyStore(self.folder / "keys"),
                round_id=ROUND,
                area_id="brindle",
                count=count,
                by=officer,
                now=datetime.now(UTC),
            )
        engine.dispose()
        return [one.code for one in made]


@contextmanager
def serving_town(folder: Path, *, has_round: bool = True) -> Iterator[Town]:
    """`pb demo`, with `has_round` one more round that takes proposals, and `pb serve`."""
    port = _free_port()
    town = Town(f"http://127.0.0.1:{port}", folder)
    town.pb("demo")
    if has_round:
        _make_round(town)
    command = [sys.executable, "-m", "pb_app", "serve", "--port", str(port)]
    with (folder / "serve.log").open("w") as log:
        server = subprocess.Popen(command, env={**os.environ, **_settings(folder)}, stdout=log, stderr=log)
        try:
            _wait_for(town.url, server)
            yield town
        finally:
            server.terminate()
            server.wait(timeout=120)
    assert "Traceback" not in (folder / "serve.log").read_text()


def _settings(folder: Path) -> dict[str, str]:
    return {"PB_INSTANCE": str(folder), "DATABASE_URL": "", "KEY_DIR": str(folder / "keys"), "PB_ENV": "demo"}


def _free_port() -> int:
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        port: int = chosen.getsockname()[1]
    return port


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert server.poll() is None, "the server stopped"
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 -- our own server
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the server did not answer in a minute")


def _make_round(town: Town) -> None:
    """A round of one paper that opened for proposals an hour ago, with two projects on its paper already."""
    now = datetime.now(UTC)
    days = (timedelta(hours=-1), timedelta(days=2), timedelta(days=4), timedelta(days=5), timedelta(days=12))
    paper = NewPaper("The harbour", rulebook("greedy", 2), (NewPot("Harbour pot", 20_000_00, "Ward allowance"),))
    new = NewRound(
        "Harbour steps", "£20,000 for the harbour.", Timetable(*(now + day for day in days)), (paper,), id=ROUND
    )
    officer, neighbour = town.actor("dana", Role.OFFICER), town.actor("mei", Role.RESIDENT)
    engine = make_engine(town.database)
    with write(engine) as session:
        assert create_round(session, new=new, by=officer, now=now - timedelta(days=3)) == ROUND
        announce(session, round_id=ROUND, by=officer, now=now - timedelta(days=2))
        pot = get_round(session, ROUND).papers[0].pots[0].id
        for title, area, pounds in _OTHERS:
            text = ProposalText(
                title,
                title,
                "As it says.",
                "Everybody.",
                pot,
                area,
                "The harbour",
                "",
                "",
                (CostItem("All", pounds * 100),),
            )
            proposal = start_draft(session, round_id=ROUND, by=neighbour, now=now)
            save_draft(session, proposal_id=proposal, text=text, revision=1, by=neighbour, now=now)
            assert not send(session, proposal_id=proposal, by=neighbour, now=now)
            assert not accept(session, proposal_id=proposal, text="It can be done.", by=officer, now=now)
            put_on_paper(session, proposal_id=proposal, paper_id="the-harbour", cost=pounds * 100, by=officer, now=now)
    engine.dispose()
