"""Makes the demo council: people in one go, then every round through the same services the pages use."""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

import pyotp
from argon2 import PasswordHasher
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from pb_app.cli.demo.cast import Actors
from pb_app.cli.demo.ideas import AREAS
from pb_app.cli.demo.people import PASSWORD, STAFF, DemoPerson, residents
from pb_app.cli.demo.plans import ROUNDS
from pb_app.cli.demo.story import Story, tell
from pb_app.db import read, write
from pb_app.models.area import Area, AreaVerification, Council
from pb_app.models.mail import OutboxMail
from pb_app.models.person import Appointment, Person
from pb_app.services.activity import Event, log
from pb_app.services.keys import KeyStore
from pb_app.services.postcodes import store_look_up
from voting.permissions import STAFF as STAFF_ROLES
from voting.permissions import Actor, Role

POSTCODES = tuple((f"WM{place} 1AA", name) for place, (_, name) in enumerate(AREAS, start=1))
"""A postcode to try of each area, with the area's name."""
IN_TWO_AREAS = "WM1 9ZZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoMade(Event):
    """The invented council and its people were written in one go."""

    kind: ClassVar[str] = "council:demo:made"
    people: int

    def objects(self) -> list[tuple[str, str]]:
        """The council."""
        return [("council", "1")]

    def details(self) -> dict[str, int]:
        """How many people."""
        return {"people": self.people}


def is_empty(engine: Engine) -> bool:
    """Whether there is no council yet."""
    with read(engine) as session:
        return session.scalar(select(Council.id)) is None


def build(engine: Engine, keys: KeyStore, *, now: datetime, say: Callable[[str], None]) -> None:
    """Writes the people, then the rounds, then the council: a build that was cut off is not taken for a council."""
    draw = random.Random("westmere")
    if not keys.has_council_key():
        keys.make_council_key()
    with write(engine) as session:
        people = _people(session, now)
    for number, plan in enumerate(ROUNDS, start=1):
        say(f"  {number:>2} of {len(ROUNDS)}  {plan.title} ({plan.phase})")
        tell(Story(engine, keys, plan, people, plan.timetable(now), now, draw))
    with write(engine) as session:
        store_look_up(session, data=_postcodes(), dated=now.date(), source="Invented", by=people.officer, now=now)
        session.add(Council(id=1, name="Westmere Council", colour="#0b5563", help_email="help@westmere.example",
                            help_phone="01632 960 123", is_demo=True))  # fmt: skip
        session.execute(update(OutboxMail).values(sent_at=OutboxMail.created_at))  # invented people had it long ago
        log(session, DemoMade(people=len(STAFF) + len(people.residents)), by=None, now=now)


def _postcodes() -> bytes:
    """A look-up file of invented postcodes: WM1 is the first area, WM2 the second …; one lies in two."""
    ends = ("1AA", "1AB", "2CD", "3EF", "4GH")
    lines = [f"WM{place} {end},{area_id}" for place, (area_id, _) in enumerate(AREAS, start=1) for end in ends]
    lines += [f"{IN_TWO_AREAS},{area_id}" for area_id, _ in AREAS[:2]]
    return "\n".join(lines).encode()


def _people(session: Session, now: datetime) -> Actors:
    """Staff with their second factor, and residents verified for their areas. One password hash serves all."""
    joined = now - timedelta(days=900)
    password_hash = PasswordHasher().hash(PASSWORD)
    for position, (area_id, name) in enumerate(AREAS, start=1):
        session.add(Area(id=area_id, name=name, position=position))
    everyone = [(person, _person(person, password_hash, joined)) for person in (*STAFF, *residents())]
    session.add_all(row for _, row in everyone)
    session.flush()
    for person, row in everyone:
        session.add(_standing(person, row, joined))
    session.flush()
    ids = {person.sign_in: row.id for person, row in everyone}
    voters = tuple((person.area, _actor(ids, person)) for person in residents())
    officers = [_actor(ids, person) for person in STAFF if person.role is Role.OFFICER]
    return Actors(officers[0], officers[1], voters)


def _person(person: DemoPerson, password_hash: str, joined: datetime) -> Person:
    is_staff = person.role in STAFF_ROLES
    return Person(
        id=secrets.token_hex(16),
        email=person.email,
        name=person.name,
        password_hash=password_hash,
        created_at=joined,
        email_confirmed_at=joined,
        totp_secret=pyotp.random_base32() if is_staff else None,
        totp_confirmed_at=joined if is_staff else None,
    )


def _standing(person: DemoPerson, row: Person, joined: datetime) -> Appointment | AreaVerification:
    """What the person may do: a staff role, or a vote in an area."""
    if person.role in STAFF_ROLES:
        return Appointment(person_id=row.id, role=person.role.value, appointed_at=joined)
    return AreaVerification(
        id=secrets.token_hex(16),
        person_id=row.id,
        area_id=person.area,
        route=person.route,
        statement="I am on the council’s list.",
        status="approved",
        asked_at=joined,
        decided_at=joined,
    )


def _actor(ids: dict[str, str], person: DemoPerson) -> Actor:
    return Actor(ids[person.sign_in], frozenset({Role.RESIDENT, person.role}))
