"""Lots: what must be drawn when a count reaches a tie that its chain leaves to chance, and the throws entered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from pb_app.models.ballot import SealingStep
from pb_app.models.paper import Project
from pb_app.services.activity import Event, log
from pb_app.services.round_lock import hold_round
from pb_app.services.rounds import PaperView, get_round
from pb_app.services.sealing_results import read_close
from tallying.canonical import Json, dumps, loads
from tallying.draw import THROWS, Draw, DrawSheet, are_throws, dump_draws
from voting.errors import NotNowError, Problem
from voting.permissions import Actor

LOT, DRAW = "lot", "draw"
"""Rows beside the steps of sealing: what must be drawn, and draw.json."""


@dataclass(frozen=True, slots=True)
class ToDraw:
    """A lot that is waited for: `projects` are (id, title) of those tied, in paper order."""

    paper_id: str
    paper_title: str
    projects: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class NewDraw:
    """Ten throws of a die for one paper, as entered: digits 1 to 6, where and when, and who watched."""

    paper_id: str
    digits: str
    place: str
    at: datetime
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LotDrawn(Event):
    """Dice were thrown in public and their digits entered."""

    kind: ClassVar[str] = "round:lot:drawn"
    draws: tuple[tuple[str, str], ...]

    def objects(self) -> list[tuple[str, str]]:
        """The papers."""
        return [("paper", paper_id) for paper_id, _ in self.draws]

    def details(self) -> dict[str, list[list[str]]]:
        """Paper and digits."""
        return {"draws": [list(pair) for pair in self.draws]}


def keep_pending(session: Session, round_id: str, pending: Mapping[str, tuple[str, ...]], now: datetime) -> None:
    """Keeps which projects are tied, once."""
    if session.get(SealingStep, (round_id, LOT)) is None:
        result = dumps({"papers": [[paper_id, list(ids)] for paper_id, ids in pending.items()]})
        session.add(SealingStep(round_id=round_id, step=LOT, done_at=now, result=result))
        session.flush()


def lots_to_draw(session: Session, round_id: str) -> tuple[ToDraw, ...]:
    """The lots that are waited for; none once they are entered."""
    row = session.get(SealingStep, (round_id, LOT))
    if row is None or session.get(SealingStep, (round_id, DRAW)) is not None:
        return ()
    pending = _read_pending(row.result)
    papers = [paper for paper in get_round(session, round_id).papers if paper.id in pending]
    return tuple(_to_draw(session, round_id, paper, pending[paper.id]) for paper in papers)


def enter_draw(session: Session, *, round_id: str, draws: Sequence[NewDraw], by: Actor, now: datetime) -> list[Problem]:
    """Enters the throws of every paper that waits for a lot, once. Run `run_sealing` afterwards.

    Problems: fields are "digits-PAPER", "place-PAPER", "people-PAPER". Raises NotNowError where no lot is waited for.
    """
    by.check("sealing:confirm")
    hold_round(session, round_id)
    waiting = lots_to_draw(session, round_id)
    if not waiting:
        raise NotNowError("No lot is waited for.")
    given = {draw.paper_id: draw for draw in draws}
    problems = [problem for lot in waiting for problem in draw_problems(lot, given.get(lot.paper_id))]
    if problems:
        return problems
    root = read_close(session.get_one(SealingStep, (round_id, "close")).result)
    sheet = DrawSheet(root, tuple(written_draw(given[lot.paper_id]) for lot in waiting))
    session.add(SealingStep(round_id=round_id, step=DRAW, done_at=now, result=dump_draws(sheet)))
    session.flush()
    drawn = tuple((draw.paper_id, draw.digits) for draw in sheet.draws)
    log(session, LotDrawn(round_id=round_id, draws=drawn), by=by, now=now)
    return []


def draw_problems(lot: ToDraw, draw: NewDraw | None) -> list[Problem]:
    """What is missing of a lot's throws; fields as in `enter_draw`."""
    if draw is None or not are_throws("".join(draw.digits.split())):
        return [Problem(f"digits-{lot.paper_id}", f"Enter the {THROWS} throws for “{lot.paper_title}”: digits 1 to 6.")]
    problems: list[Problem] = []
    if not draw.place.strip():
        problems.append(Problem(f"place-{lot.paper_id}", "Say where the dice were thrown."))
    if len([name for name in draw.people if name.strip()]) < 2:
        problems.append(Problem(f"people-{lot.paper_id}", "Name at least two people who watched."))
    return problems


def written_draw(draw: NewDraw) -> Draw:
    """As draw.json has it."""
    return Draw(
        paper_id=draw.paper_id,
        digits="".join(draw.digits.split()),
        place=draw.place.strip(),
        at=draw.at.astimezone(UTC).replace(microsecond=0).strftime("%Y-%m-%dT%H:%M:%SZ"),
        people=tuple(name.strip() for name in draw.people if name.strip()),
    )


def _to_draw(session: Session, round_id: str, paper: PaperView, ids: tuple[str, ...]) -> ToDraw:
    tied = (Project.round_id == round_id, Project.paper_id == paper.id, Project.id.in_(ids))
    rows = session.execute(select(Project.id, Project.title).where(*tied).order_by(Project.position))
    return ToDraw(paper.id, paper.title, tuple(rows.all()))


def _read_pending(result: bytes) -> dict[str, tuple[str, ...]]:
    match loads(result):
        case {"papers": list(papers)}:
            return dict(_read_pair(pair) for pair in papers)
    raise ValueError("not a list of lots")


def _read_pair(value: Json) -> tuple[str, tuple[str, ...]]:
    match value:
        case [str(paper_id), list(ids)]:
            return paper_id, tuple(str(one) for one in ids)
    raise ValueError("a lot is a pair of its paper and its projects")
