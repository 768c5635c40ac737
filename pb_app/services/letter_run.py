"""Making a long run of letters: files of 1,000, two at a time, each safe on the disk before its codes are kept.

A crash leaves a file without codes, which is made again: a part is done when its codes are in the database. Nothing
holds the database for longer than a part's 1,000 rows, so people go on voting meanwhile.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from pb_app.db import read, write
from pb_app.models.roll import CodeBatch, LetterCode
from pb_app.services.address_lists import Address
from pb_app.services.codes import draw_codes, keep_codes
from pb_app.services.keys import KeyStore
from pb_app.services.letter_batches import Kind, add_batch, find_unfinished, lock_batch, void_batch
from pb_app.services.letter_files import FilesBusyError, FilesGoneError, LetterFiles
from pb_app.services.letter_sheets import PART, Order, make_order, make_part, read_order
from pb_app.services.letters import Letter
from pb_app.services.typesetting import TypesettingError
from voting.permissions import Actor

ORDER = "order"
COULD_NOT = "The letters could not be made"
_AT_ONCE = min(2, os.cpu_count() or 1)

Progress = Callable[[int, int], None]
"""Called with (letters made, letters in all) after each file."""


@dataclass(frozen=True, slots=True)
class Printer:
    """What a run works with."""

    engine: Engine
    keys: KeyStore
    files: LetterFiles


def make_printer(engine: Engine, keys: KeyStore, instance_dir: Path) -> Printer:
    """The printer of an installation: its files are under `instance_dir`."""
    return Printer(engine, keys, LetterFiles(instance_dir / "letters", keys))


def ask_letters(
    session: Session,
    files: LetterFiles,
    *,
    round_id: str,
    area_id: str,
    kind: Kind,
    count: int,
    addresses: Sequence[Address],
    letter: Letter,
    by: Actor,
    now: datetime,
) -> str:
    """Asks for a run of letters and gives its batch's id; the background makes them. One for each address, if any.

    The addresses go into encrypted files at once and nowhere else. Raises NotNowError, NotFoundError.
    """
    size = len(addresses) or count
    batch = add_batch(session, round_id=round_id, area_id=area_id, kind=kind, size=size, by=by, now=now)
    files.create(batch.id)
    for first in range(0, len(addresses), PART):
        part = addresses[first : first + PART]
        files.put(batch.id, addresses_name(first // PART), json.dumps(part).encode())
    files.put(batch.id, ORDER, make_order(kind, letter).to_json())
    return batch.id


def make_waiting(printer: Printer, now: Callable[[], datetime], progress: Progress | None = None) -> int:
    """Makes every batch that waits and has its files here; how many. One that another process makes is left to it."""
    with read(printer.engine) as session:
        waiting = find_unfinished(session)
    made = 0
    for batch_id in waiting:
        try:
            with printer.files.hold(batch_id):
                made += make_batch(printer, batch_id, now, progress)
        except (FilesBusyError, FilesGoneError):
            continue
    return made


def make_batch(printer: Printer, batch_id: str, now: Callable[[], datetime], progress: Progress | None = None) -> bool:
    """Makes the files of a batch that are still to be made; False where it was thrown away meanwhile."""
    order = read_order(printer.files.get(batch_id, ORDER))
    with read(printer.engine) as session:
        batch = session.get_one(CodeBatch, batch_id)
        left, size, number = _left(session, batch), batch.size, batch.number
    try:
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for done in pool.map(lambda part: _make_part(printer, batch_id, order, number, size, part), left):
                if progress:
                    progress(done, size)
    except FilesGoneError:
        return False
    except TypesettingError:
        with write(printer.engine) as session:
            void_batch(session, batch_id=batch_id, reason=COULD_NOT, by=None, now=now())
        printer.files.destroy(batch_id)
        raise
    with write(printer.engine) as session:
        row = lock_batch(session, batch_id)
        row.ready_at = row.ready_at or now()
    return True


def part_name(part: int) -> str:
    """The name of a finished file; parts count from 0."""
    return f"part-{part:03d}"


def addresses_name(part: int) -> str:
    """The name of the addresses of a part."""
    return f"addresses-{part:03d}"


def read_part_addresses(files: LetterFiles, batch_id: str, part: int) -> list[Address]:
    """The addresses of a part; none where the batch has no list."""
    if not files.has(batch_id, addresses_name(0)):
        return []
    return [tuple(lines) for lines in json.loads(files.get(batch_id, addresses_name(part)))]


def numbers_of(part: int, size: int) -> range:
    """The numbers of a part's letters."""
    return range(part * PART + 1, min((part + 1) * PART, size) + 1)


def count_parts(size: int) -> int:
    """How many files a batch of this many letters has."""
    return -(-size // PART)


def _left(session: Session, batch: CodeBatch) -> list[int]:
    """The parts whose codes are not kept yet."""
    firsts = [numbers_of(part, batch.size)[0] for part in range(count_parts(batch.size))]
    kept = session.scalars(
        select(LetterCode.number).where(LetterCode.batch_id == batch.id, LetterCode.number.in_(firsts))
    )
    done = {(number - 1) // PART for number in kept}
    return [part for part in range(len(firsts)) if part not in done]


def _make_part(printer: Printer, batch_id: str, order: Order, number: int, size: int, part: int) -> int:
    """Makes one file; gives how many letters are done. Raises FilesGoneError, TypesettingError."""
    codes = draw_codes(number, numbers_of(part, size))
    data = make_part(order, codes, read_part_addresses(printer.files, batch_id, part))
    printer.files.put(batch_id, part_name(part), data)
    with write(printer.engine) as session:
        batch = lock_batch(session, batch_id)
        if batch.voided_at is not None:
            raise FilesGoneError(batch_id)
        keep_codes(session, printer.keys, batch, codes)
        batch.done += len(codes)
        return batch.done
