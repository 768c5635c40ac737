"""Whether a ballot may stand on its paper: the bounds of the rulebook, and for "spend the pot" the money.

One definition for casting and for whoever checks the record afterwards.
"""

from collections.abc import Mapping

from tallying.choices import BallotKind
from tallying.election import Approval, Ballot, Points, Project, Ranking
from tallying.fields import NONE
from tallying.rule import BallotRule

BALLOTS = {
    BallotKind.APPROVAL: Approval,
    BallotKind.POINTS: Points,
    BallotKind.RANKING: Ranking,
    BallotKind.BUDGET: Approval,
}
"""The type of a ballot of each kind."""


def fits(
    ballot: Ballot, rule: BallotRule, projects: Mapping[str, Project], budget: int | None, *, least: int = 1
) -> bool:
    """Whether the ballot is of the rule's kind and within its bounds.

    ``projects`` are those of the paper by id; ``budget`` is its money in minor units, None where a
    ballot of kind ``budget`` is not held to it; ``least`` is how many projects a ballot must name.
    """
    ids = named_ids(ballot)
    return (
        isinstance(ballot, BALLOTS[rule.kind])
        and least <= len(ids) <= most_picks(ids, rule, projects)
        and len(set(ids)) == len(ids)
        and all(project_id in projects for project_id in ids)
        and (not isinstance(ballot, Points) or _are_points_valid(ballot, rule))
        and (rule.kind is not BallotKind.BUDGET or _is_within(ids, projects, budget))
    )


def named_ids(ballot: Ballot) -> tuple[str, ...]:
    """The projects that a ballot names, in its order."""
    return tuple(project_id for project_id, _ in ballot.points) if isinstance(ballot, Points) else ballot.ids


def most_picks(ids: tuple[str, ...], rule: BallotRule, projects: Mapping[str, Project]) -> int:
    """How many projects a ballot that names these may name: one more with the bonus."""
    if rule.max is None:
        return len(projects)
    return rule.max + has_bonus(ids, rule, projects)


def has_bonus(ids: tuple[str, ...], rule: BallotRule, projects: Mapping[str, Project]) -> bool:
    """Whether one of these projects is of the category that the bonus is for."""
    if rule.bonus == NONE:
        return False
    return any(project_id in projects and projects[project_id].category == rule.bonus for project_id in ids)


def _is_within(ids: tuple[str, ...], projects: Mapping[str, Project], budget: int | None) -> bool:
    return budget is None or sum(projects[project_id].cost for project_id in ids) <= budget


def _are_points_valid(ballot: Points, rule: BallotRule) -> bool:
    given = [number for _, number in ballot.points]
    total = sum(given) if rule.points_total is None else rule.points_total
    low = 1 if rule.point_min is None else max(rule.point_min, 1)
    high = max(given, default=0) if rule.point_max is None else rule.point_max
    return sum(given) <= total and all(low <= number <= high for number in given)
