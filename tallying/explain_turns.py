"""Where each project stood in greedy: its turn, the turns before it, and for which money they were."""

from collections.abc import Iterable

from tallying.outcome import Reserve, Step, Turn
from tallying.values import frozen_value


@frozen_value
class Place:
    """The last turn of a project: ``earlier`` are those before it, for the same money.

    ``reserve`` is what that money was kept for ("area North"), or empty.
    """

    turn: Turn
    earlier: tuple[Turn, ...]
    reserve: str

    @property
    def number(self) -> int:
        """Which turn it was, from 1."""
        return len(self.earlier) + 1


def places_of(steps: Iterable[Step]) -> dict[str, Place]:
    """The place of every project that had a turn."""
    places: dict[str, Place] = {}
    turns: list[Turn] = []
    reserve = ""
    for step in steps:
        if isinstance(step, Reserve):
            turns, reserve = [], step.name
        elif isinstance(step, Turn):
            places[step.id] = Place(step, tuple(turns), reserve)
            turns.append(step)
    return places
