"""The roll: every right to vote in a round. Every way in resolves to a roll entry."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pb_app.db import Base, UTCDateTime


class RollEntry(Base):
    """A right to vote. Random id; made in bulk at the opening, or when an officer verifies somebody or prints codes,
    never in the minutes before a cast (rows written together could be linked).
    """

    __tablename__ = "roll_entry"
    __table_args__ = (
        UniqueConstraint("round_id", "person_id"),
        CheckConstraint("way IN ('account', 'letter')", name="way"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey("round.id"), index=True)
    way: Mapped[str] = mapped_column(String(16))
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    area_id: Mapped[str] = mapped_column(ForeignKey("area.id"))
    shown_by: Mapped[str] = mapped_column(String(16), default="", server_default="")
    """How the tie was shown: word, document, list or introduction; "" for a letter, and for an area checked once."""
    voided_reason: Mapped[str | None] = mapped_column(String(200))
    salt: Mapped[bytes | None] = mapped_column(LargeBinary(32), default=lambda: secrets.token_bytes(32))
    """Hides the entry in the register's roots: the auditor gets it, and erasing it erases the link."""


class RollVoid(Base):
    """An entry that goes because it is of the same person as another, and the one that stands.

    merged: it held no vote, and every way in leads to the other. voided: both held votes; its are refused, and neither
    casts any more.
    """

    __tablename__ = "roll_void"
    __table_args__ = (
        CheckConstraint("kind IN ('merged', 'voided')", name="kind"),
        CheckConstraint("roll_id <> stands_id", name="two_entries"),
    )

    roll_id: Mapped[str] = mapped_column(ForeignKey("roll_entry.id"), primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey("round.id"), index=True)
    stands_id: Mapped[str] = mapped_column(ForeignKey("roll_entry.id"), index=True)
    kind: Mapped[str] = mapped_column(String(8))


class RollPaper(Base):
    """A paper that a roll entry may vote on, fixed at identification."""

    __tablename__ = "roll_paper"
    __table_args__ = (ForeignKeyConstraint(["round_id", "paper_id"], ["paper.round_id", "paper.id"]),)

    roll_id: Mapped[str] = mapped_column(ForeignKey("roll_entry.id"), primary_key=True)
    round_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    paper_id: Mapped[str] = mapped_column(String(32), primary_key=True)


class CodeBatch(Base):
    """Letter codes made together. Neither codes nor addresses are here: an encrypted file has them until the download.

    A batch is asked for, made, ready, and then either downloaded or voided. Only a downloaded one opens papers.
    """

    __tablename__ = "code_batch"
    __table_args__ = (
        UniqueConstraint("round_id", "number"),
        CheckConstraint("kind IN ('letters', 'labels', 'list')", name="kind"),
        CheckConstraint("downloaded_at IS NULL OR voided_at IS NULL", name="downloaded_or_voided"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey("round.id"))
    number: Mapped[int]
    """1, 2, 3 in its round: the first half of a letter's number."""
    area_id: Mapped[str] = mapped_column(ForeignKey("area.id"))
    kind: Mapped[str] = mapped_column(String(16))
    size: Mapped[int]
    made_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    done: Mapped[int] = mapped_column(default=0)
    """Letters made so far."""
    ready_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    downloaded_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    voided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    voided_reason: Mapped[str] = mapped_column(String(200), default="")


class LetterCode(Base):
    """A printed code: only a keyed hash is kept. "Used" is no column: it is asked of the ballots, paper by paper."""

    __tablename__ = "letter_code"
    __table_args__ = (UniqueConstraint("batch_id", "number", "issue"),)

    round_id: Mapped[str] = mapped_column(ForeignKey("round.id"), primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    roll_id: Mapped[str] = mapped_column(ForeignKey("roll_entry.id"), index=True)
    batch_id: Mapped[str] = mapped_column(ForeignKey("code_batch.id"))
    number: Mapped[int]
    """1, 2, 3 in its batch: what the council finds a letter by, whose list of addresses it is not for us to keep."""
    issue: Mapped[int] = mapped_column(default=1)
    """1 for the first letter, 2 for the one that replaced it, and so on; only the last opens anything."""
    standing: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Of a replacement: the versions that stood when it was issued, encrypted under the round's key."""
