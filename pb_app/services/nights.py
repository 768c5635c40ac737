"""Every night, and at sealing, the ballots that wait join the register: sorted by commitment, paper by paper.

A paper with fewer than 50 ballots waiting waits on, so that a place in the register tells nothing about when somebody
voted but the night. (With 20 at a time the place followed the order of casting: Spearman 0.999996.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from sqlalchemy import distinct, func, select, update
from sqlalchemy.orm import Session

from pb_app.models.ballot import BallotRow
from pb_app.models.paper import Paper
from pb_app.models.round import Round
from pb_app.services.activity import Event, chain_head, log
from pb_app.services.boxes import RowName, open_box
from pb_app.services.keys import KeyStore
from pb_app.services.registers import append_leaves, commitments_of, last_leaf, last_night, register_size
from pb_app.services.round_lock import hold_round
from pb_app.services.rounds import phase_of
from tallying.commitment import ballot_digest, commitment
from tallying.register import BallotLeaf, Close, Leaf, Night
from tallying.roll_root import roll_root
from voting.phases import Phase

FEWEST = 50
"""Voters on one paper whose ballots join together; at sealing all that is left joins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NightLogged(Event):
    """A night was logged: how many ballots joined is public in the register."""

    kind: ClassVar[str] = "round:night:logged"
    day: str

    def objects(self) -> list[tuple[str, str]]:
        """The day."""
        return [("day", self.day)]


def find_open_registers(session: Session) -> list[str]:
    """The rounds whose opening was confirmed and whose register is not closed yet, sorted."""
    query = select(Round.id).where(Round.kind == "cast", Round.opening_confirmed_at.is_not(None)).order_by(Round.id)
    return [round_id for round_id in session.scalars(query) if last_leaf(session, round_id, Close.kind) is None]


def log_due_night(session: Session, keys: KeyStore, *, round_id: str, now: datetime, timezone: ZoneInfo) -> bool:
    """Logs the night that has ended, if it was not yet; whether it did."""
    hold_round(session, round_id)
    day = due_night(session, session.get_one(Round, round_id), now=now, timezone=timezone)
    if not day:
        return False
    log_night(session, keys, round_id=round_id, day=day, log_head=chain_head(session))
    log(session, NightLogged(round_id=round_id, day=day), by=None, now=now)
    return True


def due_night(session: Session, row: Round, *, now: datetime, timezone: ZoneInfo) -> str:
    """The ISO day whose night is to be logged, by the place's own clock; "" where none is.

    Missed nights are not made up for: the ballots join in the next one.
    """
    if phase_of(row, now) not in (Phase.VOTING, Phase.COUNTING) or last_leaf(session, row.id, Close.kind):
        return ""
    ended = now.astimezone(timezone).date() - timedelta(days=1)
    began = max(row.voting_opens_at, row.opening_confirmed_at or row.voting_opens_at).astimezone(timezone).date()
    last = last_night(session, row.id)
    if ended < began or (last is not None and last.day >= ended.isoformat()):
        return ""
    return ended.isoformat()


def log_night(
    session: Session, keys: KeyStore, *, round_id: str, day: str, log_head: str, is_last: bool = False
) -> int:
    """Adds the night and the ballots that join; the size then. The caller holds the round, so nobody casts meanwhile.

    `is_last` is the batch of the sealing, which takes all that is left.
    """
    place = register_size(session, round_id)
    papers = _papers_joining(session, round_id, 1 if is_last else FEWEST)
    leaves: list[Leaf] = [Night(day, roll_root(commitments_of(session, round_id).values()), log_head)]
    for paper_id in papers:
        leaves.extend(BallotLeaf(c) for c in _waiting(session, keys.round_key(round_id), round_id, paper_id))
    # One statement, in the table's own order: rows updated in the order of their commitments would give away which
    # row is which leaf.
    session.execute(
        update(BallotRow)
        .where(BallotRow.round_id == round_id, BallotRow.paper_id.in_(papers), BallotRow.night.is_(None))
        .values(night=place)
        .execution_options(synchronize_session=False)
    )
    return append_leaves(session, round_id, leaves)


def _papers_joining(session: Session, round_id: str, fewest: int) -> Sequence[str]:
    """The papers on which at least this many voters' ballots wait, in paper order."""
    query = (
        select(Paper.id)
        .join(BallotRow, (BallotRow.round_id == Paper.round_id) & (BallotRow.paper_id == Paper.id))
        .where(Paper.round_id == round_id, BallotRow.night.is_(None))
        .group_by(Paper.id, Paper.position)
        .having(func.count(distinct(BallotRow.k)) >= fewest)
        .order_by(Paper.position)
    )
    return session.scalars(query).all()


def _waiting(session: Session, round_key: bytes, round_id: str, paper_id: str) -> list[str]:
    """The commitments of the ballots that wait on a paper, sorted."""
    query = select(BallotRow.k, BallotRow.version, BallotRow.box).where(
        BallotRow.round_id == round_id, BallotRow.paper_id == paper_id, BallotRow.night.is_(None)
    )
    return sorted(
        _commitment(round_key, RowName(round_id, paper_id, k, n), box) for k, n, box in session.execute(query)
    )


def _commitment(round_key: bytes, name: RowName, box: bytes) -> str:
    held = open_box(round_key, name, box)
    digest = ballot_digest(held.r, held.marks, held.w)
    return commitment(name.round_id, name.paper_id, held.tracker, name.version, digest).hex()
