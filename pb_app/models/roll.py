"""The roll: every right to vote in a round. Every way in resolves to a roll entry."""

from __future__ import annotations

import secrets
from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pb_app.db import Base


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
    voided_reason: Mapped[str | None] = mapped_column(String(200))
    salt: Mapped[bytes | None] = mapped_column(LargeBinary(32), default=lambda: secrets.token_bytes(32))
    """Hides the entry in the register's roots: the auditor gets it, and erasing it erases the link."""


class RollPaper(Base):
    """A paper that a roll entry may vote on, fixed at identification."""

    __tablename__ = "roll_paper"
    __table_args__ = (ForeignKeyConstraint(["round_id", "paper_id"], ["paper.round_id", "paper.id"]),)

    roll_id: Mapped[str] = mapped_column(ForeignKey("roll_entry.id"), primary_key=True)
    round_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    paper_id: Mapped[str] = mapped_column(String(32), primary_key=True)


class CodeBatch(Base):
    """Letter codes printed together. The codes themselves are not kept."""

    __tablename__ = "code_batch"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey("round.id"), index=True)
    area_id: Mapped[str] = mapped_column(ForeignKey("area.id"))
    size: Mapped[int]
    made_on: Mapped[date]
    made_by: Mapped[str] = mapped_column(ForeignKey("person.id"))


class LetterCode(Base):
    """A printed code: only a keyed hash is kept. "Used" is no column: it is asked of the ballots, paper by paper."""

    __tablename__ = "letter_code"

    round_id: Mapped[str] = mapped_column(ForeignKey("round.id"), primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    roll_id: Mapped[str] = mapped_column(ForeignKey("roll_entry.id"), index=True)
    batch_id: Mapped[str] = mapped_column(ForeignKey("code_batch.id"), index=True)
