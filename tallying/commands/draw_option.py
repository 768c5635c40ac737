"""``--draw``: a lot that was drawn, so that an undecided count completes."""

import argparse

from tallying.commands.sources import Countable
from tallying.on_demand import on_demand


def add_draw_option(parser: argparse._ArgumentGroup) -> None:
    """Add the option."""
    parser.add_argument(
        "--draw",
        metavar="SEED|draw.json",
        help="the lot that was drawn: its seed, 64 hexadecimal digits, or a record's draw.json",
    )


def seed_of(args: argparse.Namespace, paper: Countable) -> bytes | None:
    """The seed that the option gives, or the one that comes with the paper; raises InputError."""
    text = args.draw
    if text is None:
        return paper.seed
    seed: bytes = on_demand("tallying.commands.drawn_lot").drawn_seed(text, paper)
    return seed
