"""The verifier: whether a record holds, check by check, on anyone's machine, offline.

``verify(record)`` makes every check and never raises for what is in the record; ``run`` is
``pb-tally verify``. Exit code 0: it holds; 1: it does not; 2: there is no record to check here.
The standard library alone is used, and nothing that stands in the record is run.
"""

import argparse
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from tallying import change_checks, checks, manifest_checks, register_checks
from tallying.bundle import paper_file
from tallying.checkpoint import Checkpoint, origin, read_saved
from tallying.commitment import fingerprint_digits
from tallying.contents import Kind
from tallying.findings import Finding
from tallying.manifest import NAME as MANIFEST
from tallying.record import Record, load
from tallying.record_error import RecordError
from tallying.register_checks import CHECKPOINT, REGISTER
from tallying.release import RELEASE
from tallying.report import Check, Fault, Report
from tallying.signed_note import NoteError
from tallying.source_hash import source_sha256
from tallying.values import frozen_value

HOLDS, FAILS, WRONG_INPUT = 0, 1, 2
"""Exit codes."""

_ROUND = ("format.json", "frozen.json")
_LOG = (REGISTER, CHECKPOINT)


@frozen_value
class _Step:
    """A check, and the files that it believes: where one of them is at fault, it is not made."""

    title: str
    uses: tuple[str, ...]
    make: Callable[[Record], Finding]


def verify(record: Record, signer: str = "", since: bytes = b"") -> Report:
    """Check everything that can be known from the record.

    ``signer`` is the fingerprint that the reader has from a letter, a receipt or the minutes, in any
    grouping; empty: whose key signed is for the reader to compare. ``since`` is a checkpoint that the
    reader saved. Raises ValueError where these are no fingerprint or no checkpoint of this round. A fault
    is reported with the file that it lies in; what would only repeat it is not checked.
    """
    made: list[Check] = []
    suspects: set[str] = set()
    for step in _steps(record, signer, since):
        check = _made(record, step, suspects)
        suspects.update(fault.file for fault in check.faults if fault.file != MANIFEST)
        made.append(check)
    return Report(_title(record), _signer(record), bool(signer), tuple(made))


def run(args: argparse.Namespace) -> int:
    """``pb-tally verify RECORD [--signer FINGERPRINT] [--since CHECKPOINT]``; returns the exit code.

    ``args`` has ``record``, ``signer`` and ``since``, the latter two perhaps None.
    """
    try:
        record, since = read_to_verify(str(args.record), args.signer or "", args.since or "")
    except RecordError as error:
        sys.stderr.write(f"pb-tally: {error}\n")
        return WRONG_INPUT
    report = verify(record, args.signer or "", since)
    verifier = f"Checked with release {RELEASE} of the verifier, SHA-256 {source_sha256()}"
    sys.stdout.write("\n".join([*report.lines(), verifier]) + "\n")
    return HOLDS if report.holds else FAILS


def read_to_verify(path: str, signer: str, since_path: str) -> tuple[Record, bytes]:
    """The record at this path, and the checkpoint that the reader saved, if any: what ``verify`` is given.

    Raises RecordError where there is no record, and where the fingerprint or the checkpoint is none of use here.
    """
    _check_signer(signer)
    record = load(path)
    _check_format(record)
    return record, _read_since(record, since_path)


def _steps(record: Record, signer: str, since: bytes) -> Iterator[_Step]:
    """The checks in their order; each later one may lean on what the earlier ones made sure of."""
    yield _Step("every file can be read", (), checks.check_readable)
    yield from _first_steps(record)
    yield _Step("the files are those of this record", ("format.json",), checks.check_names)
    if signer:
        yield _Step("the signer is the one you named", (), partial(checks.check_signer, signer=signer))
    if since:
        used = ("format.json", *_LOG)
        yield _Step(
            "nothing was changed since your checkpoint", used, partial(register_checks.check_since, saved=since)
        )
    yield _Step("the round is the one that was frozen", _ROUND, checks.check_frozen)
    if _is_logged(record):
        yield _Step("the opening is the one in the register", (*_ROUND, *_LOG), register_checks.check_opening)
    yield _Step("lots", (*_ROUND, "draw.json", *_LOG), _check_draws)
    for paper_id in _paper_ids(record):
        yield from _paper_steps(record, paper_id)
    yield from _ledger_steps(record)


def _first_steps(record: Record) -> Iterator[_Step]:
    """What everything else rests on: signed hashes of all files."""
    if not _is_logged(record):
        yield _Step("no file has been changed since it was signed", (), manifest_checks.check_manifest)
        return
    yield _Step("the register is the one that was signed", (), register_checks.check_register)
    yield _Step("no file has been changed since it was counted", (REGISTER,), register_checks.check_counted)


def _check_draws(record: Record) -> Finding:
    if record.draws is None:
        return Finding(note="none was drawn")
    module = register_checks if _is_logged(record) else manifest_checks
    return checks.check_draws(record, module.close_root_of(record))


def _paper_steps(record: Record, paper_id: str) -> Iterator[_Step]:
    rulebook, openings, ballots, outcome = (
        paper_file(paper_id, name) for name in ("rulebook.json", "openings.jsonl", "ballots.pb", "outcome.json")
    )
    believed = (*_ROUND, rulebook)
    yield _Step(f"paper {paper_id}: rulebook", believed, partial(checks.check_rulebook, paper_id=paper_id))
    if not record.contents.paper(paper_id).is_public:
        withheld = partial(checks.check_withheld, paper_id=paper_id)
        yield _Step(f"paper {paper_id}", (*believed, outcome), withheld)
        return
    if _is_logged(record) and record.contents.kind is Kind.CAST:
        opened = partial(register_checks.check_openings, paper_id=paper_id)
        yield _Step(f"paper {paper_id}: openings", (*_ROUND, openings, *_LOG), opened)
    cast = partial(checks.check_ballots, paper_id=paper_id)
    yield _Step(f"paper {paper_id}: ballots", (*believed, ballots, openings), cast)
    every = (*believed, ballots, outcome, "draw.json")
    yield _Step(f"paper {paper_id}: outcome", every, partial(checks.check_outcome, paper_id=paper_id))


def _ledger_steps(record: Record) -> Iterator[_Step]:
    papers = _paper_ids(record)
    if papers and record.contents.kind is Kind.IMPORTED:
        yield _Step("source and repairs of the imported file", ("issues.json",), checks.check_source)
    elif papers:
        used = [paper_file(paper_id, name) for paper_id in papers for name in ("rulebook.json", "outcome.json")]
        yield _Step("the ledger balances", ("format.json", "ledger.json", *used), checks.check_ledgers)
        if _is_logged(record):
            yield from _register_steps(papers)


def _register_steps(papers: Sequence[str]) -> Iterator[_Step]:
    """What can be compared once every paper was read."""
    openings = [paper_file(paper_id, "openings.jsonl") for paper_id in papers]
    ballots = [paper_file(paper_id, "ballots.pb") for paper_id in papers]
    used = ("format.json", "ledger.json", *_LOG, *openings)
    yield _Step("every ballot in the register is accounted for", used, register_checks.check_complete)
    yield _Step("decisions about publishing", ("format.json", *_LOG), register_checks.check_decisions)
    yield _Step("decisions since the first count", (*_ROUND, *_LOG), change_checks.check_changes)
    yield _Step("the ledger is that of the register", (*used, *ballots), register_checks.check_received)


def _made(record: Record, step: _Step, suspects: set[str]) -> Check:
    doubted = [name for name in step.uses if name in suspects]
    if doubted:
        return Check(step.title, skipped=f"{doubted[0]} is at fault")
    try:
        finding = step.make(record)
    except RecordError as error:
        return Check(step.title, faults=(Fault(error.file, error.what),))
    return Check(step.title, finding.faults, finding.note)


def _paper_ids(record: Record) -> tuple[str, ...]:
    """The papers that format.json names; none where it cannot be read, which an earlier check says."""
    try:
        return tuple(paper.id for paper in record.contents.papers)
    except RecordError:
        return ()


def _title(record: Record) -> str:
    try:
        frozen, contents = record.frozen, record.contents
    except RecordError:
        return "a record that cannot be read in full"
    kind = ", imported: count only" if contents.kind is Kind.IMPORTED else ""
    papers = f"{len(frozen.papers)} paper" + ("" if len(frozen.papers) == 1 else "s")
    return f"{frozen.title} ({frozen.id}), revision {contents.revision}, {papers}{kind}"


def _signer(record: Record) -> str:
    try:
        return record.contents.fingerprint
    except RecordError:
        return ""


def _is_logged(record: Record) -> bool:
    """Whether the record has a register: every format but 0. Where format.json does not say, the files do."""
    try:
        return record.contents.format > 0
    except RecordError:
        return MANIFEST not in record.files


def _check_signer(signer: str) -> None:
    try:
        if signer:
            fingerprint_digits(signer)
    except ValueError as error:
        raise RecordError("--signer", f"{error}. Copy it from your letter or receipt.") from error


def _read_since(record: Record, path: str) -> bytes:
    """The bytes of the checkpoint that the reader saved; RecordError where it is none of this round."""
    if not path:
        return b""
    if not _is_logged(record):
        raise RecordError(path, "format 0 has no checkpoints. Leave --since out.")
    try:
        data = Path(path).read_bytes()
        _check_origin(record, read_saved(data)[0])
    except OSError as error:
        raise RecordError(path, f"cannot be read ({error.strerror}). Check the name.") from error
    except NoteError as error:
        raise RecordError(path, f"is no checkpoint of this round: {error}.") from error
    return data


def _check_origin(record: Record, saved: Checkpoint) -> None:
    """Raise NoteError where the checkpoint is of another round; a damaged record is for ``verify`` to report."""
    try:
        own = origin(record.round_id)
    except RecordError:
        return
    if saved.origin != own:
        raise NoteError(f"it is of {saved.origin}, the record of {own}")


def _check_format(record: Record) -> None:
    """Refuse the record of a later format; where one of ours is damaged, a fault is reported."""
    data = record.files.get("format.json", b"")
    is_ours = MANIFEST in record.files or REGISTER in record.files
    if not is_ours and b'"format":' in data and not re.search(rb'"format":[01],', data):
        raise RecordError("format.json", "this release verifies the formats 0 and 1. Use a later one.")
