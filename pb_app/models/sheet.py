"""Ballots on paper: what was printed, which slips came back, and what two officers typed in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pb_app.db import Base, UTCDateTime


class PaperRule(Base):
    """A round that takes votes on paper, and which vote stands where a sheet comes after an online vote."""

    __tablename__ = "paper_rule"
    __table_args__ = (CheckConstraint("rule IN ('online_stands', 'paper_stands')", name="rule"),)

    round_id: Mapped[str] = mapped_column(ForeignKey("round.id"), primary_key=True)
    rule: Mapped[str] = mapped_column(String(16))
    places: Mapped[str] = mapped_column(String(1000), default="", server_default="")
    """Where sheets are given out and handed in, as residents read it: one place a line."""
    places_changed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When they last changed after the round was announced."""


class SheetRun(Base):
    """Ballot sheets printed together, each with a code of its own on its slip: how many stands in the code batch."""

    __tablename__ = "sheet_run"

    batch_id: Mapped[str] = mapped_column(ForeignKey("code_batch.id"), primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey("round.id"), index=True)
    look: Mapped[str] = mapped_column(String(16))


class PaperSlip(Base):
    """A slip that came back. It names the roll entry; nothing joins it to the sheet that it was torn from."""

    __tablename__ = "paper_slip"
    __table_args__ = (
        ForeignKeyConstraint(["round_id", "paper_id"], ["paper.round_id", "paper.id"]),
        CheckConstraint("state IN ('accepted', 'set_aside', 'spoilt')", name="state"),
    )

    round_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    paper_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    roll_id: Mapped[str] = mapped_column(ForeignKey("roll_entry.id"), primary_key=True, index=True)
    state: Mapped[str] = mapped_column(String(16))
    """accepted: the sheet goes into the count; set_aside: unopened, refused; spoilt: given back for a new one."""
    taken_by: Mapped[str] = mapped_column(ForeignKey("person.id"))


class PaperBatch(Base):
    """Ballots without slips, mixed, and numbered 1, 2, 3 … afterwards."""

    __tablename__ = "paper_batch"
    __table_args__ = (
        ForeignKeyConstraint(["round_id", "paper_id"], ["paper.round_id", "paper.id"]),
        UniqueConstraint("round_id", "paper_id", "number"),
        CheckConstraint("size > 0", name="size_above_zero"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    round_id: Mapped[str] = mapped_column(String(32))
    paper_id: Mapped[str] = mapped_column(String(32))
    number: Mapped[int]
    size: Mapped[int]


class TypedSheet(Base):
    """What one officer typed of one ballot: first, second, and third where the two differ."""

    __tablename__ = "typed_sheet"
    __table_args__ = (
        CheckConstraint("turn IN (1, 2, 3)", name="turn"),
        CheckConstraint("sheet > 0", name="sheet_above_zero"),
        {"sqlite_with_rowid": False},
    )

    batch_id: Mapped[str] = mapped_column(ForeignKey("paper_batch.id"), primary_key=True)
    sheet: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    turn: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    typed_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    box: Mapped[bytes] = mapped_column(LargeBinary)
    """AEAD over the marks or the reason why it is spoilt; associated data batch, sheet, turn."""


class SheetScan(Base):
    """A picture of one ballot of a batch, without its slip: for those who type and settle it, until sealing."""

    __tablename__ = "sheet_scan"
    __table_args__ = (
        UniqueConstraint("batch_id", "mark"),
        CheckConstraint("sheet > 0", name="sheet_above_zero"),
    )

    batch_id: Mapped[str] = mapped_column(ForeignKey("paper_batch.id"), primary_key=True)
    sheet: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    added_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    mark: Mapped[str] = mapped_column(String(64))
    """Keyed hash of the picture: the same one is not taken for two ballots."""
    box: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    """AEAD over a JPEG; associated data batch, sheet."""


class SheetTally(Base):
    """Sheets of one paper that did not come back, as counted by hand."""

    __tablename__ = "sheet_tally"
    __table_args__ = (
        ForeignKeyConstraint(["round_id", "paper_id"], ["paper.round_id", "paper.id"]),
        CheckConstraint("left_over >= 0 AND lost >= 0", name="not_negative"),
    )

    round_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    paper_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    left_over: Mapped[int]
    """Never handed out, still in the stack."""
    lost: Mapped[int]
    """Handed out, and not come back."""
    counted_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
