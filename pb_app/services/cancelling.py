"""Cancelling a round, with a public reason: until voting is over, and never once it is being counted.

A draft that nobody but officers ever saw is dropped by one officer. From the announcement on it takes two people
(design: register, "What may change when"). Once it is cancelled, the round's key is destroyed: votes that were cast
stay locked for ever. The key is a file, so that this comes after the decision is stored, and can be repeated.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy.orm import Session

from pb_app.models.round import Round
from pb_app.services.activity import Event, log
from pb_app.services.keys import KeyStore
from pb_app.services.opening import MOVE_CLOSING, OPEN
from pb_app.services.registers import register_decision, register_size
from pb_app.services.round_lock import hold_round
from pb_app.services.rounds import find_round, phase_of
from pb_app.services.sheet_scans import destroy_scans
from pb_app.services.two_people import ask, confirm, find_confirmed, find_waiting, withdraw_waiting
from voting.errors import NotNowError, Problem
from voting.permissions import Actor
from voting.phases import TRANSITIONS, Phase

CANCEL = "cancel"
"""The kind of decision."""

PERMISSION = "round:cancel"
CANCELLABLE = frozenset(phase for phase, following in TRANSITIONS.items() if Phase.CANCELLED in following)
LONGEST_REASON = 1000

_TOO_LATE = "A round can be cancelled until voting is over. From then on its votes are counted."
_ALREADY = "This round was cancelled already."
_PUBLIC = "This round is public, so cancelling it takes two people."
_DRAFT = "Only officers have seen this draft, so one officer drops it."


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundCancelled(Event):
    """A round was cancelled: nothing more happens in it."""

    kind: ClassVar[str] = "round:public:cancelled"
    reason: str

    def details(self) -> dict[str, str]:
        """Why."""
        return {"reason": self.reason}


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftDropped(RoundCancelled):
    """A round that only officers saw was dropped."""

    kind: ClassVar[str] = "round:draft:dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelledKeyDestroyed(Event):
    """The key of a cancelled round was destroyed: no vote cast in it can be read by anybody."""

    kind: ClassVar[str] = "round:key:destroyed"


def drop_draft(session: Session, *, round_id: str, reason: str, by: Actor, now: datetime) -> list[Problem]:
    """Cancels a round that was never announced. Problems: "reason". Raises NotNowError for a public round."""
    by.check("round:create")
    hold_round(session, round_id)
    row = _cancellable(session, round_id, now)
    if row.announced_at is not None:
        raise NotNowError(_PUBLIC)
    problems = _reason_problems(reason)
    if problems:
        return problems
    row.cancelled_at = now
    session.flush()
    log(session, DraftDropped(round_id=round_id, reason=reason.strip()), by=by, now=now)
    return []


def ask_cancelling(session: Session, *, round_id: str, reason: str, by: Actor, now: datetime) -> list[Problem]:
    """The first of two people asks to cancel a public round. Problems: "reason", which everybody will read.

    Raises NotNowError for a draft, once voting is over, and while it was asked already; SecondPersonError.
    """
    by.check(PERMISSION)
    if _cancellable(session, round_id, now).announced_at is None:
        raise NotNowError(_DRAFT)
    problems = _reason_problems(reason)
    if problems:
        return problems
    ask(session, round_id=round_id, kind=CANCEL, payload={}, reason=reason.strip(), by=by, now=now)
    return []


def confirm_cancelling(session: Session, *, round_id: str, by: Actor, now: datetime) -> None:
    """The second person confirms: the round is cancelled. Call `destroy_cancelled_key` after the transaction.

    What else waited for a second person is taken back. Raises NotNowError, SecondPersonError.
    """
    by.check(PERMISSION)
    hold_round(session, round_id)
    row = _cancellable(session, round_id, now)
    reason = confirm(session, round_id=round_id, kind=CANCEL, by=by, now=now).reason
    for kind in (OPEN, MOVE_CLOSING):
        if find_waiting(session, round_id=round_id, kind=kind):
            withdraw_waiting(session, round_id=round_id, kind=kind, by=by, now=now)
    row.cancelled_at = now
    session.flush()
    if register_size(session, round_id):
        register_decision(session, round_id=round_id, kind=CANCEL, reason=reason, values={}, now=now)
    log(session, RoundCancelled(round_id=round_id, reason=reason), by=by, now=now)


def withdraw_cancelling(session: Session, *, round_id: str, by: Actor, now: datetime) -> None:
    """Takes it back while it waits for its second person. Raises NotNowError if nothing waits."""
    by.check(PERMISSION)
    withdraw_waiting(session, round_id=round_id, kind=CANCEL, by=by, now=now)


def destroy_cancelled_key(session: Session, keys: KeyStore, *, round_id: str, by: Actor, now: datetime) -> None:
    """Destroys the key of a cancelled round, once its cancelling is stored. Safe to repeat.

    Raises NotNowError for a round that was not cancelled: its votes would be lost.
    """
    by.check(PERMISSION)
    if find_round(session, round_id).cancelled_at is None:
        raise NotNowError("This round was not cancelled, so its key stays.")
    if keys.is_destroyed(round_id):
        return
    destroy_scans(session, round_id=round_id)
    log(session, CancelledKeyDestroyed(round_id=round_id), by=by, now=now)
    keys.destroy_round_key(round_id)


def cancelling_reason(session: Session, *, round_id: str) -> str:
    """Why a public round was cancelled, as everybody reads it; "" if it was not."""
    decision = find_confirmed(session, round_id=round_id, kind=CANCEL)
    return decision.reason if decision else ""


def _cancellable(session: Session, round_id: str, now: datetime) -> Round:
    row = find_round(session, round_id)
    phase = phase_of(row, now)
    if phase is Phase.CANCELLED:
        raise NotNowError(_ALREADY)
    if phase not in CANCELLABLE:
        raise NotNowError(_TOO_LATE)
    return row


def _reason_problems(reason: str) -> list[Problem]:
    length = len(reason.strip())
    if not length:
        return [Problem("reason", "Say why.")]
    if length > LONGEST_REASON:
        return [Problem("reason", f"Shorten this to {LONGEST_REASON} characters: it has {length}.")]
    return []
