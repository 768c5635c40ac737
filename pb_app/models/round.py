"""Rounds, their timetable, and the decisions that take two people."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from pb_app.db import Base, UTCDateTime


class Round(Base):
    """One timetable, one roll, one record, and one or more papers. Its id is its slug in every URL."""

    __tablename__ = "round"
    __table_args__ = (
        CheckConstraint("kind IN ('cast', 'imported')", name="kind"),
        CheckConstraint(
            "proposing_opens_at <= proposing_closes_at AND proposing_closes_at <= reviewing_closes_at "
            "AND reviewing_closes_at <= voting_opens_at AND voting_opens_at < voting_closes_at",
            name="timetable_in_order",
        ),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), default="cast")
    title: Mapped[str] = mapped_column(String(120))
    summary: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text, default="")
    """Where an imported round comes from."""
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    proposing_opens_at: Mapped[datetime] = mapped_column(UTCDateTime)
    proposing_closes_at: Mapped[datetime] = mapped_column(UTCDateTime)
    reviewing_closes_at: Mapped[datetime] = mapped_column(UTCDateTime)
    voting_opens_at: Mapped[datetime] = mapped_column(UTCDateTime)
    voting_closes_at: Mapped[datetime] = mapped_column(UTCDateTime)
    announced_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    opening_confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    changed_closing_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """Replaces `voting_closes_at` after two people extended or closed early."""
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    delivering_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    eligibility: Mapped[str] = mapped_column(Text, default="", server_default="")
    """Who may vote, as canonical JSON (`services.voter_rules`); "" where no rule was declared."""
    frozen: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    """The bytes of frozen.json, set by the second confirmation of the opening and never changed."""
    frozen_sha256: Mapped[str | None] = mapped_column(String(64))


class TwoPersonDecision(Base):
    """Something one person asks for and another confirms (open, extend, close early, seal, publish, withhold …).

    It takes effect at `confirmed_at`; a withdrawn one never does.
    """

    __tablename__ = "two_person_decision"
    __table_args__ = (CheckConstraint("confirmed_by IS NULL OR confirmed_by <> asked_by", name="two_people"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey("round.id"), index=True)
    kind: Mapped[str] = mapped_column(String(32))
    """open, extend, close_early, seal, cancel."""
    payload: Mapped[str] = mapped_column(Text, default="{}")
    """Canonical JSON: what exactly is confirmed (new closing time; per paper publish or withhold)."""
    reason: Mapped[str] = mapped_column(Text, default="")
    asked_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    confirmed_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class KeyCopy(Base):
    """A sealed copy of a round's key in the hands of a named holder; the copy itself is not kept here."""

    __tablename__ = "key_copy"

    round_id: Mapped[str] = mapped_column(ForeignKey("round.id"), primary_key=True)
    holder_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    copy_sha256: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    proved_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    destroyed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
