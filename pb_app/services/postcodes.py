"""Postcode to area: the look-up file that officers upload, and what it says of one postcode. None is ever logged."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from pb_app.models.area import Area
from pb_app.models.voter import PostcodeArea, PostcodeFile
from pb_app.services.activity import Event, log
from voting.eligibility import Doubt
from voting.errors import Problem
from voting.permissions import Actor
from voting.postcodes import read_look_up, read_postcode

_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class LookUpFile:
    """The file in use: how things stand on `dated`, where it is from, and how much is in it."""

    dated: date
    source: str
    postcodes: int
    straddling: int
    uploaded_at: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """Where a postcode lies: an area's id, or why nobody but a person can say.

    `dated` is the file's date; None where nothing was looked up.
    """

    area_id: str
    doubt: Doubt | None
    dated: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostcodesUploaded(Event):
    """An officer uploaded a look-up file."""

    kind: ClassVar[str] = "area:postcodes:uploaded"
    file_id: str
    dated: str
    postcodes: int

    def objects(self) -> list[tuple[str, str]]:
        """The file."""
        return [("postcodes", self.file_id)]

    def details(self) -> dict[str, str | int]:
        """Its date and size."""
        return {"dated": self.dated, "postcodes": self.postcodes}


def store_look_up(
    session: Session, *, data: bytes, dated: date, source: str, by: Actor, now: datetime
) -> LookUpFile | list[Problem]:
    """Takes a file in place of the one before, or says what is wrong with each line and changes nothing."""
    by.check("area:approve")
    areas = {row.id: row.name for row in session.scalars(select(Area))}
    found = read_look_up(data, areas)
    if dated > now.date():
        return [Problem("dated", "Write a day that is not still to come")]
    if isinstance(found, list):
        return found
    row = PostcodeFile(
        id=secrets.token_hex(16),
        dated=dated,
        source=source.strip(),
        postcodes=found.postcodes,
        straddling=found.straddling,
        uploaded_at=now,
        uploaded_by=by.person_id,
    )
    session.execute(delete(PostcodeArea))
    for start in range(0, len(found.pairs), _AT_ONCE):
        part = found.pairs[start : start + _AT_ONCE]
        session.execute(insert(PostcodeArea), [{"postcode": code, "area_id": area} for code, area in part])
    session.add(row)
    session.flush()
    event = PostcodesUploaded(file_id=row.id, dated=dated.isoformat(), postcodes=found.postcodes)
    log(session, event, by=by, now=now)
    return _view(row)


def current_look_up(session: Session) -> LookUpFile | None:
    """The file in use; None before the first."""
    row = session.scalar(select(PostcodeFile).order_by(PostcodeFile.uploaded_at.desc(), PostcodeFile.id).limit(1))
    return _view(row) if row else None


def find_area(session: Session, *, typed: str, file: LookUpFile) -> Found | list[Problem]:
    """Where this postcode lies, by the file in use."""
    postcode = read_postcode(typed)
    if postcode is None:
        return [Problem("postcode", "A postcode looks like AB1 2CD. Look at yours again, or tick a box below")]
    areas = session.scalars(select(PostcodeArea.area_id).where(PostcodeArea.postcode == postcode)).all()
    if len(areas) == 1:
        return Found(areas[0], None, file.dated)
    return Found("", Doubt.STRADDLES if areas else Doubt.NOT_LISTED, file.dated)


def _view(row: PostcodeFile) -> LookUpFile:
    return LookUpFile(row.dated, row.source, row.postcodes, row.straddling, row.uploaded_at)
