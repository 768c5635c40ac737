"""A long run of letters in a booth: asked for, made, downloaded, and looked at."""

from __future__ import annotations

import csv
import io
import re
import zlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zipfile import ZipFile

from sqlalchemy import text

from pb_app.db import Base, read, write
from pb_app.services.address_lists import Address
from pb_app.services.letter_batches import Batch, Kind, get_batch
from pb_app.services.letter_downloads import open_download
from pb_app.services.letter_run import Printer, ask_letters, make_printer, make_waiting
from pb_app.services.letters import Letter
from tests.services.booths import DAY, OFFICER, OPENS, Booth

LETTER = Letter(
    council="Westmere Council", area="North", date="Friday 6 March 2026", money="£28,000",
    papers=("Harbour fund, £20,000: pick up to 3 of 6 projects",), deadline="You can vote until 5pm.",
    address="https://westmere.example/rounds/spring/code", fingerprint="7c1e 09af 52d8 b340",
    help_phone="01632 960 123", help_email="help@westmere.example",
)  # fmt: skip
NOW = OPENS + DAY
ADDRESSES = tuple((f"Ms Quillfeather {n}", f"{n} Wobbleton Row", "Westmere", "WM1 2AB") for n in range(1, 5))


def printer_of(booth: Booth) -> Printer:
    """Made anew, as another process would."""
    return make_printer(booth.engine, booth.keys, booth.key_dir.parent / "instance")


def ask(
    booth: Booth, count: int = 0, addresses: Sequence[Address] = (), kind: Kind = "list", *, at: datetime = NOW
) -> str:
    """Asks for letters to the north; the batch's id."""
    with write(booth.engine) as session:
        return ask_letters(
            session, printer_of(booth).files, round_id="spring", area_id="north", kind=kind, count=count,
            addresses=addresses, letter=LETTER, by=OFFICER, now=at,
        )  # fmt: skip


def make(booth: Booth, *, at: datetime = NOW) -> int:
    """Makes what waits."""
    return make_waiting(printer_of(booth), lambda: at)


def batch_of(booth: Booth, batch_id: str) -> Batch:
    """How the batch stands."""
    with read(booth.engine) as session:
        return get_batch(session, round_id="spring", batch_id=batch_id)


def download(booth: Booth, batch_id: str, *, at: datetime = NOW) -> bytes:
    """The whole file."""
    found = open_download(printer_of(booth), round_id="spring", batch_id=batch_id, by=OFFICER, now=at)
    return b"".join(found.chunks)


def rows_in(data: bytes) -> list[list[str]]:
    """The rows of a CSV file."""
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def codes_in(data: bytes) -> list[str]:
    """The codes in a mailing house's list, in order."""
    head, *rows = rows_in(data)
    place = head.index("code")
    return [row[place].replace(" ", "") for row in rows]


def files_in(data: bytes) -> dict[str, bytes]:
    """The files of a zip."""
    with ZipFile(io.BytesIO(data)) as whole:
        assert whole.testzip() is None
        return {name: whole.read(name) for name in whole.namelist()}


def streams(pdf: bytes) -> bytes:
    """A PDF with every compressed part unpacked beside it."""
    found = pdf
    for packed in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            found += zlib.decompress(packed)
        except zlib.error:
            found += packed
    return found


def pages_in(pdf: bytes) -> int:
    """How many pages a PDF has."""
    return len(re.findall(rb"/Type */Page\b", streams(pdf)))


def every_row(booth: Booth) -> str:
    """Every row of every table, as text."""
    with read(booth.engine) as session:
        tables = [session.execute(text(f'SELECT * FROM "{name}"')).all() for name in Base.metadata.tables]  # noqa: S608  # our own table names
    return "\n".join(
        " ".join(
            bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value) for value in row
        )
        for rows in tables
        for row in rows
    )


def bytes_under(folder: Path) -> bytes:
    """Every file under a folder, one after the other."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())
