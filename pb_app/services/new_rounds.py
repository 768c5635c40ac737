"""A round as it is described before it stands in rows, and what must be mended in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from pb_app.models.area import Area
from pb_app.services.paper_channel import LONGEST_PLACES, Stands
from tallying.rulebook import Rulebook
from tallying.vote_word import VoteWord
from voting.eligibility import Eligibility, problems_of
from voting.errors import Problem
from voting.one_area import is_open
from voting.own_word import read_own_word
from voting.phases import Timetable

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


def new_round_problems(session: Session, new: NewRound) -> list[Problem]:
    """All that must be mended. Fields are named as "title", "voting_closes_at", "papers-0-pots-1-amount"."""
    areas = set(session.scalars(select(Area.id)))
    return [*_round_problems(new), *timetable_problems(new.timetable), *_paper_problems(new, areas)]


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
