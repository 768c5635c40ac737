"""People: residents and staff. Names and addresses are personal; ids are random and say nothing."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, validates

from pb_app.db import Base, UTCDateTime
from voting.name_search import searchable


class Person(Base):
    """Somebody with an account."""

    __tablename__ = "person"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True, info={"personal": True})
    """Lower case, stripped."""
    name: Mapped[str] = mapped_column(String(120), info={"personal": True})
    search_name: Mapped[str] = mapped_column(Text, default="", server_default="", info={"personal": True})
    """The name as it is searched for; it follows the name."""
    password_hash: Mapped[str] = mapped_column(String(200), info={"personal": True})
    """argon2id, encoded."""
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    email_confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    totp_secret: Mapped[str | None] = mapped_column(String(64), info={"personal": True})
    totp_confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    totp_step: Mapped[int] = mapped_column(default=0)
    """The last time step accepted: a code never works twice (RFC 6238, 5.2)."""
    disabled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    @validates("name")
    def _follow(self, _field: str, name: str) -> str:
        self.search_name = searchable(name)
        return name


class Appointment(Base):
    """A staff role given to a person."""

    __tablename__ = "appointment"
    __table_args__ = (CheckConstraint("role IN ('officer', 'steering', 'auditor', 'administrator')", name="role"),)

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(16), primary_key=True)
    appointed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    appointed_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))


class AppointmentRequest(Base):
    """A role that one administrator wants to give or take away, and another confirms or declines."""

    __tablename__ = "appointment_request"
    __table_args__ = (
        CheckConstraint("role IN ('officer', 'steering', 'auditor', 'administrator')", name="role"),
        CheckConstraint("confirmed_by IS NULL OR confirmed_by <> asked_by", name="two_people"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(String(16))
    is_removal: Mapped[bool] = mapped_column(default=False)
    asked_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    confirmed_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class RecoveryCode(Base):
    """A single-use way past a lost phone; only its hash is kept."""

    __tablename__ = "recovery_code"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
