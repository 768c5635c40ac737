"""Turnout: how many have voted on each paper, of how many who may. Never who, never what, never when."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import distinct, func, select
from sqlalchemy.orm import Session

from pb_app.models.ballot import BallotRow, OpenedBallot, SealingStep
from pb_app.models.roll import RollEntry, RollPaper
from pb_app.services.ballot_box import PUT_SHEETS
from pb_app.services.paper_slips import ACCEPTED, count_slips
from pb_app.services.rounds import get_round


@dataclass(frozen=True, slots=True)
class PaperTurnout:
    """One paper: `cast` votes, of `roll` people who may use it, each with so many `ballots`."""

    paper_id: str
    title: str
    cast: int
    roll: int
    ballots: int = 1


@dataclass(frozen=True, slots=True)
class Turnout:
    """Every paper's turnout, in paper order."""

    papers: tuple[PaperTurnout, ...]


def turnout(session: Session, *, round_id: str) -> Turnout:
    """The turnout now; after sealing, that of the sealed ballots. Raises NotFoundError."""
    view = get_round(session, round_id)
    cast, roll = _cast(session, round_id), _roll(session, round_id)
    return Turnout(
        tuple(
            PaperTurnout(
                paper.id,
                paper.title,
                cast.get(paper.id, 0),
                roll.get(paper.id, 0),
                paper.rulebook.ballot.ballots_per_voter,
            )
            for paper in view.papers
        )
    )


def _cast(session: Session, round_id: str) -> dict[str, int]:
    if session.get(SealingStep, (round_id, "rewritten")) is None:
        waiting = select(BallotRow.paper_id, func.count(distinct(BallotRow.k)))
        waiting = waiting.where(BallotRow.round_id == round_id).group_by(BallotRow.paper_id)
        return _with_slips(session, round_id, dict(session.execute(waiting).all()))
    opened = select(OpenedBallot.paper_id, func.count(distinct(OpenedBallot.tracker)))
    opened = opened.where(OpenedBallot.round_id == round_id).group_by(OpenedBallot.paper_id)
    return dict(session.execute(opened).all())


def _with_slips(session: Session, round_id: str, online: dict[str, int]) -> dict[str, int]:
    """Votes on paper count by their slips, until sealing gives each ballot its row."""
    if session.get(SealingStep, (round_id, PUT_SHEETS)) is not None:
        return online
    slips = count_slips(session, round_id=round_id)
    accepted = {paper: count for (paper, state), count in slips.items() if state == ACCEPTED}
    return {paper: online.get(paper, 0) + accepted.get(paper, 0) for paper in online.keys() | accepted.keys()}


def _roll(session: Session, round_id: str) -> dict[str, int]:
    query = (
        select(RollPaper.paper_id, func.count())
        .join(RollEntry, RollEntry.id == RollPaper.roll_id)
        .where(RollPaper.round_id == round_id, RollEntry.voided_reason.is_(None))
        .group_by(RollPaper.paper_id)
    )
    return dict(session.execute(query).all())
