"""A lot that was drawn: its seed as text, or in a record's ``draw.json``."""

from tallying.commands.sources import Countable, InputError, read_bytes
from tallying.draw import load_draws
from tallying.ids import is_sha256


def drawn_seed(text: str, paper: Countable) -> bytes:
    """The seed that the option ``--draw`` gives for this paper; raises InputError."""
    if is_sha256(text):
        return bytes.fromhex(text)
    if not text.endswith(".json"):
        raise InputError("--draw: write the seed as 64 hexadecimal digits, 0 to 9 and a to f, or name a draw.json.")
    try:
        sheet = load_draws(read_bytes(text))
    except ValueError as error:
        raise InputError(f"{text}: {error}. Name the draw.json of a record.") from error
    only = sheet.draws[0].paper_id if len(sheet.draws) == 1 else ""
    seed = sheet.seed(paper.id or only)
    if seed is None:
        known = ", ".join(draw.paper_id for draw in sheet.draws) or "none"
        raise InputError(f"{text}: it has no lot for {paper.id or 'this file'}. It has lots for: {known}.")
    return seed
