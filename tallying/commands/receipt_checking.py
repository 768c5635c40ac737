"""``pb-tally receipt``: whether the ballot of a receipt is in a public record, or in a register that still grows."""

import argparse
import sys
from collections.abc import Mapping, Sequence

from tallying import verify
from tallying.checkpoint import origin
from tallying.checkpoint import read_saved as read_checkpoint
from tallying.commands.receipt_words import (
    NOT_LOOKED_UP,
    conclusion,
    picks_check,
    place_check,
    signature_check,
    title_of,
)
from tallying.commands.sources import InputError, is_record, read_bytes
from tallying.commitment import fingerprint, fingerprint_digits
from tallying.contents import Kind
from tallying.openings import Openings
from tallying.receipt import MARKER, SavedReceipt, read_saved
from tallying.receipt_search import find_ballot
from tallying.record import Record
from tallying.register import Leaf, Open, read_register, split_lines
from tallying.register_checks import compare_since
from tallying.report import Check, Fault, check_lines, printable
from tallying.signed_note import NoteError
from tallying.values import frozen_value
from tallying.vote_word import VoteWord


def add(parsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the sub-command."""
    parser = parsers.add_parser(
        "receipt",
        usage="%(prog)s RECORD RECEIPT … [options]",
        help="look up your receipt in a public record, offline",
        description=(
            "Look up the ballot of a receipt. Exit code 0: it is where it must be; 1: it is\n"
            "not, or the receipt is not as it was signed; 2: there is nothing to compare."
        ),
        epilog=(
            "examples:\n  pb-tally receipt record.zip receipt-spring-2026-north-1.txt\n"
            "  pb-tally receipt record.zip -        (then paste the text of the receipt)\n"
            "  pb-tally receipt register.jsonl receipt.txt --since checkpoint.txt\n"
        ),
    )
    parser.add_argument("record", metavar="RECORD", help="a record (folder or .zip), or the register of an open vote")
    parser.add_argument("receipt", metavar="RECEIPT", nargs="+", help="the file of a receipt; - for text that you type")
    parser.add_argument("--signer", metavar="FINGERPRINT", help="the council's key, as on your letter")
    parser.add_argument("--since", metavar="CHECKPOINT", help="the file of a checkpoint that you saved earlier")
    parser.set_defaults(run=run)


@frozen_value
class _Place:
    """Where receipts are looked up: a record, or a register alone.

    ``lines`` say whether it can be trusted, as ``holds`` does. ``round_id`` is "" where nothing here names the round;
    ``record`` is None for a register alone. Key and leaves are empty where it does not hold.
    """

    lines: tuple[str, ...]
    holds: bool
    round_id: str = ""
    key: bytes = b""
    leaves: tuple[Leaf, ...] = ()
    record: Record | None = None

    def check_round(self, receipt_path: str, round_id: str) -> None:
        """Raise InputError for a receipt of another round."""
        if self.round_id and round_id != self.round_id:
            what = f"it is of the round {round_id}, what you named before it of {self.round_id}"
            raise InputError(f"{receipt_path}: {what}. Download the record of {round_id}.")

    def openings(self, paper_id: str) -> Openings | None:
        """Those of this paper; None where they are not public, or not here."""
        if self.record is None or not self.record.is_public(paper_id):
            return None
        return self.record.openings(paper_id)

    def words(self, paper_id: str) -> tuple[Mapping[str, str], VoteWord | None]:
        """The titles of the paper's projects by id, and its own word for the vote."""
        for paper in self.record.frozen.papers if self.record else ():
            if paper.id == paper_id:
                return {project.id: project.title for project in paper.projects}, paper.word
        return {}, None


def run(args: argparse.Namespace) -> int:
    """0: each receipt's ballot is where it must be, in a record that holds; else 1."""
    saved = [(path, _read_receipt(path)) for path in args.receipt]
    signer, since = args.signer or "", args.since or ""
    place = _record(args.record, signer, since) if is_record(args.record) else _register(args.record, signer, since)
    for path, one in saved:
        place.check_round(path, one.receipt.round_id)
    lines, is_good = list(place.lines), place.holds
    for path, one in saved:
        told, is_there = _looked_up(place, path, one)
        lines += ["", *told]
        is_good = is_good and is_there
    sys.stdout.write("\n".join(printable(line) for line in lines) + "\n")
    return verify.HOLDS if is_good else verify.FAILS


def _looked_up(place: _Place, path: str, saved: SavedReceipt) -> tuple[list[str], bool]:
    """What is said about one receipt, and whether all is well with it."""
    receipt = saved.receipt
    titles, word = place.words(receipt.paper_id)
    signed = signature_check(saved, path, place.key or receipt.key)
    picks = picks_check(saved, path, titles, word)
    checks, told, is_in = [signed, picks], list(NOT_LOOKED_UP), False
    if place.holds:
        found = find_ballot(saved, place.leaves, place.openings(receipt.paper_id))
        checks.append(place_check(found))
        told, is_in = conclusion(found, signed, picks, round_id=place.round_id), found.is_in
    lines = [title_of(receipt), *(line for check in checks for line in check_lines(check)), *told]
    return lines, is_in and all(check.holds for check in checks)


def _read_receipt(path: str) -> SavedReceipt:
    data = sys.stdin.buffer.read() if path == "-" else read_bytes(path)
    if data.startswith(b"PK\x03\x04"):
        raise InputError(f"{path}: this is a zip, not a receipt. Name the record first, then the receipt.")
    try:
        return read_saved(data)
    except ValueError as error:
        raise InputError(f"{path}: {error}.") from error


def _record(path: str, signer: str, since_path: str) -> _Place:
    """The record, verified in full: what a spoilt one says about a ballot is worth nothing."""
    record, since = verify.read_to_verify(path, signer, since_path)
    report = verify.verify(record, signer, since)
    lines = report.lines()
    if not report.holds:
        return _Place((*lines[:2], *(line for line in lines[2:] if not line.startswith("  ok"))), holds=False)
    if record.contents.kind is Kind.IMPORTED:
        raise InputError(f"{path}: this vote was held elsewhere and counted here from a file. It has no receipts.")
    if record.contents.format == 0:
        raise InputError(f"{path}: format 0 has no register. Look for your tracker in papers/PAPER/ballots.pb.")
    good = f"  ok    the record holds, in all {len(report.checks)} checks of pb-tally verify"
    return _Place((*lines[:2], good), True, record.round_id, record.contents.key, record.register, record)


def _register(path: str, signer: str, since_path: str) -> _Place:
    """A register alone, as it can be downloaded while the vote is open."""
    data = read_bytes(path)
    if data.startswith(MARKER.encode()):
        raise InputError(f"{path}: this is a receipt. Name the record or the register first, then the receipt.")
    try:
        lines, leaves = split_lines(data), read_register(data)
    except ValueError as error:
        raise InputError(f"{path}: neither a record nor a register. Take the .zip that you downloaded.") from error
    keys = [leaf.key for leaf in leaves if isinstance(leaf, Open)]
    if not keys:
        raise InputError(f"{path}: this register has no opening. Download it again from the round’s page.")
    round_id, since_checks = _since_checks(path, lines, keys[-1], since_path)
    checks = [_signer_check(path, keys[-1], signer), *since_checks]
    told = [
        f"A register of {len(lines):,} entries, without its record",
        *(x for one in checks for x in check_lines(one)),
    ]
    if not since_path:
        told.append("  ----  whose register it is: not checked, because you named no checkpoint of it with --since")
    return _Place(tuple(told), all(check.holds for check in checks), round_id, keys[-1], leaves)


def _signer_check(path: str, key: bytes, signer: str) -> Check:
    try:
        is_other = bool(signer) and fingerprint_digits(signer) != fingerprint_digits(fingerprint(key))
    except ValueError as error:
        raise InputError(f"--signer: {error}. Copy it from your letter or receipt.") from error
    note = "the fingerprint that you gave" if signer else "compare with your letter"
    faults = (Fault(path, f"it names the key {fingerprint(key)}, not yours"),) if is_other else ()
    return Check("the key", faults, f"{fingerprint(key)}: {note}")


def _since_checks(path: str, lines: Sequence[bytes], key: bytes, since_path: str) -> tuple[str, list[Check]]:
    """The round that the checkpoint names, and the comparison; "" and nothing where there is no checkpoint."""
    if not since_path:
        return "", []
    try:
        checkpoint, note = read_checkpoint(read_bytes(since_path))
    except NoteError as error:
        raise InputError(f"{since_path}: it is no checkpoint: {error}.") from error
    finding = compare_since(lines, key, checkpoint, note, path)
    check = Check("nothing was changed since your checkpoint", finding.faults, finding.note)
    return checkpoint.origin.removeprefix(origin("")), [check]
