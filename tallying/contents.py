"""What a record says of itself: ``format.json``, and ``issues.json`` of an imported one.

``format.json`` fixes which files there are: a paper whose decision is ``withhold`` has no ``ballots.pb``
and no ``openings.jsonl``; their hashes stand here, and the auditor holds the bytes.
"""

from enum import StrEnum, unique

from tallying import fields
from tallying.canonical import Json, Writable, dump_file, from_base64, load_file, to_base64
from tallying.changes import Change, read_change
from tallying.commitment import fingerprint
from tallying.ids import is_sha256
from tallying.values import frozen_value

FORMAT = 1
"""The format that this release writes. It reads format 0 as well, which has no register and no openings."""

_FORMAT = ("format", "key", "kind", "papers", "revision", "round", "verifier")
_PAPER = {
    0: ("ballots_sha256", "decision", "id", "reason", "withdrawn"),
    1: ("ballots_sha256", "decision", "id", "openings_sha256", "reason", "withdrawn"),
}


@unique
class Kind(StrEnum):
    """Where the ballots come from.

    ``imported``: count only, without trackers, ledger or marked register.
    """

    CAST = "cast"
    IMPORTED = "imported"


@unique
class Decision(StrEnum):
    """Whether a paper's ballots are in the record. A withheld count cannot be repeated by the public."""

    PUBLISH = "publish"
    WITHHOLD = "withhold"


@frozen_value
class PaperContents:
    """What the record holds of one paper; ``withdrawn`` are projects that left after the opening.

    ``openings_sha256`` is "" in imported records and in format 0.
    """

    id: str
    ballots_sha256: str
    openings_sha256: str = ""
    decision: Decision = Decision.PUBLISH
    reason: str = ""
    withdrawn: tuple[str, ...] = ()

    @property
    def is_public(self) -> bool:
        """Whether ``ballots.pb`` and ``openings.jsonl`` are in the record."""
        return self.decision is Decision.PUBLISH


@frozen_value
class Contents:
    """``format.json``. ``key`` is the council's 32-byte public key; revisions count from 1."""

    kind: Kind
    round_id: str
    revision: int
    key: bytes
    verifier_release: str
    verifier_sha256: str
    papers: tuple[PaperContents, ...]
    format: int = FORMAT
    changes: tuple[Change, ...] = ()
    """What two people decided after the first count; none at revision 1."""

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the key that signed."""
        return fingerprint(self.key)

    def paper(self, paper_id: str) -> PaperContents:
        """What the record holds of this paper; KeyError where there is none."""
        for paper in self.papers:
            if paper.id == paper_id:
                return paper
        raise KeyError(paper_id)


@frozen_value
class Repair:
    """One thing mended while reading the file that was imported; line 0 is the whole file."""

    line: int
    code: str
    text: str


@frozen_value
class ImportSource:
    """The file that a record was imported from: its name, SHA-256, where it is from, repairs."""

    file: str
    sha256: str
    text: str
    repairs: tuple[Repair, ...] = ()


def dump_contents(contents: Contents) -> bytes:
    """The bytes of ``format.json``; ``changes`` is a key of it where there are any."""
    changes = {"changes": [one.written for one in contents.changes]} if contents.changes else {}
    return dump_file(
        {
            **changes,
            "format": FORMAT,
            "key": to_base64(contents.key),
            "kind": contents.kind.value,
            "papers": [_written_paper(paper) for paper in contents.papers],
            "revision": contents.revision,
            "round": contents.round_id,
            "verifier": {"release": contents.verifier_release, "sha256": contents.verifier_sha256},
        }
    )


def load_contents(data: bytes) -> Contents:
    """The contents in the bytes of ``format.json``; raises ValueError for any other shape."""
    file = load_file(data)
    is_changed = isinstance(file, dict) and "changes" in file
    value = fields.members(file, "the format", (*_FORMAT, "changes") if is_changed else _FORMAT)
    format_ = fields.whole(value["format"], "format")
    if format_ not in _PAPER:
        raise fields.FieldError("format", f"this release reads the formats 0 and {FORMAT}, not {format_}")
    verifier = fields.members(value["verifier"], "verifier", ("release", "sha256"))
    contents = Contents(
        kind=fields.choice(value["kind"], "kind", Kind),
        round_id=fields.text(value["round"], "round"),
        revision=fields.whole(value["revision"], "revision"),
        key=from_base64(fields.text(value["key"], "key")),
        verifier_release=fields.text(verifier["release"], "verifier.release"),
        verifier_sha256=_sha256(verifier["sha256"], "verifier.sha256"),
        papers=tuple(_read_paper(paper, format_) for paper in fields.items(value["papers"], "papers")),
        format=format_,
        changes=tuple(read_change(one) for one in fields.items(value.get("changes", []), "changes")),
    )
    if contents.revision < 1:
        raise fields.FieldError("revision", "revisions count from 1")
    if is_changed and (not contents.changes or contents.kind is Kind.IMPORTED):
        raise fields.FieldError("changes", "leave the key out where nothing was decided")
    return contents


def dump_issues(source: ImportSource) -> bytes:
    """The bytes of ``issues.json``."""
    return dump_file(
        {
            "repairs": [{"code": one.code, "line": one.line, "text": one.text} for one in source.repairs],
            "source": {"file": source.file, "sha256": source.sha256, "text": source.text},
        }
    )


def load_issues(data: bytes) -> ImportSource:
    """The source in the bytes of ``issues.json``; raises ValueError for any other shape."""
    value = fields.members(load_file(data), "the issues", ("repairs", "source"))
    source = fields.members(value["source"], "source", ("file", "sha256", "text"))
    return ImportSource(
        file=fields.text(source["file"], "source.file"),
        sha256=_sha256(source["sha256"], "source.sha256"),
        text=fields.text(source["text"], "source.text"),
        repairs=tuple(_read_repair(repair) for repair in fields.items(value["repairs"], "repairs")),
    )


def _written_paper(paper: PaperContents) -> Writable:
    return {
        "ballots_sha256": paper.ballots_sha256,
        "decision": paper.decision.value,
        "id": paper.id,
        "openings_sha256": paper.openings_sha256,
        "reason": paper.reason,
        "withdrawn": paper.withdrawn,
    }


def _read_paper(value: Json, format_: int) -> PaperContents:
    paper = fields.members(value, "papers", _PAPER[format_])
    openings = fields.text(paper.get("openings_sha256", ""), "papers.openings_sha256")
    return PaperContents(
        id=fields.text(paper["id"], "papers.id"),
        ballots_sha256=_sha256(paper["ballots_sha256"], "papers.ballots_sha256"),
        openings_sha256=_sha256(openings, "papers.openings_sha256") if openings else "",
        decision=fields.choice(paper["decision"], "papers.decision", Decision),
        reason=fields.text(paper["reason"], "papers.reason"),
        withdrawn=fields.texts(paper["withdrawn"], "papers.withdrawn"),
    )


def _read_repair(value: Json) -> Repair:
    repair = fields.members(value, "repairs", ("code", "line", "text"))
    return Repair(
        fields.whole(repair["line"], "repairs.line"),
        fields.text(repair["code"], "repairs.code"),
        fields.text(repair["text"], "repairs.text"),
    )


def _sha256(value: Json, where: str) -> str:
    text = fields.text(value, where)
    if not is_sha256(text):
        raise fields.FieldError(where, "write a SHA-256 here, 64 hexadecimal digits")
    return text
