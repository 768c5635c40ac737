"""``--draw``: a lot that was drawn, so that an undecided count completes."""

import argparse

from tallying.commands.sources import Countable, InputError, read_bytes
from tallying.ids import is_sha256
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
    if is_sha256(text):
        return bytes.fromhex(text)
    if not text.endswith(".json"):
        raise InputError("--draw: write the seed as 64 hexadecimal digits, 0 to 9 and a to f, or name a draw.json.")
    try:
        sheet = on_demand("tallying.draw").load_draws(read_bytes(text))
    except ValueError as error:
        raise InputError(f"{text}: {error}. Name the draw.json of a record.") from error
    only = sheet.draws[0].paper_id if len(sheet.draws) == 1 else ""
    seed: bytes | None = sheet.seed(paper.id or only)
    if seed is None:
        known = ", ".join(draw.paper_id for draw in sheet.draws) or "none"
        raise InputError(f"{text}: it has no lot for {paper.id or 'this file'}. It has lots for: {known}.")
    return seed
