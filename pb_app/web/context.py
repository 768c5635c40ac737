"""What a request works with: the application's engine, keys and clock, and who is signed in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import cast
from zoneinfo import ZoneInfo

from flask import current_app, g
from flask_login import current_user
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from pb_app import db
from pb_app.config import Config
from pb_app.services.clock import Clock
from pb_app.services.council import CouncilView, get_council
from pb_app.services.errata import Erratum, list_errata
from pb_app.services.halting import Halt
from pb_app.services.keys import KeyStore
from pb_app.services.letter_run import Printer, make_printer
from pb_app.services.sessions import SignedInPerson
from voting.errors import NotAllowedError
from voting.permissions import Actor

NAME = "commonpot"


@dataclass(frozen=True, slots=True)
class Workplace:
    """What one application holds from start to stop."""

    config: Config
    engine: Engine
    keys: KeyStore
    clock: Clock
    halt: Halt = field(default_factory=Halt)


def workplace() -> Workplace:
    """This application's own."""
    return cast(Workplace, current_app.extensions[NAME])


def config() -> Config:
    """The settings."""
    return workplace().config


def engine() -> Engine:
    """The database. Views use `transaction()` and `reading()`; this is for jobs with steps of their own."""
    return workplace().engine


def keys() -> KeyStore:
    """The key directory."""
    return workplace().keys


def printer() -> Printer:
    """What makes, keeps and gives out long runs of letters."""
    return make_printer(engine(), keys(), config().instance_dir)


def clock() -> Clock:
    """The clock of rounds and casting: real time, or the demo's."""
    return workplace().clock


def now() -> datetime:
    """What the clock says, aware UTC."""
    return clock().now()


def real_now() -> datetime:
    """Real time, aware UTC: for sessions, one-time codes and limits, which no demo clock may move."""
    return datetime.now(UTC)


def timezone() -> ZoneInfo:
    """The place's own time zone, in which forms and pages speak."""
    return ZoneInfo(config().timezone)


def secret() -> bytes:
    """The application's secret, for keyed hashes."""
    return config().secret_key.encode()


def person() -> SignedInPerson | None:
    """Who is signed in, or None."""
    return cast("SignedInPerson | None", current_user.value if current_user.is_authenticated else None)


def actor() -> Actor | None:
    """Who acts, as services know them, or None."""
    somebody = person()
    return somebody.actor if somebody else None


def acting() -> Actor:
    """Who acts, in a view that only people who are signed in can enter. Raises NotAllowedError otherwise."""
    somebody = actor()
    if somebody is None:
        raise NotAllowedError("Sign in first.")
    return somebody


@contextmanager
def reading() -> Iterator[Session]:
    """A reading transaction; a block inside another one shares it, so that a page tells of one moment."""
    if "reader" in g:
        yield g.reader
        return
    with db.read(engine()) as session:
        g.reader = session
        try:
            yield session
        finally:
            del g.reader


def errata(round_id: str) -> tuple[Erratum, ...]:
    """What two people noted beside the frozen texts of a round, read once a request."""
    kept: dict[str, tuple[Erratum, ...]] = g.setdefault("errata", {})
    if round_id not in kept:
        with reading() as session:
            kept[round_id] = list_errata(session, round_id=round_id)
    return kept[round_id]


def council() -> CouncilView:
    """The council, read once a request."""
    if "council" not in g:
        with reading() as session:
            g.council = get_council(session)
    return cast(CouncilView, g.council)
