"""Before anybody can sign in: the council's areas and its first two administrators, from the command line."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pb_app.models.area import Area
from pb_app.models.person import Appointment, Person
from pb_app.services import passwords
from pb_app.services.accounts import check_address, check_name, tidy_address
from pb_app.services.activity import Event, log
from pb_app.services.mailed_links import make_link
from voting.errors import Problem
from voting.permissions import Role
from voting.slugs import make_slug

_ENOUGH = 2
"""Two administrators appoint everybody else, always both together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaAdded(Event):
    """A part of the council's land got a name."""

    kind: ClassVar[str] = "council:area:added"
    area_id: str
    name: str

    def objects(self) -> list[tuple[str, str]]:
        """The area."""
        return [("area", self.area_id)]

    def details(self) -> dict[str, str]:
        """Its name."""
        return {"name": self.name}


@dataclass(frozen=True, slots=True, kw_only=True)
class AdministratorAdded(Event):
    """One of the first two administrators was made from the command line."""

    kind: ClassVar[str] = "person:administrator:added"
    person_id: str

    def objects(self) -> list[tuple[str, str]]:
        """Who."""
        return [("person", self.person_id)]


def add_areas(session: Session, *, names: Sequence[str], now: datetime) -> list[str]:
    """Adds the areas that are not there yet, after those that are, and gives their ids."""
    there = {area.name: area for area in session.scalars(select(Area))}
    taken = {area.id for area in there.values()}
    added: list[str] = []
    for name in dict.fromkeys(name.strip() for name in names):
        if name and name not in there:
            area_id = make_slug(name, taken, "area")
            taken.add(area_id)
            session.add(Area(id=area_id, name=name, position=len(taken)))
            session.flush()
            log(session, AreaAdded(area_id=area_id, name=name), by=None, now=now)
            added.append(area_id)
    return added


def add_administrator(session: Session, *, email: str, name: str, now: datetime) -> str | list[Problem]:
    """Makes an administrator's account and gives the token of a link that lets its owner choose a password.

    Only the first two come in this way. For an address that was added this way before, the token is a new one.
    """
    if problems := check_address(email) + check_name(name):
        return problems
    person = session.scalar(select(Person).filter_by(email=tidy_address(email)))
    if person is not None and person.password_hash != passwords.NONE_YET:
        return [Problem("email", "This address has an account already. Its owner can ask for a new password")]
    if person is None:
        if _administrators(session) >= _ENOUGH:
            return [Problem("email", "There are two administrators already: they appoint the others, on their pages")]
        person = _add(session, tidy_address(email), name.strip(), now)
    return make_link(session, purpose="reset", person_id=person.id, now=now)


def _administrators(session: Session) -> int:
    appointed = select(func.count()).select_from(Appointment).filter_by(role=Role.ADMINISTRATOR.value)
    return session.scalar(appointed) or 0


def _add(session: Session, address: str, name: str, now: datetime) -> Person:
    person = Person(
        id=secrets.token_hex(16),
        email=address,
        name=name,
        password_hash=passwords.NONE_YET,
        created_at=now,
        email_confirmed_at=now,
        totp_step=0,
    )
    session.add(person)
    session.flush()
    session.add(Appointment(person_id=person.id, role=Role.ADMINISTRATOR.value, appointed_at=now))
    session.flush()
    log(session, AdministratorAdded(person_id=person.id), by=None, now=now)
    return person
