"""Casts the demo's ballots: neighbours like what is near, some projects are liked by all, a few people think again."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from pb_app.cli.demo.cast import Actors, PastClock
from pb_app.cli.demo.ideas import AREAS
from pb_app.cli.demo.plans import RoundPlan
from pb_app.db import read, write
from pb_app.services.casting import cast
from pb_app.services.keys import KeyStore
from pb_app.services.roll import entry_of_person
from pb_app.services.rounds import PaperView, ProjectView, get_round, list_projects
from tallying.election import Approval
from voting.paper import PaperMarks
from voting.permissions import Actor

_KEPT_BACK = 3
"""The residents whose sign-ins the terminal prints: they have not voted yet."""

_CHANGE_OF_MIND = 0.06
_ELSEWHERE = 6


def cast_votes(
    engine: Engine, keys: KeyStore, plan: RoundPlan, people: Actors, *, opened_at: datetime, draw: random.Random
) -> None:
    """Casts `plan.ballots` ballots per paper from the roll, in an order drawn from `draw`."""
    with read(engine) as session:
        papers = get_round(session, plan.id).papers
        projects = list_projects(session, round_id=plan.id)
        entries = _entries(session, plan, people, draw)
    liked = {project.id: draw.uniform(0.4, 2.2) for rows in projects.values() for project in rows}
    for number, (area_id, roll_id) in enumerate(entries):
        own = _own_papers(papers, area_id, number)
        clock = PastClock(opened_at + timedelta(minutes=11 * number + 5))
        times = 2 if draw.random() < _CHANGE_OF_MIND else 1
        for time in range(times):
            marks = [_marks(paper, projects[paper.id], (area_id, liked), draw) for paper in own]
            with write(engine) as session:
                cast(
                    session,
                    keys,
                    round_id=plan.id,
                    roll_id=roll_id,
                    marks=marks,
                    idempotency_key=f"demo-{number}-{time}",
                    channel="account",
                    may_change=True,
                    clock=clock,
                )


def _entries(session: Session, plan: RoundPlan, people: Actors, draw: random.Random) -> list[tuple[str, str]]:
    """The (area, roll entry) of those who vote."""
    voters = list(people.residents[_KEPT_BACK:])
    draw.shuffle(voters)
    return [(area_id, _entry(session, plan.id, actor)) for area_id, actor in voters[: plan.ballots]]


def _own_papers(papers: Sequence[PaperView], area_id: str, number: int) -> list[PaperView]:
    """The papers that a voter uses: those of their area. Every sixth takes the next area, if there is a choice."""
    places = [place for place, (known, _) in enumerate(AREAS) if known == area_id]
    chosen = AREAS[(places[0] + 1) % len(AREAS)][0] if number % _ELSEWHERE == 0 else area_id
    return [paper for paper in papers if paper.is_for(chosen)]


def _entry(session: Session, round_id: str, actor: Actor) -> str:
    entry = entry_of_person(session, round_id=round_id, person_id=actor.person_id)
    if entry is None:
        raise LookupError(f"a verified demo resident is not on the roll of {round_id}")
    return entry.roll_id


def _marks(
    paper: PaperView, projects: Sequence[ProjectView], taste: tuple[str, dict[str, float]], draw: random.Random
) -> PaperMarks:
    """Between one pick and the most allowed; a project in the voter's own area draws three times as much."""
    area_id, liked = taste
    weight = {project.id: liked[project.id] * (3 if project.area_id == area_id else 1) for project in projects}
    most = paper.rulebook.ballot.max or len(projects)
    count = min(len(projects), draw.choice(range(1, most + 1)))
    ranked = sorted(weight, key=lambda project_id: draw.random() ** (1 / weight[project_id]), reverse=True)
    picked = set(ranked[:count])
    return PaperMarks(paper.id, Approval(tuple(project.id for project in projects if project.id in picked)))
