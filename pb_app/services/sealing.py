"""Sealing a round: two people decide, then a job of idempotent named steps runs, resumed after a crash.

`run_sealing` does every step that is not done yet, each in its own transaction under the round's lock, and keeps its
result with it; a crash at any point resumes at the first unfinished step and ends in the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from pb_app.db import read, write
from pb_app.models.ballot import SealingStep
from pb_app.services.activity import Event, log
from pb_app.services.anonymity import FEW_BALLOTS, PaperAnonymity, anonymity_report
from pb_app.services.clock import Clock
from pb_app.services.keys import KeyStore
from pb_app.services.lots import LOT, ToDraw, enter_draw, keep_pending, lots_to_draw
from pb_app.services.paper_channel import SEAL
from pb_app.services.reconciling import paper_problems
from pb_app.services.round_lock import hold_round
from pb_app.services.rounds import RoundView, find_round, get_round, phase_of
from pb_app.services.sealing_results import read_close
from pb_app.services.sealing_steps import NAMES, STEPS, AwaitingLotError, SealingStoppedError, Work
from pb_app.services.turnout import turnout
from pb_app.services.two_people import DecisionView, ask, confirm, find_confirmed, find_waiting, withdraw_waiting
from tallying.canonical import Writable
from tallying.contents import Decision
from voting.errors import NotNowError, Problem
from voting.permissions import Actor
from voting.phases import Phase

__all__ = [
    "FEW_BALLOTS", "LOT", "NAMES", "PaperAnonymity", "SealingState", "SealingStoppedError", "Stage", "ToDraw",
    "anonymity_report", "ask_sealing", "confirm_sealing", "enter_draw", "find_sealing", "run_sealing",
    "withdraw_sealing",
]  # fmt: skip

_NOT_COUNTING = "The count can be sealed when voting is over and before the record is published."


class Stage(StrEnum):
    """Where the sealing of a round stands."""

    NOT_ASKED = "not_asked"
    ASKED = "asked"
    RUNNING = "running"
    """Two people confirmed; steps are left. Run the job again if it stopped."""
    AWAITING_LOT = "awaiting_lot"
    STAGED = "staged"
    """Every step is done and verified: the record can be published."""


@dataclass(frozen=True, slots=True)
class SealingState:
    """The sealing of one round: `done` are finished steps with their times, `to_draw` lots that are waited for.

    `close_root` is "" until the step `close`; a lot builds on it, so it is public before dice are thrown.
    """

    round_id: str
    stage: Stage
    asked: DecisionView | None
    done: tuple[tuple[str, datetime], ...]
    to_draw: tuple[ToDraw, ...]
    close_root: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SealingStepDone(Event):
    """A step of sealing is done."""

    kind: ClassVar[str] = "round:sealing:step"
    step: str

    def objects(self) -> list[tuple[str, str]]:
        """Which."""
        return [("step", self.step)]


def ask_sealing(
    session: Session,
    keys: KeyStore,
    *,
    round_id: str,
    choices: Mapping[str, str],
    reason: str = "",
    by: Actor,
    now: datetime,
) -> list[Problem]:
    """The first of two people asks to seal: for each paper id "publish" or "withhold".

    `reason` is needed for a paper with fewer than 50 ballots and for one that is withheld; it goes into the record.
    Problems: fields are paper ids, "reason", and "" for paper votes that do not balance. Raises NotNowError outside
    counting.
    """
    by.check("sealing:confirm")
    hold_round(session, round_id)
    view = get_round(session, round_id)
    if view.phase_at(now) is not Phase.COUNTING or find_confirmed(session, round_id=round_id, kind=SEAL):
        raise NotNowError(_NOT_COUNTING)
    to_argue = _papers_to_argue(session, view, choices)
    problems = [*paper_problems(session, keys, round_id=round_id), *_choice_problems(view, choices)]
    if to_argue and not reason.strip():
        problems.append(Problem("reason", _why_a_reason(view, to_argue)))
    if problems:
        return problems
    payload: dict[str, Writable] = {
        "papers": [[paper.id, choices[paper.id], paper.id in to_argue] for paper in view.papers]
    }
    ask(session, round_id=round_id, kind=SEAL, payload=payload, reason=reason.strip(), by=by, now=now)
    return []


def confirm_sealing(session: Session, *, round_id: str, by: Actor, now: datetime) -> None:
    """The second person confirms: the key and its sealed copies will be destroyed. Run `run_sealing` afterwards.

    Raises NotNowError, SecondPersonError.
    """
    by.check("sealing:confirm")
    hold_round(session, round_id)
    if phase_of(find_round(session, round_id), now) is not Phase.COUNTING:
        raise NotNowError(_NOT_COUNTING)
    confirm(session, round_id=round_id, kind=SEAL, by=by, now=now)


def withdraw_sealing(session: Session, *, round_id: str, by: Actor, now: datetime) -> None:
    """Takes the sealing back while it waits for its second person."""
    by.check("sealing:confirm")
    withdraw_waiting(session, round_id=round_id, kind=SEAL, by=by, now=now)


def run_sealing(engine: Engine, keys: KeyStore, *, round_id: str, clock: Clock) -> SealingState:
    """Runs every step that is left and gives the state then reached. Safe to call again, also by two at once.

    Stops in `awaiting_lot` at a tie that only a draw settles. Raises NotNowError before two people confirmed, and
    SealingStoppedError or BoxFaultError where people must look first.
    """
    while run_next_step(engine, keys, round_id=round_id, clock=clock):
        pass
    with read(engine) as session:
        return find_sealing(session, round_id=round_id)


def run_next_step(engine: Engine, keys: KeyStore, *, round_id: str, clock: Clock) -> bool:
    """Runs the first unfinished step in a transaction of its own; False if none is left or a lot is waited for."""
    with write(engine) as session:
        hold_round(session, round_id)
        results = _results(session, round_id)
        step = next((step for step in STEPS if step.__name__ not in results), None)
        if step is None:
            return False
        now = clock.now()
        work = Work(round_id, keys, results, _confirmed_choices(session, round_id, now), now)
        try:
            result = step(session, work)
        except AwaitingLotError as waiting:
            keep_pending(session, round_id, waiting.pending, now)
            return False
        session.add(SealingStep(round_id=round_id, step=step.__name__, done_at=now, result=result))
        session.flush()
        log(session, SealingStepDone(round_id=round_id, step=step.__name__), by=None, now=now)
        return True


def find_sealing(session: Session, *, round_id: str) -> SealingState:
    """Where the sealing stands. Raises NotFoundError without the round."""
    find_round(session, round_id)
    rows = {row.step: row for row in session.scalars(select(SealingStep).where(SealingStep.round_id == round_id))}
    asked = find_confirmed(session, round_id=round_id, kind=SEAL)
    waiting = find_waiting(session, round_id=round_id, kind=SEAL)
    to_draw = lots_to_draw(session, round_id)
    return SealingState(
        round_id=round_id,
        stage=_stage(set(rows), asked is not None, waiting is not None, bool(to_draw)),
        asked=asked or waiting,
        done=tuple((name, rows[name].done_at) for name in NAMES if name in rows),
        to_draw=to_draw,
        close_root=read_close(rows["close"].result) if "close" in rows else "",
    )


def _stage(done: set[str], is_confirmed: bool, is_asked: bool, awaits_lot: bool) -> Stage:
    if done.issuperset(NAMES):
        return Stage.STAGED
    if awaits_lot:
        return Stage.AWAITING_LOT
    if is_confirmed:
        return Stage.RUNNING
    return Stage.ASKED if is_asked else Stage.NOT_ASKED


def _results(session: Session, round_id: str) -> dict[str, bytes]:
    rows = session.execute(select(SealingStep.step, SealingStep.result).where(SealingStep.round_id == round_id))
    return dict(rows.all())


def _confirmed_choices(session: Session, round_id: str, now: datetime) -> dict[str, tuple[Decision, str]]:
    """What two people decided for each paper, and why. Raises NotNowError before they did or before voting ended."""
    confirmed = find_confirmed(session, round_id=round_id, kind=SEAL)
    if confirmed is None or phase_of(find_round(session, round_id), now) is not Phase.COUNTING:
        raise NotNowError("Two people must confirm the sealing first, after voting has ended.")
    papers = confirmed.payload["papers"]
    if not isinstance(papers, list):
        raise TypeError("a sealing decides paper by paper")
    return dict(_choice(entry, confirmed.reason) for entry in papers)


def _choice(entry: Writable, reason: str) -> tuple[str, tuple[Decision, str]]:
    match entry:
        case [str(paper_id), str(decision), bool(is_argued)]:
            return paper_id, (Decision(decision), reason if is_argued else "")
    raise TypeError("a sealing decides paper by paper")


def _papers_to_argue(session: Session, view: RoundView, choices: Mapping[str, str]) -> set[str]:
    """Papers whose decision needs a reason: fewer than 50 voters, or withheld."""
    voters = {paper.paper_id: paper.cast for paper in turnout(session, round_id=view.id).papers}
    return {
        paper.id
        for paper in view.papers
        if voters.get(paper.id, 0) < FEW_BALLOTS or choices.get(paper.id) == Decision.WITHHOLD
    }


def _choice_problems(view: RoundView, choices: Mapping[str, str]) -> list[Problem]:
    words = [decision.value for decision in Decision]
    return [
        Problem(paper.id, f"Choose whether the ballots of “{paper.title}” are published.")
        for paper in view.papers
        if choices.get(paper.id) not in words
    ]


def _why_a_reason(view: RoundView, paper_ids: set[str]) -> str:
    titles = [f"“{paper.title}”" for paper in view.papers if paper.id in paper_ids]
    which = f"{', '.join(titles[:-1])} and {titles[-1]} each have" if len(titles) > 1 else f"{titles[0]} has"
    kept = "are kept" if len(titles) > 1 else "is kept"
    return f"Say why: {which} fewer than {FEW_BALLOTS} ballots, or {kept} back. It stands in the record."
