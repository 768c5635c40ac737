"""The options that choose a rule, and the rulebook that they make."""

import argparse
import json
from dataclasses import dataclass, replace

from tallying import file_rules
from tallying.choices import (
    Add1Start,
    Add1Stop,
    BallotKind,
    CompletionName,
    OnOverspend,
    RankBy,
    RuleName,
    Satisfaction,
    TieLink,
    Unsupported,
)
from tallying.commands.sources import Countable, InputError, read_bytes
from tallying.election import Election
from tallying.fields import NONE
from tallying.money import amount_text, decimals_needed, read_amount
from tallying.rule import BallotRule, Completion, Rule, RulebookError, Threshold
from tallying.rulebook import Rulebook

RULES = ("greedy", "equal-shares", "phragmen", "max-welfare", "bounded-overspending")
_NOT_YET = RULES[2:]
_GREEDY = ("rank_by", "on_overspend", "unsupported")
_SHARES = ("satisfaction", "completion", "add1_start", "add1_step", "add1_stop")
_ADD1 = ("add1_start", "add1_step", "add1_stop")


@dataclass(frozen=True, slots=True)
class Chosen:
    """The rulebook to count by, and what must be said about where it comes from."""

    rulebook: Rulebook
    note: str


def add_rule_options(parser: argparse.ArgumentParser, *, many: bool = False) -> None:
    """Add ``--rule`` and what goes with it; ``many``: it can be given twice."""
    group = parser.add_argument_group("rule (default: that of the record, or that which the file names)")
    if not many:
        group.add_argument("--rulebook", metavar="R.json", help="count by this rulebook")
        group.add_argument("--rule", choices=RULES)
    words = {
        "--rank-by": ("greedy: what comes first", _words(RankBy)),
        "--on-overspend": ("greedy: when the next project does not fit", _words(OnOverspend)),
        "--unsupported": ("greedy: projects that nobody supports (default: leave)", _words(Unsupported)),
        "--satisfaction": ("equal shares: what a project is worth to a supporter", _words(Satisfaction)),
        "--completion": ("equal shares: what to do with money that is left", ["none", *_words(CompletionName)]),
        "--add1-start": ("Add1: from B/n, or from B/n rounded down", _words(Add1Start)),
        "--add1-stop": ("Add1: when to stop", _words(Add1Stop)),
    }
    for option, (text, choices) in words.items():
        group.add_argument(option, choices=choices, help=text)
    group.add_argument("--add1-step", metavar="AMOUNT", help="Add1: more for each voter, in the file's currency")
    group.add_argument("--threshold", metavar="N", help="projects need at least N votes (or points)")
    group.add_argument(
        "--ties", metavar="LINKS", help="listed (default), or a chain such as more-supporters,lower-cost,lot"
    )


def finer(args: argparse.Namespace, paper: Countable) -> Countable:
    """The paper in minor units that are fine enough for the step of Add1."""
    step = getattr(args, "add1_step", None)
    if step is None or paper.file is None:
        return paper
    try:
        exponent = max(decimals_needed(step), paper.election.exponent)
        return replace(paper, election=paper.election.with_exponent(exponent))
    except ValueError as error:
        raise InputError(f"--add1-step: {error}.") from error


def choose_rulebook(args: argparse.Namespace, paper: Countable) -> Chosen:
    """The rulebook of the options, or the one that comes with the paper; raises InputError."""
    if args.rulebook and args.rule:
        raise InputError("--rulebook and --rule exclude each other. Leave one of them out.")
    if args.rulebook:
        return Chosen(read_rulebook(args.rulebook), f"from {args.rulebook}")
    if args.rule:
        return Chosen(make_rulebook(args, args.rule, paper), "")
    given = [key for key in (*_GREEDY, *_SHARES, "threshold", "ties") if getattr(args, key)]
    if given:
        raise InputError(f"--{given[0].replace('_', '-')} needs a rule. Add --rule greedy or --rule equal-shares.")
    return Chosen(paper.rulebook, paper.rule_note)


def read_rulebook(path: str) -> Rulebook:
    """A rulebook from its file, however it is spaced; raises InputError."""
    try:
        return Rulebook.from_value(json.loads(read_bytes(path)))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise InputError(f"{path}: this is not JSON: {error}. Mend it there.") from error
    except RulebookError as error:
        raise InputError(f"{path}: {error}") from error


def make_rulebook(args: argparse.Namespace, name: str, paper: Countable) -> Rulebook:
    """The rulebook of the options for this rule; what is not said has the defaults of ``--help``."""
    if name in _NOT_YET:
        raise InputError(f"--rule {name}: this release counts greedy and equal-shares. Choose one of them.")
    ballot = _ballot_rule(paper)
    is_greedy = name == "greedy"
    _refuse(args, _SHARES if is_greedy else (), name)
    completion = Completion() if is_greedy else _completion(args, paper.election)
    if not is_greedy and not completion.has_greedy:
        _refuse(args, _GREEDY, f"{name} without greedy")
    rule = _greedy(args, ballot.kind) if is_greedy else _shares(args, ballot.kind, completion)
    try:
        return Rulebook(paper.election.currency, ballot, rule, _threshold(args, ballot.kind), _ties(args))
    except RulebookError as error:
        raise InputError(str(error)) from error


def _greedy(args: argparse.Namespace, kind: BallotKind) -> Rule:
    return Rule(
        name=RuleName.GREEDY,
        rank_by=RankBy(_value(args.rank_by)) if args.rank_by else file_rules.rank_by_of(kind),
        on_overspend=OnOverspend(args.on_overspend or OnOverspend.SKIP),
        unsupported=Unsupported(args.unsupported or Unsupported.LEAVE),
    )


def _shares(args: argparse.Namespace, kind: BallotKind, completion: Completion) -> Rule:
    satisfaction = Satisfaction(_value(args.satisfaction)) if args.satisfaction else file_rules.satisfaction_of(kind)
    if not completion.has_greedy:
        return Rule(RuleName.EQUAL_SHARES, satisfaction=satisfaction, completion=completion)
    greedy = _greedy(args, kind)
    return Rule(
        RuleName.EQUAL_SHARES, satisfaction, greedy.rank_by, greedy.on_overspend, greedy.unsupported, completion
    )


def _completion(args: argparse.Namespace, election: Election) -> Completion:
    name = CompletionName(_value(args.completion)) if args.completion else CompletionName.NONE
    if name not in (CompletionName.ADD1, CompletionName.ADD1_THEN_GREEDY):
        _refuse(args, _ADD1, f"--completion {args.completion or NONE}")
        return Completion(name)
    try:
        step = read_amount(args.add1_step or "1", election.exponent)
    except ValueError as error:
        raise InputError(f"--add1-step: {error}.") from error
    if not step:
        raise InputError("--add1-step: a step of nothing never ends. Write an amount above 0.")
    return Completion(
        name=name,
        start=Add1Start(_value(args.add1_start)) if args.add1_start else Add1Start.EXACT_SHARE,
        step=amount_text(step, election.exponent),
        stop=Add1Stop(_value(args.add1_stop)) if args.add1_stop else Add1Stop.FIRST_OVERSPEND,
    )


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


def _refuse(args: argparse.Namespace, options: tuple[str, ...], name: str) -> None:
    for option in options:
        if getattr(args, option):
            raise InputError(f"--{option.replace('_', '-')} does not go with {name}. Leave it out.")


def _value(word: str) -> str:
    return word.replace("-", "_")


def _words(
    kind: type[RankBy | OnOverspend | Unsupported | Satisfaction | CompletionName | Add1Start | Add1Stop],
) -> list[str]:
    return [word.value.replace("_", "-") for word in kind if word.value != NONE]
