"""The council that this installation serves: its name, colour and ways to get help."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from pb_app.models.area import Council
from pb_app.services.activity import Event, log
from voting.errors import Problem
from voting.permissions import Actor

LEAST_CONTRAST = 4.5
"""WCAG 2.2, 1.4.3: text of the brand colour on white, and white on it."""


_COUNCIL = select(Council.name, Council.colour, Council.help_email, Council.help_phone, Council.is_demo).where(
    Council.id == 1
)
"""What every page asks for: built once, and read past the session, which would make an object of it."""


@dataclass(frozen=True, slots=True)
class CouncilView:
    """What every page shows. `colour` and `dark_colour` are `#rrggbb`."""

    name: str = "Commonpot"
    colour: str = "#0b5563"
    help_email: str = ""
    help_phone: str = ""
    is_demo: bool = False

    @property
    def dark_colour(self) -> str:
        """The brand colour at 65 %, for edges and pressed buttons."""
        return "#" + "".join(f"{round(int(self.colour[i : i + 2], 16) * 0.65):02x}" for i in (1, 3, 5))


@dataclass(frozen=True, slots=True, kw_only=True)
class CouncilChanged(Event):
    """Name, colour or help lines were set."""

    kind: ClassVar[str] = "council:details:changed"
    name: str

    def details(self) -> dict[str, str]:
        """The new name."""
        return {"name": self.name}


def get_council(session: Session) -> CouncilView:
    """The council, or neutral values before it was set up."""
    row = session.connection().execute(_COUNCIL).first()
    return CouncilView(*row) if row else CouncilView()


def set_council(session: Session, *, council: CouncilView, by: Actor | None, now: datetime) -> list[Problem]:
    """Sets up the council or changes it. Problems: a colour that white text cannot stand on."""
    if contrast_on_white(council.colour) < LEAST_CONTRAST:
        return [Problem("colour", "Choose a darker colour: white text must be readable on it (contrast 4.5 or more)")]
    row = session.get(Council, 1)
    if row is None:
        row = Council(id=1, is_demo=council.is_demo)
        session.add(row)
    row.name, row.colour = council.name, council.colour
    row.help_email, row.help_phone = council.help_email, council.help_phone
    session.flush()
    log(session, CouncilChanged(name=council.name), by=by, now=now)
    return []


def contrast_on_white(colour: str) -> float:
    """Contrast ratio of `#rrggbb` against white (WCAG 2.2, "relative luminance")."""
    red, green, blue = (_linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
