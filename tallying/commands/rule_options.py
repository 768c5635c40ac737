"""The options that choose a rule, and the rulebook that they choose."""

import argparse
import json

from tallying.choices import (
    Add1Start,
    Add1Stop,
    Compare,
    CompletionName,
    OnOverspend,
    RankBy,
    Satisfaction,
    Unsupported,
)
from tallying.commands.draw_option import add_draw_option
from tallying.commands.limit_options import LIMIT_OPTIONS, add_limit_options
from tallying.commands.rule_making import RULE_OPTIONS, RULES, make_rulebook, spelt
from tallying.commands.sources import Countable, InputError, read_bytes
from tallying.money import decimals_needed
from tallying.rule import RulebookError
from tallying.rulebook import Rulebook
from tallying.values import frozen_value, replace


@frozen_value
class Chosen:
    """The rulebook to count by, and what must be said about where it comes from."""

    rulebook: Rulebook
    note: str


_SATISFACTION = "equal shares, max-welfare, bounded-overspending: what a project is worth to a supporter"
_OVERSPEND = "greedy, phragmen: when the next project does not fit (default: skip)"
_UNSUPPORTED = "greedy, phragmen: projects that nobody supports (default: leave)"


def add_rule_options(parser: argparse.ArgumentParser, *, many: bool = False) -> None:
    """Add ``--rule`` and what goes with it; ``many``: it can be given twice."""
    own = "rule (default: that of the record, or that which the file names)"
    group = parser.add_argument_group("options of the rules" if many else own)
    if not many:
        group.add_argument("--rulebook", metavar="R.json", help="count by this rulebook")
        group.add_argument("--rule", choices=RULES)
    words = {
        "--rank-by": ("greedy: what comes first", spelt(list(RankBy))),
        "--on-overspend": (_OVERSPEND, spelt(list(OnOverspend))),
        "--unsupported": (_UNSUPPORTED, spelt(list(Unsupported))),
        "--satisfaction": (_SATISFACTION, spelt(list(Satisfaction))),
        "--completion": (
            "equal shares: what to do with money that is left",
            ["none", *spelt(list(CompletionName))],
        ),
        "--add1-start": ("Add1: from B/n, or from B/n rounded down", spelt(list(Add1Start))),
        "--add1-stop": ("Add1: when to stop", spelt(list(Add1Stop))),
        "--compare": (
            "equal shares: let greedy stand where more voters are better off with it, or as many",
            ["none", *spelt(list(Compare))],
        ),
    }
    for option, (text, choices) in words.items():
        group.add_argument(option, choices=choices, help=text)
    group.add_argument(
        "--add1-step",
        metavar="AMOUNT",
        help="Add1: more for each voter, in the file's currency (default: 1; 10, 100, … for shares from 1,000 on)",
    )
    group.add_argument("--threshold", metavar="N", help="projects need at least N votes (or points)")
    group.add_argument("--ties", metavar="LINKS", help="listed (default), or a chain, such as lower-cost,lot")
    add_draw_option(group)
    add_limit_options(parser)


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
    option = first_rule_option(args)
    if option:
        raise InputError(f"--{option} needs a rule. Name one with --rule.")
    return Chosen(paper.rulebook, paper.rule_note)


def first_rule_option(args: argparse.Namespace) -> str:
    """The first option given that says how to count, as it is spelt; empty: there is none."""
    options = ("rulebook", "rule", *RULE_OPTIONS, "threshold", "ties", *LIMIT_OPTIONS)
    return next((key.replace("_", "-") for key in options if getattr(args, key)), "")


def read_rulebook(path: str) -> Rulebook:
    """A rulebook from its file, however it is spaced; raises InputError."""
    try:
        return Rulebook.from_value(json.loads(read_bytes(path)))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise InputError(f"{path}: this is not JSON: {error}. Mend it there.") from error
    except RulebookError as error:
        raise InputError(f"{path}: {error}") from error
