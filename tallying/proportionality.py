"""EJR+ up to one project: does every group that could pay for a project get its due? With a certificate.

Brill, Peters: "Robust and Verifiable Proportionality Axioms for Multiwinner Voting" (EC 2023, arXiv
2302.01989), for budgets as in Peters, Pierczyński, Skowron 2021 (arXiv 2008.13276), section 4. With
budget b, n voters and satisfactions u, an outcome W violates it where a project c outside W and a group
S of its supporters have, for each i in S::

    (u_i(W) + u_i(c)) * cost(c)  <=  b/n * (sum of u_j(c) over j in S)

By cost for approvals: everyone in S has so little funded that even with c it would not be more than what
the share of S comes to. Equal shares without completion never violates it for the satisfaction it goes by.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from fractions import Fraction

from tallying.choices import Satisfaction
from tallying.election import Ballot, Election
from tallying.outcome import Outcome, Reason
from tallying.rules.support import marks
from tallying.values import frozen_value

RULED_OUT = (
    Reason.WITHDRAWN,
    Reason.OVER_BUDGET,
    Reason.OVER_CAP,
    Reason.BELOW_THRESHOLD,
    Reason.EXCLUDED,
    Reason.OVER_CEILING,
)
"""What the rulebook itself rules out: no group has a claim to such a project."""

_BY_COST = (Satisfaction.COST, Satisfaction.POINTS_TIMES_COST)
_BY_MARK = (Satisfaction.POINTS, Satisfaction.POINTS_TIMES_COST, Satisfaction.BORDA)


@frozen_value
class Violation:
    """A certificate: ``voters`` supporters of the unfunded project, whose share of the money is ``share``.

    ``share`` and ``cost`` are in minor units. Each of them has at most ``has`` satisfaction from what is
    funded; with the project the one who has most would come to at most ``due``, which the group was due.
    """

    project_id: str
    cost: int
    voters: int
    share: Fraction
    has: int
    due: Fraction


def ejr_plus_violations(election: Election, outcome: Outcome, satisfaction: Satisfaction) -> tuple[Violation, ...]:
    """A certificate for each unfunded project that a group has a claim to, in paper order; empty: it holds.

    Of the groups of a project the largest with a claim is named.
    """
    if not election.voters:
        return ()
    rows = _supporters(election, outcome, satisfaction)
    claims = (_claim(election, item.id, item.cost, rows.get(item.id, [])) for item in outcome.unfunded)
    return tuple(claim for claim in claims if claim is not None)


@frozen_value
class _Group:
    """Voters alike: what each has from the outcome, and what the project would be worth to each."""

    has: int
    worth: int
    voters: int


def _supporters(election: Election, outcome: Outcome, satisfaction: Satisfaction) -> dict[str, list[_Group]]:
    """For each project that could have a claim its supporters, grouped."""
    amounts = {item.id: item.amount for item in outcome.funded}
    open_ids = {item.id: item.cost for item in outcome.unfunded if item.reason not in RULED_OUT}
    found: dict[str, Counter[tuple[int, int]]] = {project_id: Counter() for project_id in open_ids}
    for ballot, voters in election.groups:
        has = sum(worth for _, worth in _worths(ballot, amounts, satisfaction))
        for project_id, worth in _worths(ballot, open_ids, satisfaction):
            found[project_id][has, worth] += voters
    return {
        project_id: [_Group(has, worth, voters) for (has, worth), voters in groups.items()]
        for project_id, groups in found.items()
    }


def _worths(ballot: Ballot, costs: Mapping[str, int], satisfaction: Satisfaction) -> Iterator[tuple[str, int]]:
    """What each of these projects is worth to a voter with this ballot."""
    for project_id, mark in marks(ballot):
        if project_id in costs:
            worth = mark if satisfaction in _BY_MARK else 1
            yield project_id, worth * (costs[project_id] if satisfaction in _BY_COST else 1)


def _claim(election: Election, project_id: str, cost: int, groups: list[_Group]) -> Violation | None:
    """Take in supporters from the least satisfied up, and keep the largest group with a claim."""
    share = Fraction(election.budget, election.voters)
    voters = worth = 0
    found = None
    ordered = sorted(groups, key=lambda group: group.has + group.worth)
    for number, group in enumerate(ordered):
        voters += group.voters
        worth += group.voters * group.worth
        level = group.has + group.worth
        is_last_of_level = number + 1 == len(ordered) or ordered[number + 1].has + ordered[number + 1].worth > level
        if is_last_of_level and level * cost <= share * worth:
            most = max(item.has for item in ordered[: number + 1])
            due = share * worth / cost if cost else Fraction(level)
            found = Violation(project_id, cost, voters, share * voters, most, due)
    return found
