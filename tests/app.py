"""An application for tests: a fresh SQLite database, a clock in a file, a council with areas and people of every role.

def test_…(app: Flask, client: FlaskClient, people: People) -> None:
    sign_in_as(client, people.officer)
    page = post(client, "/officer/rounds", title="…")
"""

from __future__ import annotations

import re
import secrets
from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from pb_app.config import Config
from pb_app.db import make_engine, write
from pb_app.factory import create_app
from pb_app.models.area import Area
from pb_app.models.person import Appointment, Person
from pb_app.services import clock, verification
from pb_app.services.council import CouncilView, set_council
from pb_app.services.keys import KeyStore
from pb_app.services.sessions import open_session
from pb_app.web.context import NAME, Workplace
from tests.prepared import made_once
from voting.permissions import Actor, Role

PASSWORD = "three plain words"
PASSWORD_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
"""Cheap to check, so that tests are fast; the product's own is not."""

TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NOW = datetime(2026, 3, 6, 14, 30, tzinfo=UTC)
"""What the test's clock says at first: a Friday, half past two in London."""

AREAS = (("alder", "Alder Quay"), ("brindle", "Brindle"), ("castle", "Castle Rise"))
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass(frozen=True, slots=True)
class People:
    """Actors who exist in the test's database. Residents are verified for Alder Quay; staff have a second factor."""

    resident: Actor
    neighbour: Actor
    newcomer: Actor
    """Has an account and has never asked for an area."""
    officer: Actor
    colleague: Actor
    """A second officer."""
    steering: Actor
    auditor: Actor
    administrator: Actor
    successor: Actor
    """A second administrator."""


@pytest.fixture
def app_config(sqlite_url: str, tmp_path: Path) -> Config:
    """Settings of a demo on a fresh database."""
    (tmp_path / "keys").mkdir()
    clock.set_time(tmp_path / "clock", NOW)
    return Config(
        secret_key="s" * 64,
        database_url=sqlite_url,
        instance_dir=tmp_path,
        key_dir=tmp_path / "keys",
        clock=f"file:{tmp_path / 'clock'}",
    )


@pytest.fixture(scope="session")
def built_app(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """Never asked anything itself: routes and templates are compiled here once, which was half of the tests' time."""
    folder = tmp_path_factory.mktemp("built")
    made = create_app(Config("s" * 64, f"sqlite:///{sqlite_template}", folder, folder / "keys"))
    made.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(folder))
    return made


@pytest.fixture
def app(built_app: Flask, app_config: Config) -> Flask:
    """The application, with a council and its areas."""
    return copy_app(built_app, app_config)


def copy_app(built: Flask, config: Config) -> Flask:
    """The same application on a database, keys and clock of its own, with a council and its areas."""
    made = copy(built)
    place = Workplace(config, make_engine(config.database_url), KeyStore(config.key_dir), clock.Clock(config.clock))
    made.extensions = {**built.extensions, NAME: place}
    made.config = copy(built.config)
    return found_council(made)


def found_council(app: Flask) -> Flask:
    """Write the council and its areas; gives the application again."""
    app.config["TESTING"] = False  # errors are pages here too
    _write_council(app)
    return app


@made_once
def _write_council(app: Flask) -> None:
    with write(engine_of(app)) as session:
        council = CouncilView("Westmere Council", "#0b5563", "help@westmere.example", "01632 960 123", is_demo=True)
        set_council(session, council=council, by=None, now=NOW)
        session.add_all([Area(id=area_id, name=name, position=i) for i, (area_id, name) in enumerate(AREAS)])


@pytest.fixture
def people(app: Flask) -> People:
    """People of every role."""
    return _write_people(app)


@made_once
def _write_people(app: Flask) -> People:
    with write(engine_of(app)) as session:
        return seed_people(session)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without script and without cookies."""
    return app.test_client()


def engine_of(app: Flask) -> Engine:
    """The application's engine."""
    return workplace_of(app).engine


def workplace_of(app: Flask) -> Workplace:
    """The application's engine, keys, clock and settings."""
    place: Workplace = app.extensions[NAME]
    return place


def move_clock(app: Flask, to: datetime) -> None:
    """Makes the application's clock stand at `to`."""
    clock.set_time(Path(workplace_of(app).config.clock.removeprefix("file:")), to)


def seed_people(session: Session) -> People:
    """Adds everybody of `People`."""
    officer = add_person(session, "Dana Officer", Role.OFFICER)
    residents = [add_person(session, name) for name in ("Rhys Resident", "Nia Neighbour", "Nell Newcomer")]
    for by in residents[:2]:
        verification.ask_area(session, area_id="alder", route="live", statement="18 Mill Lane", by=by, now=NOW)
        request = verification.my_area(session, person_id=by.person_id)
        assert request is not None
        verification.approve_area(session, verification_id=request.verification_id, by=officer, now=NOW)
    return People(
        resident=residents[0],
        neighbour=residents[1],
        newcomer=residents[2],
        officer=officer,
        colleague=add_person(session, "Tom Officer", Role.OFFICER),
        steering=add_person(session, "Ffion Steering", Role.STEERING),
        auditor=add_person(session, "Asha Auditor", Role.AUDITOR),
        administrator=add_person(session, "Ada Administrator", Role.ADMINISTRATOR),
        successor=add_person(session, "Sam Administrator", Role.ADMINISTRATOR),
    )


def add_person(session: Session, name: str, *roles: Role) -> Actor:
    """Somebody with an account; staff with TOTP_SECRET as their second factor."""
    person_id = secrets.token_hex(16)
    row = Person(
        id=person_id,
        email=f"{name.split()[0].lower()}@westmere.example",
        name=name,
        password_hash=PASSWORD_HASH,
        created_at=NOW,
        email_confirmed_at=NOW,
        totp_secret=TOTP_SECRET if roles else None,
        totp_confirmed_at=NOW if roles else None,
        totp_step=0,
    )
    session.add(row)
    session.flush()
    session.add_all([Appointment(person_id=person_id, role=role.value, appointed_at=NOW) for role in roles])
    session.flush()
    return Actor(person_id, frozenset({Role.RESIDENT, *roles}))


def sign_in_as(client: FlaskClient, actor: Actor | None, *, gave_second_factor: bool = True) -> None:
    """Puts a new session of `actor` into the client's cookie, as signing in does; None signs out."""
    now = datetime.now(UTC)
    token = ""
    if actor is not None:
        with write(engine_of(client.application)) as session:
            token = open_session(session, person_id=actor.person_id, gave_second_factor=gave_second_factor, now=now)
    with client.session_transaction() as cookie:
        cookie.clear()
        if token:
            cookie["_user_id"] = token


def csrf_token(client: FlaskClient) -> str:
    """A token that this client's forms accept, taken from a page that always has a form."""
    found = _TOKEN.search(client.get("/account/register").text)
    assert found is not None
    return found[1]


def post(client: FlaskClient, url: str, **fields: Any) -> TestResponse:
    """Posts a form with its token. A field name with a hyphen goes in as `**{"opens-day": "1"}`."""
    return client.post(url, data={"csrf_token": csrf_token(client), **fields})
