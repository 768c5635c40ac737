"""How many rights to vote there are, by area and by way in. Nothing here says who has voted."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pb_app.models.area import Area
from pb_app.models.roll import RollEntry


@dataclass(frozen=True, slots=True)
class AreaRoll:
    """One area: entries of people with an account, and of letters and every other code."""

    area_name: str
    accounts: int
    letters: int

    @property
    def entries(self) -> int:
        """All together."""
        return self.accounts + self.letters


def count_roll(session: Session, *, round_id: str) -> list[AreaRoll]:
    """The roll of a round by area, in the council's order; areas without an entry are left out."""
    query = (
        select(Area.name, RollEntry.way, func.count())
        .join(Area, Area.id == RollEntry.area_id)
        .where(RollEntry.round_id == round_id, RollEntry.voided_reason.is_(None))
        .group_by(Area.position, Area.name, RollEntry.way)
        .order_by(Area.position, Area.name)
    )
    found: dict[str, dict[str, int]] = {}
    for area_name, way, count in session.execute(query):
        found.setdefault(area_name, {})[way] = count
    return [AreaRoll(name, ways.get("account", 0), ways.get("letter", 0)) for name, ways in found.items()]
