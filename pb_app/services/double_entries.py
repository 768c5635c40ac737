"""Two roll entries found to be one person: two people join them, and one of the two stands.

As long as one of them holds no vote the two are merged: every way in of either leads to the entry that stands, and no
vote is lost. Where both hold a vote, the one that goes is void: its votes are refused at sealing (`void` in the
register), the other's stand, and neither casts any more. Which of the two happened is nobody's to see while voting is
open, because it tells who has voted: what people asked for is only which entry stands where both voted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pb_app.models.event import CheckIn
from pb_app.models.person import Person
from pb_app.models.roll import CodeBatch, LetterCode, RollEntry, RollVoid
from pb_app.models.round import Round
from pb_app.models.sheet import PaperSlip
from pb_app.services.accounts import tidy_address
from pb_app.services.activity import Event, log
from pb_app.services.entry_ways import entry_that_stands
from pb_app.services.keys import KeyStore
from pb_app.services.roll import standing
from pb_app.services.round_lock import hold_round
from pb_app.services.rounds import find_round, phase_of
from pb_app.services.second_people import WaitingStep, find_step
from pb_app.services.two_people import ask, confirm, find_confirmed, waiting_kinds, withdraw_waiting
from voting.errors import NotNowError, Problem
from voting.letter_numbers import LetterNumber, read_letter_number
from voting.permissions import Actor
from voting.phases import Phase

PERMISSION = "roll:join"
LONGEST_REASON = 500
JOINED = "This person was on the roll twice"
"""Kept with the entry that goes."""

_PREFIX = "join:"
_PHASES = (Phase.PROPOSING, Phase.REVIEWING, Phase.SHORTLISTING, Phase.VOTING, Phase.COUNTING)
_SEAL = "seal"
_TOO_LATE = "The sealing of the count is confirmed, so the roll stays as it is."
_NOBODY = "Nobody on this round’s roll has this e-mail address, letter number or name. Look at it again"
_TWO_ON_PAPER = (
    "Sheets of both entries are in the count, and nobody can tell which they are, so none can be taken out. "
    "Write it into the minutes."
)


@dataclass(frozen=True, slots=True)
class WaitingJoin:
    """Two entries that somebody asked to join, in words that officers know them by."""

    key: str
    stands: str
    goes: str
    step: WaitingStep


@dataclass(frozen=True, slots=True, kw_only=True)
class EntriesJoined(Event):
    """Two entries of one person were joined, and one of them stands."""

    kind: ClassVar[str] = "roll:entries:joined"
    stands: str
    goes: str

    def details(self) -> dict[str, str]:
        """Which two: in the erasable part alone. Whether votes were refused is not said."""
        return {"one": min(self.stands, self.goes), "other": max(self.stands, self.goes)}


def ask_joining(
    session: Session, *, round_id: str, stands: str, goes: str, reason: str, by: Actor, now: datetime
) -> list[Problem]:
    """The first of two people asks. Each entry is an e-mail address, a letter number, or a name of the check-in desk.

    Problems: "stands", "goes", "reason". Raises NotNowError before the round is public and once its sealing is
    confirmed.
    """
    by.check(PERMISSION)
    _check_open(session, find_round(session, round_id), now)
    first, second = _find_entry(session, round_id, stands), _find_entry(session, round_id, goes)
    problems = [Problem(name, _NOBODY) for name, entry in (("stands", first), ("goes", second)) if entry is None]
    problems += _reason_problems(reason)
    if problems or first is None or second is None:
        return problems
    if first.id == second.id:
        return [Problem("goes", "These two lead to the same entry already. Look at both again")]
    kind = f"{_PREFIX}{second.id[:20]}"
    if kind in waiting_kinds(session, round_id=round_id, prefix=_PREFIX):
        return [Problem("goes", "Somebody has asked for this entry already. A second person confirms it, or stops it")]
    payload = {"stands": first.id, "goes": second.id}
    ask(session, round_id=round_id, kind=kind, payload=payload, reason=reason.strip(), by=by, now=now)
    return []


def confirm_joining(session: Session, keys: KeyStore, *, round_id: str, key: str, by: Actor, now: datetime) -> None:
    """The second person confirms: from now on one of the two entries stands. No vote is being cast meanwhile.

    Raises NotNowError, also where both have a ballot on paper in the count; SecondPersonError.
    """
    by.check(PERMISSION)
    hold_round(session, round_id)
    row = find_round(session, round_id)
    _check_open(session, row, now)
    payload = confirm(session, round_id=round_id, kind=f"{_PREFIX}{key}", by=by, now=now).payload
    stands, goes = (session.get_one(RollEntry, str(payload[name])) for name in ("stands", "goes"))
    if stands.voided_reason is not None or goes.voided_reason is not None:
        raise NotNowError("One of the two was struck off meanwhile. Stop this, and ask again if it is needed.")
    stands, goes, is_void = _settled(session, keys, row, stands, goes)
    goes.voided_reason = JOINED
    kind = "voided" if is_void else "merged"
    session.add(RollVoid(roll_id=goes.id, round_id=round_id, stands_id=stands.id, kind=kind))
    session.flush()
    log(session, EntriesJoined(round_id=round_id, stands=stands.id, goes=goes.id), by=by, now=now)


def withdraw_joining(session: Session, *, round_id: str, key: str, by: Actor, now: datetime) -> None:
    """Takes back what waits for its second person. Raises NotNowError if nothing does."""
    by.check(PERMISSION)
    withdraw_waiting(session, round_id=round_id, kind=f"{_PREFIX}{key}", by=by, now=now)


def list_joinings(session: Session, *, round_id: str, by: Actor) -> Sequence[WaitingJoin]:
    """What waits for a second person, the oldest request first."""
    found: list[WaitingJoin] = []
    for kind in waiting_kinds(session, round_id=round_id, prefix=_PREFIX):
        step = find_step(session, round_id=round_id, kind=kind, permission=PERMISSION, by=by)
        if step is not None:
            stands, goes = (_words(session, str(step.decision.payload[name])) for name in ("stands", "goes"))
            found.append(WaitingJoin(kind.removeprefix(_PREFIX), stands, goes, step))
    return found


def count_joined(session: Session, *, round_id: str) -> int:
    """How many people were on the roll twice and were joined."""
    return session.scalar(select(func.count()).select_from(RollVoid).where(RollVoid.round_id == round_id)) or 0


def can_join(session: Session, *, round_id: str, now: datetime) -> bool:
    """Whether entries can be joined now."""
    row = find_round(session, round_id)
    return phase_of(row, now) in _PHASES and find_confirmed(session, round_id=round_id, kind=_SEAL) is None


def _check_open(session: Session, row: Round, now: datetime) -> None:
    if not can_join(session, round_id=row.id, now=now):
        raise NotNowError(_TOO_LATE)


def _settled(
    session: Session, keys: KeyStore, row: Round, stands: RollEntry, goes: RollEntry
) -> tuple[RollEntry, RollEntry, bool]:
    """Which entry stands, which goes, and whether votes of it are refused: the only one with a vote always stands."""
    sheets = [_has_sheet(session, one.id) for one in (stands, goes)]
    if all(sheets):
        raise NotNowError(_TWO_ON_PAPER)
    has_voted = [
        sheet
        or (row.opening_confirmed_at is not None and bool(standing(session, keys, round_id=row.id, roll_id=one.id)))
        for sheet, one in zip(sheets, (stands, goes), strict=True)
    ]
    if sheets[1] or (has_voted[1] and not has_voted[0]):
        stands, goes = goes, stands
    return stands, goes, all(has_voted)


def _has_sheet(session: Session, roll_id: str) -> bool:
    accepted = select(PaperSlip.roll_id).where(PaperSlip.roll_id == roll_id, PaperSlip.state == "accepted").limit(1)
    return session.scalar(accepted) is not None


def _find_entry(session: Session, round_id: str, typed: str) -> RollEntry | None:
    """The entry that stands for what was typed; None where there is none, or more than one of this name."""
    number = read_letter_number(typed)
    if number is not None:
        query = (
            select(RollEntry)
            .join(LetterCode, LetterCode.roll_id == RollEntry.id)
            .join(CodeBatch, CodeBatch.id == LetterCode.batch_id)
            .where(CodeBatch.round_id == round_id, CodeBatch.number == number.batch, LetterCode.number == number.number)
            .limit(1)
        )
    elif "@" in typed:
        query = (
            select(RollEntry)
            .join(Person, Person.id == RollEntry.person_id)
            .where(RollEntry.round_id == round_id, Person.email == tidy_address(typed))
        )
    else:
        return _checked_in(session, round_id, typed)
    row = session.scalars(query).first()
    return entry_that_stands(session, row) if row else None


def _words(session: Session, roll_id: str) -> str:
    """What officers know an entry by: asked of the roll each time, so that no decision holds a name or an address."""
    entry = session.get_one(RollEntry, roll_id)
    person = session.get(Person, entry.person_id) if entry.person_id else None
    if person is not None:
        return f"{person.name}, {person.email}"
    checked_in = session.get(CheckIn, roll_id)
    if checked_in is not None:
        return f"{checked_in.name}, checked in"
    query = select(CodeBatch.number, LetterCode.number).join(CodeBatch, CodeBatch.id == LetterCode.batch_id)
    letter = session.execute(query.where(LetterCode.roll_id == roll_id)).first()
    return f"letter {LetterNumber(*letter)}" if letter else "an entry without a letter"


def _checked_in(session: Session, round_id: str, typed: str) -> RollEntry | None:
    """Names are compared here: a database folds only the letters of ASCII."""
    name = " ".join(typed.split()).casefold()
    rows = session.execute(select(CheckIn.roll_id, CheckIn.name).where(CheckIn.round_id == round_id))
    found = [roll_id for roll_id, known in rows if known.casefold() == name]
    return entry_that_stands(session, session.get_one(RollEntry, found[0])) if len(found) == 1 else None


def _reason_problems(reason: str) -> list[Problem]:
    length = len(reason.strip())
    if not length:
        return [Problem("reason", "Write how you know, without a name or an address")]
    if length > LONGEST_REASON:
        return [Problem("reason", f"Make the reason {LONGEST_REASON} letters or shorter. It is {length:,} now")]
    return []
