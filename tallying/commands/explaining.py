"""``pb-tally explain``: one sentence a project, of an outcome, a record or a file."""

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from tallying.commands.counting import Counted, add_implementation, count_paper
from tallying.commands.rule_options import add_rule_options, first_rule_option
from tallying.commands.rule_words import rule_line
from tallying.commands.sources import InputError, open_source, pick_papers, read_bytes
from tallying.commands.tables import hanging, paragraph, wrapped
from tallying.commands.terminal import one_line
from tallying.explain import Sentence, explain, explain_alone
from tallying.fields import NONE
from tallying.margins import Margin, margin
from tallying.money import amount_text
from tallying.outcome import FORMAT, Outcome, OutcomeError
from tallying.values import frozen_value, replace


def add(parsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the sub-command."""
    parser = parsers.add_parser(
        "explain",
        usage="%(prog)s FILE|RECORD|OUT [PROJECT] [--rule RULE] [options]",
        help="say for each project why it is funded or not",
        description="Say for each project why it is funded or not.",
        epilog=(
            "examples:\n  pb-tally explain city.pb\n  pb-tally explain city.pb 17 --rule equal-shares --margin\n"
            "  pb-tally explain record.zip 17\n"
        ),
    )
    parser.add_argument("source", metavar="FILE|RECORD|OUT", help="a file, a record, or an outcome (count -o)")
    parser.add_argument("project", metavar="PROJECT", nargs="?", help="only the project with this id")
    parser.add_argument("--paper", metavar="ID", help="only this paper of a record")
    parser.add_argument(
        "--margin", action="store_true", help="at which cost does the answer change? (about 30 counts a project)"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    add_implementation(parser)
    add_rule_options(parser)
    parser.set_defaults(run=run)


@frozen_value
class _Told:
    """The sentences of one paper, and where they come from; an outcome alone has no ``counted``."""

    sentences: tuple[Sentence, ...]
    is_decided: bool
    counted: Counted | None = None


def run(args: argparse.Namespace) -> int:
    """0: explained, 1: undecided."""
    all_told = _told(args)
    told = [_only(item, args.project) for item in all_told]
    if not any(item.sentences for item in told):
        raise InputError(f"{args.source}: it has no project {args.project!r}. {_id_of(all_told, args.project)}")
    margins = {item.sentences: _margins(item) if args.margin else () for item in told}
    if args.json:
        value = [one for item in told for one in _value(item, margins[item.sentences])]
        sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=1) + "\n")
    else:
        lines = [line for item in told if item.sentences for line in _lines(item, margins[item.sentences])]
        sys.stdout.write("\n".join(lines) + "\n")
    return 0 if all(item.is_decided for item in told) else 1


def _told(args: argparse.Namespace) -> list[_Told]:
    if _is_outcome(args.source):
        if args.margin:
            raise InputError(f"{args.source}: --margin counts again, so it needs the ballots. Give the file or record.")
        option = first_rule_option(args)
        if option:
            raise InputError(f"{args.source}: --{option} needs the ballots to count again. Give the file or record.")
        outcome = _outcome(args.source)
        return [_Told(explain_alone(outcome), outcome.is_decided)]
    source = pick_papers(open_source(args.source), args.paper)
    if not source.papers:
        raise InputError(f"{args.source}: its count is not public, so there is nothing to explain.")
    counts = [count_paper(args, paper) for paper in source.papers]
    return [
        _Told(explain(one.paper.election, one.outcome, one.paper.word), one.outcome.is_decided, one) for one in counts
    ]


def _only(told: _Told, project_id: str | None) -> _Told:
    if project_id is None:
        return told
    return replace(told, sentences=tuple(item for item in told.sentences if item.id == project_id))


def _id_of(told: Sequence[_Told], name: str) -> str:
    """Where the id stands, or the id itself if this is the name of one project."""
    ids = [item.id for one in told for item in one.sentences if item.name.casefold() == name.strip().casefold()]
    return f"That is its name; its id is {ids[0]}." if len(ids) == 1 else "Look up its id with pb-tally count."


def _margins(told: _Told) -> tuple[Margin, ...]:
    one = told.counted
    if one is None:
        return ()
    drawn = one.outcome.drawn
    seed = None if drawn == NONE else bytes.fromhex(drawn)
    return tuple(margin(one.paper.election, one.rulebook, item.id, seed) for item in told.sentences)


def _value(told: _Told, margins: Sequence[Margin]) -> Iterable[dict[str, object]]:
    for number, item in enumerate(told.sentences):
        value: dict[str, object] = {"id": item.id, "name": item.name, "funded": item.is_funded, "code": item.code}
        value["text"] = item.text
        if told.counted and told.counted.paper.id:
            value["paper"] = told.counted.paper.id
        if margins and told.counted:
            exponent = told.counted.paper.election.exponent
            for key, amount in (("funded_at", margins[number].funded_at), ("not_at", margins[number].not_at)):
                value[key] = None if amount is None else amount_text(amount, exponent)
        yield value


def _is_outcome(path: str) -> bool:
    return Path(path).suffix.lower() == ".json" and Path(path).is_file() and FORMAT.encode() in read_bytes(path)


def _outcome(path: str) -> Outcome:
    try:
        return Outcome.from_json(read_bytes(path))
    except OutcomeError as error:
        raise InputError(f"{path}: {error}. Make it anew with pb-tally count FILE -o {path}.") from error


def _lines(told: _Told, margins: Sequence[Margin]) -> Iterable[str]:
    if told.counted is not None:
        yield one_line(told.counted.paper.title)
        yield from paragraph("Rule", one_line(rule_line(told.counted.rulebook, told.counted.note)))
        yield ""
    for number, sentence in enumerate(told.sentences):
        mark = "✓" if sentence.is_funded else "·"
        yield from hanging(one_line(f"{mark} {sentence.id}  {sentence.name}".rstrip()))
        yield from wrapped(one_line(sentence.text))
        if margins and told.counted:
            yield from wrapped(one_line(margins[number].text(told.counted.paper.election)))
