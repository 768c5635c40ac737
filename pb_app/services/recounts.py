"""An auditor's recount in the browser: the published bytes are verified and counted again, and it is written down."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from pb_app.models.record import Recount
from pb_app.services.activity import Event, log
from pb_app.services.publishing import record_bytes
from pb_app.services.results import Published, find_published
from tallying.canonical import Writable, sha256_hex
from tallying.record import Record, load
from tallying.report import Report
from tallying.verify import verify
from voting.errors import NotYetError
from voting.permissions import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRecounted(Event):
    """An auditor recounted a published record on the server."""

    kind: ClassVar[str] = "record:recount:made"
    recount_id: str
    revision: int
    sha256: str
    holds: bool

    def objects(self) -> list[tuple[str, str]]:
        """The recount."""
        return [("recount", self.recount_id)]

    def details(self) -> Mapping[str, Writable]:
        """Which bytes, and whether they hold."""
        return {"revision": self.revision, "sha256": self.sha256, "holds": self.holds}


@dataclass(frozen=True, slots=True)
class RecountView:
    """A recount that was made; `by` is a random person id."""

    id: str
    round_id: str
    revision: int
    by: str
    at: datetime
    holds: bool


@dataclass(frozen=True, slots=True)
class FileLine:
    """One file of a record: size in bytes, SHA-256, and what is wrong with it (empty: nothing)."""

    name: str
    size: int
    sha256: str
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Examination:
    """What verifying and counting again found: check by check, and file by file."""

    published: Published
    report: Report
    files: tuple[FileLine, ...]


def get_record(session: Session, *, round_id: str) -> tuple[Published, bytes]:
    """The newest published record with its bytes. Raises NotYetError before the first."""
    published = find_published(session, round_id=round_id)
    if published is None:
        raise NotYetError("There is no published record yet.")
    return published, record_bytes(session, round_id, published.revision)


def examine(published: Published, zip_bytes: bytes, *, signer: str) -> Examination:
    """Verifies these bytes and counts them again, as `pb-tally verify --signer` does. Needs no database.

    `signer` is the fingerprint that must have signed ("" leaves that out).
    """
    opened = load(zip_bytes)
    report = verify(opened, signer)
    return Examination(published, report, list_files(opened, report))


def list_files(opened: Record, report: Report | None = None) -> tuple[FileLine, ...]:
    """The files of a record by name, each with the faults that `report` found in it."""
    faults = report.faults if report else ()
    lines = [
        FileLine(name, len(data), sha256_hex(data), tuple(fault.text for fault in faults if fault.file == name))
        for name, data in sorted(opened.files.items())
    ]
    known = set(opened.files)
    others = sorted({fault.file for fault in faults} - known)
    missing = [FileLine(name, 0, "", tuple(fault.text for fault in faults if fault.file == name)) for name in others]
    return tuple(lines + missing)


def note_recount(session: Session, *, examination: Examination, by: Actor, now: datetime) -> str:
    """Keeps who recounted which record with what result, and logs it; returns its id. Raises NotAllowedError."""
    by.check("record:recount")
    published, holds = examination.published, examination.report.holds
    row = Recount(
        id=secrets.token_hex(16),
        round_id=published.round_id,
        revision=published.revision,
        by=by.person_id,
        at=now,
        holds=holds,
    )
    session.add(row)
    session.flush()
    event = RecordRecounted(
        round_id=published.round_id,
        recount_id=row.id,
        revision=published.revision,
        sha256=published.sha256,
        holds=holds,
    )
    log(session, event, by=by, now=now)
    return row.id


def list_recounts(session: Session, *, round_id: str) -> list[RecountView]:
    """All recounts of a round, the newest first."""
    query = select(Recount).where(Recount.round_id == round_id).order_by(Recount.at.desc(), Recount.id)
    rows = session.scalars(query)
    return [RecountView(row.id, row.round_id, row.revision, row.by, row.at, row.holds) for row in rows]


def last_recount(session: Session, *, round_id: str, revision: int) -> RecountView | None:
    """The newest recount of one revision; None while nobody made one."""
    made = list_recounts(session, round_id=round_id)
    return next((one for one in made if one.revision == revision), None)
