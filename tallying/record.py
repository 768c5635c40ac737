"""The public record of a round, format 0: everything a stranger needs to count again.

A directory; a zip of it is transport only::

    format.json                   format, kind, round, revision, key, decisions, verifier
    frozen.json                   the round as it stood when voting opened
    papers/<id>/rulebook.json     every choice that can change the result
    papers/<id>/ballots.pb        the ballots, by tracker (none where the decision is ``withhold``)
    papers/<id>/outcome.json      the outcome with its trace
    ledger.json                   what became of every ballot received (records of kind ``cast``)
    issues.json                   source and repairs (records of kind ``imported``)
    draw.json                     the lot, only where one was drawn
    manifest.json                 the SHA-256 of every other file, signed

``build`` makes the files, ``sign`` adds the manifest, ``to_zip`` packs them; ``load`` opens them again.
The specification is ``docs/formats/record.md``; the verifier is ``tallying.verify``.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar, cast

from tallying import pabulib
from tallying.ballots_file import CountedPaper, Rows
from tallying.bundle import Bundle, open_bundle, paper_file, to_zip
from tallying.canonical import sha256_hex
from tallying.commitment import fingerprint
from tallying.contents import (
    Contents,
    Decision,
    ImportSource,
    Kind,
    PaperContents,
    Repair,
    dump_contents,
    dump_issues,
    load_contents,
    load_issues,
)
from tallying.draw import Draw, DrawSheet, close_root, dump_draws, load_draws
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
from tallying.ledger import Cell, Ledger, check_ledger, dump_ledgers, load_ledgers, merge_cells
from tallying.manifest import NAME as MANIFEST
from tallying.manifest import Manifest, load_manifest, make_manifest
from tallying.outcome import Outcome
from tallying.record_error import RecordError
from tallying.release import RELEASE, source_sha256
from tallying.rulebook import Rulebook

__all__ = [
    "Cell", "Contents", "CountedPaper", "Decision", "Draw", "DrawSheet", "FrozenRound", "ImportSource", "Kind",
    "Ledger", "PaperContents", "PaperResult", "Record", "RecordArea", "RecordError", "RecordPaper", "RecordPot",
    "RecordProject", "Repair", "Rows", "Timetable", "build", "check_ledger", "close_root", "dump_frozen",
    "fingerprint", "frozen_sha256", "load", "load_frozen", "merge_cells", "sign", "to_zip",
]  # fmt: skip

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class PaperResult:
    """What a count made of one paper.

    ``ballots`` are (tracker, ballot), last versions that are not blank; imported: (voter id, ballot)
    in the file's order. ``reason`` goes with the decision; ``withdrawn`` are projects that left
    after the opening.
    """

    paper_id: str
    rulebook: Rulebook
    ballots: Rows
    outcome: Outcome
    decision: Decision = Decision.PUBLISH
    reason: str = ""
    withdrawn: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """A record as it was read. Each property reads one file and raises RecordError, naming it.

    A file is read when it is first asked for, and once.
    """

    bundle: Bundle
    _values: dict[str, object] = field(default_factory=dict, compare=False, repr=False)

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
    def manifest(self) -> Manifest:
        """``manifest.json``; whether it is signed is for ``verify`` to say."""
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

    def _read(self, name: str, read: Callable[[bytes], Value]) -> Value:
        if name not in self.files:
            raise RecordError(name, "is not in the record")
        try:
            if name not in self._values:
                self._values[name] = read(self.files[name])
        except ValueError as error:
            raise RecordError(name, str(error).removeprefix(name).lstrip(":, ")) from error
        return cast(Value, self._values[name])  # each name has one reader


def build(
    *,
    frozen: FrozenRound,
    results: Sequence[PaperResult],
    key: bytes,
    ledgers: Sequence[Ledger] = (),
    draws: DrawSheet | None = None,
    source: ImportSource | None = None,
    revision: int = 1,
) -> dict[str, bytes]:
    """The files of a record but its manifest, by name.

    ``results`` and ``ledgers`` are in the order of the papers; ``key`` is the council's public key,
    32 bytes. With a ``source`` the record is an imported one and has no ledgers. The same values
    give the same bytes. Raises ValueError where papers, results and ledgers do not match.
    """
    kind = Kind.CAST if source is None else Kind.IMPORTED
    _check_papers(frozen, results, ledgers, kind)
    files = {"frozen.json": dump_frozen(frozen)}
    held = []
    for result in results:
        counted = CountedPaper(frozen, frozen.paper(result.paper_id), result.rulebook, kind, result.withdrawn)
        ballots = counted.ballots_pb(result.ballots)
        held.append(
            PaperContents(result.paper_id, sha256_hex(ballots), result.decision, result.reason, result.withdrawn)
        )
        files |= _paper_files(result, ballots)
    contents = Contents(kind, frozen.id, revision, key, RELEASE, source_sha256(), tuple(held))
    files["format.json"] = dump_contents(contents)
    if source is None:
        files["ledger.json"] = dump_ledgers(tuple(ledgers))
    else:
        files["issues.json"] = dump_issues(source)
    if draws is not None:
        files["draw.json"] = dump_draws(draws)
    return files


def sign(files: Mapping[str, bytes], signer: Callable[[bytes], bytes]) -> dict[str, bytes]:
    """The files with their manifest. ``signer`` returns the Ed25519 signature of the bytes it is given."""
    return {**files, MANIFEST: make_manifest(files, signer)}


def load(source: Path | str | bytes) -> Record:
    """The record in a directory or zip, given by its path, or in the bytes of a zip.

    Raises RecordError where there is none; a damaged one is loaded, and ``verify`` says what is wrong.
    """
    return Record(open_bundle(Path(source) if isinstance(source, str) else source))


def _paper_files(result: PaperResult, ballots: bytes) -> dict[str, bytes]:
    files = {
        paper_file(result.paper_id, "rulebook.json"): result.rulebook.to_json(),
        paper_file(result.paper_id, "outcome.json"): result.outcome.to_json(),
    }
    if result.decision is Decision.PUBLISH:
        files[paper_file(result.paper_id, "ballots.pb")] = ballots
    return files


def _check_papers(frozen: FrozenRound, results: Sequence[PaperResult], ledgers: Sequence[Ledger], kind: Kind) -> None:
    papers = [paper.id for paper in frozen.papers]
    if [result.paper_id for result in results] != papers:
        raise ValueError(f"a record needs one result for each of the papers {papers}, in their order")
    expected = papers if kind is Kind.CAST else []
    if [ledger.paper_id for ledger in ledgers] != expected:
        raise ValueError(f"a record of kind {kind} needs ledgers of {expected}, in this order")
