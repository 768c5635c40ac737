"""Who is appointed to what. Giving or taking away a staff role takes two administrators."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, aliased

from pb_app.models.person import Appointment, AppointmentRequest, Person
from pb_app.services.accounts import tidy_address
from pb_app.services.activity import Event, log
from pb_app.services.sessions import appointed_roles, end_all_sessions
from voting.errors import NotFoundError, Problem, SecondPersonError
from voting.permissions import Actor, Role

NOT_YOURSELF = "You can’t confirm your own step. Another administrator can."
LAST_ADMINISTRATORS = "Two administrators must stay, because every appointment takes two. Appoint somebody else first"


@dataclass(frozen=True, slots=True)
class PersonView:
    """Somebody with an account, as administrators see them."""

    person_id: str
    name: str
    email: str
    roles: tuple[Role, ...]
    has_second_factor: bool


@dataclass(frozen=True, slots=True)
class RequestView:
    """An appointment that waits for a second administrator."""

    request_id: str
    person_name: str
    role: Role
    is_removal: bool
    asked_by: str
    asked_by_name: str
    asked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentAsked(Event):
    """One administrator asked to give a role, or to take it away."""

    kind: ClassVar[str] = "person:appointment:asked"
    person_id: str
    role: str
    is_removal: bool

    def objects(self) -> list[tuple[str, str]]:
        """Whose role, and which."""
        return [("person", self.person_id), ("role", self.role)]

    def details(self) -> dict[str, bool]:
        """Given or taken away."""
        return {"is_removal": self.is_removal}


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentConfirmed(AppointmentAsked):
    """A second administrator confirmed it: it holds from now on."""

    kind: ClassVar[str] = "person:appointment:confirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentWithdrawn(AppointmentAsked):
    """Somebody took the request back or declined it."""

    kind: ClassVar[str] = "person:appointment:withdrawn"


def find_person(session: Session, *, email: str) -> PersonView | None:
    """The account of an address, confirmed ones only."""
    person = session.scalar(select(Person).filter_by(email=tidy_address(email)))
    return _view(session, person) if person and person.email_confirmed_at else None


def list_staff(session: Session) -> list[PersonView]:
    """Everybody with a staff role, by name."""
    appointed = select(Appointment.person_id).distinct()
    people = session.scalars(select(Person).where(Person.id.in_(appointed)).order_by(Person.name, Person.id))
    return [_view(session, person) for person in people]


def list_requests(session: Session) -> list[RequestView]:
    """Appointments that wait for a second administrator, oldest first."""
    asker = aliased(Person)
    rows = session.execute(
        select(AppointmentRequest, Person.name, asker.name)
        .join(Person, Person.id == AppointmentRequest.person_id)
        .join(asker, asker.id == AppointmentRequest.asked_by)
        .where(AppointmentRequest.confirmed_at.is_(None), AppointmentRequest.withdrawn_at.is_(None))
        .order_by(AppointmentRequest.asked_at, AppointmentRequest.id)
    )
    return [
        RequestView(row.id, name, Role(row.role), row.is_removal, row.asked_by, asked_by, row.asked_at)
        for row, name, asked_by in rows
    ]


def ask_appointment(
    session: Session, *, email: str, role: Role, is_removal: bool, by: Actor, now: datetime
) -> list[Problem]:
    """The first half: nothing changes until a second administrator confirms."""
    by.check("people:appoint")
    person = find_person(session, email=email)
    if person is None:
        return [Problem("email", "Nobody with this address has an account yet. Ask them to make one first")]
    if (role in person.roles) != is_removal:
        has = "does not have this role" if is_removal else "has this role already"
        return [Problem("role", f"{person.name} {has}")]
    request = AppointmentRequest(
        id=secrets.token_hex(16),
        person_id=person.person_id,
        role=role.value,
        is_removal=is_removal,
        asked_by=by.person_id,
        asked_at=now,
    )
    session.add(request)
    session.flush()
    log(session, AppointmentAsked(person_id=person.person_id, role=role.value, is_removal=is_removal), by=by, now=now)
    return []


def confirm_appointment(session: Session, *, request_id: str, by: Actor, now: datetime) -> list[Problem]:
    """The second half. Raises SecondPersonError for whoever asked, and for whom it is about."""
    by.check("people:appoint")
    request = _waiting(session, request_id)
    if by.person_id in (request.asked_by, request.person_id):
        raise SecondPersonError(NOT_YOURSELF)
    if request.is_removal and _breaks_two_administrators(session, request):
        return [Problem("", LAST_ADMINISTRATORS)]
    request.confirmed_by, request.confirmed_at = by.person_id, now
    _carry_out(session, request, by, now)
    session.flush()
    end_all_sessions(session, person_id=request.person_id, now=now)
    event = AppointmentConfirmed(person_id=request.person_id, role=request.role, is_removal=request.is_removal)
    log(session, event, by=by, now=now)
    return []


def withdraw_appointment(session: Session, *, request_id: str, by: Actor, now: datetime) -> None:
    """Takes a request back, or declines somebody else's."""
    by.check("people:appoint")
    request = _waiting(session, request_id)
    request.withdrawn_at = now
    session.flush()
    event = AppointmentWithdrawn(person_id=request.person_id, role=request.role, is_removal=request.is_removal)
    log(session, event, by=by, now=now)


def _carry_out(session: Session, request: AppointmentRequest, by: Actor, now: datetime) -> None:
    session.execute(delete(Appointment).filter_by(person_id=request.person_id, role=request.role))
    if not request.is_removal:
        new = Appointment(person_id=request.person_id, role=request.role, appointed_at=now, appointed_by=by.person_id)
        session.add(new)


def _breaks_two_administrators(session: Session, request: AppointmentRequest) -> bool:
    administrators = session.scalar(select(func.count()).select_from(Appointment).filter_by(role="administrator")) or 0
    return request.role == Role.ADMINISTRATOR and administrators <= 2


def _waiting(session: Session, request_id: str) -> AppointmentRequest:
    request = session.get(AppointmentRequest, request_id)
    if request is None or request.confirmed_at or request.withdrawn_at:
        raise NotFoundError("This appointment does not wait any more. Somebody confirmed it or took it back.")
    return request


def _view(session: Session, person: Person) -> PersonView:
    roles = tuple(sorted(appointed_roles(session, person.id)))
    return PersonView(person.id, person.name, person.email, roles, person.totp_confirmed_at is not None)
