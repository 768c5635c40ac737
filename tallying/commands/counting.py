"""``pb-tally count``: count a file, or the papers of a record and compare with what it says."""

import argparse
import json
import sys

from tallying.choices import Implementation
from tallying.commands.draw_option import seed_of
from tallying.commands.rule_options import add_rule_options, choose_rulebook, finer
from tallying.commands.sources import Countable, InputError, Source, open_source, pick_papers
from tallying.count import count, implementation_for
from tallying.on_demand import on_demand
from tallying.outcome import Outcome
from tallying.rulebook import Rulebook
from tallying.values import frozen_value

EXAMPLES = """examples:
  pb-tally count city.pb
  pb-tally count city.pb --rule greedy --unsupported fund
  pb-tally count city.pb --rule equal-shares --completion add1 --json
  pb-tally count record.zip
"""


@frozen_value
class Counted:
    """A paper, the rulebook that it was counted by, a note on it, the code that counted, and the outcome."""

    paper: Countable
    rulebook: Rulebook
    note: str
    implementation: Implementation
    outcome: Outcome

    @property
    def differs(self) -> bool:
        """Whether a record says something else than this count, under its own rulebook."""
        published = self.paper.published
        return published is not None and self.rulebook == self.paper.rulebook and published != self.outcome


def add(parsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the sub-command."""
    parser = parsers.add_parser(
        "count",
        usage="%(prog)s FILE|RECORD [--rule RULE] [options]",
        help="count a file or a record",
        description="Count a .pb file, or the papers of a record, and show who is funded.",
        epilog=EXAMPLES,
    )
    parser.add_argument("source", metavar="FILE|RECORD", help="a .pb, .json or .csv file; a record: folder or .zip")
    parser.add_argument("--paper", metavar="ID", help="only this paper of a record")
    parser.add_argument("-o", "--output", metavar="OUT", help="write the outcome with its trace to this file")
    parser.add_argument("--json", action="store_true", help="print JSON")
    add_implementation(parser)
    add_rule_options(parser)
    parser.set_defaults(run=run)


def add_implementation(parser: argparse.ArgumentParser) -> None:
    """Add ``--implementation``."""
    parser.add_argument(
        "--implementation",
        choices=[code.value for code in Implementation],
        help="which code counts; both give the same (default: the engine, where it can)",
    )


def run(args: argparse.Namespace) -> int:
    """0: counted; 1: undecided, or a record says something else; raises InputError and others for 2."""
    source = pick_papers(open_source(args.source), args.paper)
    if args.output:
        on_demand("tallying.commands.output_file").refuse_overwriting(args.source, args.output)
    counted = [count_paper(args, paper) for paper in source.papers]
    if args.output:
        _write(args.output, counted)
    if args.json:
        _print_json(source, counted)
    else:
        _print_text(source, counted)
    return 1 if any(item.differs or not item.outcome.is_decided for item in counted) else 0


def count_paper(args: argparse.Namespace, paper: Countable) -> Counted:
    """Count one paper by the options, or by the rulebook that comes with it."""
    paper = finer(args, paper)
    chosen = choose_rulebook(args, paper)
    return count_by(args, paper, chosen.rulebook, chosen.note)


def count_by(args: argparse.Namespace, paper: Countable, rulebook: Rulebook, note: str) -> Counted:
    """Count one paper by this rulebook, with the code that ``--implementation`` names."""
    wanted = Implementation(args.implementation) if args.implementation else None
    chosen = implementation_for(rulebook, wanted)
    outcome = count(paper.election, rulebook, seed_of(args, paper), implementation=chosen)
    return Counted(paper, rulebook, note, chosen, outcome)


def _write(path: str, counted: list[Counted]) -> None:
    if len(counted) != 1:
        raise InputError(f"-o writes one outcome, but there are {len(counted)} papers. Name one with --paper.")
    on_demand("tallying.commands.output_file").write_output(path, counted[0].outcome.to_json())


def _print_json(source: Source, counted: list[Counted]) -> None:
    outcome_value = on_demand("tallying.commands.count_json").outcome_value
    values = [
        outcome_value(item.paper, item.rulebook, item.note, item.outcome, item.differs, item.implementation)
        for item in counted
    ]
    value: object = values[0]
    if source.is_record and (len(values) != 1 or source.withheld):
        value = {"papers": values, "withheld": list(source.withheld)}
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=1) + "\n")


def _print_text(source: Source, counted: list[Counted]) -> None:
    words = on_demand("tallying.commands.count_text")
    lines: list[str] = []
    for item in counted:
        lines += [*words.count_lines(item.paper, item.rulebook, item.note, item.outcome, item.implementation), ""]
    lines += [f"Paper {paper_id}: count not public" for paper_id in source.withheld]
    compared = [item for item in counted if item.paper.published and item.rulebook == item.paper.rulebook]
    differing = [item.paper.id for item in compared if item.differs]
    lines += [f"Another result: the record’s outcome.json of {paper_id} is not this count’s" for paper_id in differing]
    if compared and not differing:
        lines.append(words.same_line([item.outcome for item in compared]))
    sys.stdout.write("\n".join(lines).rstrip("\n") + "\n")
