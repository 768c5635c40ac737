"""Rounds for residents' tests, made and opened through the real services."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from pb_app.db import read, write
from pb_app.models.paper import Project
from pb_app.services.codes import make_codes
from pb_app.services.opening import ask_opening, confirm_opening
from pb_app.services.rounds import NewPaper, NewPot, NewRound, announce, create_round
from tallying.choices import BallotKind, OnOverspend, RankBy, RuleName, Unsupported
from tallying.rulebook import BallotRule, Rule, Rulebook
from tallying.vote_word import VoteWord
from tests.app import NOW, People, engine_of, move_clock, workplace_of
from tests.keyholders import hold_key
from tests.prepared import made_once
from voting.phases import Timetable

DAY = timedelta(days=1)
OPENS = NOW + 20 * DAY
CLOSES = NOW + 30 * DAY
HARBOUR_POT = NewPot("Harbour pot", 20_000_00, conditions="Only for things that last.")
GREEDY = Rule(
    RuleName.GREEDY, rank_by=RankBy.VOTES, on_overspend=OnOverspend.SKIP, unsupported=Unsupported.LEAVE
)  # fmt: skip


@made_once
def proposing_round(app: Flask, people: People, book: Rulebook | None = None, word: VoteWord | None = None) -> str:
    """A round with two papers that takes proposals now; `book` and `word` are of the first. Its id."""
    new = NewRound(
        title="Spring 2026",
        summary="Money for the places we share.",
        timetable=Timetable(NOW - DAY, NOW + 10 * DAY, NOW + 15 * DAY, OPENS, CLOSES),
        papers=(
            NewPaper("Harbour fund", book or _pick(3), (HARBOUR_POT,), word=word),
            NewPaper("Youth fund", _pick(2), (NewPot("Youth pot", 8_000_00),)),
        ),
    )
    with write(engine_of(app)) as session:
        round_id = create_round(session, new=new, by=people.officer, now=NOW - 2 * DAY)
        assert isinstance(round_id, str), round_id
        announce(session, round_id=round_id, by=people.officer, now=NOW - 2 * DAY)
    return round_id


@made_once
def voting_round(
    app: Flask,
    people: People,
    projects: tuple[int, int] = (6, 4),
    book: Rulebook | None = None,
    word: VoteWord | None = None,
) -> str:
    """A round open for voting now, with so many projects on its two papers (pick 3, pick 2). Its id."""
    round_id = proposing_round(app, people, book, word)
    add_projects(app, round_id, "harbour-fund", projects[0])
    add_projects(app, round_id, "youth-fund", projects[1])
    open_voting(app, people, round_id)
    return round_id


def add_projects(app: Flask, round_id: str, paper_id: str, count: int) -> None:
    """Projects h1, h2 … (or y1, y2 …): every second in Brindle, each £500 dearer than the one before."""
    with write(engine_of(app)) as session:
        session.add_all(
            Project(
                round_id=round_id, paper_id=paper_id, id=f"{paper_id[0]}{n}", position=n,
                title=f"{paper_id.split('-')[0].capitalize()} project {n}", summary=f"Summary of number {n}.",
                text="Text.", cost=n * 500_00, area_id="alder" if n % 2 else "brindle", place="The quay", added_at=NOW,
            )
            for n in range(1, count + 1)
        )  # fmt: skip


@made_once
def open_voting(app: Flask, people: People, round_id: str) -> None:
    """Two people confirm; the clock goes to the second day of voting."""
    keys = workplace_of(app).keys
    keys.make_council_key()
    at = NOW + 16 * DAY
    with write(engine_of(app)) as session:
        hold_key(session, keys, round_id, (people.officer, people.colleague), at)
        assert not ask_opening(session, round_id=round_id, by=people.officer, now=at)
    with write(engine_of(app)) as session:
        assert not confirm_opening(session, keys, round_id=round_id, by=people.colleague, now=at)
    move_clock(app, OPENS + DAY)


@made_once
def letter_codes(app: Flask, people: People, round_id: str, count: int = 1) -> list[str]:
    """Letter codes for Alder Quay, in clear."""
    with write(engine_of(app)) as session:
        made = make_codes(
            session,
            workplace_of(app).keys,
            round_id=round_id,
            area_id="alder",
            count=count,
            by=people.officer,
            now=OPENS,
        )
    return [one.code for one in made]


def count_rows(app: Flask) -> dict[str, int]:
    """How many rows each table has."""
    with read(engine_of(app)) as session:
        tables = session.connection().exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars()
        return {
            name: session.connection().exec_driver_sql(f'SELECT count(*) FROM "{name}"').scalar_one()  # noqa: S608  # our own table names
            for name in tables
        }


def _pick(most: int) -> Rulebook:
    return Rulebook("GBP", BallotRule(BallotKind.APPROVAL, min=1, max=most), GREEDY)
