"""``pb-tally compare``: several rules on the same ballots, side by side: who gains and who loses."""

import argparse
import json
import sys

from tallying.commands.compare_json import comparison_value
from tallying.commands.compare_text import Compared, comparison_lines
from tallying.commands.counting import Counted, add_implementation, count_by
from tallying.commands.rule_making import RULE_OPTIONS, RULES, make_rulebook, options_of
from tallying.commands.rule_options import add_rule_options, finer, read_rulebook
from tallying.commands.sources import Countable, InputError, open_source, pick_papers
from tallying.file_rules import satisfaction_of
from tallying.measures import measure, shift

_COMPLETED = ("none", "add1", "greedy", "add1-then-greedy")
_COMPLETED_RULES = tuple(f"equal-shares+{completion}" for completion in _COMPLETED[1:])
_MOST = 6


def add(parsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the sub-command."""
    parser = parsers.add_parser(
        "compare",
        usage="%(prog)s FILE|RECORD --rule A --rule B [--rule C ...] [options]",
        help="count by several rules and show the difference",
        description=(
            "Count the same ballots by two to six rules. A rule is greedy, equal-shares,\n"
            "equal-shares+add1, equal-shares+greedy, equal-shares+add1-then-greedy, phragmen,\n"
            "max-welfare, bounded-overspending, or a rulebook file ending in .json."
        ),
        epilog=(
            "examples:\n  pb-tally compare city.pb --rule greedy --rule equal-shares+add1\n"
            "  pb-tally compare city.pb --rule greedy --rule phragmen --rule ours.json --json\n"
        ),
    )
    parser.add_argument("source", metavar="FILE|RECORD", help="a .pb, .json or .csv file; a record: folder or .zip")
    parser.add_argument("--rule", action="append", required=True, metavar="RULE", help="give it for each rule")
    parser.add_argument("--paper", metavar="ID", help="which paper of a record")
    parser.add_argument("--json", action="store_true", help="print JSON")
    add_implementation(parser)
    add_rule_options(parser, many=True)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0: compared; 1: one of the counts is undecided."""
    if not 2 <= len(args.rule) <= _MOST:
        times = "once" if len(args.rule) == 1 else f"{len(args.rule)} times"
        raise InputError(f"--rule is given {times}. Give it two to six times, once for each rule.")
    papers = pick_papers(open_source(args.source), args.paper).papers
    if len(papers) != 1:
        raise InputError(f"{args.source}: {len(papers)} papers can be counted here. Name one with --paper.")
    _refuse_what_no_rule_has(args)
    paper = finer(args, papers[0])
    rules = [_compared(_count(args, name, paper)) for name in args.rule]
    shifts = [shift(paper.election, rules[0].outcome, other.outcome) for other in rules]
    if args.json:
        sys.stdout.write(json.dumps(comparison_value(paper, rules, shifts), ensure_ascii=False, indent=1) + "\n")
    else:
        sys.stdout.write("\n".join(comparison_lines(paper, rules, shifts)) + "\n")
    return 0 if all(item.outcome.is_decided for item in rules) else 1


def _compared(counted: Counted) -> Compared:
    satisfaction = satisfaction_of(counted.rulebook.ballot.kind)
    measures = measure(counted.paper.election, counted.outcome, satisfaction, counted.rulebook.rule.satisfaction)
    return Compared(counted.rulebook, counted.outcome, measures, satisfaction)


def _count(args: argparse.Namespace, name: str, paper: Countable) -> Counted:
    """Count by a rule as ``--rule`` names it; options that belong to the other rules are passed over."""
    if name.endswith(".json"):
        rulebook = read_rulebook(name)
    else:
        rule, _, completion = name.partition("+")
        if rule not in RULES or completion not in ("", *_COMPLETED):
            raise InputError(f"--rule {name!r} is unknown. Known: {', '.join((*RULES, *_COMPLETED_RULES))}.")
        rulebook = make_rulebook(_options_of(args, rule, completion), rule, paper)
    return count_by(args, paper, rulebook, "")


def _refuse_what_no_rule_has(args: argparse.Namespace) -> None:
    """An option may belong to one of the rules only; one that belongs to none would change nothing."""
    named = [name.partition("+") for name in args.rule if name.partition("+")[0] in RULES]
    can = {option for rule, _, completion in named for option in options_of(_completed(args, completion), rule)}
    for option in RULE_OPTIONS:
        if getattr(args, option) and option not in can:
            raise InputError(f"--{option.replace('_', '-')} goes with none of these rules. Leave it out.")


def _completed(args: argparse.Namespace, completion: str) -> argparse.Namespace:
    return argparse.Namespace(**{**vars(args), "completion": completion or args.completion})


def _options_of(args: argparse.Namespace, rule: str, completion: str) -> argparse.Namespace:
    if completion and rule != "equal-shares":
        raise InputError(f"--rule {rule}+{completion}: only equal-shares is completed. Write {rule}.")
    options = _completed(args, completion)
    can = options_of(options, rule)
    return argparse.Namespace(**{**vars(options), **{key: None for key in RULE_OPTIONS if key not in can}})
