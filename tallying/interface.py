"""The library's own door: read a file, say the rule in the words of ``pb-tally``, count.

See ``docs/guides/counting.md``, whose examples are run as tests.
"""

import argparse
from collections.abc import Sequence
from os import PathLike, fspath
from typing import NoReturn

from tallying.choices import BallotKind, RuleName
from tallying.commands.rule_options import add_rule_options, choose_rulebook
from tallying.commands.sources import Countable, InputError, read_form
from tallying.election import Approval, Ballot, Election, Points, Ranking
from tallying.file_rules import rulebook_of, welfare_of
from tallying.pabulib import PabulibFile
from tallying.rule import BallotRule, Rule
from tallying.rulebook import Rulebook

_KINDS: dict[type[Ballot], BallotKind] = {
    Approval: BallotKind.APPROVAL,
    Points: BallotKind.POINTS,
    Ranking: BallotKind.RANKING,
}


def read_pabulib(path: str | PathLike[str]) -> PabulibFile:
    """The election file at this path: ``.pb``, or our own forms ending in ``.json`` or ``.csv``.

    Raises PabulibError, with file, line, what is wrong and how to mend it; OSError where no file is.
    """
    with open(path, "rb") as file:
        return read_form(file.read(), fspath(path))


def rulebook_for(
    source: PabulibFile | Election, rule: str | None = None, **options: str | int | Sequence[str]
) -> Rulebook:
    """A rulebook for this file or election in the words of ``pb-tally count``: all that is not said has its defaults.

    ``rule`` is greedy, equal-shares, phragmen, max-welfare or bounded-overspending; without one it is the
    rule that the file names (an election names none). ``options`` are those of the command with ``_`` for
    ``-``, such as ``completion="add1"``, ``add1_step="0.50"`` or ``threshold=100``; a list for one that is
    given several times. Raises ValueError for what cannot be counted.
    """
    words = [] if rule is None else ["--rule", rule]
    for option, value in options.items():
        for one in [value] if isinstance(value, str | int) else value:
            words += [f"--{option.replace('_', '-')}", str(one)]
    if rule is None and isinstance(source, Election) and "rulebook" not in options:
        raise InputError("an election names no rule. Say one, such as rulebook_for(election, 'greedy').")
    return choose_rulebook(_parser().parse_args(words), _paper(source)).rulebook


def _paper(source: PabulibFile | Election) -> Countable:
    if isinstance(source, PabulibFile):
        named = rulebook_of(source)
        return Countable("", "", source.election, named.rulebook, named.note, file=source)
    kind = _KINDS[type(source.groups[0][0])] if source.groups else BallotKind.APPROVAL
    any_rule = Rule(name=RuleName.MAX_WELFARE, satisfaction=welfare_of(kind))
    return Countable("", "", source, Rulebook(source.currency, BallotRule(kind), any_rule))


class _Words(argparse.ArgumentParser):
    """The options of the command line; a wrong one is a ValueError and not the end of the program."""

    def error(self, message: str) -> NoReturn:
        raise InputError(f"{message}. pb-tally count --help lists the options and their words.")


def _parser() -> _Words:
    parser = _Words(prog="rulebook_for", allow_abbrev=False, add_help=False)
    add_rule_options(parser)
    return parser
