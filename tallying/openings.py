"""``openings.jsonl`` of a record: every version of every ballot of a paper, the last one opened.

One line of canonical JSON each, sorted by tracker, then version::

    {"ballot":{…},"r":HEX,"t":TRACKER,"v":N,"w":DIGITS}    the last version: what it hid
    {"d":HEX,"t":TRACKER,"v":N}                            an older one, or of a ballot that does not count

From either follows d, and from d the commitment that stands in the register.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby

from tallying import fields
from tallying.ballots_file import Rows
from tallying.canonical import Writable, dumps, loads
from tallying.commitment import NONCE_LENGTH, Blank, Marks, ballot_digest, commitment, is_check_number, marks_value
from tallying.ids import is_sha256, is_tracker
from tallying.receipt import read_marks
from tallying.register import split_lines
from tallying.values import frozen_value

_OPENED = ("ballot", "r", "t", "v", "w")
_CLOSED = ("d", "t", "v")


@frozen_value
class Opened:
    """What the last version hid: r (32 bytes), the check number w, and the marks."""

    nonce: bytes
    check_number: str
    marks: Marks


@frozen_value
class Opening:
    """One version of a ballot: opened, or its digest d (32 bytes) alone."""

    tracker: str
    version: int
    inside: Opened | bytes

    @property
    def digest(self) -> bytes:
        """d, 32 bytes."""
        if isinstance(self.inside, bytes):
            return self.inside
        return ballot_digest(self.inside.nonce, self.inside.marks, self.inside.check_number)

    @property
    def marks(self) -> Marks | None:
        """The marks of an opened version, else None."""
        return None if isinstance(self.inside, bytes) else self.inside.marks

    def commitment(self, round_id: str, paper_id: str) -> str:
        """c, as the register has it: 64 hexadecimal digits."""
        return commitment(round_id, paper_id, self.tracker, self.version, self.digest).hex()


Openings = tuple[Opening, ...]
"""Sorted by tracker, then version."""


def dump_openings(openings: Iterable[Opening]) -> bytes:
    """The bytes of ``openings.jsonl``."""
    return b"".join(dumps(_value(opening)) + b"\n" for opening in openings)


def load_openings(data: bytes) -> Openings:
    """The openings in these bytes; raises ValueError, naming the line, for any other shape."""
    openings: list[Opening] = []
    for number, line in enumerate(split_lines(data), start=1):
        try:
            openings.append(_read(line))
        except ValueError as error:
            raise fields.FieldError(f"line {number}", str(error)) from error
    return tuple(openings)


def counted_rows(openings: Iterable[Opening]) -> Rows:
    """Trackers and ballots that count: what was opened and is not blank."""
    marks = ((opening.tracker, opening.marks) for opening in openings)
    return tuple((tracker, inside) for tracker, inside in marks if inside is not None and not isinstance(inside, Blank))


def by_tracker(openings: Iterable[Opening]) -> dict[str, list[Opening]]:
    """The versions of each tracker, in their order."""
    found: dict[str, list[Opening]] = {}
    for opening in openings:
        found.setdefault(opening.tracker, []).append(opening)
    return found


def opening_faults(openings: Sequence[Opening], refused: frozenset[str]) -> list[str]:
    """What is wrong with these openings, as sentences.

    ``refused`` are the trackers that the register voids or that a paper vote superseded: none of their versions is
    opened. Of every other tracker the versions are 1, 2, 3 … and the last one alone is opened.
    """
    order = [(opening.tracker, opening.version) for opening in openings]
    faults = [] if order == sorted(set(order)) else ["the openings must be sorted by tracker and version, each once"]
    for tracker, group in groupby(openings, key=lambda opening: opening.tracker):
        versions = list(group)
        if [one.version for one in versions] != list(range(1, len(versions) + 1)):
            faults.append(f"a version of {tracker} is missing")
        opened = [one.version for one in versions if one.marks is not None]
        if opened != ([] if tracker in refused else [versions[-1].version]):
            faults.append(f"of {tracker} other versions are opened than the last that counts")
    return faults


def _value(opening: Opening) -> Writable:
    if isinstance(opening.inside, bytes):
        return {"d": opening.inside.hex(), "t": opening.tracker, "v": opening.version}
    return {
        "ballot": marks_value(opening.inside.marks),
        "r": opening.inside.nonce.hex(),
        "t": opening.tracker,
        "v": opening.version,
        "w": opening.inside.check_number,
    }


def _read(line: bytes) -> Opening:
    value = loads(line)
    if isinstance(value, dict) and "d" in value:
        closed = fields.members(value, "opening", _CLOSED)
        return Opening(_tracker(closed["t"]), _version(closed["v"]), _hash(closed["d"], "d"))
    inside = fields.members(value, "opening", _OPENED)
    check_number = fields.text(inside["w"], "w")
    if not is_check_number(check_number):
        raise fields.FieldError("w", "a check number is 0 to 6 digits")
    opened = Opened(_hash(inside["r"], "r"), check_number, read_marks(inside["ballot"]))
    return Opening(_tracker(inside["t"]), _version(inside["v"]), opened)


def _tracker(value: object) -> str:
    if not isinstance(value, str) or not is_tracker(value):
        raise fields.FieldError("t", "write a tracker here, 16 characters")
    return value


def _version(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise fields.FieldError("v", "versions count from 1")
    return value


def _hash(value: object, where: str) -> bytes:
    if not isinstance(value, str) or not is_sha256(value):  # r is as long as a hash
        raise fields.FieldError(where, f"write {NONCE_LENGTH} bytes here, as hexadecimal digits")
    return bytes.fromhex(value)
