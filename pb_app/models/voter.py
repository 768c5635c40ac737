"""How people come to be on the roll: where postcodes lie, what people asked, and codes and numbers that lead there."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pb_app.db import Base, UTCDateTime


class PostcodeFile(Base):
    """A look-up file that an officer uploaded; the newest one is used, and only its postcodes are kept."""

    __tablename__ = "postcode_file"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    dated: Mapped[date]
    """The day the file says how things stand, which every look-up keeps."""
    source: Mapped[str] = mapped_column(String(120))
    postcodes: Mapped[int]
    straddling: Mapped[int]
    uploaded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    uploaded_by: Mapped[str] = mapped_column(ForeignKey("person.id"))


class PostcodeArea(Base):
    """A postcode and an area it lies in; one with two rows straddles them. This is geography, not people."""

    __tablename__ = "postcode_area"

    postcode: Mapped[str] = mapped_column(String(8), primary_key=True)
    area_id: Mapped[str] = mapped_column(ForeignKey("area.id"), primary_key=True)


class VoterRequest(Base):
    """Somebody asks to vote in one round, with or without an account, and what people answered.

    Of a postcode only the area and the file's date are kept; of a document its kind and the day it was seen; of an age
    the years on the last day of voting.
    """

    __tablename__ = "voter_request"
    __table_args__ = (
        UniqueConstraint("round_id", "person_id"),
        CheckConstraint("status IN ('asked', 'approved', 'refused')", name="status"),
        CheckConstraint("route IN ('live', 'work', 'study', 'volunteer')", name="route"),
        CheckConstraint("reviewed_by IS NULL OR reviewed_by <> decided_by", name="two_people"),
        CheckConstraint("status <> 'approved' OR roll_id IS NOT NULL", name="approved_is_on_the_roll"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey("round.id"), index=True)
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    route: Mapped[str] = mapped_column(String(16))
    age: Mapped[int | None]
    area_id: Mapped[str | None] = mapped_column(ForeignKey("area.id"))
    looked_up: Mapped[date | None]
    """The date of the file in which the postcode was looked up."""
    doubt: Mapped[str] = mapped_column(String(16), default="")
    statement: Mapped[str] = mapped_column(Text, default="", info={"personal": True})
    contact: Mapped[str] = mapped_column(String(254), default="", info={"personal": True})
    status: Mapped[str] = mapped_column(String(16), default="asked")
    reason: Mapped[str] = mapped_column(Text, default="")
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    shown: Mapped[str] = mapped_column(String(16), default="")
    """Which kind of thing was seen; never a copy, a number or a name from it."""
    shown_on: Mapped[date | None]
    shown_to: Mapped[str] = mapped_column(String(120), default="", info={"personal": True})
    """The partner who saw it; "" when the officer did who answered."""
    consent_on: Mapped[date | None]
    consent_how: Mapped[str] = mapped_column(String(16), default="")
    consent_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    consent_ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    review_asked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    review_words: Mapped[str] = mapped_column(Text, default="", info={"personal": True})
    reviewed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reviewed_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    roll_id: Mapped[str | None] = mapped_column(ForeignKey("roll_entry.id"))


class VoterSource(Base):
    """An organisation's introductions, or a list of hashed numbers: how many rights to vote it brought."""

    __tablename__ = "voter_source"
    __table_args__ = (CheckConstraint("kind IN ('introduction', 'list')", name="kind"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey("round.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(120))
    size: Mapped[int]
    holds_consent: Mapped[bool]
    """Whether the organisation said that it holds the guardians' consent."""
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    made_by: Mapped[str] = mapped_column(ForeignKey("person.id"))


class HeldCode(Base):
    """A code that is no letter's: of an introduction, of a number on a list, or given for a request. Only a hash."""

    __tablename__ = "held_code"
    __table_args__ = (CheckConstraint("(source_id IS NULL) <> (request_id IS NULL)", name="one_origin"),)

    round_id: Mapped[str] = mapped_column(ForeignKey("round.id"), primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    source_id: Mapped[str | None] = mapped_column(ForeignKey("voter_source.id"), index=True)
    number: Mapped[int] = mapped_column(default=0)
    """1, 2, 3 in its source: on the slip, so that an organisation can name one."""
    request_id: Mapped[str | None] = mapped_column(ForeignKey("voter_request.id"))
    roll_id: Mapped[str | None] = mapped_column(ForeignKey("roll_entry.id"))
