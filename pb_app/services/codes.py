"""Letter codes: issued with a roll entry each, kept only as keyed hashes, and resolved to that entry again."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from pb_app.models.roll import CodeBatch, LetterCode, RollEntry
from pb_app.models.sheet import SheetRun
from pb_app.services.area_choice import papers_left
from pb_app.services.ballot_slots import find_slot
from pb_app.services.boxes import LETTER, SHEET
from pb_app.services.casting import NOTHING_KNOWN
from pb_app.services.entry_ways import entry_that_stands
from pb_app.services.held_codes import find_held
from pb_app.services.keys import KeyStore
from pb_app.services.letter_batches import add_batch
from pb_app.services.paper_channel import refuse_paper_voter
from pb_app.services.roll import add_entries, standing
from pb_app.services.standing_versions import open_versions
from pb_app.services.vote_entries import read_entry
from voting.codes import LENGTH, hash_code, make_code, read_code, tidy_code
from voting.errors import CodeUnknownError, CodeUsedError
from voting.letter_numbers import LetterNumber, NumberedCode
from voting.permissions import Actor
from voting.trackers import tracker as make_tracker

FEW = 200
"""Letters that are made while the officer waits; more are made in the background."""

_UNKNOWN = "We can’t find this code. Check each group of four against your letter."
_MISTYPED = "This code has a letter or number that does not fit. Check each group of four against your letter."
_NOT_YOURS = "This tracker does not belong to this code. It stands on the receipt that you got when you voted."
_USED = "This code has been used. To change the vote, enter the tracker from the receipt too."
_REPLACED = "We sent a newer letter in place of this one. Use the code in the newest letter."


@dataclass(frozen=True, slots=True)
class CodeEntry:
    """What a code opens: the papers in paper order, and whether any vote that stands there may be changed.

    `change_up_to` is for a replaced code: on these papers a vote up to this version may be changed too. `channel` is
    how the ledger calls what is cast so.
    """

    roll_id: str
    paper_ids: tuple[str, ...]
    may_change: bool
    issue: int = 1
    change_up_to: Mapping[str, int] = field(default_factory=dict)
    channel: str = LETTER


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
    has_chosen: bool = False,
) -> list[NumberedCode]:
    """Makes `count` codes, each with a roll entry of its own, and gives them in clear, this once: they are out.

    `random(n)` is a whole number below n; `has_chosen` as in `roll.add_entries`. Raises NotNowError once voting is
    over, NotFoundError without the area or where the area has no ballot paper in this round.
    """
    batch = add_batch(session, round_id=round_id, area_id=area_id, kind="letters", size=count, by=by, now=now)
    codes = draw_codes(batch.number, range(1, count + 1), random)
    keep_codes(session, keys, batch, codes, has_chosen=has_chosen)
    batch.done, batch.ready_at, batch.downloaded_at = count, now, now
    session.flush()
    return codes


def draw_codes(
    batch_number: int, numbers: Sequence[int], random: Callable[[int], int] = secrets.randbelow
) -> list[NumberedCode]:
    """New codes for these letters of a batch. Nothing is kept yet."""
    return [NumberedCode(LetterNumber(batch_number, number), make_code(random)) for number in numbers]


def keep_codes(
    session: Session, keys: KeyStore, batch: CodeBatch, codes: Sequence[NumberedCode], *, has_chosen: bool = False
) -> None:
    """Gives each code a roll entry and keeps its hash, in the order of the hashes, which tells nothing."""
    key, round_id = keys.code_key(batch.round_id), batch.round_id
    people = [(None, batch.area_id)] * len(codes)
    roll_ids = add_entries(session, round_id=round_id, way="letter", people=people, has_chosen=has_chosen)
    rows = [
        {
            "round_id": round_id,
            "code_hash": hash_code(key, round_id, one.code),
            "roll_id": roll_id,
            "batch_id": batch.id,
            "number": one.number.number,
        }
        for one, roll_id in zip(codes, roll_ids, strict=True)
    ]
    session.execute(insert(LetterCode), sorted(rows, key=lambda row: str(row["code_hash"])))


def resolve_code(session: Session, keys: KeyStore, *, round_id: str, code: str, tracker: str = "") -> CodeEntry:
    """What this code opens now. Call it in voting only.

    The code alone opens papers not voted on yet, and a replaced one those whose vote is the one that stood when it was
    issued; with a tracker of the same entry it opens changes on all. Raises CodeUnknownError for a code or tracker that
    does not fit, CodeUsedError when nothing is left to open, PaperArrivedError once a sheet with it came back.
    """
    read = read_code(code)
    if read is None:
        raise CodeUnknownError(_mistyped(code))
    code_hash = hash_code(keys.code_key(round_id), round_id, read)
    held = find_held(session, round_id=round_id, code_hash=code_hash)
    if held is not None:
        return open_entry(session, keys, held.entry, tracker, channel=held.channel)
    letter, entry = _find_letter(session, round_id, code_hash)
    known = open_versions(keys.round_key(round_id), letter.code_hash, letter.standing) if letter.standing else {}
    channel = LETTER if session.get(SheetRun, letter.batch_id) is None else SHEET
    return open_entry(session, keys, entry, tracker, known, channel=channel)


def open_entry(
    session: Session,
    keys: KeyStore,
    entry: RollEntry,
    tracker: str,
    known: Mapping[str, int] = NOTHING_KNOWN,
    *,
    channel: str = LETTER,
) -> CodeEntry:
    """What a code of this entry opens now, alone or with a tracker; `known` are versions that it may change alone.

    Raises CodeUnknownError for a tracker of somebody else, CodeUsedError when nothing is left to open,
    PaperArrivedError once a sheet of the entry came back.
    """
    refuse_paper_voter(session, entry.id, channel)
    paper_ids = papers_left(session, keys, round_id=entry.round_id, roll_id=entry.id)
    issue = read_entry(session, entry.id).newest_issue
    used = standing(session, keys, round_id=entry.round_id, roll_id=entry.id, channel=channel)
    if tracker.strip():
        slots = {paper: find_slot(session, round_id=entry.round_id, paper_id=paper, channel=channel) for paper in used}
        if not _is_tracker_of(keys, entry, slots, tracker):
            raise CodeUnknownError(_NOT_YOURS)
        return CodeEntry(entry.id, paper_ids, True, issue, channel=channel)
    left = tuple(paper_id for paper_id in paper_ids if used.get(paper_id, 0) <= known.get(paper_id, 0))
    if not left:
        raise CodeUsedError(_USED)
    return CodeEntry(entry.id, left, False, issue, known, channel)


def _mistyped(typed: str) -> str:
    length = len(tidy_code(typed))
    if length == LENGTH:
        return _MISTYPED
    return f"A code has {LENGTH} letters and numbers. This one has {length}. Look at your letter again."


def _find_letter(session: Session, round_id: str, code_hash: str) -> tuple[LetterCode, RollEntry]:
    """The letter that bears this code, if its batch is out and no newer letter replaced it."""
    letter = session.get(LetterCode, (round_id, code_hash))
    entry = entry_that_stands(session, session.get_one(RollEntry, letter.roll_id)) if letter else None
    if letter is None or entry is None or not _is_out(session, letter):
        raise CodeUnknownError(_UNKNOWN)
    if letter.issue != read_entry(session, letter.roll_id).newest_issue:
        raise CodeUnknownError(_REPLACED)
    return letter, entry


def _is_out(session: Session, letter: LetterCode) -> bool:
    """Whether the batch was downloaded: before that nobody can hold a code of it."""
    return session.get_one(CodeBatch, letter.batch_id).downloaded_at is not None


def _is_tracker_of(keys: KeyStore, entry: RollEntry, slots: dict[str, int], typed: str) -> bool:
    """Whether what was typed is the tracker of a ballot in one of these slots; case, spaces, hyphens don’t matter."""
    given = "".join(typed.split()).replace("-", "").upper()
    key = keys.round_key(entry.round_id)
    return any(
        secrets.compare_digest(given.encode(), make_tracker(key, entry.round_id, paper, entry.id, slot).encode())
        for paper, slot in slots.items()
    )
