"""One area chosen once: where voters choose their area, their first vote in one settles it.

Nothing is written for it. Which area somebody chose follows from the papers on which they have a ballot, whatever the
way in was; so there is nothing that could be joined to a name, or to the minute of a vote.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

AreasOf = Mapping[str, Collection[str]]
"""The areas that each paper is for, in paper order; none: for every area."""


def fitting(areas: AreasOf, used: Collection[str]) -> tuple[str, ...]:
    """The papers that a voter may mark beside those in `used`, in paper order: all of them, or those of one area."""
    limits = [frozenset(areas[paper]) for paper in used if areas.get(paper)]
    if not limits:
        return tuple(areas)
    left = frozenset.intersection(*limits)
    return tuple(paper for paper, limited_to in areas.items() if not limited_to or left.intersection(limited_to))


def is_open(areas: AreasOf) -> bool:
    """Whether an area is still to be chosen: no single one has all the papers that are limited to areas."""
    limits = [frozenset(limited_to) for limited_to in areas.values() if limited_to]
    return bool(limits) and not frozenset.intersection(*limits)
