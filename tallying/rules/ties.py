"""Ties: the declared chain that puts level projects in order, link by link.

No tie is broken by accident: a chain ends in ``listed`` (earlier on the paper wins) or ``lot`` (a
public draw). Projects are named by their place on the paper.
"""

import hashlib
from collections.abc import Callable, Iterable

from tallying.choices import TieLink
from tallying.election import Election
from tallying.rules.support import Support
from tallying.steps import NOT_NEEDED
from tallying.values import frozen_value


@frozen_value
class Arranged:
    """Level projects in order: the groups that stay level, and the link that put the first in front."""

    groups: tuple[tuple[int, ...], ...]
    by: str

    @property
    def order(self) -> tuple[int, ...]:
        """All of them, group after group, in paper order within a group."""
        return tuple(place for group in self.groups for place in group)


class TieChain:
    """The chain of a rulebook, ready to use on one election; ``seed`` is the lot's, if drawn."""

    def __init__(self, links: Iterable[TieLink], election: Election, support: Support, seed: bytes | None) -> None:
        self._keys = [(link, key) for link in links if (key := _key(link, election, support, seed)) is not None]

    def arrange(self, level: Iterable[int]) -> Arranged:
        """All the projects in order. A group of several: only a lot can separate them."""
        groups, by = [sorted(level)], NOT_NEEDED
        for link, key in self._keys:
            if all(len(group) == 1 for group in groups):
                break
            before = groups
            groups = [part for group in groups for part in _split(group, key)]
            if len(before[0]) > 1 and len(groups) > len(before):
                by = link.value
        return Arranged(tuple(tuple(group) for group in groups), by)


def lot_order(seed: bytes, project_id: str) -> bytes:
    """What the lot sorts by: SHA-256(seed || 0x00 || project id)."""
    return hashlib.sha256(seed + b"\x00" + project_id.encode()).digest()


_Key = Callable[[int], int | bytes]


def _key(link: TieLink, election: Election, support: Support, seed: bytes | None) -> _Key | None:
    """The sort key of a link; None for a lot that is not drawn."""
    projects = election.projects
    match link:
        case TieLink.MORE_SUPPORTERS:
            return lambda place: -support.votes[place]
        case TieLink.LOWER_COST:
            return lambda place: projects[place].cost
        case TieLink.LISTED:
            return lambda place: place
        case TieLink.LOT:
            return None if seed is None else lambda place: lot_order(seed, projects[place].id)


def _split(group: Iterable[int], key: _Key) -> list[list[int]]:
    """The group in parts of equal key, least key first, each in paper order."""
    parts: dict[int | bytes, list[int]] = {}
    for place in group:
        parts.setdefault(key(place), []).append(place)
    return [part for _, part in sorted(parts.items(), key=_first)]


def _first(item: tuple[int | bytes, list[int]]) -> int | bytes:
    return item[0]
