"""The options of real rounds: cap, auto-award, rivals, ceilings, floors, part-offers."""

import argparse
from collections.abc import Sequence
from fractions import Fraction

from tallying.choices import AutoAward, Exclusive, LimitOf, PartOffers
from tallying.commands.sources import InputError
from tallying.election import Election, Project
from tallying.limits import EACH, Ceiling, Floor
from tallying.ratio import read_ratio
from tallying.rulebook import Rulebook
from tallying.values import replace

LIMIT_OPTIONS = ("cap", "auto_award", "exclusive", "ceiling", "floor", "part_offers")
"""The options of this module, as the parser names them."""


def add_limit_options(parser: argparse.ArgumentParser) -> None:
    """Add them."""
    group = parser.add_argument_group("options of real rounds (with --rule)")
    group.add_argument("--cap", metavar="SHARE", help="a project may cost at most this share of the budget, like 1/4")
    group.add_argument("--auto-award", choices=["all-fit"], help="where all projects fit, fund all without a count")
    group.add_argument("--exclusive", choices=["declared"], help="projects that exclude each other: one at most")
    group.add_argument(
        "--ceiling",
        action="append",
        metavar="OF:NAME=MOST",
        help="area, category or pot: its projects get at most this, like 'category:Parks=1/3' or 'area:*=25000'",
    )
    group.add_argument(
        "--floor",
        action="append",
        metavar="OF:NAME=LEAST",
        help="greedy: this much is for the projects of an area or category first; several: in the order given",
    )
    group.add_argument("--part-offers", choices=["at-turn"], help="greedy: give what is left where that is enough")


def with_limits(rulebook: Rulebook, args: argparse.Namespace) -> Rulebook:
    """The rulebook with the options that are given; raises InputError and RulebookError."""
    ceilings = [_parts(text, "--ceiling") for text in args.ceiling or ()]
    floors = [_parts(text, "--floor") for text in args.floor or ()]
    return replace(
        rulebook,
        cap=_share(args.cap),
        auto_award=AutoAward.ALL_FIT if args.auto_award else AutoAward.NONE,
        exclusive=Exclusive.DECLARED if args.exclusive else Exclusive.NONE,
        ceilings=tuple(Ceiling(of, name, amount) for of, name, amount in ceilings),
        floors=tuple(Floor(of, name, amount) for of, name, amount in floors),
        part_offers=PartOffers.AT_TURN if args.part_offers else PartOffers.NONE,
    )


def refuse_unknown_names(args: argparse.Namespace, election: Election) -> None:
    """Refuse a ceiling or floor for what no project is of: most likely a slip, and it would change nothing."""
    for option, texts in (("--ceiling", args.ceiling), ("--floor", args.floor)):
        for of, name, _ in (_parts(text, option) for text in texts or ()):
            known = sorted({had for project in election.projects for had in _names(project, of) if had})
            if name != EACH and name not in known:
                has = f"It has: {', '.join(known)}" if known else f"It has no {of}"
                raise InputError(f"{option}: no project of this election is of {of} {name!r}. {has}.")


def _names(project: Project, of: LimitOf) -> tuple[str, ...]:
    return {LimitOf.AREA: (project.area,), LimitOf.CATEGORY: (project.category,), LimitOf.POT: project.pots}[of]


def _share(text: str | None) -> Fraction | None:
    if text is None:
        return None
    try:
        return read_ratio(text)
    except ValueError as error:
        raise InputError(f"--cap: {error}.") from error


def _parts(text: str, option: str) -> tuple[LimitOf, str, str]:
    """``category:Parks=1/3`` in its three parts."""
    whose, equals, amount = text.rpartition("=")
    of, colon, name = whose.partition(":")
    kinds: Sequence[str] = [kind.value for kind in LimitOf]
    if not equals or not colon or of not in kinds:
        raise InputError(f"{option}: {text!r} is not understood. Write OF:NAME=AMOUNT, OF being {', '.join(kinds)}.")
    return LimitOf(of), name, amount
