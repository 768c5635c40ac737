"""Ballots: encrypted while voting, rewritten in clear and in tracker order at sealing."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pb_app.db import Base, UTCDateTime


class BallotRow(Base):
    """What casting writes, and all it writes (register.md, "Casting"): no sequence, no time of day, no person."""

    __tablename__ = "ballot_row"
    __table_args__ = (
        ForeignKeyConstraint(["round_id", "paper_id"], ["paper.round_id", "paper.id"]),
        UniqueConstraint("round_id", "paper_id", "k", "idem"),
        {"sqlite_with_rowid": False},
    )

    round_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    paper_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    k: Mapped[str] = mapped_column(String(16), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    idem: Mapped[bytes] = mapped_column(LargeBinary(32))
    night: Mapped[int | None]
    """The place in the register of the night that logged it; None while it waits."""
    box: Mapped[bytes] = mapped_column(LargeBinary)
    """AEAD over {T, r, w, ballot, channel}; associated data round, paper, k, version."""


class OpenedBallot(Base):
    """A ballot after sealing: the last version in clear, older ones as digests alone."""

    __tablename__ = "opened_ballot"
    __table_args__ = (
        ForeignKeyConstraint(["round_id", "paper_id"], ["paper.round_id", "paper.id"]),
        {"sqlite_with_rowid": False},
    )

    round_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    paper_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    tracker: Mapped[str] = mapped_column(String(16), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    opening: Mapped[str] = mapped_column(Text)
    """Canonical JSON: `{r, w, ballot}` for the last version, `{d}` for an older one."""


class SealingStep(Base):
    """A finished step of sealing with what it made, so that a crash resumes at the first unfinished one."""

    __tablename__ = "sealing_step"

    round_id: Mapped[str] = mapped_column(ForeignKey("round.id"), primary_key=True)
    step: Mapped[str] = mapped_column(String(32), primary_key=True)
    done_at: Mapped[datetime] = mapped_column(UTCDateTime)
    result: Mapped[bytes] = mapped_column(LargeBinary)
    """Canonical JSON or staged bytes, as the step's docstring says."""
