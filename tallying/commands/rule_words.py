"""A rulebook in one line, for tables."""

from tallying.choices import AutoAward, Exclusive, PartOffers, RuleName, ThresholdOf
from tallying.explain_words import exact, percent
from tallying.fields import NONE
from tallying.rulebook import Rulebook

_NAMES = {
    RuleName.EQUAL_SHARES: "equal shares",
    RuleName.MAX_WELFARE: "best choice",
    RuleName.BOUNDED_OVERSPENDING: "bounded overspending",
}


def rule_line(rulebook: Rulebook, note: str) -> str:
    """The rulebook, and in brackets where it comes from."""
    return in_one_line(rulebook) + (f" ({note})" if note else "")


def in_one_line(rulebook: Rulebook) -> str:
    """``greedy by votes, skip, unsupported left; ties: listed``."""
    rule = rulebook.rule
    words = [_rule(rulebook)]
    completion = rule.completion
    if completion.has_add1:
        start, stop = _spaced(completion.start), _spaced(completion.stop)
        words.append(f"Add1 from {start} by {completion.step} a voter until {stop}")
    if completion.has_greedy:
        words.append(f"then {_greedy(rulebook)}")
    if rule.name is RuleName.EQUAL_SHARES and completion.name == NONE:
        words.append("no completion")
    if completion.compare != NONE:
        words.append(f"compared with {_greedy(rulebook)} ({_spaced(completion.compare)})")
    words += _conditions(rulebook)
    ties = ", ".join(_spaced(link) for link in rulebook.ties)
    return f"{', '.join(words)}; ties: {ties}"


def _rule(rulebook: Rulebook) -> str:
    rule = rulebook.rule
    if rule.name is RuleName.GREEDY:
        return _greedy(rulebook)
    if rule.name is RuleName.PHRAGMEN:
        return f"Phragmén, {_misfits(rulebook)}"
    return f"{_NAMES[rule.name]} by {_spaced(rule.satisfaction)}"


def _greedy(rulebook: Rulebook) -> str:
    return f"greedy by {_spaced(rulebook.rule.rank_by)}, {_misfits(rulebook)}"


def _misfits(rulebook: Rulebook) -> str:
    return f"{rulebook.rule.on_overspend} what does not fit, {rulebook.rule.unsupported} unsupported"


def _conditions(rulebook: Rulebook) -> list[str]:
    words = []
    threshold = rulebook.threshold
    if threshold.value is not None:
        is_share = threshold.of is ThresholdOf.SHARE
        value = f"{percent(threshold.value)} of voters" if is_share else f"{exact(threshold.value)} {threshold.of}"
        words.append(f"threshold {threshold.compare} {value}")
    if rulebook.cap is not None:
        words.append(f"cap {percent(rulebook.cap)} of the budget")
    if rulebook.auto_award is AutoAward.ALL_FIT:
        words.append("all funded where all fit")
    if rulebook.exclusive is Exclusive.DECLARED:
        words.append("one of rivals")
    words += [f"at most {item.most} for {item.of} {item.name}" for item in rulebook.ceilings]
    words += [f"first {item.least} for {item.of} {item.name}" for item in rulebook.floors]
    return [*words, "part-offers"] if rulebook.part_offers is PartOffers.AT_TURN else words


def _spaced(word: str) -> str:
    return str(word).replace("_", " ")
