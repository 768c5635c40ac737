"""Letters leave us once: the files are sent as they are opened, and destroyed when the last byte has gone.

A download that breaks off has not happened: the files wait for another until a day is over.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from pb_app.db import read, write
from pb_app.services.letter_batches import (
    Batch,
    find_expired,
    get_batch,
    is_known,
    is_settled,
    mark_downloaded,
    void_batch,
)
from pb_app.services.letter_files import FilesBusyError, FilesGoneError
from pb_app.services.letter_run import Printer, count_parts, numbers_of, part_name, read_part_addresses
from pb_app.services.letter_sheets import address_list, address_list_head, list_head
from voting.errors import NotNowError
from voting.letter_numbers import LetterNumber
from voting.permissions import Actor

NEVER_DOWNLOADED = "Nobody downloaded these letters within a day"
THROWN_AWAY = "An officer threw these letters away"
_GONE = "These letters are gone. They can be downloaded once, within a day. Make new ones."
_NOT_READY = "These letters are still being made. Look again in a minute."
_BUSY = "Somebody is downloading these letters now."


@dataclass(frozen=True, slots=True)
class Download:
    """A file on its way: its name, its type, and its bytes, made as they are asked for."""

    name: str
    mimetype: str
    chunks: Iterator[bytes]


def open_download(printer: Printer, *, round_id: str, batch_id: str, by: Actor, now: datetime) -> Download:
    """The file of a batch that is ready: a zip of PDF files, or a CSV file. Raises NotFoundError, NotNowError.

    When the last of `chunks` has been taken, the batch counts as downloaded and our files are destroyed.
    """
    by.check("codes:print")
    with read(printer.engine) as session:
        batch = get_batch(session, round_id=round_id, batch_id=batch_id)
    if batch.state == "making":
        raise NotNowError(_NOT_READY)
    if batch.state != "ready" or now >= batch.expires_at:
        raise NotNowError(_GONE)
    is_list = batch.kind == "list"
    chunks = _send(printer, batch, _csv(printer, batch) if is_list else _zip(_members(printer, batch)), by, now)
    name, mimetype = f"{batch.kind}-{batch.round_id}-{batch.number}", "text/csv" if is_list else "application/zip"
    return Download(f"{name}.{'csv' if is_list else 'zip'}", mimetype, chain([next(chunks)], chunks))


def throw_away(printer: Printer, *, round_id: str, batch_id: str, by: Actor, now: datetime) -> None:
    """Voids a batch that was not downloaded, and destroys its files. Raises NotFoundError, NotNowError."""
    with write(printer.engine) as session:
        get_batch(session, round_id=round_id, batch_id=batch_id)
        void_batch(session, batch_id=batch_id, reason=THROWN_AWAY, by=by, now=now)
    printer.files.destroy(batch_id)


def sweep(printer: Printer, *, now: datetime) -> int:
    """Voids what nobody downloaded within a day, and destroys files that nothing waits for; how many were voided.

    What is being made or sent this minute is left until the next time.
    """
    with read(printer.engine) as session:
        expired = find_expired(session, now=now)
    voided = sum(_void_expired(printer, batch_id, now) for batch_id in expired)
    for batch_id in printer.files.batch_ids():
        with read(printer.engine) as session:
            is_over = is_settled(session, batch_id=batch_id)
            is_lost = not is_known(session, batch_id=batch_id) and printer.files.is_forgotten(batch_id)
        if is_over or is_lost:
            _destroy(printer, batch_id)
    return voided


def _void_expired(printer: Printer, batch_id: str, now: datetime) -> bool:
    try:
        with printer.files.hold(batch_id):
            _void_and_destroy(printer, batch_id, now)
    except FilesBusyError:
        return False
    except FilesGoneError:
        _void_and_destroy(printer, batch_id, now)
    return True


def _void_and_destroy(printer: Printer, batch_id: str, now: datetime) -> None:
    with write(printer.engine) as session:
        void_batch(session, batch_id=batch_id, reason=NEVER_DOWNLOADED, by=None, now=now)
    printer.files.destroy(batch_id)


def _destroy(printer: Printer, batch_id: str) -> None:
    with suppress(FilesBusyError, FilesGoneError), printer.files.hold(batch_id):
        printer.files.destroy(batch_id)


def _send(printer: Printer, batch: Batch, chunks: Iterable[bytes], by: Actor, now: datetime) -> Iterator[bytes]:
    try:
        with printer.files.hold(batch.id):
            yield from chunks
            with write(printer.engine) as session:
                mark_downloaded(session, batch_id=batch.id, by=by, now=now)
            printer.files.destroy(batch.id)
    except FilesBusyError as busy:
        raise NotNowError(_BUSY) from busy
    except FilesGoneError as gone:
        raise NotNowError(_GONE) from gone


def _csv(printer: Printer, batch: Batch) -> Iterator[bytes]:
    yield list_head()
    for part in range(count_parts(batch.size)):
        yield printer.files.get(batch.id, part_name(part))


def _members(printer: Printer, batch: Batch) -> Iterator[tuple[str, bytes]]:
    """The PDF files, and the list that says which number went where, if there were addresses."""
    listed = io.BytesIO()
    for part in range(count_parts(batch.size)):
        numbers = numbers_of(part, batch.size)
        yield f"{batch.kind}-{numbers[0]:06d}-{numbers[-1]:06d}.pdf", printer.files.get(batch.id, part_name(part))
        if addresses := read_part_addresses(printer.files, batch.id, part):
            listed.write(address_list([str(LetterNumber(batch.number, one)) for one in numbers], addresses))
    if listed.tell():
        yield "which-letter-went-where.csv", address_list_head() + listed.getvalue()


class _Pipe(io.RawIOBase):
    """What a zip is written to piece by piece, and taken from."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]  # zipfile writes bytes alone
        self._pieces.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        taken, self._pieces = b"".join(self._pieces), []
        return taken


def _zip(members: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
    """A zip as a stream: one file in memory at a time. PDF files are packed already."""
    pipe = _Pipe()
    with ZipFile(pipe, "w", ZIP_STORED) as whole:
        for name, data in members:
            whole.writestr(ZipInfo(name), data)
            yield pipe.take()
    yield pipe.take()
