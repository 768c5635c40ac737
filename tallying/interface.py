"""The library's own door: read a file, say the rule in the words of ``pb-tally``, count.

See ``docs/guides/counting.md``, whose examples are run as tests.
"""

import argparse
from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from typing import NoReturn

from tallying import pabulib
from tallying.commands.rule_options import add_rule_options, choose_rulebook
from tallying.commands.sources import Countable, InputError
from tallying.election_csv import from_csv
from tallying.election_json import from_json
from tallying.file_rules import rulebook_of
from tallying.pabulib import PabulibFile
from tallying.rulebook import Rulebook


def read_pabulib(path: str | PathLike[str]) -> PabulibFile:
    """The election file at this path: ``.pb``, or our own forms ending in ``.json`` or ``.csv``.

    Raises PabulibError, with file, line, what is wrong and how to mend it; OSError where no file is.
    """
    place = Path(path)
    data, source = place.read_bytes(), str(path)
    match place.suffix.lower():
        case ".json":
            return from_json(data, source)
        case ".csv":
            return from_csv(data, source)
        case _:
            return pabulib.read(data, source)


def rulebook_for(file: PabulibFile, rule: str | None = None, **options: str | int | Sequence[str]) -> Rulebook:
    """A rulebook for this file in the words of ``pb-tally count``: all that is not said has its defaults.

    ``rule`` is greedy, equal-shares, phragmen, max-welfare or bounded-overspending; without one it is the
    rule that the file names. ``options`` are those of the command with ``_`` for ``-``, such as
    ``completion="add1"``, ``add1_step="0.50"`` or ``threshold=100``; a list for one that is given several
    times. Raises ValueError for what cannot be counted.
    """
    words = [] if rule is None else ["--rule", rule]
    for option, value in options.items():
        for one in [value] if isinstance(value, str | int) else value:
            words += [f"--{option.replace('_', '-')}", str(one)]
    named = rulebook_of(file)
    paper = Countable("", "", file.election, named.rulebook, named.note, file=file)
    return choose_rulebook(_parser().parse_args(words), paper).rulebook


class _Words(argparse.ArgumentParser):
    """The options of the command line; a wrong one is a ValueError and not the end of the program."""

    def error(self, message: str) -> NoReturn:
        raise InputError(f"{message}. pb-tally count --help lists the options and their words.")


def _parser() -> _Words:
    parser = _Words(prog="rulebook_for", allow_abbrev=False, add_help=False)
    add_rule_options(parser)
    return parser
