"""From the choices of the form to a rulebook, and back for a copy."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from pb_app.officer.ballot_forms import kind_of, read_marking
from pb_app.officer.kind_choices import WORTHS
from pb_app.officer.round_forms import OVERSPEND, GreedyForm, RuleForm, SharesForm, SupportForm
from tallying.choices import (
    Add1Start,
    Add1Stop,
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
from tallying.file_rules import rank_by_of
from tallying.rulebook import BallotRule, Completion, Rule, Rulebook, Threshold

CURRENCY = "GBP"
_STEP = "1.00"
"""Pounds a voter, the step by which shares are raised."""

_TIES: dict[str, tuple[TieLink, ...]] = {
    "supporters": (TieLink.MORE_SUPPORTERS, TieLink.LOWER_COST, TieLink.LOT),
    "cost": (TieLink.LOWER_COST, TieLink.LOT),
    "lot": (TieLink.LOT,),
}


_DRY_TIES = (TieLink.MORE_SUPPORTERS, TieLink.LOWER_COST, TieLink.LISTED)
_USUAL_OVERSPEND = "skip"


def make_rulebook(
    ballot: BallotRule, rule: RuleForm, details: GreedyForm | SharesForm, support: SupportForm
) -> Rulebook:
    """The rulebook of valid forms. `details` goes with the rule chosen."""
    return Rulebook(
        currency=CURRENCY,
        ballot=ballot,
        rule=_greedy(details.overspend.data, ballot)
        if isinstance(details, GreedyForm)
        else _equal_shares(details.worth.data, details.completion.data, ballot),
        threshold=_threshold(support),
        ties=_TIES[support.ties.data],
    )


def read_choices(book: Rulebook) -> dict[str, list[tuple[str, str]]]:
    """What the form's pages would hold for this rulebook, by page, as a browser posts it."""
    greedy = book.rule.name is RuleName.GREEDY
    ties = next((name for name, chain in _TIES.items() if chain == book.ties), "supporters")
    details = (
        [("overspend", book.rule.on_overspend.value)]
        if greedy
        else [("worth", book.rule.satisfaction.value), ("completion", book.rule.completion.name.value)]
    )
    return {
        "kind": [("kind", kind_of(book.ballot)), ("ballots", str(book.ballot.ballots_per_voter))],
        "ballot": read_marking(book.ballot),
        "rule": [("rule", book.rule.name.value)],
        "details": details,
        "support": [("threshold", book.threshold.of.value), *_threshold_choices(book.threshold), ("ties", ties)],
    }


def rules_to_compare(ballot: BallotRule, details: Mapping[str, str]) -> dict[str, Rulebook]:
    """Each rule of the form for ballots of this kind, with what `details` chose for it, or what most councils choose.

    Shares are not raised step by step, which can take minutes where there is much money: what is left goes to the most
    votes, or stays. A tie is decided by the order on the paper: nobody throws dice for a comparison.
    """
    worths = WORTHS[kind_of(ballot)]
    worth = details.get("worth", "")
    completion = "none" if details.get("completion") in ("none", "add1") else "greedy"
    overspend = details.get("overspend", _USUAL_OVERSPEND)
    rules = {
        "greedy": _greedy(overspend if overspend in OVERSPEND else _USUAL_OVERSPEND, ballot),
        "equal_shares": _equal_shares(worth if worth in worths else next(iter(worths)), completion, ballot),
    }
    return {name: Rulebook(CURRENCY, ballot, rule, ties=_DRY_TIES) for name, rule in rules.items()}


def _greedy(overspend: str, ballot: BallotRule) -> Rule:
    return Rule(
        name=RuleName.GREEDY,
        rank_by=rank_by_of(ballot.kind),
        on_overspend=OnOverspend(overspend),
        unsupported=Unsupported.LEAVE,
    )


def _equal_shares(worth: str, completion: str, ballot: BallotRule) -> Rule:
    name = CompletionName(completion)
    has_greedy = name in (CompletionName.GREEDY, CompletionName.ADD1_THEN_GREEDY)
    return Rule(
        name=RuleName.EQUAL_SHARES,
        satisfaction=Satisfaction(worth),
        rank_by=rank_by_of(ballot.kind) if has_greedy else RankBy.NONE,
        on_overspend=OnOverspend.SKIP if has_greedy else OnOverspend.NONE,
        unsupported=Unsupported.LEAVE if has_greedy else Unsupported.NONE,
        completion=_completion(name),
    )


def _completion(name: CompletionName) -> Completion:
    if name not in (CompletionName.ADD1, CompletionName.ADD1_THEN_GREEDY):
        return Completion(name=name)
    return Completion(name=name, start=Add1Start.EXACT_SHARE, step=_STEP, stop=Add1Stop.EXHAUSTIVE)


def _threshold(support: SupportForm) -> Threshold:
    if support.threshold.data == "votes":
        return Threshold(ThresholdOf.VOTES, Fraction(support.votes.data or 0), ThresholdCompare.AT_LEAST)
    if support.threshold.data == "share":
        return Threshold(ThresholdOf.SHARE, Fraction(support.percent.data or 0, 100), ThresholdCompare.AT_LEAST)
    return Threshold()


def _threshold_choices(threshold: Threshold) -> list[tuple[str, str]]:
    if threshold.value is None:
        return []
    if threshold.of is ThresholdOf.SHARE:
        return [("percent", str(round(threshold.value * 100)))]
    return [("votes", str(round(threshold.value)))]
