"""A rulebook for each kind of ballot paper, and how a voter marks it."""

from __future__ import annotations

from tallying.choices import BallotKind, CompletionName, OnOverspend, RankBy, RuleName, Satisfaction, Unsupported
from tallying.rule import BallotRule, Completion, Rule
from tallying.rulebook import Rulebook
from tests.resident.rounds import GREEDY
from tests.resident.steps import HARBOUR

_SKIP, _LEAVE = OnOverspend.SKIP, Unsupported.LEAVE
BY_POINTS = Rule(RuleName.GREEDY, rank_by=RankBy.POINTS, on_overspend=_SKIP, unsupported=_LEAVE)
BY_PLACES = Rule(RuleName.GREEDY, rank_by=RankBy.BORDA, on_overspend=_SKIP, unsupported=_LEAVE)


def shares(worth: Satisfaction, rank_by: RankBy) -> Rule:
    """Equal shares, and what is left on the most support."""
    return Rule(RuleName.EQUAL_SHARES, worth, rank_by, _SKIP, _LEAVE, Completion(CompletionName.GREEDY))


ONE = Rulebook("GBP", BallotRule(min=1, max=1), GREEDY)
BASKET = Rulebook("GBP", BallotRule(BallotKind.BUDGET, min=1), GREEDY)
BASKET_SHARES = Rulebook("GBP", BallotRule(BallotKind.BUDGET), shares(Satisfaction.COST, RankBy.VOTES))
POINTS_RULE = BallotRule(BallotKind.POINTS, min=1, max=3, points_total=10, point_min=2, point_max=6)
POINTS = Rulebook("GBP", POINTS_RULE, BY_POINTS)
POINTS_SHARES = Rulebook("GBP", POINTS_RULE, shares(Satisfaction.POINTS_TIMES_COST, RankBy.POINTS))
RANKING_RULE = BallotRule(BallotKind.RANKING, min=1, max=3)
RANKING = Rulebook("GBP", RANKING_RULE, BY_PLACES)
RANKING_SHARES = Rulebook("GBP", RANKING_RULE, shares(Satisfaction.BORDA, RankBy.BORDA))
TWO_BALLOTS = Rulebook("GBP", BallotRule(min=1, max=3, ballots_per_voter=2), GREEDY)
BONUS = Rulebook("GBP", BallotRule(min=1, max=2, bonus="Youth-led"), GREEDY)


def ticked(*ids: str) -> dict[str, list[str]]:
    """The fields of ticks on the first paper."""
    return {f"pick-{HARBOUR}": list(ids)}


def written(**texts: str) -> dict[str, str]:
    """The fields of number boxes on the first paper: `h2="5"`."""
    return {f"pick-{HARBOUR}/{project_id}": text for project_id, text in texts.items()}
