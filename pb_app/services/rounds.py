"""Making rounds and announcing them; reading them is `round_reading`, whose names are offered here too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from pb_app.models.paper import Paper, PaperArea, Pot
from pb_app.models.round import Round
from pb_app.services.activity import Event, log
from pb_app.services.new_rounds import NewPaper, NewPot, NewRound, new_round_problems, timetable_problems
from pb_app.services.paper_channel import declare_rule
from pb_app.services.round_reading import (
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
from pb_app.services.round_views import AreaView, PaperView, PotView, ProjectView, RoundView
from pb_app.services.voter_rules import write_rule
from voting.errors import NotNowError, Problem
from voting.permissions import Actor
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
    "add_papers",
    "announce",
    "create_round",
    "decisions_of",
    "find_round",
    "get_round",
    "list_all_rounds",
    "list_projects",
    "list_rounds",
    "phase_of",
    "pot_row",
    "read_rulebook",
    "timetable_of",
    "timetable_problems",
]


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
    problems = new_round_problems(session, new)
    if problems:
        return problems
    row = _add_round(session, new, by, now)
    paper_ids = add_papers(session, row.id, new.papers)
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


def add_papers(session: Session, round_id: str, papers: Sequence[NewPaper]) -> list[str]:
    """Writes the papers of a round that has none, with their pots; the ids of the papers."""
    paper_ids: list[str] = []
    pot_ids: set[str] = set()
    for position, paper in enumerate(papers, start=1):
        paper_id = make_slug(paper.title, paper_ids, "paper")
        paper_ids.append(paper_id)
        _add_paper(session, (round_id, paper_id), paper, position)
        for pot in paper.pots:
            pot_id = make_slug(pot.name, pot_ids, "pot")
            pot_ids.add(pot_id)
            session.add(pot_row(round_id, paper_id, pot_id, pot))
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


def pot_row(round_id: str, paper_id: str, pot_id: str, pot: NewPot) -> Pot:
    """A pot of a paper."""
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
