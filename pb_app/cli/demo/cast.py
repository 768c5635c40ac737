"""Who acts in the demo's stories, and the clock they live by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pb_app.services.clock import Clock
from voting.permissions import Actor


class PastClock(Clock):
    """A clock that stands at one past moment, for rounds that were voted on long ago."""

    def __init__(self, at: datetime) -> None:
        super().__init__()
        self._at = at

    def now(self) -> datetime:
        """The moment it stands at."""
        return self._at


@dataclass(frozen=True, slots=True)
class Actors:
    """Two officers, and the verified residents of each area in a fixed order."""

    officer: Actor
    second: Actor
    residents: tuple[tuple[str, Actor], ...]

    def voters(self, area_id: str) -> list[Actor]:
        """The residents verified for an area."""
        return [actor for area, actor in self.residents if area == area_id]
