"""A small council with one round, walked to where a test wants it through the real services."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from pb_app.db import make_engine, read, write
from pb_app.models.area import Area, AreaVerification
from pb_app.models.paper import Project
from pb_app.models.person import Person
from pb_app.services import clock as clocks
from pb_app.services.casting import cast
from pb_app.services.clock import Clock
from pb_app.services.council import CouncilView, set_council
from pb_app.services.key_copies import TakenCopy
from pb_app.services.keys import KeyStore
from pb_app.services.opening import ask_opening, confirm_opening
from pb_app.services.paper_channel import Stands
from pb_app.services.publishing import staged_record
from pb_app.services.roll import entry_of_person
from pb_app.services.rounds import NewPaper, NewPot, NewRound, announce, create_round
from pb_app.services.sealing import SealingState, ask_sealing, confirm_sealing, run_sealing
from tallying.choices import BallotKind, OnOverspend, RankBy, RuleName, TieLink, Unsupported
from tallying.election import Approval
from tallying.record import Record, load
from tallying.rule import BallotRule, Rule
from tallying.rulebook import ROUND_TIES, Rulebook
from tests.keyholders import hold_key
from tests.prepared import made_once
from voting.eligibility import Eligibility
from voting.paper import BLANK, PaperMarks
from voting.permissions import Actor, Role
from voting.phases import Timetable
from voting.receipts import Receipt

DAY = timedelta(days=1)
START = datetime(2026, 3, 1, 9, tzinfo=UTC)
OPENS, CLOSES = START + 30 * DAY, START + 44 * DAY
TIMETABLE = Timetable(START, START + 14 * DAY, START + 21 * DAY, OPENS, CLOSES)
PROJECTS = ("bench", "trees", "youth", "wifi", "swings")
COSTS = (400_00, 500_00, 600_00, 400_00, 250_00)
OFFICER = Actor("a" * 32, frozenset({Role.OFFICER}))
SECOND = Actor("b" * 32, frozenset({Role.STEERING}))
AUDITOR = Actor("c" * 32, frozenset({Role.AUDITOR, Role.OFFICER}))
GREEDY = Rule(name=RuleName.GREEDY, rank_by=RankBy.VOTES, on_overspend=OnOverspend.SKIP, unsupported=Unsupported.LEAVE)

Papers: TypeAlias = tuple[tuple[str, tuple[str, ...]], ...]
PAPERS: Papers = (("Harbour", ("north",)), ("Everywhere", ()))
"""Titles of papers and the areas they are for; none: for every area."""


@dataclass(frozen=True, slots=True)
class Booth:
    """A round that is open for voting: where it is kept, its clock's file, and its voters' person ids."""

    engine: Engine
    key_dir: Path
    clock_path: Path
    people: tuple[str, ...]
    round_id: str = "spring"
    paper_ids: tuple[str, ...] = ("harbour", "everywhere")

    @property
    def keys(self) -> KeyStore:
        """A key store made anew, as another process would."""
        return KeyStore(self.key_dir)

    @property
    def clock(self) -> Clock:
        """A clock made anew, which may go back in time between tests' steps."""
        return Clock(f"file:{self.clock_path}")

    @property
    def folder(self) -> Path:
        """Where the keys, the clock and SQLite's database are."""
        return self.clock_path.parent

    def at(self, time: datetime) -> None:
        """Makes the clock stand at `time`."""
        clocks.set_time(self.clock_path, time)

    def roll_id(self, number: int) -> str:
        """The roll entry of a voter."""
        with read(self.engine) as session:
            entry = entry_of_person(session, round_id=self.round_id, person_id=self.people[number])
        assert entry is not None
        return entry.roll_id

    def vote(self, number: int, *picks: str, paper: str = "harbour", key: str = "") -> Receipt:
        """Casts one paper of a voter; the idempotency key follows from the picks unless given."""
        marks = PaperMarks(paper, Approval(tuple(project for project in PROJECTS if project in picks)))
        return self.cast(self.roll_id(number), [marks], key or f"{number} {paper} {picks}")[0]

    def cast(
        self,
        roll_id: str,
        marks: list[PaperMarks],
        key: str,
        *,
        may_change: bool = True,
        channel: str = "account",
    ) -> tuple[Receipt, ...]:
        """Casts in a transaction of its own."""
        with write(self.engine) as session:
            return cast(
                session,
                self.keys,
                round_id=self.round_id,
                roll_id=roll_id,
                marks=marks,
                idempotency_key=key,
                channel=channel,
                may_change=may_change,
                clock=self.clock,
            )

    def decide_sealing(self, **choices: str) -> None:
        """Closes the vote by the clock, and two people decide to seal."""
        self.at(CLOSES + DAY)
        wanted = {paper_id: choices.get(paper_id, "publish") for paper_id in self.paper_ids}
        with write(self.engine) as session:
            asked = ask_sealing(
                session,
                self.keys,
                round_id=self.round_id,
                choices=wanted,
                reason="A test",
                by=OFFICER,
                now=CLOSES + DAY,
            )
        assert asked == []
        with write(self.engine) as session:
            confirm_sealing(session, round_id=self.round_id, by=SECOND, now=CLOSES + DAY)

    @made_once
    def fill(self) -> None:
        """Every voter votes everywhere, those of the north on the harbour too; some change their mind."""
        for number in range(12):
            self.vote(number, PROJECTS[number % 3], PROJECTS[3], paper="everywhere")
            if number % 2 == 0:
                self.vote(number, PROJECTS[number % 5])
        self.vote(0, "swings", paper="everywhere")
        self.vote(0, "bench", paper="everywhere")
        self.cast(self.roll_id(2), [PaperMarks("harbour", BLANK)], "take it back")

    @property
    def staged(self) -> bytes:
        """The zip that waits to be published."""
        with read(self.engine) as session:
            return staged_record(session, self.round_id)

    @property
    def record(self) -> Record:
        """The record in it."""
        return load(self.staged)

    def seal(self) -> SealingState:
        """Runs every step that is left."""
        return run_sealing(self.engine, self.keys, round_id=self.round_id, clock=self.clock)


def rulebook(ties: tuple[TieLink, ...] = ROUND_TIES) -> Rulebook:
    """Greedy, up to three of the projects."""
    return Rulebook("GBP", BallotRule(BallotKind.APPROVAL, min=1, max=3), GREEDY, ties=ties)


def make_booth(
    url: str,
    folder: Path,
    *,
    voters: int = 12,
    budget: int = 1_200_00,
    made: list[TakenCopy] | None = None,
    rule: Stands | None = None,
    eligibility: Eligibility | None = None,
    book: Rulebook | None = None,
    papers: Papers = PAPERS,
) -> Booth:
    """A round that is open, with two papers and this many verified voters, half of them in each of two areas.

    The two copies of its key are put into `made`.
    """
    site = Site(make_engine(url), folder)
    people = tuple(f"{number:032x}" for number in range(1, voters + 1))
    copies = _open_round(site, people, budget, rule, eligibility, book, papers)
    if made is not None:
        made.extend(copies)
    booth = Booth(
        site.engine, folder / "keys", folder / "clock", people, paper_ids=tuple(one.lower() for one, _ in papers)
    )
    booth.at(OPENS + DAY)
    return booth


@dataclass(frozen=True, slots=True)
class Site:
    """Where a booth is set up: an empty database, and the folder of everything else."""

    engine: Engine
    folder: Path


@made_once
def _open_round(site: Site, people: tuple[str, ...], budget: int, *more: Any) -> list[TakenCopy]:
    """The two copies of the round's key."""
    keys = KeyStore(site.folder / "keys")
    keys.make_council_key()
    with write(site.engine) as session:
        add_council(session, people)
    with write(site.engine) as session:
        round_id = make_round(session, budget, *more)
    with write(site.engine) as session:
        copies = hold_key(session, keys, round_id, (OFFICER, SECOND), OPENS - 3 * DAY)
        assert ask_opening(session, round_id=round_id, by=OFFICER, now=OPENS - 2 * DAY) == []
    with write(site.engine) as session:
        assert confirm_opening(session, keys, round_id=round_id, by=SECOND, now=OPENS - DAY) == []
    return copies


def make_round(
    session: Session,
    budget: int,
    rule: Stands | None = None,
    eligibility: Eligibility | None = None,
    book: Rulebook | None = None,
    papers: Papers = PAPERS,
) -> str:
    """The round "spring", announced, with projects on its papers; nobody has asked for its opening."""
    new_papers = tuple(
        NewPaper(title, book or rulebook(), (NewPot(f"Pot of {title}", budget),), areas) for title, areas in papers
    )
    new = NewRound("Spring", "What to pay for", TIMETABLE, new_papers, eligibility=eligibility, paper_rule=rule)
    round_id = create_round(session, new=new, by=OFFICER, now=START - DAY)
    assert isinstance(round_id, str)
    announce(session, round_id=round_id, by=OFFICER, now=START - DAY)
    for title, _ in papers:
        session.add_all(_projects(round_id, title.lower()))
    session.flush()
    return round_id


def _projects(round_id: str, paper_id: str) -> Iterable[Project]:
    for position, (project_id, cost) in enumerate(zip(PROJECTS, COSTS, strict=True), start=1):
        yield Project(
            round_id=round_id,
            paper_id=paper_id,
            id=project_id,
            position=position,
            title=project_id.title(),
            cost=cost,
            added_at=START,
        )


def add_council(session: Session, people: tuple[str, ...]) -> None:
    """A council with two areas, staff, and people verified in turn for each area."""
    council = CouncilView("Westmere Council", "#0b5563", "help@westmere.example", "01632 960 123", is_demo=True)
    set_council(session, council=council, by=None, now=START - 2 * DAY)
    session.add_all(Area(id=area, name=area.title(), position=place) for place, area in enumerate(("north", "south")))
    for person_id in (OFFICER.person_id, SECOND.person_id, AUDITOR.person_id, *people):
        session.add(
            Person(
                id=person_id,
                email=f"{person_id}@westmere.example",
                name=f"Person {person_id[-3:]}",
                password_hash="-",
                created_at=START,
                email_confirmed_at=START,
            )
        )
    session.flush()
    session.add_all(
        AreaVerification(
            id=person_id,
            person_id=person_id,
            area_id="north" if number % 2 == 0 else "south",
            route="live",
            statement="-",
            status="approved",
            asked_at=START,
        )
        for number, person_id in enumerate(people)
    )
