"""The election turned round for the engine: for each project who names it, made once for all rules."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, TypeAlias

from tallying.election import Approval, Election, Points, Ranking
from tallying.rules.support import Support, marks

Gather: TypeAlias = Callable[[Sequence[Any]], tuple[Any, ...]]
"""Picks the entries of some groups out of a list that has one for every group."""


@dataclass(frozen=True, slots=True)
class Bloc:
    """Supporters of one project to whom it is worth the same: groups of one voter, and larger ones.

    ``groups`` index ``Election.groups``, those of one voter first; ``voters`` are the sizes of the
    larger ones, ``size`` is how many voters there are in all.
    """

    worth: int
    groups: tuple[int, ...]
    single: Gather
    several: Gather
    voters: tuple[int, ...]
    size: int

    @classmethod
    def of(cls, worth: int, singles: Sequence[int], several: Sequence[int], sizes: Sequence[int]) -> "Bloc":
        """The bloc of these groups; ``sizes`` has the number of voters of every group of the election."""
        voters = _gather(several)(sizes)
        return cls(worth, (*singles, *several), _gather(singles), _gather(several), voters, len(singles) + sum(voters))


def _gather(places: Sequence[int]) -> Gather:
    if len(places) > 1:
        return itemgetter(*places)
    if places:
        only = places[0]
        return lambda entries: (entries[only],)
    return lambda _: ()


@dataclass(frozen=True, slots=True)
class Index:
    """Lists by place on the paper: the totals, and the blocs of supporters by mark and by pick."""

    support: Support
    by_mark: tuple[tuple[Bloc, ...], ...]
    by_pick: tuple[tuple[Bloc, ...], ...]
    sizes: tuple[int, ...] = field(repr=False)


def index_of(election: Election) -> Index:
    """Go through the ballots once."""
    sizes = tuple(voters for _, voters in election.groups)
    found = _found(election)
    by_mark = tuple(tuple(Bloc.of(worth, *rows, sizes) for worth, rows in sorted(worths.items())) for worths in found)
    by_pick = (
        by_mark if all(worths.keys() <= {1} for worths in found) else tuple(map(_picks, found, (sizes for _ in found)))
    )
    votes = tuple(sum(bloc.size for bloc in blocs) for blocs in by_mark)
    weights = tuple(sum(bloc.size * bloc.worth for bloc in blocs) for blocs in by_mark)
    kind = type(election.groups[0][0]) if election.groups else Approval
    none = (0,) * len(votes)
    support = Support(sum(sizes), votes, weights if kind is Points else none, weights if kind is Ranking else none)
    return Index(support, by_mark, by_pick, sizes)


_Rows: TypeAlias = tuple[list[int], list[int]]
"""Groups of one voter, and larger ones."""


def _found(election: Election) -> list[dict[int, _Rows]]:
    """For each place: worth -> groups."""
    if not election.groups or isinstance(election.groups[0][0], Approval):
        return _found_picks(election)
    found: dict[str, dict[int, _Rows]] = {project.id: {} for project in election.projects}
    for group, (ballot, voters) in enumerate(election.groups):
        for project_id, weight in marks(ballot):
            rows = found[project_id]
            if weight not in rows:
                rows[weight] = ([], [])
            rows[weight][voters > 1].append(group)
    return list(found.values())


def _found_picks(election: Election) -> list[dict[int, _Rows]]:
    rows: dict[str, _Rows] = {project.id: ([], []) for project in election.projects}
    single = {project_id: pair[0].append for project_id, pair in rows.items()}
    several = {project_id: pair[1].append for project_id, pair in rows.items()}
    for group, (ballot, voters) in enumerate(election.groups):
        add = single if voters == 1 else several
        for project_id, _ in marks(ballot):
            add[project_id](group)
    return [{1: pair} if pair[0] or pair[1] else {} for pair in rows.values()]


def _picks(worths: dict[int, _Rows], sizes: Sequence[int]) -> tuple[Bloc, ...]:
    """All supporters of a project as one bloc: it is worth 1 to each."""
    if not worths:
        return ()
    return (Bloc.of(1, _all(rows[0] for rows in worths.values()), _all(rows[1] for rows in worths.values()), sizes),)


def _all(parts: Iterable[list[int]]) -> list[int]:
    return sorted(group for part in parts for group in part)
