"""Papers, their pots, the areas they are for and the projects on them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, ForeignKeyConstraint, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pb_app.db import Base, UTCDateTime


class Paper(Base):
    """One list of projects, one kind of ballot, one rulebook, one sum of money: one election, one outcome."""

    __tablename__ = "paper"

    round_id: Mapped[str] = mapped_column(ForeignKey("round.id"), primary_key=True)
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    title: Mapped[str] = mapped_column(String(120))
    position: Mapped[int]
    rulebook: Mapped[str] = mapped_column(Text)
    """Canonical JSON of `tallying.rulebook.Rulebook`."""
    rulebook_sha256: Mapped[str] = mapped_column(String(64))
    word_one: Mapped[str] = mapped_column(String(20), default="", server_default="")
    """The paper's own word for what residents give: one star. "" for none, in both."""
    word_many: Mapped[str] = mapped_column(String(20), default="", server_default="")


class PaperArea(Base):
    """An area whose voters may use the paper. A paper without any is for every area."""

    __tablename__ = "paper_area"
    __table_args__ = (ForeignKeyConstraint(["round_id", "paper_id"], ["paper.round_id", "paper.id"]),)

    round_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    paper_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    area_id: Mapped[str] = mapped_column(ForeignKey("area.id"), primary_key=True)


class Pot(Base):
    """Money with a source. A pot belongs to one paper; the paper's budget is the sum of its pots."""

    __tablename__ = "pot"
    __table_args__ = (
        ForeignKeyConstraint(["round_id", "paper_id"], ["paper.round_id", "paper.id"]),
        CheckConstraint("amount > 0", name="amount_above_zero"),
    )

    round_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    paper_id: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(120))
    amount: Mapped[int] = mapped_column(BigInteger)
    """Pence."""
    source: Mapped[str] = mapped_column(String(120), default="")
    conditions: Mapped[str] = mapped_column(Text, default="")
    spend_by: Mapped[date | None]


class Project(Base):
    """A proposal on a ballot paper: the text and cost that people vote on. Its id is fixed before the opening."""

    __tablename__ = "project"
    __table_args__ = (
        ForeignKeyConstraint(["round_id", "paper_id"], ["paper.round_id", "paper.id"]),
        UniqueConstraint("round_id", "paper_id", "position"),
        UniqueConstraint("proposal_id"),
        CheckConstraint("cost >= 0", name="cost_not_negative"),
    )

    round_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    paper_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    proposal_id: Mapped[str | None] = mapped_column(ForeignKey("proposal.id"))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(Text, default="")
    text: Mapped[str] = mapped_column(Text, default="")
    cost: Mapped[int] = mapped_column(BigInteger)
    """Pence (imported rounds: minor units of their own currency)."""
    area_id: Mapped[str | None] = mapped_column(ForeignKey("area.id"))
    place: Mapped[str] = mapped_column(String(200), default="")
    category: Mapped[str] = mapped_column(String(80), default="")
    """What the paper's bonus vote asks for, if the project is of that kind."""
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)
