"""Who supports each project, and what it is worth to them: collected once for a count."""

from collections.abc import Iterable, Sequence

from tallying.choices import Satisfaction
from tallying.election import Election
from tallying.rules.purses import Supporters
from tallying.rules.support import marks
from tallying.values import frozen_value

BY_COST = (Satisfaction.COST, Satisfaction.POINTS_TIMES_COST)
"""Satisfactions that grow with the cost of the project."""
BY_MARK = (Satisfaction.POINTS, Satisfaction.POINTS_TIMES_COST, Satisfaction.BORDA)
"""Satisfactions that grow with the weight that a ballot gives to the project."""


@frozen_value
class Backing:
    """The places that entered, in paper order: with supporters and a cost, free, or without support.

    ``free`` are supported projects that cost nothing, with the number of their supporters.
    """

    supporters: dict[int, Supporters]
    free: dict[int, int]
    unsupported: tuple[int, ...]


def backing_of(election: Election, satisfaction: Satisfaction, places: Sequence[int]) -> Backing:
    """The supporters of these places, each with the worth of the project to them."""
    of_id = {election.projects[place].id: place for place in places}
    found: dict[int, list[tuple[int, int, int]]] = {place: [] for place in places}
    for group, (ballot, voters) in enumerate(election.groups):
        for project_id, weight in marks(ballot):
            if project_id in of_id:
                worth = weight if satisfaction in BY_MARK else 1
                found[of_id[project_id]].append((group, voters, worth))
    costs = {place: election.projects[place].cost for place in places}
    return Backing(
        supporters={
            place: _supporters(costs[place], satisfaction, rows)
            for place, rows in found.items()
            if rows and costs[place]
        },
        free={place: sum(row[1] for row in rows) for place, rows in found.items() if rows and not costs[place]},
        unsupported=tuple(place for place, rows in found.items() if not rows),
    )


def worth_of(satisfaction: Satisfaction, cost: int, weight: int) -> int:
    """What a project of this cost is worth to a voter whose ballot gives it this weight (see ``marks``)."""
    return (cost if satisfaction in BY_COST else 1) * (weight if satisfaction in BY_MARK else 1)


def _supporters(cost: int, satisfaction: Satisfaction, rows: Iterable[tuple[int, int, int]]) -> Supporters:
    groups, voters, worths = zip(*rows, strict=True)
    return Supporters(cost, cost if satisfaction in BY_COST else 1, groups, voters, worths)
