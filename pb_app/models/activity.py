"""The activity log: hash-chained, no personal data in the chain, details erasable."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from pb_app.db import Base, UTCDateTime


class ActivityEvent(Base):
    """One link of the chain: `hash = SHA256(previous_hash || canonical payload)`, written with the change itself."""

    __tablename__ = "activity_event"

    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """1, 2, 3 … without a gap."""
    kind: Mapped[str] = mapped_column(String(64), index=True)
    """`noun:thing:verb`."""
    round_id: Mapped[str | None] = mapped_column(String(32), index=True)
    object_ids: Mapped[str] = mapped_column(Text)
    """Canonical JSON: a list of pairs [noun, id]."""
    actor_id: Mapped[str | None] = mapped_column(String(32))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    commitment: Mapped[str] = mapped_column(String(64))
    """SHA-256(salt || canonical details); erasing the salt erases the link."""
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)


class ActivityDetails(Base):
    """The erasable side of an event."""

    __tablename__ = "activity_details"

    n: Mapped[int] = mapped_column(ForeignKey("activity_event.n"), primary_key=True, autoincrement=False)
    salt: Mapped[bytes]
    details: Mapped[str] = mapped_column(Text, info={"personal": True})
