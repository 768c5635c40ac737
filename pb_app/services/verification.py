"""A resident's tie to an area: they say which area and why, an officer approves or refuses with a reason."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from pb_app.models.area import Area, AreaVerification
from pb_app.models.person import Person
from pb_app.services import roll
from pb_app.services.activity import Event, log
from pb_app.services.outbox import add_mail
from voting.errors import ChangedMeanwhileError, NotFoundError, Problem, SecondPersonError
from voting.permissions import Actor

ROUTES: dict[str, str] = {
    "live": "I live there",
    "work": "I work there",
    "study": "I study there",
    "volunteer": "I volunteer there",
}
LONGEST_STATEMENT = 500
Status = Literal["asked", "approved", "refused"]


@dataclass(frozen=True, slots=True)
class VerificationView:
    """A request and where it stands. `statement` and the names are personal: for the person and for officers."""

    verification_id: str
    person_id: str
    person_name: str
    area_id: str
    area_name: str
    route: str
    statement: str
    status: Status
    reason: str
    asked_at: datetime
    decided_at: datetime | None
    refused_by: str | None = None

    def may_answer(self, by: Actor) -> bool:
        """Whether this officer may: what was refused before is looked at by another."""
        return self.refused_by != by.person_id


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaAsked(Event):
    """Somebody asked to vote for an area."""

    kind: ClassVar[str] = "area:verification:asked"
    verification_id: str
    area_id: str

    def objects(self) -> list[tuple[str, str]]:
        """The request and the area."""
        return [("verification", self.verification_id), ("area", self.area_id)]


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaApproved(AreaAsked):
    """An officer approved it."""

    kind: ClassVar[str] = "area:verification:approved"


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaRefused(AreaAsked):
    """An officer refused it, with a reason that the person reads."""

    kind: ClassVar[str] = "area:verification:refused"
    reason: str

    def details(self) -> dict[str, str]:
        """The reason, which may say something about the person."""
        return {"reason": self.reason}


def list_areas(session: Session) -> list[tuple[str, str]]:
    """(id, name) of every area, in the council's order."""
    return [(row.id, row.name) for row in session.scalars(select(Area).order_by(Area.position, Area.id))]


def my_area(session: Session, *, person_id: str) -> VerificationView | None:
    """A person's own request, or None when they never asked."""
    row = session.scalar(select(AreaVerification).filter_by(person_id=person_id))
    return _view(session, row) if row else None


def get_request(session: Session, *, verification_id: str) -> VerificationView:
    """One request. Raises NotFoundError."""
    return _view(session, _row(session, verification_id))


def waiting(session: Session) -> list[VerificationView]:
    """Requests that wait for an officer, oldest first."""
    rows = session.execute(
        select(AreaVerification, Person.name, Area.name)
        .join(Person, Person.id == AreaVerification.person_id)
        .join(Area, Area.id == AreaVerification.area_id)
        .where(AreaVerification.status == "asked")
        .order_by(AreaVerification.asked_at, AreaVerification.id)
    )
    return [_value(row, person_name, area_name) for row, person_name, area_name in rows]


def ask_area(session: Session, *, area_id: str, route: str, statement: str, by: Actor, now: datetime) -> list[Problem]:
    """Asks, or asks again after a refusal. Raises ChangedMeanwhileError when one waits or was approved already."""
    by.check("area:ask")
    if problems := _check_request(session, area_id, route, statement):
        return problems
    row = session.scalar(select(AreaVerification).filter_by(person_id=by.person_id))
    if row is not None and row.status != "refused":
        raise ChangedMeanwhileError("You have asked already. We will write to you when an officer has looked at it.")
    if row is None:
        row = AreaVerification(id=secrets.token_hex(16), person_id=by.person_id)
        session.add(row)
    row.refused_by = row.decided_by
    row.area_id, row.route, row.statement = area_id, route, statement.strip()
    row.status, row.reason, row.asked_at, row.decided_at, row.decided_by = "asked", "", now, None, None
    session.flush()
    log(session, AreaAsked(verification_id=row.id, area_id=area_id), by=by, now=now)
    return []


def approve_area(session: Session, *, verification_id: str, by: Actor, now: datetime) -> None:
    """Approves a request and puts the person on the roll of rounds that are open already."""
    row = _decide(session, verification_id, "approved", "", by, now)
    log(session, AreaApproved(verification_id=row.id, area_id=row.area_id), by=by, now=now)
    roll.enrol_person(session, person_id=row.person_id, by=by, now=now)
    area = session.get_one(Area, row.area_id).name
    _write_to(session, row, "You can vote", f"We have checked it: you can vote in {area} from now on.", now)


def refuse_area(session: Session, *, verification_id: str, reason: str, by: Actor, now: datetime) -> list[Problem]:
    """Refuses a request. The person reads the reason and may ask again; another officer looks at it then."""
    if not reason.strip():
        return [Problem("reason", "Write the reason. The person reads it and can answer by asking again")]
    row = _decide(session, verification_id, "refused", reason.strip(), by, now)
    log(session, AreaRefused(verification_id=row.id, area_id=row.area_id, reason=row.reason), by=by, now=now)
    text = f"We could not approve it: {row.reason}\n\nYou can ask again, and another officer looks at it."
    _write_to(session, row, "About your request to vote", text, now)
    return []


def _check_request(session: Session, area_id: str, route: str, statement: str) -> list[Problem]:
    problems = []
    if session.get(Area, area_id) is None:
        problems.append(Problem("area", "Choose the area you want to vote for"))
    if route not in ROUTES:
        problems.append(Problem("route", "Say what ties you to the area"))
    if not statement.strip():
        problems.append(Problem("statement", "Write where, so that an officer can check it, like “18 Mill Lane”"))
    elif len(statement.strip()) > LONGEST_STATEMENT:
        length = len(statement.strip())
        problems.append(Problem("statement", f"Make it {LONGEST_STATEMENT} letters or shorter. It is {length:,} now"))
    return problems


def _decide(
    session: Session, verification_id: str, status: Status, reason: str, by: Actor, now: datetime
) -> AreaVerification:
    by.check("area:approve")
    row = _row(session, verification_id)
    if row.status != "asked":
        raise ChangedMeanwhileError("Another officer has answered this request already.")
    if row.refused_by == by.person_id:
        raise SecondPersonError("You refused this request before, so another officer answers it now.")
    row.status, row.reason, row.decided_at, row.decided_by = status, reason, now, by.person_id
    session.flush()
    return row


def _write_to(session: Session, row: AreaVerification, subject: str, text: str, now: datetime) -> None:
    person = session.get_one(Person, row.person_id)
    key = f"area:{row.id}:{row.status}:{row.asked_at:%Y%m%d%H%M%S}"
    add_mail(session, key=key, to=person.email, subject=subject, body=f"Hello {person.name},\n\n{text}\n", now=now)


def _row(session: Session, verification_id: str) -> AreaVerification:
    row = session.get(AreaVerification, verification_id)
    if row is None:
        raise NotFoundError("There is no such request.")
    return row


def _view(session: Session, row: AreaVerification) -> VerificationView:
    return _value(row, session.get_one(Person, row.person_id).name, session.get_one(Area, row.area_id).name)


def _value(row: AreaVerification, person_name: str, area_name: str) -> VerificationView:
    return VerificationView(
        verification_id=row.id,
        person_id=row.person_id,
        person_name=person_name,
        area_id=row.area_id,
        area_name=area_name,
        route=row.route,
        statement=row.statement,
        status=row.status,  # type: ignore[arg-type]  # the column's CHECK holds the three words
        reason=row.reason,
        asked_at=row.asked_at,
        decided_at=row.decided_at,
        refused_by=row.refused_by,
    )
