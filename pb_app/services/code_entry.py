"""Typing a letter code: what it opens, or one kind sentence; wrong ones are counted, right ones leave no trace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from pb_app.services import tries
from pb_app.services.codes import CodeEntry, resolve_code
from pb_app.services.keys import KeyStore
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

    Of writing, there is only the count of wrong codes: a right one must leave no row in the minute before a vote.
    Raises TooManyTriesError.
    """
    limit = tries.LETTER_CODE_BY_MACHINE
    tries.check(session, limit=limit, subject=machine.address, secret=machine.secret, now=machine.at)
    if not code.strip():
        return [Problem("code", "Type the code from your letter")]
    try:
        return resolve_code(session, keys, round_id=round_id, code=code, tracker=tracker)
    except CodeUsedError as used:
        return [Problem("tracker", str(used))]
    except CodeUnknownError as unknown:
        tries.count(session, limit=limit, subject=machine.address, secret=machine.secret, now=machine.at)
        return [Problem("tracker" if "tracker" in str(unknown) else "code", str(unknown))]
