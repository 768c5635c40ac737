"""Reading the activity log: filtered and a page at a time, with the chain checked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from pb_app.models.activity import ActivityDetails, ActivityEvent
from pb_app.models.person import Appointment, Person
from pb_app.models.round import Round
from pb_app.services.activity import broken_details, chain_head, verify_chain
from pb_app.services.activity_words import words_of
from pb_app.services.spreadsheets import csv_text

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class LogWanted:
    """What the log is narrowed to; "" means all. `subject` is the first word of a kind ("round", "proposal")."""

    round_id: str = ""
    subject: str = ""
    actor_id: str = ""

    @property
    def is_everything(self) -> bool:
        """Whether nothing is left out."""
        return self == LogWanted()


@dataclass(frozen=True, slots=True)
class LogLine:
    """One event. `actor` is a staff member's name, "a resident", or "the service".

    `details` are (name, value) pairs of staff actions; a resident's own words and names are not shown here.
    """

    n: int
    kind: str
    round_id: str
    objects: tuple[tuple[str, str], ...]
    actor_id: str
    actor: str
    at: datetime
    details: tuple[tuple[str, str], ...]
    hash: str

    @property
    def words(self) -> str:
        """The kind as words: "Made a round"."""
        return words_of(self.kind)


@dataclass(frozen=True, slots=True)
class LogPage:
    """One page of the log, the newest first; `page` counts from 1, `total` the events that fit the filter."""

    lines: tuple[LogLine, ...]
    page: int
    pages: int
    total: int


@dataclass(frozen=True, slots=True)
class ChainState:
    """Whether the whole chain holds: numbers of broken links, of events whose kept details were changed, its head."""

    links: int
    broken: tuple[int, ...]
    changed_details: tuple[int, ...]
    head: str

    @property
    def holds(self) -> bool:
        """Nothing was changed, taken out or put in."""
        return not self.broken and not self.changed_details


@dataclass(frozen=True, slots=True)
class LogChoices:
    """What a reader can choose between: (value, words) pairs."""

    rounds: tuple[tuple[str, str], ...]
    subjects: tuple[str, ...]
    actors: tuple[tuple[str, str], ...]


def check_chain(session: Session) -> ChainState:
    """Checks every link of the log and every detail that is kept."""
    links = session.scalar(select(func.count()).select_from(ActivityEvent)) or 0
    return ChainState(links, tuple(verify_chain(session)), tuple(broken_details(session)), chain_head(session))


def read_log(session: Session, *, wanted: LogWanted, page: int = 1) -> LogPage:
    """One page of the events that fit, in four queries. A page that is not there becomes the nearest that is."""
    fitting = _conditions(wanted)
    total = session.scalar(select(func.count()).select_from(ActivityEvent).where(*fitting)) or 0
    pages = max(1, -(-total // PER_PAGE))
    page = min(max(page, 1), pages)
    query = select(ActivityEvent).where(*fitting).order_by(ActivityEvent.n.desc())
    rows = session.scalars(query.limit(PER_PAGE).offset((page - 1) * PER_PAGE)).all()
    return LogPage(tuple(_lines(session, rows)), page, pages, total)


def count_events(session: Session, *, round_id: str) -> int:
    """How many events a round has."""
    query = select(func.count()).select_from(ActivityEvent).where(ActivityEvent.round_id == round_id)
    return session.scalar(query) or 0


def log_choices(session: Session) -> LogChoices:
    """The rounds, subjects and staff that stand in the log."""
    kinds = session.scalars(select(ActivityEvent.kind).distinct()).all()
    rounds = session.execute(select(Round.id, Round.title).order_by(Round.title, Round.id)).all()
    actors = sorted(staff_names(session).items(), key=lambda item: (item[1], item[0]))
    return LogChoices(tuple(rounds), tuple(sorted({kind.partition(":")[0] for kind in kinds})), tuple(actors))


def staff_names(session: Session) -> dict[str, str]:
    """The names of everybody who was ever appointed, by person id."""
    query = select(Person.id, Person.name).join(Appointment, Appointment.person_id == Person.id)
    return dict(session.execute(query).all())


def log_csv(session: Session, *, wanted: LogWanted) -> str:
    """Every event that fits, oldest first, with what the chain is made of, so that it can be checked elsewhere.

    No names and no details: the chain itself holds none.
    """
    head = ("n", "kind", "round", "objects", "actor", "at", "commitment", "previous_hash", "hash")
    query = select(ActivityEvent).where(*_conditions(wanted)).order_by(ActivityEvent.n)
    rows = (
        (
            row.n,
            row.kind,
            row.round_id or "",
            row.object_ids,
            row.actor_id or "",
            row.at.isoformat(timespec="microseconds"),
            row.commitment,
            row.previous_hash,
            row.hash,
        )
        for row in session.scalars(query)
    )
    return csv_text(head, rows)


def _conditions(wanted: LogWanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.round_id:
        conditions.append(ActivityEvent.round_id == wanted.round_id)
    if wanted.subject:
        conditions.append(ActivityEvent.kind.startswith(f"{wanted.subject}:", autoescape=True))
    if wanted.actor_id:
        conditions.append(ActivityEvent.actor_id == wanted.actor_id)
    return conditions


def _lines(session: Session, rows: Iterable[ActivityEvent]) -> Iterator[LogLine]:
    found = list(rows)
    staff = staff_names(session)
    kept = _kept_details(session, [row.n for row in found])
    for row in found:
        is_staff = row.actor_id is None or row.actor_id in staff
        yield LogLine(
            n=row.n,
            kind=row.kind,
            round_id=row.round_id or "",
            objects=tuple((noun, name) for noun, name in json.loads(row.object_ids)),
            actor_id=row.actor_id or "",
            actor=staff.get(row.actor_id or "", "a resident" if row.actor_id else "the service"),
            at=row.at,
            details=_pairs(kept.get(row.n, "{}")) if is_staff else (),
            hash=row.hash,
        )


def _kept_details(session: Session, numbers: Sequence[int]) -> dict[int, str]:
    query = select(ActivityDetails.n, ActivityDetails.details).where(ActivityDetails.n.in_(numbers))
    return dict(session.execute(query).all())


def _pairs(details: str) -> tuple[tuple[str, str], ...]:
    """The details as words; those of a step for two people one by one, and none that says nothing."""
    values = json.loads(details)
    inside = values.pop("payload", {})
    pairs = ((name, _plain(value)) for name, value in [*inside.items(), *values.items()])
    return tuple((name.replace("_", " "), words) for name, words in pairs if words)


def _plain(value: object) -> str:
    """`small-grants, publish, no` for a list of lists, and so on."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_plain(one) for one in value)
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_plain(one)}" for name, one in value.items())
    return str(value)
