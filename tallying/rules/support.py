"""What the ballots say about each project: votes, points and Borda points.

Lists are indexed by the project's place on the paper, from 0.
"""

from fractions import Fraction
from itertools import repeat

from tallying.choices import RankBy
from tallying.election import Approval, Ballot, Election, Points, Ranking
from tallying.values import frozen_value


@frozen_value
class Support:
    """For each project: ballots that name it, points given to it, and Borda points.

    Borda points of a ballot: the last place scores 1, the place before it 2, and so on, as in the
    score column of Pabulib (Stolicki, Szufa, Talmon 2020, arXiv 2012.06539).
    """

    voters: int
    votes: tuple[int, ...]
    points: tuple[int, ...]
    borda: tuple[int, ...]


def marks(ballot: Ballot) -> tuple[tuple[str, int], ...]:
    """The projects that a ballot names, each with its weight: 1 for a pick, its points, its Borda points."""
    match ballot:
        case Approval(ids):
            return tuple(zip(ids, repeat(1), strict=False))
        case Points(points):
            return points
        case Ranking(ids):
            return tuple((project_id, len(ids) - place) for place, project_id in enumerate(ids))


def support_of(election: Election) -> Support:
    """Count the ballots once, for all rules."""
    votes = {project.id: 0 for project in election.projects}
    weights = dict(votes)
    for ballot, voters in election.groups:
        if isinstance(ballot, Approval):
            for project_id in ballot.ids:
                votes[project_id] += voters
        else:
            for project_id, weight in marks(ballot):
                votes[project_id] += voters
                weights[project_id] += voters * weight
    kind = type(election.groups[0][0]) if election.groups else Approval
    none, weighed = (0,) * len(votes), tuple(weights.values())
    return Support(
        voters=election.voters,
        votes=tuple(votes.values()),
        points=weighed if kind is Points else none,
        borda=weighed if kind is Ranking else none,
    )


def scores(election: Election, support: Support, rank_by: RankBy) -> list[Fraction]:
    """The score of each project under ``rank_by``; per cost: in score per minor unit.

    A project that costs nothing has its plain score times a number above all costs: it comes first.
    """
    totals = {"votes": support.votes, "points": support.points, "borda": support.borda}
    plain = totals[rank_by.value.removesuffix("_per_cost")]
    if not rank_by.value.endswith("_per_cost"):
        return [Fraction(total) for total in plain]
    ceiling = max(plain, default=0) + 1
    return [
        Fraction(total, project.cost) if project.cost else Fraction(total * ceiling)
        for total, project in zip(plain, election.projects, strict=True)
    ]
