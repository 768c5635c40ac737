"""The marked register: who has voted on each paper, never how. For auditors, once the key is destroyed.

A sample is drawn from it: an auditor asks people on it whether they voted. Every opening is in the activity log.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from pb_app.models.activity import ActivityEvent
from pb_app.models.area import Area
from pb_app.models.ballot import SealingStep
from pb_app.models.event import CheckIn, GroupCode, VoterGroup
from pb_app.models.person import Person
from pb_app.models.roll import RollEntry
from pb_app.models.voter import HeldCode, VoterRequest, VoterSource
from pb_app.services.activity import Event, log
from pb_app.services.activity_reading import staff_names
from pb_app.services.erasing import is_erased
from pb_app.services.rounds import find_round, get_round
from pb_app.services.spreadsheets import csv_text
from tallying.canonical import loads
from voting.errors import NotNowError
from voting.permissions import Actor

PERMISSION = "marked:open"
_NOT_YET = "The list of who has voted opens when the count is sealed and the key is destroyed."
_ERASED = "The round is over, and two people erased the names. How many voted stands in the record."
_HEAD = ("number", "name", "email", "area", "way", "roll_entry", "salt")


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedRegisterOpened(Event):
    """An auditor opened the list of who has voted on a paper."""

    kind: ClassVar[str] = "audit:marked-register:opened"
    paper_id: str
    names: int

    def objects(self) -> list[tuple[str, str]]:
        """The paper."""
        return [("paper", self.paper_id)]

    def details(self) -> dict[str, int]:
        """How many lines."""
        return {"names": self.names}


@dataclass(frozen=True, slots=True)
class MarkedPaper:
    """One paper: how many have voted on it."""

    paper_id: str
    title: str
    size: int


@dataclass(frozen=True, slots=True)
class Opening:
    """Who opened which paper's list, and when."""

    who: str
    paper_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MarkedLine:
    """Somebody who has voted. A letter has no name, a group's code its number; `way` says which of them it is.

    `salt` (hexadecimal) shows the entry in the register's roots; "" once it was erased.
    """

    number: int
    name: str
    email: str
    area: str
    way: str
    roll_id: str
    salt: str


@dataclass(frozen=True, slots=True)
class MarkedList:
    """The list of one paper, in roll order: random, so that a place in it tells nothing."""

    paper: MarkedPaper
    lines: tuple[MarkedLine, ...]

    def to_csv(self) -> str:
        """As a file for spreadsheets."""
        cells = (
            (line.number, line.name, line.email, line.area, line.way, line.roll_id, line.salt) for line in self.lines
        )
        return csv_text(_HEAD, cells)


def marked_papers(session: Session, *, round_id: str) -> tuple[MarkedPaper, ...]:
    """Every paper with how many have voted; none before the key is destroyed. Names nobody. Raises NotFoundError."""
    view = get_round(session, round_id)
    marked = _marked(session, round_id)
    return tuple(
        MarkedPaper(paper.id, paper.title, len(marked[paper.id])) for paper in view.papers if paper.id in marked
    )


def open_marked(session: Session, *, round_id: str, paper_id: str, by: Actor, now: datetime) -> MarkedList:
    """Who has voted on one paper, and the note that it was opened. Raises NotNowError before the key is destroyed."""
    by.check(PERMISSION)
    paper = get_round(session, round_id).paper(paper_id)
    marked = _marked(session, round_id)
    if paper_id not in marked:
        raise NotNowError(_NOT_YET)
    if is_erased(session, round_id=round_id):
        raise NotNowError(_ERASED)
    lines = _lines(session, round_id, marked[paper_id])
    event = MarkedRegisterOpened(round_id=round_id, paper_id=paper_id, names=len(lines))
    log(session, event, by=by, now=now)
    return MarkedList(MarkedPaper(paper_id, paper.title, len(lines)), lines)


def list_openings(session: Session, *, round_id: str, kind: str = MarkedRegisterOpened.kind) -> tuple[Opening, ...]:
    """Every opening so far of a kind, the newest first."""
    names = staff_names(session)
    query = (
        select(ActivityEvent)
        .where(ActivityEvent.round_id == round_id, ActivityEvent.kind == kind)
        .order_by(ActivityEvent.n.desc())
    )
    return tuple(
        Opening(names.get(row.actor_id or "", "somebody no longer on the staff"), _paper_of(row), row.at)
        for row in session.scalars(query)
    )


def _paper_of(row: ActivityEvent) -> str:
    match loads(row.object_ids.encode()):
        case [["paper", str(paper_id)]]:
            return paper_id
    return ""


def _marked(session: Session, round_id: str) -> dict[str, list[str]]:
    """The roll entries of each paper, as sealing wrote them down; {} while the key could still join them to votes."""
    find_round(session, round_id)
    step = session.get(SealingStep, (round_id, "marked"))
    if step is None or session.get(SealingStep, (round_id, "key_destroyed")) is None:
        return {}
    match loads(step.result):
        case {"papers": list(papers)}:
            return dict(_read_pair(pair) for pair in papers)
    raise ValueError("not the result of the step marked")


def _read_pair(pair: object) -> tuple[str, list[str]]:
    match pair:
        case [str(paper_id), list(roll_ids)]:
            return paper_id, [str(roll_id) for roll_id in roll_ids]
    raise ValueError("not a paper and its roll entries")


def _lines(session: Session, round_id: str, roll_ids: list[str]) -> tuple[MarkedLine, ...]:
    query = (
        select(RollEntry, Area.name, Person.name, Person.email, CheckIn, GroupCode.number, VoterGroup.name, HeldCode)
        .join(Area, Area.id == RollEntry.area_id)
        .join(Person, Person.id == RollEntry.person_id, isouter=True)
        .join(CheckIn, CheckIn.roll_id == RollEntry.id, isouter=True)
        .join(GroupCode, GroupCode.roll_id == RollEntry.id, isouter=True)
        .join(VoterGroup, VoterGroup.id == GroupCode.group_id, isouter=True)
        .join(HeldCode, HeldCode.roll_id == RollEntry.id, isouter=True)
        .where(RollEntry.round_id == round_id)
    )
    sources = {row.id: row for row in session.scalars(select(VoterSource).filter_by(round_id=round_id))}
    asked = {row.id: row for row in session.scalars(select(VoterRequest).filter_by(round_id=round_id))}
    found: dict[str, MarkedLine] = {}
    for row, area, name, email, desk, place, group, held in session.execute(query):
        way, who = _who(row, name, desk, f"{group}: number {place}" if group else None)
        if held is not None:
            way, who = _held(held, sources.get(held.source_id or ""), asked.get(held.request_id or ""))
        found[row.id] = MarkedLine(0, who, email or "", area, way, row.id, row.salt.hex() if row.salt else "")
    return tuple(replace(found[roll_id], number=number) for number, roll_id in enumerate(roll_ids, start=1))


def _who(row: RollEntry, name: str | None, desk: CheckIn | None, of_group: str | None) -> tuple[str, str]:
    """The way of an entry, and whom an auditor asks."""
    if desk is not None:
        return "event", f"{desk.name}, {desk.place}"
    return ("group", of_group) if of_group else (row.way, name or "")


def _held(held: HeldCode, source: VoterSource | None, asked: VoterRequest | None) -> tuple[str, str]:
    """The same for a code that is no letter's: an organisation knows who has its number; others left word."""
    if source is not None:
        return source.kind, f"{source.name}: number {held.number}"
    return "request", asked.contact if asked else ""
