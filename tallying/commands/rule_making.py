"""The rulebook that the options of a command make."""

import argparse
from collections.abc import Sequence

from tallying import file_rules
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
from tallying.commands.limit_options import refuse_unknown_names, with_limits
from tallying.commands.sources import Countable, InputError
from tallying.election import Election
from tallying.fields import NONE
from tallying.money import amount_text, read_amount
from tallying.rule import BallotRule, Completion, Rule, RulebookError, Threshold
from tallying.rulebook import Rulebook

RULES = tuple(name.value.replace("_", "-") for name in RuleName)
_GREEDY = ("rank_by", "on_overspend", "unsupported")
_ADD1 = ("add1_start", "add1_step", "add1_stop")
RULE_OPTIONS = (*_GREEDY, "satisfaction", "completion", *_ADD1, "compare")
"""The options that belong to some rules only."""

_OPTIONS = {"rule.name": "--rule", "rule.satisfaction": "--satisfaction", "rule.rank_by": "--rank-by"}
"""How the command line spells what a rulebook finds wrong."""

_BELONG: dict[RuleName, tuple[str, ...]] = {
    RuleName.GREEDY: _GREEDY,
    RuleName.EQUAL_SHARES: ("satisfaction", "completion", *_ADD1, "compare"),
    RuleName.PHRAGMEN: ("on_overspend", "unsupported"),
    RuleName.MAX_WELFARE: ("satisfaction",),
    RuleName.BOUNDED_OVERSPENDING: ("satisfaction",),
}


def options_of(args: argparse.Namespace, name: str) -> tuple[str, ...]:
    """The options that this rule can have, where its completion is the one given."""
    rule = RuleName(_value(name))
    belong = _BELONG[rule]
    if rule is not RuleName.EQUAL_SHARES:
        return belong
    completion = _value(args.completion or NONE)
    if "greedy" in completion or (args.compare or NONE) != NONE:
        belong = (*belong, *_GREEDY)
    return tuple(option for option in belong if option not in _ADD1 or "add1" in completion)


def make_rulebook(args: argparse.Namespace, name: str, paper: Countable) -> Rulebook:
    """The rulebook of the options for this rule; what is not said has the defaults of ``--help``."""
    _refuse_others(args, name)
    refuse_unknown_names(args, paper.election)
    ballot = _ballot_rule(paper)
    try:
        rule = _rule(args, RuleName(_value(name)), ballot.kind, paper.election)
        plain = Rulebook(paper.election.currency, ballot, rule, _threshold(args, ballot.kind), _ties(args))
        return with_limits(plain, args)
    except RulebookError as error:
        option = _OPTIONS.get(error.where, error.where)
        raise InputError(f"{option}: {error.what} {error.mend}".rstrip()) from error


def _rule(args: argparse.Namespace, name: RuleName, kind: BallotKind, election: Election) -> Rule:
    completion = _completion(args, election) if name is RuleName.EQUAL_SHARES else Completion()
    can = options_of(args, name.value)
    return Rule(
        name=name,
        satisfaction=_satisfaction(args, name, kind) if "satisfaction" in can else Satisfaction.NONE,
        rank_by=_rank_by(args, kind) if "rank_by" in can else RankBy.NONE,
        on_overspend=OnOverspend(args.on_overspend or "skip") if "on_overspend" in can else OnOverspend.NONE,
        unsupported=Unsupported(args.unsupported or "leave") if "unsupported" in can else Unsupported.NONE,
        completion=completion,
    )


def _satisfaction(args: argparse.Namespace, name: RuleName, kind: BallotKind) -> Satisfaction:
    if args.satisfaction:
        return Satisfaction(_value(args.satisfaction))
    return file_rules.welfare_of(kind) if name is RuleName.MAX_WELFARE else file_rules.satisfaction_of(kind)


def _rank_by(args: argparse.Namespace, kind: BallotKind) -> RankBy:
    return RankBy(_value(args.rank_by)) if args.rank_by else file_rules.rank_by_of(kind)


def _completion(args: argparse.Namespace, election: Election) -> Completion:
    name = CompletionName(_value(args.completion or NONE))
    compare = Compare(_value(args.compare or NONE))
    if name not in (CompletionName.ADD1, CompletionName.ADD1_THEN_GREEDY):
        return Completion(name, compare=compare)
    try:
        step = read_amount(args.add1_step or _usual_step(election), election.exponent)
    except ValueError as error:
        raise InputError(f"--add1-step: {error}.") from error
    if not step:
        raise InputError("--add1-step: a step of nothing never ends. Write an amount above 0.")
    return Completion(
        name=name,
        start=Add1Start(_value(args.add1_start)) if args.add1_start else Add1Start.EXACT_SHARE,
        step=amount_text(step, election.exponent),
        stop=Add1Stop(_value(args.add1_stop)) if args.add1_stop else Add1Stop.FIRST_OVERSPEND,
        compare=compare,
    )


def _usual_step(election: Election) -> str:
    """1 in the currency, or 10, 100 and so on where a share has more than three digits: forints, yen."""
    share = election.budget // (election.voters or 1) // 10**election.exponent
    return "1" + "0" * max(len(str(share)) - 3, 0)


def _threshold(args: argparse.Namespace, kind: BallotKind) -> Threshold:
    if args.threshold is None:
        return Threshold()
    text = str(args.threshold)
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise InputError(f"--threshold: {text!r} is not a whole number. Write one, like 100.")
    return file_rules.threshold_of(kind, int(text))


def _ties(args: argparse.Namespace) -> tuple[TieLink, ...]:
    words = (args.ties or TieLink.LISTED.value).replace("-", "_").split(",")
    known = {link.value: link for link in TieLink}
    for word in words:
        if word not in known:
            raise InputError(f"--ties: {word!r} is no link. Known: {', '.join(known).replace('_', '-')}.")
    return tuple(known[word] for word in words)


def _ballot_rule(paper: Countable) -> BallotRule:
    """The kind as the file says it; in a record as its rulebook does."""
    if paper.file is None:
        return paper.rulebook.ballot
    return file_rules.ballot_rule_of(paper.file)


def _refuse_others(args: argparse.Namespace, name: str) -> None:
    """Refuse what does not belong to the rule, naming what it would need."""
    can = options_of(args, name)
    for option in RULE_OPTIONS:
        if option not in can and getattr(args, option):
            spelling = option.replace("_", "-")
            raise InputError(f"--{spelling} does not go with {_needs(option, name, args)}. Leave it out.")


def _needs(option: str, name: str, args: argparse.Namespace) -> str:
    if option in _ADD1 and name == "equal-shares":
        return f"--completion {args.completion or NONE}"
    return "equal-shares without greedy" if option in _GREEDY and name == "equal-shares" else name


def spelt(words: Sequence[str]) -> list[str]:
    """The words of a choice as options spell them, without ``none``."""
    return [word.replace("_", "-") for word in words if word != NONE]


def _value(word: str) -> str:
    return word.replace("-", "_")
