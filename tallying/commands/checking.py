"""``pb-tally check``: read an election file and list everything that was repaired or deserves a look."""

import argparse
import json
import sys

from tallying.commands.sources import InputError, Source, open_source
from tallying.commands.terminal import one_line
from tallying.explain_words import people
from tallying.money import shown
from tallying.pabulib import Issue, PabulibFile

_SHOWN = 50


def add(parsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the sub-command."""
    parser = parsers.add_parser(
        "check",
        usage="%(prog)s FILE [--json]",
        help="read a file and list what was repaired",
        description="Read an election file. Exit code 0: it can be counted; 2: it cannot, with\nthe line and why.",
        epilog="examples:\n  pb-tally check city.pb\n  pb-tally check city.pb --json\n",
    )
    parser.add_argument("file", metavar="FILE", help="a .pb, .json or .csv file")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0: the file can be counted."""
    source = open_source(args.file)
    file = _file_of(source)
    if args.json:
        sys.stdout.write(json.dumps(_value(file), ensure_ascii=False, indent=1) + "\n")
        return 0
    election = file.election
    budget = shown(election.budget, election.exponent, election.currency)
    lines = [
        one_line(file.value("description") or args.file),
        f"{people(election.voters)}, {len(file.projects)} projects, {budget}, {file.vote_type} ballots",
        f"Can be counted. Noted: {len(file.issues)}" if file.issues else "Can be counted. Nothing to note.",
        *(_issue_line(args.file, issue) for issue in file.issues[:_SHOWN]),
    ]
    if len(file.issues) > _SHOWN:
        lines.append(f"… and {len(file.issues) - _SHOWN} more: --json lists them all")
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


def _file_of(source: Source) -> PabulibFile:
    for paper in source.papers:
        if paper.file is not None:
            return paper.file
    raise InputError(f"{source.path}: this is a record. Use pb-tally verify for it.")


def _value(file: PabulibFile) -> dict[str, object]:
    return {
        "file": file.source,
        "voters": file.election.voters,
        "projects": len(file.projects),
        "vote_type": file.vote_type,
        "rule": file.value("rule"),
        "election_sha256": file.election.sha256(),
        "issues": [{"line": issue.line, "code": issue.code, "text": issue.text} for issue in file.issues],
        "unused_columns": list(file.unused),
    }


def _issue_line(path: str, issue: Issue) -> str:
    place = f"{path}, line {issue.line}" if issue.line else path
    return one_line(f"  {place}: {issue.text}")
