"""Voting at events: people checked in at a desk, the slips they got, and numbered codes for supervised groups."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, validates

from pb_app.db import Base, UTCDateTime
from voting.name_search import searchable


class CheckIn(Base):
    """Somebody whom a desk put on the roll. What was seen is one word of a list; there is never a copy of it."""

    __tablename__ = "check_in"
    __table_args__ = (CheckConstraint("route IN ('live', 'work', 'study', 'volunteer')", name="route"),)

    roll_id: Mapped[str] = mapped_column(ForeignKey("roll_entry.id"), primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey("round.id"), index=True)
    name: Mapped[str] = mapped_column(String(120), info={"personal": True})
    search_name: Mapped[str] = mapped_column(Text, default="", server_default="", info={"personal": True})
    """The name as it is searched for; it follows the name."""
    place: Mapped[str] = mapped_column(Text, info={"personal": True})
    """Where they live, work, study or volunteer, so that the same person is found again and an auditor can ask."""
    route: Mapped[str] = mapped_column(String(16))
    seen: Mapped[str] = mapped_column(String(16))
    checked_by: Mapped[str] = mapped_column(ForeignKey("person.id"))

    @validates("name")
    def _follow(self, _field: str, name: str) -> str:
        self.search_name = searchable(name)
        return name


class Slip(Base):
    """A check-in slip: a code for a tablet, good for an hour or two. A roll entry has one at most."""

    __tablename__ = "slip"
    __table_args__ = (UniqueConstraint("roll_id"),)

    round_id: Mapped[str] = mapped_column(ForeignKey("round.id"), primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    roll_id: Mapped[str] = mapped_column(ForeignKey("roll_entry.id"))
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)


class VoterGroup(Base):
    """A supervised group, such as a school class: so many numbered codes, good from one time to another. No names."""

    __tablename__ = "voter_group"
    __table_args__ = (UniqueConstraint("round_id", "name"), CheckConstraint("size > 0", name="size_above_zero"))

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey("round.id"))
    area_id: Mapped[str] = mapped_column(ForeignKey("area.id"))
    name: Mapped[str] = mapped_column(String(80))
    size: Mapped[int]
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    made_by: Mapped[str] = mapped_column(ForeignKey("person.id"))


class GroupCode(Base):
    """One numbered code of a group: only a keyed hash, and whether it is out. Only one that is out opens papers."""

    __tablename__ = "group_code"
    __table_args__ = (
        UniqueConstraint("roll_id"),
        UniqueConstraint("group_id", "number"),
        CheckConstraint("state IN ('kept', 'out', 'back')", name="state"),
    )

    round_id: Mapped[str] = mapped_column(ForeignKey("round.id"), primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    group_id: Mapped[str] = mapped_column(ForeignKey("voter_group.id"))
    number: Mapped[int]
    roll_id: Mapped[str] = mapped_column(ForeignKey("roll_entry.id"))
    state: Mapped[str] = mapped_column(String(8), default="kept")


class GroupIssue(Base):
    """One line of a group's issue log: which numbers were given out or came back, when, and who wrote it down."""

    __tablename__ = "group_issue"
    __table_args__ = (CheckConstraint("state IN ('out', 'back')", name="state"),)

    group_id: Mapped[str] = mapped_column(ForeignKey("voter_group.id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    numbers: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by: Mapped[str] = mapped_column(ForeignKey("person.id"))
