"""A lost letter is replaced by two people with a reason: a new code for the same roll entry, and the old one is dead.

The council finds the letter by its number; we keep no address. The new code keeps, encrypted, which version stood on
each paper when it was issued. It alone changes exactly those votes, because their receipt may be lost with the letter;
once a higher version stands there, it takes the tracker like any other code.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from pb_app.models.roll import CodeBatch, LetterCode, RollEntry
from pb_app.services.activity import Event, log
from pb_app.services.codes import draw_codes
from pb_app.services.entry_ways import entry_that_stands
from pb_app.services.keys import KeyStore
from pb_app.services.roll import standing
from pb_app.services.round_lock import hold_round
from pb_app.services.rounds import find_round, phase_of
from pb_app.services.second_people import WaitingStep, find_step
from pb_app.services.standing_versions import seal_versions
from pb_app.services.two_people import ask, confirm, waiting_kinds, withdraw_waiting
from voting.codes import hash_code
from voting.errors import NotFoundError, NotNowError, Problem
from voting.letter_numbers import LetterNumber, NumberedCode, read_letter_number
from voting.permissions import Actor
from voting.phases import UNTIL_COUNTING, Phase

PERMISSION = "codes:replace"
LONGEST_REASON = 500
_PREFIX = "replace:"
_NO_NUMBER = "Write the number as it stands on the letter, like 3-00042"
_UNKNOWN = "There is no letter with this number in this round. Look it up in your list of addresses"
_VOID = "This letter is void, so there is nothing to replace. Make a new one"
_TWICE = "Somebody has asked for this letter already. A second person confirms it, or stops it"
_VOTING_OVER = "Voting is over, so no letter can be replaced any more."


@dataclass(frozen=True, slots=True)
class WaitingReplacement:
    """A letter that somebody asked to replace."""

    number: LetterNumber
    step: WaitingStep


@dataclass(frozen=True, slots=True)
class Replacement:
    """A new code in clear, this once, and the area its letter is for."""

    area_id: str
    code: NumberedCode


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeReplaced(Event):
    """A lost letter was replaced."""

    kind: ClassVar[str] = "codes:letter:replaced"
    batch_id: str
    number: int
    issue: int

    def objects(self) -> list[tuple[str, str]]:
        """The batch it belongs to."""
        return [("code_batch", self.batch_id)]

    def details(self) -> dict[str, int]:
        """Which letter, and for which time it was issued."""
        return {"letter": self.number, "issue": self.issue}


def ask_replacement(
    session: Session, *, round_id: str, letter: str, reason: str, by: Actor, now: datetime
) -> list[Problem]:
    """The first of two people asks. Problems: "letter", "reason". Raises NotNowError once voting is over."""
    by.check(PERMISSION)
    _check_printable(session, round_id, now)
    number = read_letter_number(letter)
    problems = _letter_problems(session, round_id, number) + _reason_problems(reason)
    if problems or number is None:
        return problems
    payload = {"letter": str(number)}
    ask(session, round_id=round_id, kind=_kind(number), payload=payload, reason=reason.strip(), by=by, now=now)
    return []


def confirm_replacement(
    session: Session,
    keys: KeyStore,
    *,
    round_id: str,
    number: LetterNumber,
    by: Actor,
    now: datetime,
    random: Callable[[int], int] = secrets.randbelow,
) -> Replacement:
    """The second person confirms and gets the new code; from now on the old one opens nothing.

    Waits until no vote is being cast, so that what stands is what is kept. Raises NotNowError, SecondPersonError,
    NotFoundError for a letter that was voided meanwhile.
    """
    by.check(PERMISSION)
    hold_round(session, round_id)
    _check_printable(session, round_id, now)
    confirm(session, round_id=round_id, kind=_kind(number), by=by, now=now)
    old = _newest(session, round_id, number)
    if old is None or entry_that_stands(session, session.get_one(RollEntry, old.roll_id)) is None:
        raise NotFoundError(_VOID)
    code = draw_codes(number.batch, [number.number], random)[0]
    _keep(session, keys, old, code, now)
    event = CodeReplaced(round_id=round_id, batch_id=old.batch_id, number=old.number, issue=old.issue + 1)
    log(session, event, by=by, now=now)
    return Replacement(session.get_one(RollEntry, old.roll_id).area_id, code)


def withdraw_replacement(session: Session, *, round_id: str, number: LetterNumber, by: Actor, now: datetime) -> None:
    """Takes back what waits for its second person. Raises NotNowError if nothing does."""
    by.check(PERMISSION)
    withdraw_waiting(session, round_id=round_id, kind=_kind(number), by=by, now=now)


def list_waiting(session: Session, *, round_id: str, by: Actor) -> Sequence[WaitingReplacement]:
    """The letters that wait for a second person, the oldest request first."""
    found: list[WaitingReplacement] = []
    for kind in waiting_kinds(session, round_id=round_id, prefix=_PREFIX):
        number = read_letter_number(kind.removeprefix(_PREFIX))
        step = find_step(session, round_id=round_id, kind=kind, permission=PERMISSION, by=by)
        if number is not None and step is not None:
            found.append(WaitingReplacement(number, step))
    return found


def _letter_problems(session: Session, round_id: str, number: LetterNumber | None) -> list[Problem]:
    if number is None:
        return [Problem("letter", _NO_NUMBER)]
    letter = _newest(session, round_id, number)
    if letter is None:
        return [Problem("letter", _UNKNOWN)]
    if entry_that_stands(session, session.get_one(RollEntry, letter.roll_id)) is None:
        return [Problem("letter", _VOID)]
    if _kind(number) in waiting_kinds(session, round_id=round_id, prefix=_PREFIX):
        return [Problem("letter", _TWICE)]
    return []


def _reason_problems(reason: str) -> list[Problem]:
    length = len(reason.strip())
    if not length:
        return [Problem("reason", "Write why, without a name or an address")]
    if length > LONGEST_REASON:
        return [Problem("reason", f"Make the reason {LONGEST_REASON} letters or shorter. It is {length:,} now")]
    return []


def _newest(session: Session, round_id: str, number: LetterNumber) -> LetterCode | None:
    """The letter that counts under this number, if its batch is out."""
    query = (
        select(LetterCode)
        .join(CodeBatch, CodeBatch.id == LetterCode.batch_id)
        .where(
            CodeBatch.round_id == round_id,
            CodeBatch.number == number.batch,
            CodeBatch.downloaded_at.is_not(None),
            LetterCode.number == number.number,
        )
    )
    return session.scalars(query.order_by(LetterCode.issue.desc()).limit(1)).first()


def _keep(session: Session, keys: KeyStore, old: LetterCode, code: NumberedCode, now: datetime) -> None:
    """The new code's row. What stands is kept for every letter replaced in voting, whether a vote stands or not."""
    code_hash = hash_code(keys.code_key(old.round_id), old.round_id, code.code)
    sealed = None
    if phase_of(find_round(session, old.round_id), now) is Phase.VOTING:
        entry = entry_that_stands(session, session.get_one(RollEntry, old.roll_id))
        roll_id = entry.id if entry else old.roll_id
        versions = standing(session, keys, round_id=old.round_id, roll_id=roll_id, channel="letter")
        sealed = seal_versions(keys.round_key(old.round_id), code_hash, versions)
    session.execute(
        insert(LetterCode).values(
            round_id=old.round_id,
            code_hash=code_hash,
            roll_id=old.roll_id,
            batch_id=old.batch_id,
            number=old.number,
            issue=old.issue + 1,
            standing=sealed,
        )
    )


def _check_printable(session: Session, round_id: str, now: datetime) -> None:
    if phase_of(find_round(session, round_id), now) not in UNTIL_COUNTING:
        raise NotNowError(_VOTING_OVER)


def _kind(number: LetterNumber) -> str:
    return f"{_PREFIX}{number}"
