"""Typing a letter code: what it opens, or one kind sentence; wrong ones are counted, right ones leave no trace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from pb_app.services import tries
from pb_app.services.codes import CodeEntry, resolve_code
from pb_app.services.keys import KeyStore
from voting.codes import read_code
from voting.errors import CodeUnknownError, CodeUsedError, Problem


@dataclass(frozen=True, slots=True)
class Machine:
    """Where tries come from (an address), hashed under `secret`; `at` is real time, which no demo clock moves."""

    address: str
    secret: bytes
    at: datetime


def enter_code(
    session: Session, keys: KeyStore, *, round_id: str, code: str, tracker: str, machine: Machine
) -> CodeEntry | list[Problem]:
    """What the code opens, or what to do next. Call it in voting only.

    Of writing, there is only the count of guesses: a right code must leave no row in the minute before a vote. A typing
    error never passes the check character, so it is no guess and is not counted; a right code opens its papers
    whatever was counted. So nobody at a library's shared address can lock out the others, by mistake or on purpose,
    while a machine that sends made-up codes is refused. (The limit saves work: 10^20 codes leave nothing to guess.)
    Raises TooManyTriesError.
    """
    if not code.strip():
        return [Problem("code", "Type the code from your letter")]
    try:
        return resolve_code(session, keys, round_id=round_id, code=code, tracker=tracker)
    except CodeUsedError as used:
        return [Problem("tracker", str(used))]
    except CodeUnknownError as unknown:
        if read_code(code) is not None:
            _count_guess(session, machine)
        return [Problem("tracker" if "tracker" in str(unknown) else "code", str(unknown))]


def _count_guess(session: Session, machine: Machine) -> None:
    """Raises TooManyTriesError where too many were counted before."""
    limit = tries.LETTER_CODE_BY_MACHINE
    tries.check(session, limit=limit, subject=machine.address, secret=machine.secret, now=machine.at)
    tries.count(session, limit=limit, subject=machine.address, secret=machine.secret, now=machine.at)
