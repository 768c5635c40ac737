"""A rulebook in one line, for tables."""

from tallying.choices import AutoAward, RuleName, ThresholdOf
from tallying.explain_words import exact, percent
from tallying.fields import NONE
from tallying.rulebook import Rulebook


def in_one_line(rulebook: Rulebook) -> str:
    """``greedy by votes, skip, unsupported left; ties: listed``."""
    rule = rulebook.rule
    words = [_greedy(rulebook)] if rule.name is RuleName.GREEDY else [f"equal shares by {_spaced(rule.satisfaction)}"]
    completion = rule.completion
    if completion.has_add1:
        start, stop = _spaced(completion.start), _spaced(completion.stop)
        words.append(f"Add1 from {start} by {completion.step} to {stop}")
    if completion.has_greedy:
        words.append(f"then {_greedy(rulebook)}")
    if rule.name is RuleName.EQUAL_SHARES and completion.name == NONE:
        words.append("no completion")
    words += _conditions(rulebook)
    ties = ", ".join(_spaced(link) for link in rulebook.ties)
    return f"{', '.join(words)}; ties: {ties}"


def _greedy(rulebook: Rulebook) -> str:
    rule = rulebook.rule
    return f"greedy by {_spaced(rule.rank_by)}, {rule.on_overspend} what does not fit, {rule.unsupported} unsupported"


def _conditions(rulebook: Rulebook) -> list[str]:
    words = []
    threshold = rulebook.threshold
    if threshold.value is not None:
        is_share = threshold.of is ThresholdOf.SHARE
        value = f"{percent(threshold.value)} of voters" if is_share else f"{exact(threshold.value)} {threshold.of}"
        words.append(f"threshold {threshold.compare} {value}")
    if rulebook.auto_award is AutoAward.ALL_FIT:
        words.append("all funded where all fit")
    return words


def _spaced(word: str) -> str:
    return str(word).replace("_", " ")
