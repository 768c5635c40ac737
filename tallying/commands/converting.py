"""``pb-tally convert``: elections from one form to another: .pb, .json, .csv, with or without their outcome."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tallying import pabulib, record
from tallying.commands.count_text import undecided_lines
from tallying.commands.counting import add_implementation, count_paper
from tallying.commands.output_file import refuse_overwriting, write_output
from tallying.commands.rule_options import add_rule_options, first_rule_option
from tallying.commands.sources import (
    Countable,
    InputError,
    form_of,
    is_record,
    open_source,
    pick_papers,
    read_file,
)
from tallying.commands.tables import hanging
from tallying.commands.terminal import one_line
from tallying.election_csv import to_csv
from tallying.election_json import to_json
from tallying.pabulib import PabulibFile
from tallying.pabulib_export import export
from tallying.record_file import election_file
from tallying.values import replace


def add(parsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the sub-command."""
    parser = parsers.add_parser(
        "convert",
        usage="%(prog)s IN OUT [--with-outcome [--rule RULE]] [options]",
        help="turn an election into .pb, .json or .csv",
        description=(
            "Turn an election file, or a paper of a record, into another form: .pb, .json or\n"
            ".csv, by the end of the name OUT. With --with-outcome it is counted, and OUT\n"
            "says what is funded, as Pabulib wants it."
        ),
        epilog=(
            "examples:\n  pb-tally convert city.pb city.csv\n  pb-tally convert city.csv city.pb\n"
            "  pb-tally convert record.zip city.pb --with-outcome\n"
            "  pb-tally convert city.csv city.pb --with-outcome --meta country=Poland\n"
        ),
    )
    parser.add_argument("source", metavar="IN", help="a .pb, .json or .csv file; a record: folder or .zip")
    parser.add_argument("target", metavar="OUT", help="the file to write")
    parser.add_argument("--paper", metavar="ID", help="which paper of a record")
    parser.add_argument("--with-outcome", action="store_true", help="count, and write what is funded (only .pb)")
    parser.add_argument("--meta", metavar="KEY=VALUE", action="append", default=[], help="a key of META to write")
    add_implementation(parser)
    add_rule_options(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0: written, 1: not written, because the outcome is undecided."""
    if Path(args.target).suffix.lower() not in (".pb", ".json", ".csv"):
        raise InputError(f"{args.target}: this form is unknown. End the name in .pb, .json or .csv.")
    _refuse_what_says_nothing(args)
    paper, file = _opened(args)
    file = _with_meta(file, args.meta)
    notes = list[str]()
    if args.with_outcome:
        if Path(args.target).suffix.lower() != ".pb":
            raise InputError(f"{args.target}: only .pb says what is funded. End the name in .pb.")
        counted = count_paper(args, paper)
        if not counted.outcome.is_decided:
            sys.stdout.write("\n".join(undecided_lines(counted.paper, counted.outcome)) + "\n")
            return 1
        exported = export(file, counted.rulebook, counted.outcome)
        data, notes = exported.data, list(exported.notes)
    else:
        data = _written(file, args.target)
    write_output(args.target, data)
    said = [f"{args.target}: {len(data):,} bytes", *_unused(file), *notes]
    sys.stdout.write("\n".join(line for text in said for line in hanging(one_line(text))) + "\n")
    return 0


def _refuse_what_says_nothing(args: argparse.Namespace) -> None:
    """Refuse to write over the source, and a rule by which nothing would be counted."""
    refuse_overwriting(args.source, args.target)
    option = first_rule_option(args)
    if option and not args.with_outcome:
        raise InputError(f"--{option} counts, and nothing is counted here. Add --with-outcome, or leave it out.")


def _opened(args: argparse.Namespace) -> tuple[Countable, PabulibFile]:
    """What is to be counted, and the same as a file."""
    if not is_record(args.source):
        file = read_file(args.source)
        return open_source(args.source).papers[0], file
    source = pick_papers(open_source(args.source), args.paper)
    if len(source.papers) != 1:
        raise InputError(f"{args.source}: {len(source.papers)} papers can be converted. Name one with --paper.")
    paper = source.papers[0]
    return paper, election_file(record.load(Path(args.source)), paper.id, args.source)


def _with_meta(file: PabulibFile, given: Sequence[str]) -> PabulibFile:
    meta = dict(file.meta)
    for text in given:
        key, equals, value = text.partition("=")
        if not (key.strip() and equals) or key.strip() in ("budget", "vote_type", "num_votes", "num_projects"):
            raise InputError(f"--meta {text}: this cannot be set. Write KEY=VALUE, such as country=Poland.")
        meta[key.strip()] = " ".join(value.split())
    return replace(file, meta=tuple(meta.items()))


def _unused(file: PabulibFile) -> list[str]:
    lines = []
    if file.unused:
        lines.append(f"Left out, because no count needs it: {', '.join(file.unused)}")
    if file.issues:
        lines.append(f"Noted in {file.source}: {len(file.issues)}. List: pb-tally check {file.source}")
    return lines


def _written(file: PabulibFile, target: str) -> bytes:
    match form_of(target):
        case ".json":
            return to_json(file)
        case ".csv":
            return to_csv(file)
        case _:
            return pabulib.write(file)
