"""The council and its areas, and who was verified for which area."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pb_app.db import Base, UTCDateTime


class Council(Base):
    """The one council of this installation (id is always 1)."""

    __tablename__ = "council"
    __table_args__ = (CheckConstraint("id = 1", name="one_council"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    colour: Mapped[str] = mapped_column(String(7))
    """Brand colour `#rrggbb`, at least 4.5:1 on white."""
    help_email: Mapped[str] = mapped_column(String(254))
    help_phone: Mapped[str] = mapped_column(String(40))
    is_demo: Mapped[bool]


class Area(Base):
    """A part of the council's land that a paper can be limited to."""

    __tablename__ = "area"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    position: Mapped[int]


class AreaVerification(Base):
    """A person's request to vote for an area, and an officer's answer."""

    __tablename__ = "area_verification"
    __table_args__ = (
        UniqueConstraint("person_id"),
        CheckConstraint("status IN ('asked', 'approved', 'refused')", name="status"),
        CheckConstraint("route IN ('live', 'work', 'study', 'volunteer')", name="route"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    area_id: Mapped[str] = mapped_column(ForeignKey("area.id"))
    route: Mapped[str] = mapped_column(String(16))
    statement: Mapped[str] = mapped_column(Text, info={"personal": True})
    """What the person wrote about their tie to the area."""
    status: Mapped[str] = mapped_column(String(16), default="asked")
    reason: Mapped[str] = mapped_column(Text, default="")
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    refused_by: Mapped[str | None] = mapped_column(String(32))
    """The officer who refused it before it was asked again: another one answers then."""
