"""The rule of a ``.pb`` file: from the words of its META to a rulebook, with what must be said about it.

Pabulib names rules in free text. What this release cannot count is counted as greedy, and said.
"""

from fractions import Fraction

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
    ThresholdCompare,
    ThresholdOf,
    TieLink,
    Unsupported,
)
from tallying.money import amount_text
from tallying.pabulib import PabulibFile
from tallying.pabulib_text import whole_number
from tallying.rule import BallotRule, Completion, Rule, Threshold
from tallying.rulebook import Rulebook
from tallying.values import frozen_value

LISTED = (TieLink.LISTED,)
"""Ties in files: earlier in the file wins, as in all official outcomes that hinge on one."""

_KINDS = {"ordinal": BallotKind.RANKING, "cumulative": BallotKind.POINTS, "scoring": BallotKind.POINTS}
_RANKS = {
    BallotKind.APPROVAL: RankBy.VOTES,
    BallotKind.POINTS: RankBy.POINTS,
    BallotKind.RANKING: RankBy.BORDA,
    BallotKind.BUDGET: RankBy.VOTES,
}
_THRESHOLDS = {
    BallotKind.APPROVAL: ThresholdOf.VOTES,
    BallotKind.POINTS: ThresholdOf.POINTS,
    BallotKind.RANKING: ThresholdOf.BORDA,
    BallotKind.BUDGET: ThresholdOf.VOTES,
}
_WORTHS = {
    BallotKind.APPROVAL: Satisfaction.COST,
    BallotKind.POINTS: Satisfaction.POINTS_TIMES_COST,
    BallotKind.RANKING: Satisfaction.BORDA,
    BallotKind.BUDGET: Satisfaction.COST,
}
_TOTALS = {
    BallotKind.APPROVAL: Satisfaction.COUNT,
    BallotKind.POINTS: Satisfaction.POINTS,
    BallotKind.RANKING: Satisfaction.BORDA,
}
_GREEDY_NOTES = {
    "greedy": "",
    "greedy-threshold": "",
    "greedy-no-skip": "",
    "greedy-custom": "its own variant of greedy is in words only: counted as plain greedy",
    "greedy-exclusive": "which projects exclude each other is not in the file: counted as plain greedy",
}


@frozen_value
class FileRule:
    """The rulebook for a file, and a note on what it leaves out; empty: nothing."""

    rulebook: Rulebook
    note: str


def ballot_rule_of(file: PabulibFile) -> BallotRule:
    """The kind of ballot, with the bounds that META gives; one that no ballot could keep is read as none."""
    kind = _KINDS.get(file.vote_type, BallotKind.APPROVAL)
    is_points = kind is BallotKind.POINTS
    least, most = _whole(file, "min_length"), _whole(file, "max_length")
    if file.vote_type == "choose-1":
        least, most = 1, 1
    if least is not None and most is not None and least > most:
        least = None
    return BallotRule(
        kind=kind,
        min=least,
        max=most,
        points_total=_whole(file, "max_sum_points", least or 1) if is_points else None,
        point_max=_whole(file, "max_points", 1) if is_points else None,
    )


def rank_by_of(kind: BallotKind) -> RankBy:
    """What greedy ranks by where nothing is said: votes, points or Borda points."""
    return _RANKS[kind]


def satisfaction_of(kind: BallotKind) -> Satisfaction:
    """What equal shares goes by where nothing is said: cost, points times cost, or Borda points."""
    return _WORTHS[kind]


def welfare_of(kind: BallotKind) -> Satisfaction:
    """What the best choice adds up where nothing is said: votes, points or Borda points."""
    return _TOTALS[kind]


def threshold_of(kind: BallotKind, least: int) -> Threshold:
    """At least so many votes, points or Borda points."""
    return Threshold(_THRESHOLDS[kind], Fraction(least), ThresholdCompare.AT_LEAST)


def rulebook_of(file: PabulibFile) -> FileRule:
    """The rulebook of the rule that META names; an unknown one is counted as greedy, and said."""
    name = file.value("rule").strip().lower()
    if name.split("/")[0] in ("equalshares", "equalshares-comparison"):
        return FileRule(_equal_shares(file, has_add1="add1" in name, is_compared="comparison" in name), "")
    note = _GREEDY_NOTES.get(name)
    if note is None:
        note = f"{f'the rule {name!r} is not known' if name else 'no rule is named'}: counted as greedy"
    return FileRule(_greedy(file, stops=name == "greedy-no-skip"), note)


def _greedy(file: PabulibFile, *, stops: bool) -> Rulebook:
    ballot = ballot_rule_of(file)
    least = _whole(file, "min_project_score_threshold")
    rule = Rule(
        name=RuleName.GREEDY,
        rank_by=rank_by_of(ballot.kind),
        on_overspend=OnOverspend.STOP if stops else OnOverspend.SKIP,
        unsupported=Unsupported.FUND,
    )
    threshold = Threshold() if least is None else threshold_of(ballot.kind, least)
    return Rulebook(file.election.currency, ballot, rule, threshold, LISTED)


def _equal_shares(file: PabulibFile, *, has_add1: bool, is_compared: bool) -> Rulebook:
    """Add1 as the cities and the published tool make it: from the share rounded down, by 1, to the overspend.

    Where it is compared, plain greedy stands only if more voters are better off with it.
    """
    ballot = ballot_rule_of(file)
    step = amount_text(10**file.election.exponent, file.election.exponent)
    compare = Compare.GREEDY_STRICT if is_compared else Compare.NONE
    add1 = Completion(CompletionName.ADD1, Add1Start.FLOORED_SHARE, step, Add1Stop.FIRST_OVERSPEND, compare)
    rule = Rule(
        name=RuleName.EQUAL_SHARES,
        satisfaction=satisfaction_of(ballot.kind),
        rank_by=rank_by_of(ballot.kind) if is_compared else RankBy.NONE,
        on_overspend=OnOverspend.SKIP if is_compared else OnOverspend.NONE,
        unsupported=Unsupported.FUND if is_compared else Unsupported.NONE,
        completion=add1 if has_add1 else Completion(compare=compare),
    )
    return Rulebook(file.election.currency, ballot, rule, ties=LISTED)


def _whole(file: PabulibFile, key: str, least: int = 0) -> int | None:
    number = whole_number(file.value(key).strip())
    return None if number is not None and number < least else number
