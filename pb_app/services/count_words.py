"""Sentences about a count that the results page adds to those of `tallying.explain`: ties, shares, held-back votes."""

from __future__ import annotations

from collections.abc import Mapping

from tallying.choices import RuleName, TieLink
from tallying.explain_words import people
from tallying.money import shown, shown_share
from tallying.outcome import Add1Run, Outcome, Reason, Tie, Unfunded
from tallying.rulebook import Rulebook

_LINKS = {
    TieLink.MORE_SUPPORTERS: "the one with more voters came first",
    TieLink.LOWER_COST: "the cheaper one came first",
    TieLink.LOT: "a public draw put them in this order",
    TieLink.LISTED: "the one listed earlier came first",
}
_REASONS = {
    Reason.WITHDRAWN: "It was withdrawn, so it was not counted.",
    Reason.OVER_BUDGET: "It cost more than all the money.",
    Reason.BELOW_THRESHOLD: "Too few voters picked it: it did not reach the least that the rules ask for.",
    Reason.NO_SUPPORT: "Nobody picked it.",
    Reason.STOPPED: "The money had ended at a project before it.",
    Reason.OVER_CAP: "It cost more than one project may have.",
    Reason.EXCLUDED: "A project won that cannot be done beside it.",
    Reason.OVER_CEILING: "Its area or kind of project would have had more money than the rules give it.",
    Reason.NOT_BEST: "Another choice of projects was worth more to the voters.",
    Reason.UNDECIDED: "Not decided yet: a lot must be drawn first.",
}


def tie_words(tie: Tie, titles: Mapping[str, str]) -> str:
    """Who stood level, what settled it, and what the other order would have changed."""
    other = f"{_listed(tie.ids, titles)} stood level. {_capital(_LINKS[TieLink(tie.by)])}. The other way round,"
    if tie.gains and tie.loses:
        return f"{other} {_listed(tie.gains, titles)} would have won instead of {_listed(tie.loses, titles)}."
    if tie.gains:
        return f"{other} {_listed(tie.gains, titles)} would have won as well."
    return f"{other} {_listed(tie.loses, titles)} would not have won."


def share_words(outcome: Outcome, rulebook: Rulebook) -> str:
    """How large each voter's share was, and where raising it ended; "" where the rule gives no shares."""
    if rulebook.rule.name is not RuleName.EQUAL_SHARES or not outcome.voters or not outcome.steps:
        return ""
    budget = shown(outcome.budget, outcome.exponent, outcome.currency)
    divided = f"{budget} divided by {people(outcome.voters)}"
    runs = outcome.add1
    fitting = [run for run in runs if run.total <= outcome.budget]
    if not fitting:
        return f"Each share was {divided}."
    first, last, end = (_share(run, outcome) for run in (fitting[0], fitting[-1], runs[-1]))
    raised = "So that little money is left over, the rules raise the share step by step."
    text = f"The first share was {first}: {divided}. {raised} It stopped at {last}"
    if runs[-1].total <= outcome.budget:
        return f"{text}."
    cost = shown(runs[-1].total, outcome.exponent, outcome.currency)
    return f"{text}: with {end} each, the projects would have cost {cost}, more than there is."


def why_without_ballots(outcome: Outcome, costs: Mapping[str, int]) -> dict[str, str]:
    """One sentence for each project without money, from the outcome alone: for papers whose votes are held back."""
    return {item.id: _why(item, outcome, costs[item.id]) for item in outcome.unfunded}


def _share(run: Add1Run, outcome: Outcome) -> str:
    return shown_share(run.endowment, outcome.exponent, outcome.currency)


def _why(item: Unfunded, outcome: Outcome, cost: int) -> str:
    if item.reason in _REASONS:
        return _REASONS[item.reason]
    asked = shown(cost, outcome.exponent, outcome.currency)
    if item.reason is Reason.SUPPORTERS_SHORT:
        had = shown_share(item.figure("supporters_left"), outcome.exponent, outcome.currency)
        return f"Its {people(item.supporters)} had {had} left, and it cost {asked}."
    left = shown_share(item.figure("left"), outcome.exponent, outcome.currency)
    return f"{people(item.supporters)} picked it; {left} was left by then, and it cost {asked}."


def _listed(ids: tuple[str, ...], titles: Mapping[str, str]) -> str:
    names = [f"“{titles[project_id]}”" for project_id in ids]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
