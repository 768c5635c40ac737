"""Letter codes: made in batches, shown once, kept only as keyed hashes, and resolved to a roll entry."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from pb_app.models.area import Area
from pb_app.models.roll import CodeBatch, LetterCode, RollEntry
from pb_app.services.activity import Event, log
from pb_app.services.keys import KeyStore
from pb_app.services.roll import add_entries, paper_ids_of, standing
from pb_app.services.rounds import find_round, phase_of
from voting.codes import LENGTH, hash_code, make_code, read_code, tidy_code
from voting.errors import CodeUnknownError, CodeUsedError, NotFoundError, NotNowError
from voting.permissions import Actor
from voting.phases import Phase
from voting.trackers import tracker as make_tracker

MOST_CODES = 10_000
"""Codes in one batch: a PDF that can still be printed."""

_UNKNOWN = "We can’t find this code. Check each group of four against your letter."
_MISTYPED = "This code has a letter or number that does not fit. Check each group of four against your letter."
_NOT_YOURS = "This tracker does not belong to this code. It stands on the receipt that you got when you voted."
_USED = "This code has been used. To change the vote, enter the tracker from the receipt too."
_PRINTABLE = (Phase.DRAFT, Phase.PROPOSING, Phase.REVIEWING, Phase.SHORTLISTING, Phase.VOTING)


@dataclass(frozen=True, slots=True)
class CodeEntry:
    """What a code opens: the papers in paper order, and whether a vote that stands may be changed."""

    roll_id: str
    paper_ids: tuple[str, ...]
    may_change: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CodesMade(Event):
    """Letter codes were made for printing."""

    kind: ClassVar[str] = "codes:batch:made"
    batch_id: str
    area_id: str
    count: int

    def objects(self) -> list[tuple[str, str]]:
        """The batch and the area it is for."""
        return [("code_batch", self.batch_id), ("area", self.area_id)]

    def details(self) -> dict[str, int]:
        """How many."""
        return {"count": self.count}


def make_codes(
    session: Session,
    keys: KeyStore,
    *,
    round_id: str,
    area_id: str,
    count: int,
    by: Actor,
    now: datetime,
    random: Callable[[int], int] = secrets.randbelow,
) -> list[str]:
    """Makes `count` codes, each with a roll entry of its own, and gives them in clear, this once.

    `random(n)` is a whole number below n. Raises NotNowError once voting is over, NotFoundError without the area or
    where the area has no ballot paper in this round.
    """
    by.check("codes:print")
    if phase_of(find_round(session, round_id), now) not in _PRINTABLE:
        raise NotNowError("Voting is over, so no more codes can be made.")
    if session.get(Area, area_id) is None or not 0 < count <= MOST_CODES:
        raise NotFoundError(f"Choose an area from the list and a number from 1 to {MOST_CODES:,}.")
    roll_ids = add_entries(session, round_id=round_id, way="letter", people=[(None, area_id)] * count)
    if not roll_ids:
        raise NotFoundError("This area has no ballot paper in this round, so its letters need no codes.")
    batch = CodeBatch(
        id=secrets.token_hex(16),
        round_id=round_id,
        area_id=area_id,
        size=count,
        made_on=now.date(),
        made_by=by.person_id,
    )
    session.add(batch)
    session.flush()
    codes = [make_code(random) for _ in roll_ids]
    _keep_hashes(session, keys, batch, dict(zip(codes, roll_ids, strict=True)))
    event = CodesMade(round_id=round_id, batch_id=batch.id, area_id=area_id, count=count)
    log(session, event, by=by, now=now)
    return codes


def resolve_code(session: Session, keys: KeyStore, *, round_id: str, code: str, tracker: str = "") -> CodeEntry:
    """What this code opens now. Call it in voting only.

    The code alone opens papers not voted on yet; with a tracker of the same entry it opens changes on all.
    Raises CodeUnknownError for a code or tracker that does not fit, CodeUsedError when nothing is left to open.
    """
    entry = _find_entry(session, keys, round_id, code)
    paper_ids = paper_ids_of(session, entry.id)
    used = standing(session, keys, round_id=round_id, roll_id=entry.id)
    if tracker.strip():
        if not _is_tracker_of(keys, entry, used, tracker):
            raise CodeUnknownError(_NOT_YOURS)
        return CodeEntry(entry.id, paper_ids, may_change=True)
    unused = tuple(paper_id for paper_id in paper_ids if paper_id not in used)
    if not unused:
        raise CodeUsedError(_USED)
    return CodeEntry(entry.id, unused, may_change=False)


def _keep_hashes(session: Session, keys: KeyStore, batch: CodeBatch, roll_of: dict[str, str]) -> None:
    key = keys.code_key(batch.round_id)
    hashes = sorted((hash_code(key, batch.round_id, code), roll_id) for code, roll_id in roll_of.items())
    session.add_all(
        LetterCode(round_id=batch.round_id, code_hash=code_hash, roll_id=roll_id, batch_id=batch.id)
        for code_hash, roll_id in hashes
    )
    session.flush()


def _mistyped(typed: str) -> str:
    length = len(tidy_code(typed))
    if length == LENGTH:
        return _MISTYPED
    return f"A code has {LENGTH} letters and numbers. This one has {length}. Look at your letter again."


def _find_entry(session: Session, keys: KeyStore, round_id: str, typed: str) -> RollEntry:
    code = read_code(typed)
    if code is None:
        raise CodeUnknownError(_mistyped(typed))
    query = (
        select(RollEntry)
        .join(LetterCode, LetterCode.roll_id == RollEntry.id)
        .where(
            LetterCode.round_id == round_id,
            LetterCode.code_hash == hash_code(keys.code_key(round_id), round_id, code),
            RollEntry.voided_reason.is_(None),
        )
    )
    entry = session.scalar(query)
    if entry is None:
        raise CodeUnknownError(_UNKNOWN)
    return entry


def _is_tracker_of(keys: KeyStore, entry: RollEntry, used: dict[str, int], typed: str) -> bool:
    """Whether what was typed is the tracker of a ballot that stands; case, spaces and hyphens do not matter."""
    given = "".join(typed.split()).replace("-", "").upper()
    key = keys.round_key(entry.round_id)
    return any(
        secrets.compare_digest(given.encode(), make_tracker(key, entry.round_id, paper, entry.id).encode())
        for paper in used
    )
