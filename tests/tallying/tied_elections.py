"""Elections full of ties, with every kind of ballot, and rulebooks of every shape to count them by."""

from dataclasses import replace
from fractions import Fraction

from hypothesis import strategies as st

from tallying.choices import (
    Add1Start,
    Add1Stop,
    AutoAward,
    BallotKind,
    Compare,
    CompletionName,
    Exclusive,
    LimitOf,
    OnOverspend,
    PartOffers,
    RankBy,
    RuleName,
    Satisfaction,
    ThresholdCompare,
    ThresholdOf,
    TieLink,
    Unsupported,
)
from tallying.election import Approval, Ballot, Election, Points, Project, Ranking
from tallying.rule import BallotRule, Completion, Rule, Threshold
from tallying.rulebook import ROUND_TIES, Ceiling, Floor, Rulebook

CHAINS: tuple[tuple[TieLink, ...], ...] = (
    (TieLink.LISTED,),
    ROUND_TIES,
    (TieLink.LOWER_COST, TieLink.LISTED),
    (TieLink.LOT,),
)
SATISFACTIONS = {
    BallotKind.APPROVAL: (Satisfaction.COST, Satisfaction.COUNT),
    BallotKind.POINTS: tuple(word for word in Satisfaction if word not in (Satisfaction.NONE, Satisfaction.BORDA)),
    BallotKind.RANKING: (Satisfaction.COST, Satisfaction.COUNT, Satisfaction.BORDA),
    BallotKind.BUDGET: (Satisfaction.COST, Satisfaction.COUNT),
}
RANKS = {
    BallotKind.APPROVAL: (RankBy.VOTES, RankBy.VOTES_PER_COST),
    BallotKind.POINTS: (RankBy.POINTS, RankBy.POINTS_PER_COST, RankBy.VOTES),
    BallotKind.RANKING: (RankBy.BORDA, RankBy.BORDA_PER_COST, RankBy.VOTES),
    BallotKind.BUDGET: (RankBy.VOTES, RankBy.VOTES_PER_COST),
}
SEED = bytes(range(32))
"""A lot that was drawn."""


@st.composite
def tied_elections(draw: st.DrawFn) -> tuple[Election, BallotKind]:
    """Few costs, few ballots and many voters behind some of them: most rounds have a tie."""
    kind = draw(st.sampled_from(BallotKind))
    names = "abcdefg"[: draw(st.integers(1, 7))]
    ballots = draw(st.lists(_ballots(kind, names), max_size=7))
    sizes = draw(st.lists(st.sampled_from([1, 1, 1, 2, 3]), min_size=len(ballots), max_size=len(ballots)))
    election = Election.of(
        budget=draw(st.integers(0, 40)),
        exponent=0,
        currency="GBP",
        projects=[draw(_projects(name, names)) for name in names],
        ballots=[ballot for ballot, size in zip(ballots, sizes, strict=True) for _ in range(size)],
    )
    return election, kind


@st.composite
def _projects(draw: st.DrawFn, name: str, names: str) -> Project:
    """Few costs; now and then one that is withdrawn, and neighbours in the alphabet that exclude each other."""
    cost = draw(st.sampled_from([0, 1, 2, 3, 4, 6, 6, 12, 50]))
    rivals = names.replace(name, "")[:2] if draw(st.integers(0, 5)) == 0 else ""
    return Project(
        name,
        name.upper(),
        cost,
        area=draw(st.sampled_from(["", "north", "north", "south"])),
        minimum=draw(st.sampled_from([None, None, cost // 2])),
        withdrawn=draw(st.integers(0, 9)) == 0,
        exclusions=tuple(rivals),
    )


def _ballots(kind: BallotKind, names: str) -> st.SearchStrategy[Ballot]:
    picks = st.lists(st.sampled_from(names), unique=True, max_size=len(names)).map(tuple)
    match kind:
        case BallotKind.APPROVAL | BallotKind.BUDGET:
            return picks.map(Approval)
        case BallotKind.RANKING:
            return picks.map(Ranking)
        case BallotKind.POINTS:
            given = st.dictionaries(st.sampled_from(names), st.sampled_from([0, 1, 1, 2, 3, 5]))
            return given.map(lambda points: Points(tuple(points.items())))


@st.composite
def counted(draw: st.DrawFn) -> tuple[Election, Rulebook, bytes | None]:
    """An election, a rulebook that fits it, and a lot or none."""
    election, kind = draw(tied_elections())
    rule = draw(_rules(kind))
    plain = Rulebook("GBP", BallotRule(kind), rule, draw(_thresholds()), draw(st.sampled_from(CHAINS)))
    rulebook = draw(_with_options(plain)) if draw(st.booleans()) else plain
    return election, rulebook, draw(st.sampled_from([None, SEED]))


@st.composite
def _with_options(draw: st.DrawFn, plain: Rulebook) -> Rulebook:
    """The options of real rounds; those that mean nothing under the rule are left out."""
    rulebook = replace(
        plain,
        auto_award=draw(st.sampled_from(AutoAward)),
        cap=draw(st.sampled_from([None, None, Fraction(1, 2), Fraction(1, 3)])),
        exclusive=draw(st.sampled_from(Exclusive)),
        ceilings=draw(st.sampled_from([(), (), (Ceiling(LimitOf.AREA, "north", "7"),)])),
    )
    if plain.rule.name is not RuleName.GREEDY:
        return rulebook
    if plain.rule.on_overspend is OnOverspend.SKIP and draw(st.booleans()):
        return replace(rulebook, floors=(Floor(LimitOf.AREA, "south", draw(st.sampled_from(["1/4", "3"]))),))
    return replace(rulebook, part_offers=draw(st.sampled_from(PartOffers)))


def _thresholds() -> st.SearchStrategy[Threshold]:
    two = Threshold(ThresholdOf.VOTES, Fraction(2), ThresholdCompare.AT_LEAST)
    return st.sampled_from([Threshold(), Threshold(), two])


@st.composite
def _rules(draw: st.DrawFn, kind: BallotKind) -> Rule:
    rank_by = draw(st.sampled_from(RANKS[kind]))
    greedy = (rank_by, draw(st.sampled_from(list(OnOverspend)[1:])), draw(st.sampled_from(list(Unsupported)[1:])))
    turn = draw(st.integers(0, 5))
    if turn == 0 or (turn == 1 and kind is BallotKind.APPROVAL):
        return Rule(RuleName.PHRAGMEN, on_overspend=greedy[1], unsupported=greedy[2]) if turn else _greedy(*greedy)
    completion = draw(_completions())
    no_pass = (RankBy.NONE, OnOverspend.NONE, Unsupported.NONE)
    satisfaction = draw(st.sampled_from(SATISFACTIONS[kind]))
    return Rule(RuleName.EQUAL_SHARES, satisfaction, *(greedy if completion.needs_greedy else no_pass), completion)


def _greedy(rank_by: RankBy, on_overspend: OnOverspend, unsupported: Unsupported) -> Rule:
    return Rule(RuleName.GREEDY, Satisfaction.NONE, rank_by, on_overspend, unsupported)


@st.composite
def _completions(draw: st.DrawFn) -> Completion:
    name, compare = draw(st.sampled_from(CompletionName)), draw(st.sampled_from([Compare.NONE, *Compare]))
    if name not in (CompletionName.ADD1, CompletionName.ADD1_THEN_GREEDY):
        return Completion(name, compare=compare)
    start = draw(st.sampled_from([Add1Start.EXACT_SHARE, Add1Start.FLOORED_SHARE]))
    stop = draw(st.sampled_from([Add1Stop.FIRST_OVERSPEND, Add1Stop.EXHAUSTIVE]))
    return Completion(name, start, draw(st.sampled_from(["1", "2"])), stop, compare)
