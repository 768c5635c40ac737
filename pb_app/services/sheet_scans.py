"""Scans of paper ballots, where a council wants them: beside the box for whoever types or settles that ballot.

A scan is of a ballot in a batch, so its slip is off and nothing on it tells whose it is. It is encoded anew, encrypted
under the round's key, served to nobody but the officer whose turn it is, each view logged, and never part of the
record. With the key it is destroyed. `prepare_scans` reads the files before the transaction that keeps them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, undefer

from pb_app.models.sheet import PaperBatch, SheetScan
from pb_app.services.activity import Event, log
from pb_app.services.keys import KeyStore
from pb_app.services.paper_batches import find_batch
from pb_app.services.paper_channel import check_paper_work
from pb_app.services.pictures import Wanted, read_picture, to_jpeg
from pb_app.services.round_lock import hold_round
from pb_app.services.sheet_boxes import mark_scan, open_scan, seal_scan
from pb_app.services.sheet_typing import check_turn, read_batch
from voting.errors import NotFoundError, Problem
from voting.permissions import Actor
from voting.scan_names import FILES, number_files, shown

PERMISSION = "paper:work"
MOST_FILES = 40
MOST_BYTES = 40 * 1024 * 1024
"""Of all files that are sent together."""

_WANTED = Wanted("scan", ("JPEG", "PNG"), "JPEG or PNG", largest=1800)
"""An A4 sheet at about 150 dots an inch: enough to read what a pen wrote."""
_QUALITY = 70
_NOBODY = "There is no scan of this ballot."


@dataclass(frozen=True, slots=True)
class Scan:
    """One picture on its way in: the ballot it shows, the file it came in, and the JPEG that we keep."""

    sheet: int
    name: str
    image: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanEvent(Event):
    """Something happened to scans of a batch."""

    batch_id: str
    sheets: tuple[int, ...]

    def objects(self) -> list[tuple[str, str]]:
        """The batch."""
        return [("paper_batch", self.batch_id)]

    def details(self) -> dict[str, list[int]]:
        """Which ballots."""
        return {"sheets": list(self.sheets)}


@dataclass(frozen=True, slots=True, kw_only=True)
class ScansAdded(ScanEvent):
    """Scans were added."""

    kind: ClassVar[str] = "paper:scans:added"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScansRemoved(ScanEvent):
    """Scans were taken away before sealing."""

    kind: ClassVar[str] = "paper:scans:removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanSeen(ScanEvent):
    """Somebody looked at a scan in their turn."""

    kind: ClassVar[str] = "paper:scan:seen"


def prepare_scans(
    files: Sequence[tuple[str, bytes]], *, batch: int, size: int, first: int | None = None
) -> tuple[list[Scan], list[Problem]]:
    """The pictures of these files, by ballot, and what is wrong with the other files ("files"), each by its name.

    `batch` is the batch's number, `size` how many ballots it has, `first` the ballot of the first file, if they are
    not numbered by name.
    """
    if not files:
        return [], [Problem(FILES, "Choose the scans first, JPEG or PNG, one ballot a file")]
    if len(files) > MOST_FILES:
        words = f"Choose {MOST_FILES} files at most, and the others afterwards. These are {len(files):,}"
        return [], [Problem(FILES, words)]
    numbered, problems = number_files([name for name, _ in files], batch=batch, size=size, first=first)
    scans = []
    for place, sheet in numbered:
        name, data = files[place]
        picture = read_picture(data, _WANTED)
        if isinstance(picture, str):
            problems.append(Problem(FILES, f"{shown(name)}: {picture}"))
            continue
        picture.thumbnail((_WANTED.largest, _WANTED.largest))
        scans.append(Scan(sheet, name, to_jpeg(picture, quality=_QUALITY)))
    return scans, problems


def add_scans(
    session: Session, keys: KeyStore, *, batch_id: str, scans: Sequence[Scan], by: Actor, now: datetime
) -> tuple[tuple[int, ...], list[Problem]]:
    """Keeps scans and gives the ballots that have one now, and what stands against the others: nothing is replaced.

    The same scan of the same ballot again is no fault. Raises NotNowError once sealing was asked for, NotFoundError.
    """
    batch = _batch_at_work(session, batch_id, by, now)
    round_key = keys.round_key(batch.round_id)
    marks = dict(session.execute(select(SheetScan.sheet, SheetScan.mark).where(SheetScan.batch_id == batch_id)).all())
    added, there, problems = [], [], []
    for scan in scans:
        mark = mark_scan(round_key, batch_id, scan.image)
        if marks.get(scan.sheet) == mark:
            there.append(scan.sheet)
        elif fault := _fault(batch, scan.sheet, mark, marks):
            problems.append(Problem(FILES, f"{shown(scan.name)}: {fault}"))
        else:
            box = seal_scan(round_key, batch_id, scan.sheet, scan.image)
            row = SheetScan(batch_id=batch_id, sheet=scan.sheet, added_by=by.person_id, mark=mark, box=box)
            session.add(row)
            marks[scan.sheet] = mark
            added.append(scan.sheet)
    session.flush()
    if added:
        log(session, ScansAdded(round_id=batch.round_id, batch_id=batch_id, sheets=tuple(added)), by=by, now=now)
    return tuple(sorted([*added, *there])), problems


def remove_scans(session: Session, *, batch_id: str, sheets: Sequence[int], by: Actor, now: datetime) -> list[Problem]:
    """Takes the scans of these ballots away for good; "sheets" is what to mend, and then none is taken away."""
    batch = _batch_at_work(session, batch_id, by, now)
    there = scanned_sheets(session, batch_id=batch_id)
    missing = sorted(set(sheets) - set(there))
    if missing or not sheets:
        which = f"There is no scan of ballot {missing[0]}" if missing else "Write the numbers of the ballots, like 3 9"
        return [Problem("sheets", which)]
    session.execute(delete(SheetScan).where(SheetScan.batch_id == batch_id, SheetScan.sheet.in_(sheets)))
    session.flush()
    event = ScansRemoved(round_id=batch.round_id, batch_id=batch_id, sheets=tuple(sorted(set(sheets))))
    log(session, event, by=by, now=now)
    return []


def see_scan(
    session: Session, keys: KeyStore, *, batch_id: str, sheet: int, turn: int, by: Actor, now: datetime
) -> bytes:
    """The JPEG of a ballot, for the officer whose turn it is, and a line in the log.

    Raises NotNowError where this turn is somebody else's, or done, NotFoundError without a scan.
    """
    batch = _batch_at_work(session, batch_id, by, now)
    query = select(SheetScan).where(SheetScan.batch_id == batch_id, SheetScan.sheet == sheet)
    row = session.scalars(query.options(undefer(SheetScan.box))).one_or_none()
    if row is None:
        raise NotFoundError(_NOBODY)
    round_key = keys.round_key(batch.round_id)
    check_turn(read_batch(session, round_key, batch=batch), sheet, turn, by)
    log(session, ScanSeen(round_id=batch.round_id, batch_id=batch_id, sheets=(sheet,)), by=by, now=now)
    return open_scan(round_key, batch_id, sheet, row.box)


def scanned_sheets(session: Session, *, batch_id: str) -> tuple[int, ...]:
    """The ballots of a batch that have a scan, in order."""
    query = select(SheetScan.sheet).where(SheetScan.batch_id == batch_id)
    return tuple(session.scalars(query.order_by(SheetScan.sheet)))


def count_scans(session: Session, *, round_id: str) -> dict[str, int]:
    """How many scans there are, by batch; batches without any are left out."""
    query = select(SheetScan.batch_id, func.count()).join(PaperBatch, PaperBatch.id == SheetScan.batch_id)
    return dict(session.execute(query.where(PaperBatch.round_id == round_id).group_by(SheetScan.batch_id)).all())


def destroy_scans(session: Session, *, round_id: str) -> int:
    """Removes all scans of a round, whose key is destroyed with them; how many there were."""
    total = sum(count_scans(session, round_id=round_id).values())
    batches = select(PaperBatch.id).where(PaperBatch.round_id == round_id)
    session.execute(delete(SheetScan).where(SheetScan.batch_id.in_(batches)))
    session.flush()
    return total


def _batch_at_work(session: Session, batch_id: str, by: Actor, now: datetime) -> PaperBatch:
    by.check(PERMISSION)
    batch = find_batch(session, batch_id)
    hold_round(session, batch.round_id)
    check_paper_work(session, round_id=batch.round_id, now=now)
    return batch


def _fault(batch: PaperBatch, sheet: int, mark: str, marks: dict[int, str]) -> str:
    """`marks` are those of the scans that are there, by ballot."""
    if not 1 <= sheet <= batch.size:
        return f"the batch has the ballots 1 to {batch.size}"
    if sheet in marks:
        return f"ballot {sheet} has a scan already. If this one is better, take that away first"
    twin = next((other for other, there in marks.items() if there == mark), None)
    return f"this is the same picture as the scan of ballot {twin}" if twin else ""
