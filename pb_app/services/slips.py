"""Check-in slips: a code of 8 characters for one roll entry, good for two hours, taken by tablets of an event alone."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from sqlalchemy import delete
from sqlalchemy.orm import Session

from pb_app.models.event import Slip
from pb_app.models.roll import RollEntry
from pb_app.services.activity import Event, log
from pb_app.services.codes import CodeEntry, open_entry
from pb_app.services.entry_ways import entry_that_stands
from pb_app.services.keys import KeyStore
from pb_app.services.rounds import RoundView, get_round
from pb_app.services.voter_answers import SHOWN
from voting.codes import SLIP_LENGTH, hash_code, make_code, read_code
from voting.errors import CodeUnknownError, NotFoundError, NotNowError
from voting.permissions import Actor
from voting.phases import Phase

PERMISSION = "event:run"
GOOD_FOR = timedelta(hours=2)
CHANNEL = "event"
"""How the ledger calls what is cast with a slip."""

_UNKNOWN = "We can’t find this code. Look at your slip again, or ask at the desk."
_OVER = "This slip is too old. Ask at the desk for a new one: it takes a moment."


@dataclass(frozen=True, slots=True)
class NewSlip:
    """A slip in clear, this once."""

    code: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipGiven(Event):
    """A desk gave a slip for a roll entry."""

    kind: ClassVar[str] = "event:slip:given"
    roll_id: str
    seen: str

    def details(self) -> dict[str, str]:
        """For which entry, and what was seen: in the erasable part alone."""
        return {"roll_entry": self.roll_id, "seen": self.seen}


def give_slip(
    session: Session,
    keys: KeyStore,
    *,
    round_id: str,
    roll_id: str,
    seen: str,
    by: Actor,
    now: datetime,
    random: Callable[[int], int] = secrets.randbelow,
) -> NewSlip:
    """A slip for a roll entry; an earlier one of this entry ends. Raises NotNowError outside voting, NotFoundError."""
    by.check(PERMISSION)
    check_voting(get_round(session, round_id), now)
    entry = session.get(RollEntry, roll_id)
    if entry is None or entry.round_id != round_id or entry.voided_reason is not None:
        raise NotFoundError("This person is not on the roll any more. Look them up again.")
    if seen not in SHOWN:
        raise NotFoundError("Say what you saw: choose one of the list.")
    session.execute(delete(Slip).where(Slip.roll_id == roll_id))
    code = make_code(random, SLIP_LENGTH)
    code_hash = hash_code(keys.code_key(round_id), round_id, code)
    session.add(Slip(round_id=round_id, code_hash=code_hash, roll_id=roll_id, expires_at=now + GOOD_FOR))
    session.flush()
    log(session, SlipGiven(round_id=round_id, roll_id=roll_id, seen=seen), by=by, now=now)
    return NewSlip(code, now + GOOD_FOR)


def check_voting(view: RoundView, now: datetime) -> None:
    """Raises NotNowError where nobody can vote now."""
    if view.phase_at(now) is not Phase.VOTING:
        raise NotNowError("People are checked in while voting is open. The round’s page says when that is.")


def resolve_slip(
    session: Session, keys: KeyStore, *, round_id: str, code: str, tracker: str, now: datetime
) -> CodeEntry:
    """What a slip opens now, as `codes.resolve_code` does for a letter. Raises CodeUnknownError, CodeUsedError."""
    read = read_code(code, SLIP_LENGTH)
    found = session.get(Slip, (round_id, hash_code(keys.code_key(round_id), round_id, read))) if read else None
    entry = entry_that_stands(session, session.get_one(RollEntry, found.roll_id)) if found else None
    if found is None or entry is None:
        raise CodeUnknownError(_UNKNOWN)
    if found.expires_at <= now:
        raise CodeUnknownError(_OVER)
    return open_entry(session, keys, entry, tracker, channel=CHANNEL)
