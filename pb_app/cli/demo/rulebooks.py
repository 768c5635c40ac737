"""The two rulebooks of the demo's papers."""

from __future__ import annotations

from tallying.choices import (
    Add1Start,
    Add1Stop,
    BallotKind,
    CompletionName,
    OnOverspend,
    RankBy,
    RuleName,
    Satisfaction,
    Unsupported,
)
from tallying.rule import BallotRule, Completion, Rule
from tallying.rulebook import Rulebook

_GREEDY = Rule(RuleName.GREEDY, rank_by=RankBy.VOTES, on_overspend=OnOverspend.SKIP, unsupported=Unsupported.LEAVE)
_ADD1 = Completion(CompletionName.ADD1, Add1Start.EXACT_SHARE, "1.00", Add1Stop.EXHAUSTIVE)
_SHARES = Rule(RuleName.EQUAL_SHARES, satisfaction=Satisfaction.COST, completion=_ADD1)


def rulebook(rule: str, picks: int) -> Rulebook:
    """Pick up to `picks`; `rule` is "greedy" (most votes first) or "equal_shares" (with Add1, a pound at a time)."""
    return Rulebook("GBP", BallotRule(BallotKind.APPROVAL, min=1, max=picks), _GREEDY if rule == "greedy" else _SHARES)
