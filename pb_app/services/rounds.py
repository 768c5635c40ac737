"""Making rounds and announcing them; reading them is `round_reading`, whose names are offered here too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from pb_app.models.area import Area
from pb_app.models.paper import Paper, PaperArea, Pot
from pb_app.models.round import Round
from pb_app.services.activity import Event, log
from pb_app.services.paper_channel import LONGEST_PLACES, Stands, declare_rule
from pb_app.services.round_reading import (
    AreaView,
    PaperView,
    PotView,
    ProjectView,
    RoundView,
    decisions_of,
    find_round,
    get_round,
    list_all_rounds,
    list_projects,
    list_rounds,
    phase_of,
    read_rulebook,
    timetable_of,
)
from pb_app.services.voter_rules import write_rule
from tallying.rulebook import Rulebook
from tallying.vote_word import VoteWord
from voting.eligibility import Eligibility, problems_of
from voting.errors import NotNowError, Problem
from voting.one_area import is_open
from voting.own_word import read_own_word
from voting.permissions import Actor
from voting.phases import Timetable
from voting.slugs import make_slug

__all__ = [
    "AreaView",
    "NewPaper",
    "NewPot",
    "NewRound",
    "PaperView",
    "PotView",
    "ProjectView",
    "RoundAnnounced",
    "RoundCreated",
    "RoundView",
    "announce",
    "create_round",
    "decisions_of",
    "find_round",
    "get_round",
    "list_all_rounds",
    "list_projects",
    "list_rounds",
    "phase_of",
    "read_rulebook",
    "timetable_of",
    "timetable_problems",
]

MOST_MONEY = 10_000_000_000_00
"""Pence: no pot is larger, so that no sum leaves the range of a record's numbers."""

_NO_CHOICE = "No ballot papers are for different areas, so voters have none to choose. Say that we know their area."


@dataclass(frozen=True, slots=True)
class NewPot:
    """Money to be given out; `amount` in pence."""

    name: str
    amount: int
    source: str = ""
    conditions: str = ""
    spend_by: date | None = None


@dataclass(frozen=True, slots=True)
class NewPaper:
    """A ballot paper to be made. No areas means every area."""

    title: str
    rulebook: Rulebook
    pots: tuple[NewPot, ...]
    area_ids: tuple[str, ...] = ()
    word: VoteWord | None = None
    """What residents give, by a word of its own."""


@dataclass(frozen=True, slots=True)
class NewRound:
    """A round to be made. `id` "" makes one from the title."""

    title: str
    summary: str
    timetable: Timetable
    papers: tuple[NewPaper, ...]
    id: str = ""
    eligibility: Eligibility | None = None
    paper_rule: Stands | None = None
    """What stands where a sheet comes after an online vote; None where nobody votes on paper."""
    paper_places: str = ""
    """Where sheets are given out and handed in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundCreated(Event):
    """A round was made; nobody but officers sees it yet."""

    kind: ClassVar[str] = "round:draft:created"
    title: str
    papers: tuple[str, ...] = field(default=())

    def objects(self) -> list[tuple[str, str]]:
        """Its papers."""
        return [("paper", paper_id) for paper_id in self.papers]

    def details(self) -> dict[str, str]:
        """Its title."""
        return {"title": self.title}


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundAnnounced(Event):
    """A round became public; proposals open at its date."""

    kind: ClassVar[str] = "round:public:announced"


def create_round(session: Session, *, new: NewRound, by: Actor, now: datetime) -> str | list[Problem]:
    """Makes a round that only officers see. Its id, or all that must be mended.

    Problems name fields as "title", "voting_closes_at", "papers-0-title", "papers-0-pots-1-amount".
    """
    by.check("round:create")
    areas = set(session.scalars(select(Area.id)))
    problems = [*_round_problems(new), *timetable_problems(new.timetable), *_paper_problems(new, areas)]
    if problems:
        return problems
    row = _add_round(session, new, by, now)
    paper_ids = _add_papers(session, row.id, new.papers)
    if new.paper_rule is not None:
        declare_rule(session, round_id=row.id, rule=new.paper_rule, places=new.paper_places)
    session.flush()
    log(session, RoundCreated(round_id=row.id, title=new.title, papers=tuple(paper_ids)), by=by, now=now)
    return row.id


def announce(session: Session, *, round_id: str, by: Actor, now: datetime) -> None:
    """Makes a round public. Raises NotNowError if it is already."""
    by.check("round:announce")
    row = find_round(session, round_id)
    if row.announced_at is not None:
        raise NotNowError("This round is public already.")
    row.announced_at = now
    session.flush()
    log(session, RoundAnnounced(round_id=round_id), by=by, now=now)


def _add_round(session: Session, new: NewRound, by: Actor, now: datetime) -> Round:
    taken = set(session.scalars(select(Round.id)))
    row = Round(
        id=make_slug(new.id or new.title, taken, "round"),
        title=new.title.strip(),
        summary=new.summary.strip(),
        created_at=now,
        created_by=by.person_id,
        proposing_opens_at=new.timetable.proposing_opens_at,
        proposing_closes_at=new.timetable.proposing_closes_at,
        reviewing_closes_at=new.timetable.reviewing_closes_at,
        voting_opens_at=new.timetable.voting_opens_at,
        voting_closes_at=new.timetable.voting_closes_at,
        eligibility=write_rule(new.eligibility),
    )
    session.add(row)
    session.flush()
    return row


def _add_papers(session: Session, round_id: str, papers: Sequence[NewPaper]) -> list[str]:
    paper_ids: list[str] = []
    pot_ids: set[str] = set()
    for position, paper in enumerate(papers, start=1):
        paper_id = make_slug(paper.title, paper_ids, "paper")
        paper_ids.append(paper_id)
        _add_paper(session, (round_id, paper_id), paper, position)
        for pot in paper.pots:
            pot_id = make_slug(pot.name, pot_ids, "pot")
            pot_ids.add(pot_id)
            session.add(_pot_row(round_id, paper_id, pot_id, pot))
    return paper_ids


def _add_paper(session: Session, key: tuple[str, str], paper: NewPaper, position: int) -> None:
    round_id, paper_id = key
    session.add(
        Paper(
            round_id=round_id,
            id=paper_id,
            title=paper.title.strip(),
            position=position,
            rulebook=paper.rulebook.to_json().decode(),
            rulebook_sha256=paper.rulebook.sha256(),
            word_one=paper.word.one if paper.word else "",
            word_many=paper.word.many if paper.word else "",
        )
    )
    session.flush()
    for area_id in dict.fromkeys(paper.area_ids):
        session.add(PaperArea(round_id=round_id, paper_id=paper_id, area_id=area_id))


def _pot_row(round_id: str, paper_id: str, pot_id: str, pot: NewPot) -> Pot:
    return Pot(
        round_id=round_id,
        id=pot_id,
        paper_id=paper_id,
        name=pot.name.strip(),
        amount=pot.amount,
        source=pot.source.strip(),
        conditions=pot.conditions.strip(),
        spend_by=pot.spend_by,
    )


def _round_problems(new: NewRound) -> list[Problem]:
    problems = [*_title_problems("title", new.title, "the round"), *_length_problems("summary", new.summary, 5000)]
    problems += [Problem(name, f"{words}.") for name, words in problems_of(new.eligibility or Eligibility())]
    problems += _length_problems("paper_places", new.paper_places, LONGEST_PLACES)
    areas = {str(number): paper.area_ids for number, paper in enumerate(new.papers)}
    if new.eligibility and new.eligibility.chooses_area and not is_open(areas):
        problems.append(Problem("papers", _NO_CHOICE))
    if not new.papers:
        problems.append(Problem("papers", "Add at least one ballot paper."))
    return problems


def timetable_problems(timetable: Timetable) -> list[Problem]:
    """Every date that comes before the one it must follow."""
    problems: list[Problem] = []
    if timetable.proposing_closes_at <= timetable.proposing_opens_at:
        problems.append(Problem("proposing_closes_at", "Proposals must close after they open. Choose a later time."))
    if timetable.reviewing_closes_at < timetable.proposing_closes_at:
        problems.append(Problem("reviewing_closes_at", "Review must end after proposals close. Choose a later time."))
    if timetable.voting_opens_at < timetable.reviewing_closes_at:
        problems.append(Problem("voting_opens_at", "Voting must open after review ends. Choose a later time."))
    if timetable.voting_closes_at <= timetable.voting_opens_at:
        problems.append(Problem("voting_closes_at", "Voting must close after it opens. Choose a later time."))
    return problems


def _paper_problems(new: NewRound, areas: set[str]) -> list[Problem]:
    problems: list[Problem] = []
    for number, paper in enumerate(new.papers):
        at = f"papers-{number}"
        problems += _title_problems(f"{at}-title", paper.title, "the ballot paper")
        if not set(paper.area_ids) <= areas:
            problems.append(Problem(f"{at}-area_ids", "Choose areas from the list."))
        if paper.word is not None:
            read = read_own_word(paper.word.one, paper.word.many, paper.rulebook.ballot.kind)
            found = read if isinstance(read, list) else []
            problems += [Problem(f"{at}-{one.field}", f"{one.message}.") for one in found]
        if not paper.pots:
            problems.append(Problem(f"{at}-pots", "Add at least one pot of money."))
        for place, pot in enumerate(paper.pots):
            problems += _pot_problems(f"{at}-pots-{place}", pot, new.timetable)
    return problems


def _pot_problems(at: str, pot: NewPot, timetable: Timetable) -> list[Problem]:
    problems = [*_title_problems(f"{at}-name", pot.name, "the pot"), *_length_problems(f"{at}-source", pot.source, 120)]
    if not 0 < pot.amount <= MOST_MONEY:
        problems.append(Problem(f"{at}-amount", "Enter an amount above £0, like 20,000."))
    if pot.spend_by and pot.spend_by <= timetable.voting_closes_at.date():
        words = f"“{pot.name.strip()}” would have to be spent before voting closes. Choose a later date to spend it by."
        problems.append(Problem(f"{at}-spend_by", words))
    return problems


def _title_problems(field_name: str, title: str, what: str) -> list[Problem]:
    if not title.strip():
        return [Problem(field_name, f"Give {what} a name.")]
    return _length_problems(field_name, title, 120)


def _length_problems(field_name: str, text: str, most: int) -> list[Problem]:
    if len(text.strip()) <= most:
        return []
    return [Problem(field_name, f"Shorten this to {most} characters: it has {len(text.strip())}.")]
