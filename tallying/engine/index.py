"""The election turned round for the engine: for each project who names it, made once for all rules."""

from collections.abc import Callable, Sequence
from functools import cached_property
from operator import itemgetter
from typing import Any, TypeAlias

from tallying.election import Approval, Election, Points, Ranking
from tallying.rules.support import Support, marks
from tallying.values import frozen_value

Gather: TypeAlias = Callable[[Sequence[Any]], tuple[Any, ...]]
"""Picks the entries of some groups out of a list that has one for every group."""


@frozen_value
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


def _gather(places: Sequence[int]) -> Gather:
    if len(places) > 1:
        return itemgetter(*places)
    if places:
        only = places[0]
        return lambda entries: (entries[only],)
    return lambda _: ()


class Index:
    """What the ballots say, by place on the paper: the totals, and the blocs of supporters.

    ``sizes`` has the voters of each group; ``by_mark`` one bloc for each mark that a project got: a pick, a
    number of points, Borda points.
    """

    def __init__(self, support: Support, sizes: tuple[int, ...], by_mark: tuple[tuple[Bloc, ...], ...]) -> None:
        self.support = support
        self.sizes = sizes
        self.by_mark = by_mark

    @cached_property
    def by_pick(self) -> tuple[tuple[Bloc, ...], ...]:
        """All supporters of a project in one bloc, however they marked it."""
        if all(bloc.worth == 1 for blocs in self.by_mark for bloc in blocs):
            return self.by_mark
        return tuple(map(self._joined, self.by_mark))

    def _joined(self, blocs: tuple[Bloc, ...]) -> tuple[Bloc, ...]:
        groups = sorted(group for bloc in blocs for group in bloc.groups)
        return (_bloc(1, groups, self.sizes),) if groups else ()


def index_of(election: Election) -> Index:
    """Go through the ballots once."""
    sizes = tuple(voters for _, voters in election.groups)
    by_mark = tuple(
        tuple(_bloc(worth, groups, sizes) for worth, groups in sorted(worths.items())) for worths in _found(election)
    )
    votes = tuple(sum(bloc.size for bloc in blocs) for blocs in by_mark)
    weights = tuple(sum(bloc.size * bloc.worth for bloc in blocs) for blocs in by_mark)
    kind = type(election.groups[0][0]) if election.groups else Approval
    none = (0,) * len(votes)
    support = Support(election.voters, votes, weights if kind is Points else none, weights if kind is Ranking else none)
    return Index(support, sizes, by_mark)


def _bloc(worth: int, groups: Sequence[int], sizes: Sequence[int]) -> Bloc:
    """The bloc of these groups; ``sizes`` has the number of voters of every group of the election."""
    singles = [group for group in groups if sizes[group] == 1]
    several = [group for group in groups if sizes[group] > 1]
    voters = tuple([sizes[group] for group in several])
    size = len(singles) + sum(voters)
    return Bloc(worth, (*singles, *several), _gather(singles), _gather(several), voters, size)


def _found(election: Election) -> list[dict[int, list[int]]]:
    """For each place: mark -> groups."""
    picks: dict[str, list[int]] = {project.id: [] for project in election.projects}
    found: dict[str, dict[int, list[int]]] = {project_id: {1: groups} for project_id, groups in picks.items()}
    add = {project_id: groups.append for project_id, groups in picks.items()}
    for group, (ballot, _) in enumerate(election.groups):
        if isinstance(ballot, Approval):
            for project_id in ballot.ids:
                add[project_id](group)
        else:
            for project_id, mark in marks(ballot):
                found[project_id].setdefault(mark, []).append(group)
    return [{mark: groups for mark, groups in rows.items() if groups} for rows in found.values()]
