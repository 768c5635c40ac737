"""The published record: bytes stored once and served for ever."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from pb_app.db import Base, UTCDateTime


class PublishedRecord(Base):
    """One revision of a round's record, as the zip that people download."""

    __tablename__ = "published_record"

    round_id: Mapped[str] = mapped_column(ForeignKey("round.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    zip: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    sha256: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Recount(Base):
    """An auditor's recount in the browser: what they recounted and whether it agreed."""

    __tablename__ = "recount"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey("round.id"), index=True)
    revision: Mapped[int]
    by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    holds: Mapped[bool]
