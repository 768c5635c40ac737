"""The library's own door: read a file, say the rule in the words of ``pb-tally``, count.

See ``docs/guides/counting.md``, whose examples are run as tests.
"""

import argparse
from os import PathLike
from pathlib import Path

from tallying import pabulib
from tallying.commands.rule_making import RULE_OPTIONS, RULES, make_rulebook
from tallying.commands.sources import Countable, InputError
from tallying.election_csv import from_csv
from tallying.election_json import from_json
from tallying.file_rules import rulebook_of
from tallying.pabulib import PabulibFile
from tallying.rulebook import Rulebook

_OPTIONS = (*RULE_OPTIONS, "threshold", "ties")


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


def rulebook_for(file: PabulibFile, rule: str | None = None, **options: str | int) -> Rulebook:
    """A rulebook for this file in the words of ``pb-tally count``: all that is not said has its defaults.

    ``rule`` is greedy, equal-shares, phragmen, max-welfare or bounded-overspending; without one it is the
    rule that the file names. ``options`` are those of the command with ``_`` for ``-``, such as
    ``completion="add1"``, ``add1_step="0.50"`` or ``threshold=100``. Raises ValueError for what cannot be counted.
    """
    for option in options:
        if option not in _OPTIONS:
            raise InputError(f"{option} is no option. Known: {', '.join(_OPTIONS)}.")
    if rule is None:
        if options:
            raise InputError(f"{next(iter(options))} needs a rule. Name one of: {', '.join(RULES)}.")
        return rulebook_of(file).rulebook
    if rule not in RULES:
        raise InputError(f"{rule!r} is no rule. Known: {', '.join(RULES)}.")
    given = {option: str(options[option]) if option in options else None for option in _OPTIONS}
    paper = Countable("", "", file.election, rulebook_of(file).rulebook, file=file)
    return _made(argparse.Namespace(**given), rule, paper)


def _made(args: argparse.Namespace, rule: str, paper: Countable) -> Rulebook:
    """A word that is none of its choice is said as plainly as the command line says it."""
    try:
        return make_rulebook(args, rule, paper)
    except InputError:
        raise
    except ValueError as error:
        raise InputError(f"{error}. pb-tally count --help lists the words of each option.") from error
