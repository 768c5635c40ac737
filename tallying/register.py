"""The register of a round: an append-only log, one line of canonical JSON a leaf.

::

    {"open":{"frozen":H,"key":K}}                     the opening was confirmed; K is base64
    {"night":{"day":DATE,"log_head":H,"roll_root":H}} a night begins; its ballots follow
    {"ballot":{"c":H}}                                one version of one ballot
    {"decision":{"kind":WORD,"n":N,"sha256":H}}       what two people decided, by the hash of its text
    {"void":{"code":WORD,"t":T}}                      all versions of this tracker are refused
    {"superseded_by_paper":{"t":T}}                   the paper vote stands instead
    {"close":{"marked":[[PAPER,ROOT,SIZE],…]}}        who voted, as salted roots
    {"count":{"files":[[NAME,H],…],"revision":N}}     the files of a record

The hash of a leaf is ``SHA256(00 || line)`` without its newline (``tallying.merkle``). No personal data,
not even hashed: roots over people are over salted commitments. The format is ``docs/formats/record.md``.
"""

import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import ClassVar, TypeAlias

from tallying import fields
from tallying.canonical import Json, Writable, dumps, from_base64, loads, sha256_hex, to_base64
from tallying.ids import is_round_or_paper_id, is_sha256, is_tracker
from tallying.values import frozen_value

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WORD = re.compile(r"[a-z][a-z_]{0,31}")


@frozen_value
class Open:
    """The opening was confirmed: the hash of ``frozen.json`` and the council's 32-byte key."""

    kind: ClassVar[str] = "open"
    frozen: str
    key: bytes

    @property
    def value(self) -> Writable:
        """What its line says."""
        return {"frozen": self.frozen, "key": to_base64(self.key)}


@frozen_value
class Night:
    """One night: its ISO day, the root over the roll, the head of the activity log. Ballots follow it."""

    kind: ClassVar[str] = "night"
    day: str
    roll_root: str
    log_head: str

    @property
    def value(self) -> Writable:
        """What its line says."""
        return {"day": self.day, "log_head": self.log_head, "roll_root": self.roll_root}


@frozen_value
class BallotLeaf:
    """The commitment of one version of one ballot, 64 hexadecimal digits."""

    kind: ClassVar[str] = "ballot"
    c: str

    @property
    def value(self) -> Writable:
        """What its line says."""
        return {"c": self.c}


@frozen_value
class DecisionLeaf:
    """The n-th decision of the round (from 1), the word for its kind, and the hash of its text."""

    kind: ClassVar[str] = "decision"
    n: int
    word: str
    sha256: str

    @property
    def value(self) -> Writable:
        """What its line says."""
        return {"kind": self.word, "n": self.n, "sha256": self.sha256}


@frozen_value
class Void:
    """All versions of this tracker are refused; ``code`` is the reason, one word."""

    kind: ClassVar[str] = "void"
    tracker: str
    code: str

    @property
    def value(self) -> Writable:
        """What its line says."""
        return {"code": self.code, "t": self.tracker}


@frozen_value
class SupersededByPaper:
    """The paper vote stands instead of all versions of this tracker."""

    kind: ClassVar[str] = "superseded_by_paper"
    tracker: str

    @property
    def value(self) -> Writable:
        """What its line says."""
        return {"t": self.tracker}


@frozen_value
class Marked:
    """Who voted on a paper: the root over their salted roll entries, and how many."""

    paper_id: str
    root: str
    size: int


@frozen_value
class Close:
    """Nothing more is cast: the marked register of each paper, in paper order."""

    kind: ClassVar[str] = "close"
    marked: tuple[Marked, ...]

    @property
    def value(self) -> Writable:
        """What its line says."""
        return {"marked": [[one.paper_id, one.root, one.size] for one in self.marked]}


@frozen_value
class CountLeaf:
    """The record of one revision: every file but register and checkpoint with its hash, sorted by name."""

    kind: ClassVar[str] = "count"
    revision: int
    files: tuple[tuple[str, str], ...]

    @property
    def value(self) -> Writable:
        """What its line says."""
        return {"files": self.files, "revision": self.revision}


Leaf: TypeAlias = Open | Night | BallotLeaf | DecisionLeaf | Void | SupersededByPaper | Close | CountLeaf


def dump_leaf(leaf: Leaf) -> bytes:
    """The leaf's line, without its newline: what its hash covers."""
    return dumps({leaf.kind: leaf.value})


def dump_register(leaves: Iterable[Leaf]) -> bytes:
    """The bytes of ``register.jsonl``."""
    return b"".join(dump_leaf(leaf) + b"\n" for leaf in leaves)


def split_lines(data: bytes) -> list[bytes]:
    """The lines of ``register.jsonl`` without their newlines; raises ValueError where the last has none."""
    lines = data.split(b"\n")
    if lines.pop():
        raise fields.FieldError("the last line", "it does not end in a newline")
    return lines


def read_leaf(line: bytes) -> Leaf:
    """The leaf in one line; raises ValueError for any other shape or spelling."""
    value = loads(line)
    if not isinstance(value, dict) or len(value) != 1:
        raise fields.FieldError("a leaf", "it must be an object with one key, its kind")
    kind, inside = next(iter(value.items()))
    if kind not in _READERS:
        raise fields.FieldError("a leaf", f"unknown kind {kind!r} (known: {', '.join(_READERS)})")
    return _READERS[kind](inside)


def read_register(data: bytes) -> tuple[Leaf, ...]:
    """The leaves of ``register.jsonl``; raises ValueError, naming the line, for anything else."""
    leaves: list[Leaf] = []
    for number, line in enumerate(split_lines(data), start=1):
        try:
            leaves.append(read_leaf(line))
        except ValueError as error:
            raise fields.FieldError(f"line {number}", str(error)) from error
    return tuple(leaves)


def decision_text(round_id: str, kind: str, reason: str, values: dict[str, Writable]) -> bytes:
    """The canonical text of a decision, whose hash the leaf holds."""
    return dumps({"kind": kind, "reason": reason, "round": round_id, "values": values})


def publication_sha256(round_id: str, paper_id: str, decision: str, reason: str) -> str:
    """The hash of the decision to publish or withhold a paper's ballots: it follows from ``format.json``."""
    return sha256_hex(decision_text(round_id, decision, reason, {"paper": paper_id}))


def _read_open(value: Json) -> Open:
    inside = fields.members(value, "open", ("frozen", "key"))
    return Open(_sha256(inside["frozen"], "frozen"), from_base64(fields.text(inside["key"], "key")))


def _read_night(value: Json) -> Night:
    inside = fields.members(value, "night", ("day", "log_head", "roll_root"))
    day = _matching(inside["day"], "day", _is_day)
    return Night(day, _sha256(inside["roll_root"], "roll_root"), _sha256(inside["log_head"], "log_head"))


def _read_ballot(value: Json) -> BallotLeaf:
    return BallotLeaf(_sha256(fields.members(value, "ballot", ("c",))["c"], "c"))


def _read_decision(value: Json) -> DecisionLeaf:
    inside = fields.members(value, "decision", ("kind", "n", "sha256"))
    kind = _word(inside["kind"], "kind")
    return DecisionLeaf(fields.whole(inside["n"], "n"), kind, _sha256(inside["sha256"], "sha256"))


def _read_void(value: Json) -> Void:
    inside = fields.members(value, "void", ("code", "t"))
    return Void(_matching(inside["t"], "t", is_tracker), _word(inside["code"], "code"))


def _read_superseded(value: Json) -> SupersededByPaper:
    return SupersededByPaper(_matching(fields.members(value, "superseded_by_paper", ("t",))["t"], "t", is_tracker))


def _read_close(value: Json) -> Close:
    marked = fields.members(value, "close", ("marked",))["marked"]
    return Close(tuple(_read_marked(one) for one in fields.items(marked, "marked")))


def _read_marked(value: Json) -> Marked:
    match value:
        case [paper_id, root, size]:
            paper = _matching(paper_id, "marked", is_round_or_paper_id)
            return Marked(paper, _sha256(root, "marked"), fields.whole(size, "marked"))
    raise fields.FieldError("marked", "each must be a paper, a root and a size")


def _read_count(value: Json) -> CountLeaf:
    inside = fields.members(value, "count", ("files", "revision"))
    files = tuple(_read_file(one) for one in fields.items(inside["files"], "files"))
    names = [name for name, _ in files]
    if names != sorted(set(names)):
        raise fields.FieldError("files", "the names must be sorted, each once")
    return CountLeaf(fields.whole(inside["revision"], "revision"), files)


def _read_file(value: Json) -> tuple[str, str]:
    pair = fields.texts(value, "files")
    if len(pair) != 2:
        raise fields.FieldError("files", "each must be a pair of a name and its SHA-256")
    return pair[0], _sha256(pair[1], "files")


_READERS: dict[str, Callable[[Json], Leaf]] = {
    "open": _read_open,
    "night": _read_night,
    "ballot": _read_ballot,
    "decision": _read_decision,
    "void": _read_void,
    "superseded_by_paper": _read_superseded,
    "close": _read_close,
    "count": _read_count,
}


def _matching(value: Json, where: str, is_right: Callable[[str], bool]) -> str:
    text = fields.text(value, where)
    if not is_right(text):
        raise fields.FieldError(where, f"{text[:80]!r} is not of the right form")
    return text


def _sha256(value: Json, where: str) -> str:
    return _matching(value, where, is_sha256)


def _is_day(text: str) -> bool:
    try:
        return _DAY.fullmatch(text) is not None and bool(date.fromisoformat(text))
    except ValueError:
        return False


def _word(value: Json, where: str) -> str:
    return _matching(value, where, lambda text: _WORD.fullmatch(text) is not None)
