"""The lot: dice thrown in public settle what the tie chain of a rulebook leaves open.

Ten throws of a six-sided die for each paper, after the ballots are fixed by the close root, are
entered in ``draw.json``. The seed ``SHA256("pb-draw-1\\n" root "\\n" paper "\\n" digits)`` puts the tied
projects in order; their ids were frozen before voting opened, so nobody can try ids out.
"""

import hashlib
import re
from collections.abc import Iterable

from tallying import fields
from tallying.canonical import Json, Writable, dump_file, load_file
from tallying.ids import is_sha256, is_time
from tallying.values import frozen_value

THROWS = 10
"""Throws a paper; each is a digit 1 to 6."""

_DIGITS = re.compile(rf"[1-6]{{{THROWS}}}")
_DRAW = ("at", "digits", "paper", "people", "place")


@frozen_value
class Draw:
    """One paper's throws: where, when (ISO 8601, UTC), and in front of whom."""

    paper_id: str
    digits: str
    place: str
    at: str
    people: tuple[str, ...]


@frozen_value
class DrawSheet:
    """All the lots of a round, and the close root (64 hexadecimal digits) that was fixed before."""

    close_root: str
    draws: tuple[Draw, ...]

    def seed(self, paper_id: str) -> bytes | None:
        """The seed of this paper's lot; None where no lot was drawn."""
        for draw in self.draws:
            if draw.paper_id == paper_id:
                return draw_seed(bytes.fromhex(self.close_root), paper_id, draw.digits)
        return None


def are_throws(digits: str) -> bool:
    """Whether these are ten throws of a six-sided die: digits 1 to 6."""
    return _DIGITS.fullmatch(digits) is not None


def close_root(round_id: str, frozen_sha256: str, ballots: Iterable[tuple[str, str]]) -> str:
    """What a lot built on in format 0: one hash over all that is counted, 64 hexadecimal digits.

    In format 1 it is the register's root up to its close.

    ``SHA256("pb-close-0\\n" round "\\n" || frozen || (paper "\\n" || ballots)…)`` where ``frozen`` and
    ``ballots`` are the raw SHA-256 of frozen.json and of each ``ballots.pb``, in paper order.
    """
    digest = hashlib.sha256(f"pb-close-0\n{round_id}\n".encode("ascii"))
    digest.update(bytes.fromhex(frozen_sha256))
    for paper_id, ballots_sha256 in ballots:
        digest.update(f"{paper_id}\n".encode("ascii") + bytes.fromhex(ballots_sha256))
    return digest.hexdigest()


def draw_seed(root: bytes, paper_id: str, digits: str) -> bytes:
    """The seed of a paper's lot, 32 bytes. Raises ValueError unless the digits are ten throws."""
    if not are_throws(digits):
        raise ValueError(f"write {THROWS} throws of a die, digits 1 to 6, without spaces")
    return hashlib.sha256(b"pb-draw-1\n" + root + f"\n{paper_id}\n{digits}".encode("ascii")).digest()


def dump_draws(sheet: DrawSheet) -> bytes:
    """The bytes of ``draw.json``."""
    return dump_file({"close_root": sheet.close_root, "draws": [_written(draw) for draw in sheet.draws]})


def load_draws(data: bytes) -> DrawSheet:
    """The sheet in the bytes of ``draw.json``; raises ValueError for any other shape."""
    sheet = fields.members(load_file(data), "the draw", ("close_root", "draws"))
    root = fields.text(sheet["close_root"], "close_root")
    if not is_sha256(root):
        raise fields.FieldError("close_root", "write 64 hexadecimal digits")
    return DrawSheet(root, tuple(_read(draw) for draw in fields.items(sheet["draws"], "draws")))


def _written(draw: Draw) -> Writable:
    return {
        "at": draw.at,
        "digits": draw.digits,
        "paper": draw.paper_id,
        "people": draw.people,
        "place": draw.place,
    }


def _read(value: Json) -> Draw:
    draw = fields.members(value, "draws", _DRAW)
    digits = fields.text(draw["digits"], "digits")
    if not are_throws(digits):
        raise fields.FieldError("digits", f"write {THROWS} throws of a die, digits 1 to 6")
    if not is_time(at := fields.text(draw["at"], "at")):
        raise fields.FieldError("at", "write a time in UTC, like 2026-03-16T10:00:00Z")
    return Draw(
        paper_id=fields.text(draw["paper"], "paper"),
        digits=digits,
        place=fields.text(draw["place"], "place"),
        at=at,
        people=fields.texts(draw["people"], "people"),
    )
