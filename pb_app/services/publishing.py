"""Publishing a record: the staged bytes, stored once and served for ever, never made again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from pb_app.models.ballot import SealingStep
from pb_app.models.record import PublishedRecord
from pb_app.services.activity import Event, log
from pb_app.services.round_lock import hold_round
from pb_app.services.rounds import find_round
from tallying.canonical import sha256_hex
from voting.errors import NotFoundError, NotNowError
from voting.permissions import Actor

NO_RECORD = "This round has no published record yet."


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPublished(Event):
    """A record became public; its bytes never change again."""

    kind: ClassVar[str] = "round:record:published"
    revision: int
    sha256: str

    def objects(self) -> list[tuple[str, str]]:
        """The revision and the hash of the zip."""
        return [("revision", str(self.revision)), ("record", self.sha256)]


def publish(session: Session, *, round_id: str, by: Actor, now: datetime) -> None:
    """Publishes the staged and verified record as revision 1. Raises NotNowError before that, or if it is public."""
    by.check("record:publish")
    hold_round(session, round_id)
    data = staged_record(session, round_id)
    if session.get(PublishedRecord, (round_id, 1)) is not None:
        raise NotNowError("This record is public already.")
    store_record(session, round_id=round_id, revision=1, data=data, by=by, now=now)
    find_round(session, round_id).published_at = now
    session.flush()


def store_record(
    session: Session, *, round_id: str, revision: int, data: bytes, by: Actor | None, now: datetime
) -> None:
    """Stores the bytes of a revision for ever and says so in the log."""
    sha256 = sha256_hex(data)
    session.add(PublishedRecord(round_id=round_id, revision=revision, zip=data, sha256=sha256, published_at=now))
    session.flush()
    log(session, RecordPublished(round_id=round_id, revision=revision, sha256=sha256), by=by, now=now)


def staged_record(session: Session, round_id: str) -> bytes:
    """The zip that waits to be published: verified, and the very bytes that will be served. Raises NotNowError."""
    if session.get(SealingStep, (round_id, "remembered")) is None:
        raise NotNowError("The count is not sealed yet, so there is nothing to publish.")
    return session.get_one(SealingStep, (round_id, "staged")).result


def record_bytes(session: Session, round_id: str, revision: int | None = None) -> bytes:
    """The zip of a published record: this revision, or the latest. Raises NotFoundError."""
    query = select(PublishedRecord.zip).where(PublishedRecord.round_id == round_id)
    if revision is not None:
        query = query.where(PublishedRecord.revision == revision)
    data = session.scalars(query.order_by(PublishedRecord.revision.desc())).first()
    if data is None:
        raise NotFoundError(NO_RECORD)
    return data
