"""The verifier: whether a record holds, check by check, on anyone's machine, offline.

``verify(record)`` makes every check and never raises for what is in the record; ``run`` is
``pb-tally verify``. Exit code 0: it holds; 1: it does not; 2: there is no record to check here.
The standard library alone is used, and nothing that stands in the record is run.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from tallying import checks
from tallying.bundle import paper_file
from tallying.commitment import fingerprint_digits
from tallying.contents import FORMAT, Kind
from tallying.manifest import NAME as MANIFEST
from tallying.record import Record, load
from tallying.record_error import RecordError
from tallying.release import RELEASE, source_sha256
from tallying.report import Check, Fault, Report

HOLDS, FAILS, WRONG_INPUT = 0, 1, 2
"""Exit codes."""

_ROUND = ("format.json", "frozen.json")


@dataclass(frozen=True, slots=True)
class _Step:
    """A check, and the files that it believes: where one of them is at fault, it is not made."""

    title: str
    uses: tuple[str, ...]
    make: Callable[[Record], checks.Finding]


def verify(record: Record, signer: str = "") -> Report:
    """Check everything that can be known from the record.

    ``signer`` is the fingerprint that the reader has from a letter, a receipt or the minutes, in any
    grouping; empty: whose key signed is for the reader to compare. Raises ValueError where it is no
    fingerprint. A fault is reported with the file
    that it lies in; what would only repeat it is not checked.
    """
    made: list[Check] = []
    suspects: set[str] = set()
    for step in _steps(record, signer):
        check = _made(record, step, suspects)
        suspects.update(fault.file for fault in check.faults if fault.file != MANIFEST)
        made.append(check)
    return Report(_title(record), _signer(record), bool(signer), tuple(made))


def run(args: argparse.Namespace) -> int:
    """``pb-tally verify RECORD [--signer FINGERPRINT] [--since CHECKPOINT]``; returns the exit code.

    ``args`` has ``record``, ``signer`` and ``since``, the latter two perhaps None.
    """
    try:
        _check_arguments(args)
        record = load(str(args.record))
        _check_format(record)
    except RecordError as error:
        sys.stderr.write(f"pb-tally: {error}\n")
        return WRONG_INPUT
    report = verify(record, args.signer or "")
    verifier = f"Checked with release {RELEASE} of the verifier, SHA-256 {source_sha256()}"
    sys.stdout.write("\n".join([*report.lines(), verifier]) + "\n")
    return HOLDS if report.holds else FAILS


def _steps(record: Record, signer: str) -> Iterator[_Step]:
    """The checks in their order; each later one may lean on what the earlier ones made sure of."""
    yield _Step("every file can be read", (), checks.check_readable)
    yield _Step("no file has been changed since it was signed", (), checks.check_manifest)
    yield _Step("the files are those of this record", ("format.json",), checks.check_names)
    if signer:
        yield _Step("the signer is the one you named", (), partial(checks.check_signer, signer=signer))
    yield _Step("the round is the one that was frozen", _ROUND, checks.check_frozen)
    yield _Step("lots", (*_ROUND, "draw.json"), checks.check_draws)
    for paper_id in _paper_ids(record):
        yield from _paper_steps(record, paper_id)
    yield from _ledger_steps(record)


def _paper_steps(record: Record, paper_id: str) -> Iterator[_Step]:
    rulebook, ballots, outcome = (
        paper_file(paper_id, name) for name in ("rulebook.json", "ballots.pb", "outcome.json")
    )
    believed = (*_ROUND, rulebook)
    yield _Step(f"paper {paper_id}: rulebook", believed, partial(checks.check_rulebook, paper_id=paper_id))
    if not record.contents.paper(paper_id).is_public:
        withheld = partial(checks.check_withheld, paper_id=paper_id)
        yield _Step(f"paper {paper_id}", (*believed, outcome), withheld)
        return
    yield _Step(f"paper {paper_id}: ballots", (*believed, ballots), partial(checks.check_ballots, paper_id=paper_id))
    every = (*believed, ballots, outcome, "draw.json")
    yield _Step(f"paper {paper_id}: outcome", every, partial(checks.check_outcome, paper_id=paper_id))


def _ledger_steps(record: Record) -> Iterator[_Step]:
    papers = _paper_ids(record)
    if papers and record.contents.kind is Kind.IMPORTED:
        yield _Step("source and repairs of the imported file", ("issues.json",), checks.check_source)
    elif papers:
        used = [paper_file(paper_id, name) for paper_id in papers for name in ("rulebook.json", "outcome.json")]
        yield _Step("the ledger balances", ("format.json", "ledger.json", *used), checks.check_ledgers)


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


def _check_arguments(args: argparse.Namespace) -> None:
    if args.since:
        what = f"format {FORMAT} has no checkpoints. Leave --since out."
        raise RecordError(str(args.since), what)
    try:
        if args.signer:
            fingerprint_digits(args.signer)
    except ValueError as error:
        raise RecordError("--signer", f"{error}. Copy it from your letter or receipt.") from error


def _check_format(record: Record) -> None:
    """Refuse the record of another format, which has no manifest; with one, a fault is reported."""
    data = record.files.get("format.json", b"")
    if MANIFEST not in record.files and b'"format":' in data and f'"format":{FORMAT},'.encode() not in data:
        raise RecordError("format.json", f"this release verifies format {FORMAT} alone. Use a later one.")
