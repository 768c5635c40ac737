"""``pb-tally convert``: election files from one form to another: .pb, .json, .csv."""

import argparse
import sys
from pathlib import Path

from tallying import pabulib
from tallying.commands.sources import InputError, is_zip, read_file
from tallying.commands.tables import one_line
from tallying.election_csv import to_csv
from tallying.election_json import to_json
from tallying.pabulib import PabulibFile


def add(parsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the sub-command."""
    parser = parsers.add_parser(
        "convert",
        help="turn an election file into .pb, .json or .csv",
        description="Turn an election file into another form: .pb, .json or .csv, by the ends of the two names.",
        epilog="examples:\n  pb-tally convert city.pb city.csv\n  pb-tally convert city.csv city.pb\n",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("source", metavar="IN", help="a .pb, .json or .csv file")
    parser.add_argument("target", metavar="OUT", help="the file to write")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0: written."""
    if Path(args.source).is_dir() or is_zip(Path(args.source)):
        raise InputError(f"{args.source}: this is a record. Convert the ballots.pb in its folder.")
    file = read_file(args.source)
    data = _converted(file, args.target)
    try:
        Path(args.target).write_bytes(data)
    except OSError as error:
        raise InputError(f"{args.target}: {error.strerror}. Choose another place.") from error
    lines = [f"{args.target}: {len(data):,} bytes"]
    if file.unused:
        lines.append(one_line(f"Left out, because no count needs it: {', '.join(file.unused)}"))
    if file.issues:
        lines.append(f"Noted in {args.source}: {len(file.issues)}. List: pb-tally check {args.source}")
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


def _converted(file: PabulibFile, target: str) -> bytes:
    match Path(target).suffix.lower():
        case ".pb":
            return pabulib.write(file)
        case ".json":
            return to_json(file)
        case ".csv":
            return to_csv(file)
        case _:
            raise InputError(f"{target}: this form is unknown. End the name in .pb, .json or .csv.")
