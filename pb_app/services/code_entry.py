"""Typing a letter code: what it opens, or one kind sentence; wrong ones are counted, right ones leave no trace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from pb_app.services import tries
from pb_app.services.codes import CodeEntry, open_entry, resolve_code
from pb_app.services.groups import resolve_group_code
from pb_app.services.held_codes import find_held
from pb_app.services.keys import KeyStore
from pb_app.services.slips import resolve_slip
from pb_app.services.voter_sources import hash_listed
from voting.codes import GROUP_LENGTH, LENGTH, SLIP_LENGTH, read_code, tidy_code
from voting.errors import CodeUnknownError, CodeUsedError, PaperArrivedError, Problem


@dataclass(frozen=True, slots=True)
class Machine:
    """Where tries come from (an address), hashed under `secret`; `at` is real time, which no demo clock moves.

    `is_tablet`: staff set it up for an event, so that it takes slips.
    """

    address: str
    secret: bytes
    at: datetime
    is_tablet: bool = False


def enter_code(
    session: Session, keys: KeyStore, *, round_id: str, code: str, tracker: str, machine: Machine, now: datetime
) -> CodeEntry | list[Problem]:
    """What a letter's code, a group's or, on a tablet, a slip's opens, or what to do next. Call it in voting only.

    Of writing, there is only the count of guesses: a right code must leave no row in the minute before a vote. A typing
    error never passes the check character, so it is no guess and is not counted; a right code opens its papers
    whatever was counted. So nobody at a library's shared address can lock out the others, by mistake or on purpose,
    while a machine that sends made-up codes is refused. (The limit saves work: 10^20 codes leave nothing to guess.)
    Raises TooManyTriesError.
    """
    if not code.strip():
        return [Problem("code", "Type the code from your letter, slip or card")]
    length = len(tidy_code(code))
    if length not in _lengths(machine):
        return [Problem("code", _wrong_length(length, machine))]
    try:
        return _resolve(session, keys, round_id=round_id, code=code, tracker=tracker, now=now)
    except PaperArrivedError as arrived:
        return [Problem("code", str(arrived))]
    except CodeUsedError as used:
        return [Problem("tracker", str(used))]
    except CodeUnknownError as unknown:
        if _is_guess(code):
            _count_guess(session, machine)
        return [Problem("tracker" if "tracker" in str(unknown) else "code", str(unknown))]


_TYPE_A_LETTERS = f"Here, type the {LENGTH} letters and numbers of a letter, or the {GROUP_LENGTH} of a group’s card"


def _lengths(machine: Machine) -> tuple[int, ...]:
    """How long the codes are that this machine takes."""
    return (LENGTH, GROUP_LENGTH, SLIP_LENGTH) if machine.is_tablet else (LENGTH, GROUP_LENGTH)


def _wrong_length(length: int, machine: Machine) -> str:
    if length == SLIP_LENGTH and not machine.is_tablet:
        return "This may be the code of a slip: it works on the tablets where you got it. " + _TYPE_A_LETTERS
    slip = f", or {SLIP_LENGTH} on a slip" if machine.is_tablet else ""
    kinds = f"{LENGTH} letters and numbers, or {GROUP_LENGTH} in a group{slip}"
    return f"A code has {kinds}. This one has {length}. Look again"


def _is_guess(code: str) -> bool:
    """Whether the check character fits: a typing error never passes it."""
    return read_code(code, len(tidy_code(code))) is not None


def _resolve(session: Session, keys: KeyStore, *, round_id: str, code: str, tracker: str, now: datetime) -> CodeEntry:
    """What the code opens; its length says whether it is a group's, a check-in slip's or a letter's."""
    length = len(tidy_code(code))
    if length == GROUP_LENGTH:
        return resolve_group_code(session, keys, round_id=round_id, code=code, tracker=tracker, now=now)
    if length == SLIP_LENGTH:
        return resolve_slip(session, keys, round_id=round_id, code=code, tracker=tracker, now=now)
    return resolve_code(session, keys, round_id=round_id, code=code, tracker=tracker)


def check_numbers(session: Session, machine: Machine) -> None:
    """Asked before the slow hash too, so that nobody keeps us busy. Raises TooManyTriesError."""
    limit = tries.LISTED_NUMBER_BY_MACHINE
    tries.check(session, limit=limit, subject=machine.address, secret=machine.secret, now=machine.at)


def enter_number(
    session: Session, keys: KeyStore, *, round_id: str, digest: str, tracker: str, machine: Machine
) -> CodeEntry | list[Problem]:
    """The same for a number on a list, by its slow hash. Call it in voting only.

    Numbers can be guessed, unlike codes: once too many were wrong, right ones wait an hour too.
    Raises TooManyTriesError.
    """
    check_numbers(session, machine)
    code_hash = hash_listed(keys.code_key(round_id), round_id, digest)
    try:
        held = find_held(session, round_id=round_id, code_hash=code_hash)
        if held is not None:
            return open_entry(session, keys, held.entry, tracker, channel=held.channel)
    except PaperArrivedError as arrived:
        return [Problem("number", str(arrived))]
    except CodeUsedError as used:
        return [Problem("tracker", str(used).replace("code", "number"))]
    except CodeUnknownError as unknown:
        return [Problem("tracker" if "tracker" in str(unknown) else "number", str(unknown))]
    _count_guess(session, machine, tries.LISTED_NUMBER_BY_MACHINE)
    return [Problem("number", "We can’t find this number. Look at it again, or ask whoever gave us the list")]


def _count_guess(session: Session, machine: Machine, limit: tries.Limit = tries.LETTER_CODE_BY_MACHINE) -> None:
    """Raises TooManyTriesError where too many were counted before."""
    tries.check(session, limit=limit, subject=machine.address, secret=machine.secret, now=machine.at)
    tries.count(session, limit=limit, subject=machine.address, secret=machine.secret, now=machine.at)
