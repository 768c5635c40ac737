"""Casting: one transaction that writes encrypted ballot rows and nothing else (design: register, "Casting").

Anything written beside a ballot would link it to the voter: rows of one PostgreSQL transaction share their `xmin`, and
SQLite's log shows one row a commit. So there is no event here, no mail, no flag, no session write. This is the one
named exemption from "every write leaves an event".
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import Select, bindparam, case, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from pb_app.models.ballot import BallotRow
from pb_app.services.area_choice import check_one_area
from pb_app.services.ballot_reading import ballot_paper_in
from pb_app.services.ballot_slots import find_slot
from pb_app.services.boxes import ACCOUNT, CHANNELS, Cast, RowName, hide_idempotency_key, open_box, seal_box
from pb_app.services.clock import Clock
from pb_app.services.keys import KeyStore
from pb_app.services.round_lock import share_round
from pb_app.services.round_reading import get_round
from pb_app.services.round_views import PaperView, RoundView
from pb_app.services.vote_entries import read_entry, refuse_settled_entry
from tallying.commitment import Blank, Marks, ballot_digest, commitment
from tallying.receipt import Receipt as SignedReceipt
from tallying.receipt import signed_text
from voting.errors import CodeUsedError, KeyReusedError, NotAllowedError, NotNowError, NotOnRollError
from voting.paper import PaperMarks, sitting_problems
from voting.phases import BEFORE_VOTING, Phase
from voting.receipts import Receipt
from voting.slots import slot_of
from voting.trackers import row_key, tracker

__all__ = ["PaperMarks", "cast", "make_receipt", "read_cast", "read_receipts"]

NOTHING_KNOWN: Mapping[str, int] = MappingProxyType({})
"""For `change_up_to`: no version that stands may be changed without `may_change`."""

_MOST_RACES = 100
"""Twins that come in at the same moment each win once; more than this is a fault, not a race."""

_FRESH = {"populate_existing": True}
"""Rows as they stand now, not as this session saw them before it waited."""

_STANDING = select(
    func.max(BallotRow.version), func.max(case((BallotRow.idem == bindparam("idem"), BallotRow.version)))
).where(
    BallotRow.round_id == bindparam("round_id"),
    BallotRow.paper_id == bindparam("paper_id"),
    BallotRow.k == bindparam("k"),
)
"""The version that stands under a row key, and the one that was cast with this idempotency key."""

_INSERT = {
    "sqlite": sqlite.insert(BallotRow).on_conflict_do_nothing().execution_options(preserve_rowcount=True),
    "postgresql": postgresql.insert(BallotRow).on_conflict_do_nothing().execution_options(preserve_rowcount=True),
}
"""A twin that came first leaves no row to write, and its transaction as it is: no savepoint is needed."""

_CLOSED = "Voting is over. A vote cast earlier still counts."
_NOT_OPEN = "Voting is not open yet."
_NOT_ON_ROLL = "You cannot vote on this paper. If you think you should, ask for help."
_USED = "This code has been used. To change the vote, enter the tracker from the receipt too."
_REUSED = (
    "Another vote was cast from this page already, and it stands. To change it, open the ballot paper again and cast."
)
_DOES_NOT_FIT = "These choices do not fit the ballot paper. Open it again and mark it anew."
_NOTHING_STANDS = "There is no vote of yours on this paper, so there is none to take back."


@dataclass(frozen=True, slots=True)
class _Ballot:
    """One ballot on its way into the box."""

    paper: PaperView
    slot: int
    k: str
    marks: PaperMarks


@dataclass(frozen=True, slots=True)
class _Sitting:
    """What stays the same for all papers cast together."""

    round: RoundView
    roll_id: str
    round_key: bytes
    idempotency_key: str
    channel: str
    may_change: bool
    change_up_to: Mapping[str, int]
    random: Callable[[int], bytes]


def cast(
    session: Session,
    keys: KeyStore,
    *,
    round_id: str,
    roll_id: str,
    marks: Sequence[PaperMarks],
    idempotency_key: str,
    channel: str,
    may_change: bool,
    change_up_to: Mapping[str, int] = NOTHING_KNOWN,
    clock: Clock,
    random: Callable[[int], bytes] = secrets.token_bytes,
) -> tuple[Receipt, ...]:
    """Casts these papers, all or none, and gives a signed receipt for each, in paper order.

    `session` belongs to a transaction of its own (`db.write`), in which nothing else is written. The same idempotency
    key with the same marks gives the same receipts again; the last version counts. Without `may_change` a vote may be
    changed up to the version in `change_up_to`, by paper. Raises NotNowError (also once two people struck out another
    vote of the same person), NotOnRollError, PaperArrivedError once a sheet of theirs came back, CodeUsedError when a
    vote stands that may not be changed, KeyReusedError, NotAllowedError for unfitting marks or a second area.
    """
    share_round(session, round_id)
    sitting = _Sitting(
        round=_open_round(session, round_id, clock), roll_id=roll_id, round_key=keys.round_key(round_id),
        idempotency_key=idempotency_key, channel=_checked_channel(channel), may_change=may_change,
        change_up_to=change_up_to, random=random,
    )  # fmt: skip
    ballots = _checked(session, sitting, marks)
    check_one_area(session, keys, view=sitting.round, roll_id=roll_id, paper_ids=[one.paper.id for one in ballots])
    rows = [_put(session, sitting, ballot) for ballot in ballots]
    return tuple(make_receipt(keys, sitting.round, one.paper, row) for one, row in zip(ballots, rows, strict=True))


def read_cast(
    session: Session, keys: KeyStore, *, round_id: str, roll_id: str, paper_id: str, channel: str = ACCOUNT
) -> Marks | None:
    """The marks that stand on a paper: to be changed, on the voter's own request alone. None if none stand.

    Where a voter has two ballots, `channel` says which.
    """
    slot = find_slot(session, round_id=round_id, paper_id=paper_id, channel=channel)
    last = _last_row(session, keys.round_key(round_id), (round_id, paper_id, roll_id), slot)
    return last[1].marks if last else None


def read_receipts(
    session: Session, keys: KeyStore, *, round_id: str, roll_id: str, channel: str = ACCOUNT
) -> tuple[Receipt, ...]:
    """The receipts of the votes that stand, in paper order: on the voter's own request alone."""
    view = get_round(session, round_id)
    round_key = keys.round_key(round_id)
    slots = [(paper, _slot(paper, channel)) for paper in view.papers]
    found = [(paper, _last_row(session, round_key, (round_id, paper.id, roll_id), slot)) for paper, slot in slots]
    return tuple(make_receipt(keys, view, paper, last) for paper, last in found if last)


def make_receipt(keys: KeyStore, view: RoundView, paper: PaperView, row: tuple[int, Cast]) -> Receipt:
    """The signed receipt of a version; the same row gives the same bytes (Ed25519 is deterministic)."""
    version, held = row
    digest = ballot_digest(held.r, held.marks, held.w)
    c = commitment(view.id, paper.id, held.tracker, version, digest)
    signed = SignedReceipt(
        round_id=view.id,
        paper_id=paper.id,
        tracker=held.tracker,
        version=version,
        nonce=held.r,
        check_number=held.w,
        marks=held.marks,
        key=keys.public_key(),
        signature=keys.sign(signed_text(view.id, paper.id, held.tracker, version, c)),
    )
    return Receipt(view.title, paper.title, signed)


def _open_round(session: Session, round_id: str, clock: Clock) -> RoundView:
    """The round, read after the lock, if the clock says that voting is open. Raises NotNowError."""
    view = get_round(session, round_id)
    phase = view.phase_at(clock.now())
    if phase is Phase.VOTING:
        return view
    raise NotNowError(_NOT_OPEN if phase in BEFORE_VOTING else _CLOSED)


def _checked(session: Session, sitting: _Sitting, marks: Sequence[PaperMarks]) -> list[_Ballot]:
    """The ballots in paper order, so that twins wait for each other and never in a circle."""
    by_paper = {mark.paper_id: mark for mark in marks}
    if not marks or len(by_paper) < len(marks) or sitting_problems(marks):
        raise NotAllowedError(_DOES_NOT_FIT)
    entry = read_entry(session, sitting.roll_id)
    refuse_settled_entry(session, entry, sitting.channel)
    own = [paper for paper in sitting.round.papers if entry.may_vote_on(sitting.round.id, paper.id)]
    papers = [paper for paper in own if paper.id in by_paper]
    if len(papers) < len(by_paper):
        raise NotOnRollError(_NOT_ON_ROLL)
    for paper in papers:
        if not ballot_paper_in(session, sitting.round, paper.id).allows(by_paper[paper.id].ballot):
            raise NotAllowedError(_DOES_NOT_FIT)
    return [_ballot(sitting, paper, by_paper[paper.id]) for paper in papers]


def _ballot(sitting: _Sitting, paper: PaperView, marks: PaperMarks) -> _Ballot:
    slot = _slot(paper, sitting.channel)
    return _Ballot(paper, slot, row_key(sitting.round_key, sitting.round.id, paper.id, sitting.roll_id, slot), marks)


def _slot(paper: PaperView, channel: str) -> int:
    return slot_of(paper.rulebook.ballot.ballots_per_voter, channel)


def _put(session: Session, sitting: _Sitting, ballot: _Ballot) -> tuple[int, Cast]:
    """The version that now stands for this cast, written unless it was written before."""
    for _ in range(_MOST_RACES):
        put = _put_next(session, sitting, ballot)
        if put is not None:
            return put
    raise RuntimeError("a ballot lost the race for its version too often")


def _put_next(session: Session, sitting: _Sitting, ballot: _Ballot) -> tuple[int, Cast] | None:
    """As `_put`; None where a twin took this version or this key first."""
    owner = (sitting.round.id, ballot.paper.id, ballot.k)
    idem = hide_idempotency_key(sitting.round_key, owner, sitting.idempotency_key)
    named = {"round_id": owner[0], "paper_id": owner[1], "k": owner[2]}
    connection = session.connection()
    standing, again = connection.execute(_STANDING, {**named, "idem": idem}).one()
    if again is not None:
        return _same_again(session, sitting.round_key, ballot, RowName(*owner, again))
    name = RowName(*owner, (standing or 0) + 1)
    _check_change(sitting, ballot, name.version - 1)
    held = Cast(
        tracker=tracker(sitting.round_key, name.round_id, name.paper_id, sitting.roll_id, ballot.slot),
        r=sitting.random(32),
        w=ballot.marks.check_number,
        marks=ballot.marks.ballot,
        channel=sitting.channel,
    )
    row = {**named, "version": name.version, "idem": idem, "box": seal_box(sitting.round_key, name, held)}
    is_first = connection.execute(_INSERT[connection.dialect.name], row).rowcount == 1
    return (name.version, held) if is_first else None


def _check_change(sitting: _Sitting, ballot: _Ballot, standing: int) -> None:
    """Raises CodeUsedError for a vote that may not be changed, NotAllowedError for none that could be taken back."""
    if standing > sitting.change_up_to.get(ballot.paper.id, 0) and not sitting.may_change:
        raise CodeUsedError(_USED)
    if not standing and isinstance(ballot.marks.ballot, Blank):
        raise NotAllowedError(_NOTHING_STANDS)


def _same_again(session: Session, round_key: bytes, ballot: _Ballot, name: RowName) -> tuple[int, Cast]:
    row = session.get_one(BallotRow, (name.round_id, name.paper_id, name.k, name.version))
    held = open_box(round_key, name, row.box)
    if (held.marks, held.w) != (ballot.marks.ballot, ballot.marks.check_number):
        raise KeyReusedError(_REUSED)
    return name.version, held


def _rows_of(owner: tuple[str, str, str]) -> Select[BallotRow]:
    """All versions under one row key of a round and paper."""
    round_id, paper_id, k = owner
    return select(BallotRow).where(BallotRow.round_id == round_id, BallotRow.paper_id == paper_id, BallotRow.k == k)


def _last_row(session: Session, round_key: bytes, voter: tuple[str, str, str], slot: int) -> tuple[int, Cast] | None:
    """The version that stands on a paper, opened; `voter` is round, paper and roll entry."""
    round_id, paper_id, _ = voter
    query = _rows_of((round_id, paper_id, row_key(round_key, *voter, slot))).order_by(BallotRow.version.desc()).limit(1)
    last = session.scalars(query, execution_options=_FRESH).first()
    if last is None:
        return None
    return last.version, open_box(round_key, RowName(round_id, paper_id, last.k, last.version), last.box)


def _checked_channel(channel: str) -> str:
    if channel not in CHANNELS:
        raise ValueError(f"no such channel: {channel!r}")
    return channel
