"""The public record of a round, format 1: everything a stranger needs to count again.

A directory; a zip of it is transport only::

    format.json                   format, kind, round, revision, key, decisions, verifier
    frozen.json                   the round as it stood when voting opened
    papers/<id>/rulebook.json     every choice that can change the result
    papers/<id>/openings.jsonl    what every ballot in the register hid (none where the decision is ``withhold``)
    papers/<id>/ballots.pb        the ballots that were counted, by tracker (as above)
    papers/<id>/outcome.json      the outcome with its trace
    ledger.json                   what became of every ballot received (records of kind ``cast``)
    issues.json                   source and repairs (records of kind ``imported``)
    draw.json                     the lot, only where one was drawn
    register.jsonl                the log that can only grow; its last entry hashes every other file
    checkpoint                    size and root of the register, signed

``build`` makes the files, ``finish`` adds register and checkpoint, ``to_zip`` packs them; ``load`` opens them
again. Format 0 had a signed ``manifest.json`` instead of register, checkpoint and openings.
The specification is ``docs/formats/record.md``; the verifier is ``tallying.verify``.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar, cast

from tallying import pabulib
from tallying.ballots_file import CountedPaper, Rows
from tallying.building import PaperResult, build, finish
from tallying.bundle import Bundle, open_bundle, paper_file, to_zip
from tallying.checkpoint import Checkpoint, read_checkpoint
from tallying.commitment import fingerprint
from tallying.contents import Contents, Decision, ImportSource, Kind, PaperContents, Repair, load_contents, load_issues
from tallying.draw import Draw, DrawSheet, load_draws
from tallying.election import Election
from tallying.frozen import (
    FrozenRound,
    RecordArea,
    RecordPaper,
    RecordPot,
    RecordProject,
    Timetable,
    dump_frozen,
    frozen_sha256,
    load_frozen,
)
from tallying.ledger import Cell, Ledger, check_ledger, load_ledgers, merge_cells
from tallying.manifest import NAME as MANIFEST
from tallying.manifest import Manifest, load_manifest
from tallying.openings import Openings, load_openings
from tallying.outcome import Outcome
from tallying.record_error import RecordError
from tallying.register import Leaf, read_register, split_lines
from tallying.register_order import RegisterContents, read_contents
from tallying.rulebook import Rulebook
from tallying.signed_note import Note
from tallying.values import derived, frozen_value

__all__ = [
    "Cell", "Contents", "CountedPaper", "Decision", "Draw", "DrawSheet", "FrozenRound", "ImportSource", "Kind",
    "Ledger", "PaperContents", "PaperResult", "Record", "RecordArea", "RecordError", "RecordPaper", "RecordPot",
    "RecordProject", "Repair", "Rows", "Timetable", "build", "check_ledger", "dump_frozen",
    "fingerprint", "finish", "frozen_sha256", "load", "load_frozen", "merge_cells", "to_zip",
]  # fmt: skip

Value = TypeVar("Value")


@frozen_value
class Record:
    """A record as it was read. Each property reads one file and raises RecordError, naming it.

    A file is read when it is first asked for, and once.
    """

    bundle: Bundle
    _values: dict[str, object] = derived()

    def __post_init__(self) -> None:
        object.__setattr__(self, "_values", {})

    @property
    def files(self) -> Mapping[str, bytes]:
        """The bytes by name."""
        return self.bundle.files

    @property
    def contents(self) -> Contents:
        """``format.json``."""
        return self._read("format.json", load_contents)

    @property
    def frozen(self) -> FrozenRound:
        """``frozen.json``: the round as it stood when voting opened."""
        return self._read("frozen.json", load_frozen)

    @property
    def ledgers(self) -> tuple[Ledger, ...]:
        """``ledger.json``; imported records have none."""
        return self._read("ledger.json", load_ledgers)

    @property
    def source(self) -> ImportSource:
        """``issues.json``; only imported records have it."""
        return self._read("issues.json", load_issues)

    @property
    def draws(self) -> DrawSheet | None:
        """``draw.json``, or None where no lot was drawn."""
        return self._read("draw.json", load_draws) if "draw.json" in self.files else None

    @property
    def round_id(self) -> str:
        """The round, as format.json names it."""
        return self.contents.round_id

    @property
    def checkpoint(self) -> tuple[Checkpoint, Note]:
        """``checkpoint``; whether it is signed is for ``verify`` to say."""
        return self._read("checkpoint", read_checkpoint)

    @property
    def register(self) -> tuple[Leaf, ...]:
        """The leaves of ``register.jsonl``; whether they are the signed ones is for ``verify`` to say."""
        return self._read("register.jsonl", read_register)

    @property
    def register_lines(self) -> list[bytes]:
        """The lines of ``register.jsonl``, whatever they say."""
        return self._read("register.jsonl", split_lines, "register lines")

    @property
    def register_contents(self) -> RegisterContents:
        """What stands where in the register, read once."""
        return self._read("register.jsonl", lambda _: read_contents(self.register), "register contents")

    def openings(self, paper_id: str) -> Openings:
        """Every version of every ballot of a paper; RecordError where they are not public."""
        return self._read(paper_file(paper_id, "openings.jsonl"), load_openings)

    @property
    def manifest(self) -> Manifest:
        """``manifest.json`` of format 0; whether it is signed is for ``verify`` to say."""
        return self._read(MANIFEST, load_manifest)

    def rulebook(self, paper_id: str) -> Rulebook:
        """The rulebook of a paper."""
        return self._read(paper_file(paper_id, "rulebook.json"), Rulebook.from_json)

    def outcome(self, paper_id: str) -> Outcome:
        """The published outcome of a paper."""
        return self._read(paper_file(paper_id, "outcome.json"), Outcome.from_json)

    def rows(self, paper_id: str) -> Rows:
        """The trackers and ballots of a paper; RecordError where its count is not public."""
        name = paper_file(paper_id, "ballots.pb")
        return self._read(name, lambda data: pabulib.read(data, name).rows)

    def is_public(self, paper_id: str) -> bool:
        """Whether the ballots of this paper are in the record."""
        return paper_file(paper_id, "ballots.pb") in self.files

    def counted(self, paper_id: str) -> CountedPaper:
        """A paper with its rulebook and what left it: all that its count needs but the ballots."""
        frozen, contents = self.frozen, self.contents
        try:
            paper, held = frozen.paper(paper_id), contents.paper(paper_id)
        except KeyError as error:
            raise RecordError("format.json", f"format.json and frozen.json have no paper {paper_id!r}") from error
        return CountedPaper(frozen, paper, self.rulebook(paper_id), contents.kind, held.withdrawn)

    def election(self, paper_id: str) -> Election:
        """The election of a paper; RecordError where its count is not public."""
        rows = self.rows(paper_id)
        return self.counted(paper_id).election(ballot for _, ballot in rows)

    def seed(self, paper_id: str) -> bytes | None:
        """The seed of this paper's lot, or None where none was drawn."""
        sheet = self.draws
        return None if sheet is None else sheet.seed(paper_id)

    def _read(self, name: str, read: Callable[[bytes], Value], what: str = "") -> Value:
        """What ``read`` makes of a file, made once; ``what`` tells two readers of one file apart."""
        if name not in self.files:
            raise RecordError(name, "is not in the record")
        kept = what or name
        try:
            if kept not in self._values:
                self._values[kept] = read(self.files[name])
        except RecordError:
            raise
        except ValueError as error:
            raise RecordError(name, str(error).removeprefix(name).lstrip(":, ")) from error
        return cast(Value, self._values[kept])  # each has one reader


def load(source: Path | str | bytes) -> Record:
    """The record in a directory or zip, given by its path, or in the bytes of a zip.

    Raises RecordError where there is none; a damaged one is loaded, and ``verify`` says what is wrong.
    """
    return Record(open_bundle(Path(source) if isinstance(source, str) else source))
