"""Proposals, their cost lines and photos, and what was said in review."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, ForeignKeyConstraint, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from pb_app.db import Base, UTCDateTime


class Proposal(Base):
    """What somebody asks the community to pay for, before it is on a ballot paper."""

    __tablename__ = "proposal"
    __table_args__ = (
        ForeignKeyConstraint(["round_id", "pot_id"], ["pot.round_id", "pot.id"]),
        CheckConstraint("status IN ('draft', 'sent', 'question', 'accepted', 'refused', 'withdrawn')", name="status"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey("round.id"), index=True)
    proposer_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    pot_id: Mapped[str | None] = mapped_column(String(32))
    area_id: Mapped[str | None] = mapped_column(ForeignKey("area.id"))
    title: Mapped[str] = mapped_column(String(200), default="")
    summary: Mapped[str] = mapped_column(Text, default="")
    """One or two sentences, shown on cards."""
    what: Mapped[str] = mapped_column(Text, default="")
    who_benefits: Mapped[str] = mapped_column(Text, default="")
    place: Mapped[str] = mapped_column(String(200), default="")
    group_name: Mapped[str] = mapped_column(String(120), default="")
    """"" for a proposal by one person; a person's name is never shown."""
    interest: Mapped[str | None] = mapped_column(Text)
    """None: not answered yet; "" none declared; else what the proposer or their family would gain."""
    status: Mapped[str] = mapped_column(String(16), default="draft")
    revision: Mapped[int] = mapped_column(default=1)
    """Goes up with each save, so that two tabs cannot overwrite each other unseen."""
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    saved_at: Mapped[datetime] = mapped_column(UTCDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class CostLine(Base):
    """One thing to be paid for."""

    __tablename__ = "cost_line"
    __table_args__ = (CheckConstraint("amount >= 0", name="amount_not_negative"),)

    proposal_id: Mapped[str] = mapped_column(ForeignKey("proposal.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str] = mapped_column(String(120))
    amount: Mapped[int] = mapped_column(BigInteger)
    """Pence."""


class Photo(Base):
    """A picture, re-encoded on arrival so that no place or camera data survives."""

    __tablename__ = "photo"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    proposal_id: Mapped[str] = mapped_column(ForeignKey("proposal.id"), primary_key=True, index=True)
    alt: Mapped[str] = mapped_column(String(200))
    width: Mapped[int]
    height: Mapped[int]
    image: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    """JPEG, at most 1600 px a side."""
    small: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    """JPEG, 4:3, 512 x 384, for cards."""
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)


class ReviewEntry(Base):
    """One step of a review, public from the moment it is written."""

    __tablename__ = "review_entry"
    __table_args__ = (CheckConstraint("kind IN ('sent', 'question', 'answer', 'accept', 'refuse')", name="kind"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    proposal_id: Mapped[str] = mapped_column(ForeignKey("proposal.id"), index=True)
    n: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
