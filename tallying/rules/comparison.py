"""The comparison step: equal shares stands unless more voters are better off with greedy.

The step that Wieliczka wrote into the rules of its first vote by equal shares (2023); see Faliszewski
and others: "Participatory Budgeting: Data, Tools, and Analysis" (IJCAI 2023), section 3.3. A voter is
better off with the outcome that is worth more to them, by the satisfaction of the rulebook.
"""

from collections.abc import Collection

from tallying.choices import Compare
from tallying.election import Ballot
from tallying.rule_steps import Comparison
from tallying.rules.backing import worth_of
from tallying.rules.contest import Contest
from tallying.rules.greedy import greedy
from tallying.rules.run import Run
from tallying.rules.support import marks
from tallying.values import replace


def compared(shares: Run, contest: Contest) -> Run:
    """The run that stands, followed by the comparison; the list of Add1 is kept either way."""
    other = greedy(contest, contest.places, contest.election.budget)
    if other.pending:
        return replace(other, add1=shares.add1)
    step = _compare(shares, other, contest)
    stands = shares if step.keeps_shares else other
    return replace(stands, steps=(*stands.steps, step), add1=shares.add1)


def _compare(shares: Run, other: Run, contest: Contest) -> Comparison:
    better_with_shares = better_with_greedy = 0
    for ballot, voters in contest.election.groups:
        first, second = _satisfaction(ballot, shares.funded, contest), _satisfaction(ballot, other.funded, contest)
        better_with_shares += voters * (first > second)
        better_with_greedy += voters * (second > first)
    keeps_shares = better_with_shares > better_with_greedy
    if better_with_shares == better_with_greedy:
        keeps_shares = contest.rule.completion.compare is Compare.GREEDY_STRICT
    return Comparison(better_with_shares, better_with_greedy, keeps_shares)


def _satisfaction(ballot: Ballot, funded: Collection[int], contest: Contest) -> int:
    """What the funded projects are worth to a voter with this ballot."""
    costs = {contest.election.projects[place].id: contest.election.projects[place].cost for place in funded}
    satisfaction = contest.rule.satisfaction
    return sum(worth_of(satisfaction, costs[name], mark) for name, mark in marks(ballot) if name in costs)
