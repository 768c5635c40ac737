"""``pb-tally compare``: two rules on the same ballots, side by side: who gains and who loses."""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from tallying.commands.counting import Counted, add_implementation, count_by
from tallying.commands.rule_making import RULE_OPTIONS, RULES, make_rulebook, options_of
from tallying.commands.rule_options import add_rule_options, finer, read_rulebook
from tallying.commands.rule_words import in_one_line
from tallying.commands.sources import Countable, InputError, open_source, pick_papers
from tallying.commands.tables import one_line, paragraph, table
from tallying.election import Election
from tallying.explain_words import percent
from tallying.money import amount_text, shown, shown_share
from tallying.outcome import Outcome
from tallying.rules.support import marks

_COMPLETED = ("none", "add1", "greedy", "add1-then-greedy")


def add(parsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the sub-command."""
    parser = parsers.add_parser(
        "compare",
        help="count by two rules and show the difference",
        description=(
            "Count the same ballots by two rules. A rule is greedy, equal-shares, equal-shares+add1, "
            "equal-shares+greedy, equal-shares+add1-then-greedy, phragmen, max-welfare, bounded-overspending, "
            "or a rulebook file ending in .json."
        ),
        epilog="examples:\n  pb-tally compare city.pb --rule greedy --rule equal-shares+add1\n",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("source", metavar="FILE|RECORD", help="a .pb, .json or .csv file; a record: folder or .zip")
    parser.add_argument("--rule", action="append", required=True, metavar="RULE", help="give it twice")
    parser.add_argument("--paper", metavar="ID", help="which paper of a record")
    parser.add_argument("--json", action="store_true", help="print JSON")
    add_implementation(parser)
    add_rule_options(parser, many=True)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0: compared; 1: one of the counts is undecided."""
    if len(args.rule) != 2:
        raise InputError(f"--rule is given {len(args.rule)} times. Give it twice, with the two rules to compare.")
    papers = pick_papers(open_source(args.source), args.paper).papers
    if len(papers) != 1:
        raise InputError(f"{args.source}: {len(papers)} papers can be counted here. Name one with --paper.")
    paper = finer(args, papers[0])
    pair = [_count(args, name, paper) for name in args.rule]
    measured = [measure(paper.election, item.outcome) for item in pair]
    if args.json:
        sys.stdout.write(json.dumps(_value(pair, measured), ensure_ascii=False, indent=1) + "\n")
    else:
        sys.stdout.write("\n".join(_lines(paper, pair, measured)) + "\n")
    return 0 if all(item.outcome.is_decided for item in pair) else 1


def _count(args: argparse.Namespace, name: str, paper: Countable) -> Counted:
    """Count by a rule as ``--rule`` names it; options that belong to the other rule are passed over."""
    if name.endswith(".json"):
        rulebook = read_rulebook(name)
    else:
        rule, _, completion = name.partition("+")
        if rule not in RULES or completion not in ("", *_COMPLETED):
            raise InputError(f"--rule {name!r} is unknown. Known: {', '.join(RULES)}, equal-shares+add1.")
        rulebook = make_rulebook(_options_of(args, rule, completion), rule, paper)
    return count_by(args, paper, rulebook, "")


def _options_of(args: argparse.Namespace, rule: str, completion: str) -> argparse.Namespace:
    if completion and rule != "equal-shares":
        raise InputError(f"--rule {rule}+{completion}: only equal-shares is completed. Write {rule}.")
    options = argparse.Namespace(**{**vars(args), "completion": completion or args.completion})
    can = options_of(options, rule)
    return argparse.Namespace(**{**vars(options), **{key: None for key in RULE_OPTIONS if key not in can}})


@dataclass(frozen=True, slots=True)
class Measures:
    """How an outcome serves the voters: exact shares.

    ``with_one``: voters with at least one funded project among those they named, of all voters;
    ``used``: share of the budget; ``mean``: mean cost of the funded projects that a voter named, in
    minor units.
    """

    with_one: Fraction
    used: Fraction
    mean: Fraction


def measure(election: Election, outcome: Outcome) -> Measures:
    """The measures of an outcome of this election."""
    cost = {item.id: item.amount for item in outcome.funded}
    with_one = spent = 0
    for ballot, voters in election.groups:
        funded = [project_id for project_id, _ in marks(ballot) if project_id in cost]
        with_one += voters if funded else 0
        spent += voters * sum(cost[project_id] for project_id in funded)
    voters = election.voters or 1
    return Measures(Fraction(with_one, voters), Fraction(outcome.cost, election.budget or 1), Fraction(spent, voters))


def _value(pair: Sequence[Counted], measured: Sequence[Measures]) -> dict[str, object]:
    return {
        "rules": [
            {
                "rule": item.rulebook.written(),
                "funded": list(item.outcome.funded_ids),
                "cost": amount_text(item.outcome.cost, item.outcome.exponent),
                "voters_with_one": str(measures.with_one),
                "budget_used": str(measures.used),
                "rulebook_sha256": item.outcome.rulebook_sha256,
            }
            for item, measures in zip(pair, measured, strict=True)
        ],
        "only_first": _only(pair[0], pair[1]),
        "only_second": _only(pair[1], pair[0]),
    }


def _only(one: Counted, other: Counted) -> list[str]:
    return [project_id for project_id in one.outcome.funded_ids if project_id not in other.outcome.funded_ids]


def _lines(paper: Countable, pair: Sequence[Counted], measured: Sequence[Measures]) -> list[str]:
    election = paper.election
    lines = [one_line(paper.title)]
    for letter, item in zip("AB", pair, strict=True):
        lines += paragraph(letter, in_one_line(item.rulebook))
    rows = [("", "", "A", "B"), *_measure_rows(election, pair, measured)]
    lines += ["", *table(rows, right=(2, 3), indent=0), ""]
    first, second = _only(pair[0], pair[1]), _only(pair[1], pair[0])
    changed = [project for project in election.projects if project.id in (*first, *second)]
    if not changed:
        return [*lines, "Both fund the same projects."]
    head = ("", "Projects that change", "Cost", "A", "B")
    money = [shown(project.cost, election.exponent, election.currency) for project in changed]
    marked = [
        (one_line(project.id), one_line(project.name), cost, *(("yes", "no") if project.id in first else ("no", "yes")))
        for project, cost in zip(changed, money, strict=True)
    ]
    return lines + table([head, *marked], right=(2, 3, 4), indent=0)


def _measure_rows(
    election: Election, pair: Sequence[Counted], measured: Sequence[Measures]
) -> list[tuple[str, str, str, str]]:
    funded = [f"{len(item.outcome.funded)} of {len(election.projects)}" for item in pair]
    spent = [shown(item.outcome.cost, election.exponent, election.currency) for item in pair]
    used = [_percent(one.used) for one in measured]
    with_one = [_percent(one.with_one) for one in measured]
    mean = [shown_share(one.mean, election.exponent, election.currency) for one in measured]
    return [
        ("", "Projects funded", funded[0], funded[1]),
        ("", "Money used", spent[0], spent[1]),
        ("", "Share of the budget", used[0], used[1]),
        ("", "Voters with at least one of their picks", with_one[0], with_one[1]),
        ("", "Mean money on a voter’s picks", mean[0], mean[1]),
    ]


def _percent(share: Fraction) -> str:
    return percent(Fraction(share.numerator * 1000 // share.denominator, 1000))
