"""Small elections and rulebooks for the tests of the count."""

from collections.abc import Mapping, Sequence

from hypothesis import strategies as st

from tallying.choices import (
    Add1Start,
    Add1Stop,
    BallotKind,
    Compare,
    CompletionName,
    OnOverspend,
    RankBy,
    RuleName,
    Satisfaction,
    TieLink,
    Unsupported,
)
from tallying.election import Approval, Ballot, Election, Project
from tallying.rule import BallotRule, Completion, Rule, Threshold
from tallying.rulebook import Rulebook

LISTED = (TieLink.LISTED,)


def election(budget: int, costs: Mapping[str, int], ballots: Mapping[str, int] | Mapping[Ballot, int]) -> Election:
    """Ballots with how many voters cast each; ``"ab"`` approves the projects a and b, ``"bus"`` the bus."""
    each: list[Ballot] = []
    for ballot, voters in ballots.items():
        each += [_approval(ballot, costs) if isinstance(ballot, str) else ballot] * voters
    projects = [Project(name, name.upper(), cost) for name, cost in costs.items()]
    return Election.of(budget=budget, exponent=0, currency="GBP", projects=projects, ballots=each)


def _approval(words: str, costs: Mapping[str, int]) -> Approval:
    return Approval((words,) if words in costs else tuple(words))


def greedy(
    kind: BallotKind = BallotKind.APPROVAL,
    *,
    rank_by: RankBy = RankBy.VOTES,
    on_overspend: OnOverspend = OnOverspend.SKIP,
    unsupported: Unsupported = Unsupported.LEAVE,
    threshold: Threshold | None = None,
    ties: Sequence[TieLink] = LISTED,
) -> Rulebook:
    """A greedy rulebook."""
    rule = Rule(RuleName.GREEDY, rank_by=rank_by, on_overspend=on_overspend, unsupported=unsupported)
    return Rulebook("GBP", BallotRule(kind), rule, threshold or Threshold(), tuple(ties))


def shares(
    satisfaction: Satisfaction = Satisfaction.COST,
    completion: CompletionName = CompletionName.NONE,
    *,
    kind: BallotKind = BallotKind.APPROVAL,
    start: Add1Start = Add1Start.EXACT_SHARE,
    step: str = "1",
    stop: Add1Stop = Add1Stop.FIRST_OVERSPEND,
    ties: Sequence[TieLink] = LISTED,
) -> Rulebook:
    """A rulebook of equal shares; its greedy pass, if any, is by votes."""
    has_add1 = completion in (CompletionName.ADD1, CompletionName.ADD1_THEN_GREEDY)
    made = Completion(completion, start, step, stop) if has_add1 else Completion(completion)
    greedy_pass = (RankBy.VOTES, OnOverspend.SKIP, Unsupported.LEAVE)
    no_pass = (RankBy.NONE, OnOverspend.NONE, Unsupported.NONE)
    rule = Rule(RuleName.EQUAL_SHARES, satisfaction, *(greedy_pass if made.has_greedy else no_pass), made)
    return Rulebook("GBP", BallotRule(kind), rule, ties=tuple(ties))


def phragmen(
    on_overspend: OnOverspend = OnOverspend.SKIP,
    unsupported: Unsupported = Unsupported.LEAVE,
    ties: Sequence[TieLink] = LISTED,
) -> Rulebook:
    """A rulebook of Phragmén."""
    rule = Rule(RuleName.PHRAGMEN, on_overspend=on_overspend, unsupported=unsupported)
    return Rulebook("GBP", BallotRule(), rule, ties=tuple(ties))


def welfare(
    satisfaction: Satisfaction = Satisfaction.COUNT,
    kind: BallotKind = BallotKind.APPROVAL,
    ties: Sequence[TieLink] = LISTED,
) -> Rulebook:
    """A rulebook of the best choice."""
    return Rulebook("GBP", BallotRule(kind), Rule(RuleName.MAX_WELFARE, satisfaction), ties=tuple(ties))


def bounded(satisfaction: Satisfaction = Satisfaction.COST, ties: Sequence[TieLink] = LISTED) -> Rulebook:
    """A rulebook of bounded overspending."""
    return Rulebook("GBP", BallotRule(), Rule(RuleName.BOUNDED_OVERSPENDING, satisfaction), ties=tuple(ties))


def compared(compare: Compare, ties: Sequence[TieLink] = LISTED) -> Rulebook:
    """A rulebook of equal shares by cost, compared with greedy by votes."""
    greedy_pass = (RankBy.VOTES, OnOverspend.SKIP, Unsupported.LEAVE)
    rule = Rule(RuleName.EQUAL_SHARES, Satisfaction.COST, *greedy_pass, Completion(compare=compare))
    return Rulebook("GBP", BallotRule(), rule, ties=tuple(ties))


@st.composite
def small_elections(draw: st.DrawFn) -> Election:
    """Up to five projects and eight approval ballots: ties, free and dear projects, empty ballots."""
    names = "abcde"[: draw(st.integers(1, 5))]
    costs = {name: draw(st.sampled_from([0, 1, 2, 3, 3, 5, 8, 13, 40])) for name in names}
    picks = st.lists(st.sampled_from(names), unique=True, max_size=len(names)).map("".join)
    ballots = draw(st.lists(picks, max_size=8))
    return election(draw(st.integers(0, 30)), costs, {ballot: ballots.count(ballot) for ballot in ballots})


def rulebooks(ties: Sequence[TieLink] = LISTED) -> list[Rulebook]:
    """Rulebooks of every shape, for approval ballots."""
    cost, count = Satisfaction.COST, Satisfaction.COUNT
    made = [greedy(ties=ties), greedy(on_overspend=OnOverspend.STOP, unsupported=Unsupported.FUND, ties=ties)]
    made += [greedy(rank_by=RankBy.VOTES_PER_COST, ties=ties), shares(ties=ties), shares(count, ties=ties)]
    made += [shares(cost, name, ties=ties) for name in CompletionName if name is not CompletionName.NONE]
    made += [compared(Compare.GREEDY_STRICT, ties), compared(Compare.GREEDY_OR_EQUAL, ties)]
    made += [phragmen(ties=ties), phragmen(OnOverspend.STOP, Unsupported.FUND, ties)]
    made += [welfare(ties=ties), welfare(cost, ties=ties), bounded(ties=ties), bounded(count, ties)]
    return made
