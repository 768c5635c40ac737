"""The register of a round: its leaves, its signed checkpoints, and the texts of the decisions that it names."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from pb_app.db import Base, UTCDateTime


class RegisterLeaf(Base):
    """One line of the log (`tallying.register`). Rows are only ever added."""

    __tablename__ = "register_leaf"
    __table_args__ = ({"sqlite_with_rowid": False},)

    round_id: Mapped[str] = mapped_column(ForeignKey("round.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """0, 1, 2 … without a gap."""
    line: Mapped[str] = mapped_column(Text)


class RegisterCheckpoint(Base):
    """A signed checkpoint as it was published."""

    __tablename__ = "register_checkpoint"

    round_id: Mapped[str] = mapped_column(ForeignKey("round.id"), primary_key=True)
    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    note: Mapped[bytes] = mapped_column(LargeBinary)
    signed_at: Mapped[datetime] = mapped_column(UTCDateTime)


class RegisterDecision(Base):
    """The text behind a `decision` leaf, public as it stands."""

    __tablename__ = "register_decision"

    round_id: Mapped[str] = mapped_column(ForeignKey("round.id"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(32))
    text: Mapped[str] = mapped_column(Text)
    """Canonical JSON, `tallying.register.decision_text`."""
    decided_at: Mapped[datetime] = mapped_column(UTCDateTime)
