"""``pb-tally explain``: one sentence a project, of an outcome, a record or a file."""

import argparse
import json
import sys
from collections.abc import Iterable
from pathlib import Path

from tallying.commands.counting import add_implementation, count_paper
from tallying.commands.rule_options import add_rule_options
from tallying.commands.sources import InputError, open_source, pick_papers, read_bytes
from tallying.commands.tables import hanging, one_line, wrapped
from tallying.explain import Sentence, explain, explain_alone
from tallying.outcome import FORMAT, Outcome, OutcomeError


def add(parsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the sub-command."""
    parser = parsers.add_parser(
        "explain",
        help="say for each project why it is funded or not",
        description="Say for each project why it is funded or not.",
        epilog="examples:\n  pb-tally explain city.pb\n  pb-tally explain record.zip 17\n",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("source", metavar="OUT|RECORD|FILE", help="an outcome (count -o), a record or a file")
    parser.add_argument("project", metavar="PROJECT", nargs="?", help="only the project with this id")
    parser.add_argument("--paper", metavar="ID", help="only this paper of a record")
    parser.add_argument("--json", action="store_true", help="print JSON")
    add_implementation(parser)
    add_rule_options(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0: explained, 1: undecided."""
    told, is_decided = _told(args)
    if args.project is not None:
        told = [sentence for sentence in told if sentence.id == args.project]
        if not told:
            raise InputError(f"{args.source}: it has no project {args.project!r}. Look up its id with pb-tally count.")
    if args.json:
        value = [{"id": s.id, "name": s.name, "funded": s.is_funded, "code": s.code, "text": s.text} for s in told]
        sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=1) + "\n")
    else:
        sys.stdout.write("\n".join(_lines(told)) + "\n")
    return 0 if is_decided else 1


def _told(args: argparse.Namespace) -> tuple[list[Sentence], bool]:
    if _is_outcome(args.source):
        outcome = _outcome(args.source)
        return list(explain_alone(outcome)), outcome.is_decided
    source = pick_papers(open_source(args.source), args.paper)
    told, is_decided = list[Sentence](), True
    for paper in source.papers:
        counted = count_paper(args, paper)
        told += explain(counted.paper.election, counted.outcome)
        is_decided = is_decided and counted.outcome.is_decided
    if not source.papers:
        raise InputError(f"{args.source}: its count is not public, so there is nothing to explain.")
    return told, is_decided


def _is_outcome(path: str) -> bool:
    return Path(path).suffix.lower() == ".json" and Path(path).is_file() and FORMAT.encode() in read_bytes(path)


def _outcome(path: str) -> Outcome:
    try:
        return Outcome.from_json(read_bytes(path))
    except OutcomeError as error:
        raise InputError(f"{path}: {error}. Make it anew with pb-tally count FILE -o {path}.") from error


def _lines(told: Iterable[Sentence]) -> Iterable[str]:
    for sentence in told:
        mark = "✓" if sentence.is_funded else "·"
        yield from hanging(one_line(f"{mark} {sentence.id}  {sentence.name}".rstrip()))
        yield from wrapped(one_line(sentence.text))
