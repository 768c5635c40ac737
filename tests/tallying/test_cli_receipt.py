"""``pb-tally receipt``: a saved receipt, looked up offline in a record or in the register of an open vote."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest

from tallying.checkpoint import Checkpoint, origin, sign_checkpoint
from tallying.cli import main
from tallying.commitment import Blank
from tallying.election import Approval, Points
from tallying.merkle import root_of
from tallying.receipt import Receipt, dump_receipt, signed_text
from tallying.record import to_zip
from tests.tallying.records import KEY, OTHER, OTHER_KEY, SIGNER, imported_files
from tests.tallying.rich_record import BLANK, ROUND, SUPERSEDED, VOIDED, digest_of, rich_record, tracker_of

FILES = rich_record()
FORMAT_0 = Path(__file__).parent / "data" / "format0.zip"
NUMBER = 7
"""A voter of the north who voted once and was counted."""


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("record") / "record.zip"
    path.write_bytes(to_zip(FILES))
    return str(path)


def receipt_of(number: int = NUMBER, *, paper_id: str = "north", version: int = 1, is_older: bool = False) -> Receipt:
    """The receipt that this voter got; ``is_older`` for the first version of a vote that was changed."""
    tracker = tracker_of(paper_id, number)
    marked = number + is_older
    marks = Blank() if marked == BLANK else Approval((("bench",), ("wifi",))[marked % 2])
    nonce = digest_of(f"older {tracker}" if is_older else tracker)
    return signed(Receipt(ROUND, paper_id, tracker, version, nonce, "" if is_older else "4071", marks, KEY, b""))


def signed(receipt: Receipt) -> Receipt:
    text = signed_text(receipt.round_id, receipt.paper_id, receipt.tracker, receipt.version, receipt.commitment)
    return replace(receipt, signature=SIGNER.sign(text))


def kept(tmp_path: Path, receipt: Receipt | bytes) -> str:
    path = tmp_path / "receipt.txt"
    path.write_bytes(receipt if isinstance(receipt, bytes) else dump_receipt(receipt))
    return str(path)


def test_a_counted_ballot_is_found_with_its_entry_its_night_and_its_picks(
    record: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["receipt", record, kept(tmp_path, receipt_of())]) == 0
    told = capsys.readouterr().out
    c = receipt_of().commitment.hex().encode()
    entry = next(place for place, line in enumerate(FILES["register.jsonl"].split(b"\n")) if c in line)
    assert "  ok    the receipt is signed: a good signature by " in told
    assert "  ok    the picks on it are those that were signed: Library Wi-Fi – café. Your number: 4071\n" in told
    assert (
        f"  ok    the ballot is in the register: entry {entry}, where the first is 0, of the night 2026-03-11" in told
    )
    assert told.endswith("Your ballot is in the record as on this receipt, and it was counted.\n")


def test_several_receipts_are_looked_up_together_and_one_bad_one_decides(
    record: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, missing = kept(tmp_path, receipt_of()), tmp_path / "two.txt"
    missing.write_bytes(dump_receipt(receipt_of(version=2)))
    assert main(["receipt", record, good, str(missing)]) == 1
    told = capsys.readouterr().out
    assert told.count("Receipt of spring-2026, paper north, tracker ") == 2
    assert "though version 1 of its tracker is there" in told


@pytest.mark.parametrize(
    ("receipt", "words"),
    [
        (receipt_of(0, is_older=True), "It was replaced by your later ballot, version 2, which counts instead."),
        (receipt_of(BLANK), "you took your vote back: nothing was counted for you"),
        (receipt_of(VOIDED), "two people struck it out (twice_on_the_roll)."),
        (receipt_of(SUPERSEDED), "Your vote on paper arrived and counts instead."),
        (receipt_of(paper_id="east"), "Your ballot is in the register. What it says is not public here."),
    ],
    ids=["replaced", "taken back", "struck out", "paper", "withheld"],
)
def test_what_became_of_a_ballot_is_said(
    record: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], receipt: Receipt, words: str
) -> None:
    assert main(["receipt", record, kept(tmp_path, receipt)]) == 0
    assert words in capsys.readouterr().out


def test_a_signed_ballot_that_the_record_lacks_is_proof_and_it_says_what_to_do(
    record: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["receipt", record, kept(tmp_path, receipt_of(99))]) == 1
    told = capsys.readouterr().out
    assert "  FAIL  the ballot is in the register\n        register.jsonl: has no entry with this commitment\n" in told
    assert "this is proof of wrong-doing" in told
    assert "show both to the auditor" in told


def test_other_picks_than_were_signed_are_noticed(
    record: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed = dump_receipt(receipt_of()).replace(b'["wifi"]', b'["bench"]')
    assert main(["receipt", record, kept(tmp_path, changed)]) == 1
    told = capsys.readouterr().out
    assert "its ballot, check number or nonce was changed" in told
    assert "a good signature" in told
    assert "or not\nas it was. Look for the file that you saved when you voted." in told
    assert "counted" not in told


def test_one_changed_letter_of_the_signed_text_spoils_the_signature_and_proves_nothing(
    record: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed = dump_receipt(receipt_of()).replace(b"version 1\n", b"version 2\n")
    assert main(["receipt", record, kept(tmp_path, changed)]) == 1
    told = capsys.readouterr().out
    assert "the signature is not good: some character is not as the council gave it" in told
    assert "counted" not in told

    unsigned = replace(receipt_of(99), signature=receipt_of().signature)
    assert main(["receipt", record, kept(tmp_path, unsigned)]) == 1
    told = capsys.readouterr().out
    assert "proves nothing" in told
    assert "wrong-doing" not in told


def test_a_receipt_by_another_key_is_told_apart_with_both_fingerprints(
    record: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = receipt_of(99)
    text = signed_text(own.round_id, own.paper_id, own.tracker, own.version, own.commitment)
    other = replace(own, key=OTHER_KEY, signature=OTHER.sign(text))
    assert main(["receipt", record, kept(tmp_path, other)]) == 1
    told = capsys.readouterr().out
    assert f"it is signed by {other.fingerprint}, the register by {own.fingerprint}" in told
    assert "wrong-doing" not in told


def test_a_record_that_does_not_hold_is_not_believed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spoilt = tmp_path / "record.zip"
    spoilt.write_bytes(to_zip({**FILES, "register.jsonl": FILES["register.jsonl"][:-9] + b"\n"}))
    assert main(["receipt", str(spoilt), kept(tmp_path, receipt_of())]) == 1
    told = capsys.readouterr().out
    assert "  FAIL  the register is the one that was signed\n" in told
    assert "a good signature" in told
    assert "The ballot was not looked up" in told


def test_what_was_retyped_broken_into_lines_or_pasted_is_read_all_the_same(
    record: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = dump_receipt(receipt_of()).decode().split("\n")
    broken = "\r\n".join(f"  {line[:70]}\r\n{line[70:]}\r\n" for line in lines)

    class Pasted:
        buffer = io.BytesIO(b"\xef\xbb\xbf" + broken.encode())

    monkeypatch.setattr("sys.stdin", Pasted)
    assert main(["receipt", record, "-"]) == 0
    assert "and it was counted" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (dump_receipt(receipt_of()).replace(b"pb-receipt-v1", b"pb-receipt-v2"), "which is later than this release"),
        (dump_receipt(receipt_of()).partition(b"nonce")[0], "Take the file as you saved it, with every line"),
        (dump_receipt(receipt_of()) * 2, "one receipt in it"),
        (dump_receipt(receipt_of()).replace(b"tracker ", b"tracker x"), "a tracker is 16 characters"),
        (b"\x89PNG\r\n", "Take the file that you saved, not a picture of it"),
        (b"", "not a receipt: it must begin with pb-receipt-v1"),
        (b"PK\x03\x04", "Name the record first, then the receipt"),
        (dump_receipt(replace(receipt_of(), round_id="autumn-2025")), "Download the record of autumn-2025"),
    ],
    ids=["later format", "cut", "two in one", "tracker", "picture", "empty", "zip", "another round"],
)
def test_what_cannot_be_compared_is_refused_with_how_to_mend_it(
    record: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: bytes, words: str
) -> None:
    assert main(["receipt", record, kept(tmp_path, text)]) == 2
    told = capsys.readouterr()
    assert words in told.err
    assert told.err.count("\n") == 1
    assert told.out == ""


def test_missing_files_swapped_names_and_records_without_receipts_are_refused(
    record: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    receipt, imported = kept(tmp_path, receipt_of()), tmp_path / "imported.zip"
    imported.write_bytes(to_zip(imported_files()))
    for words, mend in (
        ([record, str(tmp_path / "none.txt")], "Check the name and the folder"),
        ([str(tmp_path / "none.zip"), receipt], "Check the name"),
        ([receipt, receipt], "Name the record or the register first"),
        ([str(imported), receipt], "It has no receipts"),
        ([str(FORMAT_0), receipt], "Look for your tracker in papers/PAPER/ballots.pb"),
        ([record, receipt, "--signer", "12 34"], "Copy it from your letter"),
    ):
        assert main(["receipt", *words]) == 2, words
        assert mend in capsys.readouterr().err, words


def register_until(path: Path, kind: bytes) -> list[str]:
    """The register before its first leaf of this kind, and a checkpoint of that, both as downloaded."""
    lines = FILES["register.jsonl"].split(b"\n")
    size = next(place for place, line in enumerate(lines) if line.startswith(b'{"' + kind))
    checkpoint = Checkpoint(origin(ROUND), size, root_of(lines[:size]))
    (path / "register.jsonl").write_bytes(b"".join(line + b"\n" for line in lines[:size]))
    (path / "checkpoint.txt").write_bytes(sign_checkpoint(checkpoint, KEY, SIGNER.sign))
    return [str(path / "register.jsonl"), "--since", str(path / "checkpoint.txt")]


def test_a_ballot_is_found_in_the_register_of_an_open_vote_under_a_saved_checkpoint(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    register, *since = register_until(tmp_path, b"decision")
    assert main(["receipt", register, kept(tmp_path, receipt_of()), *since]) == 0
    told = capsys.readouterr().out
    assert "  ok    nothing was changed since your checkpoint: " in told
    assert told.endswith("What it says is not public here.\n")

    assert main(["receipt", register, kept(tmp_path, receipt_of(0, version=2)), *since]) == 1
    told = capsys.readouterr().out
    assert "Your ballot is not in this register yet" in told
    assert "wrong-doing" not in told


def test_a_register_without_a_checkpoint_says_that_nobody_vouches_for_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    register, *since = register_until(tmp_path, b"count")
    missing = kept(tmp_path, receipt_of(99))
    assert main(["receipt", register, missing]) == 1
    told = capsys.readouterr().out
    assert "whose register it is: not checked" in told
    assert "If the register is that of your round, this is proof" in told
    assert main(["receipt", register, missing, *since]) == 1
    assert "the council signed that it has it: this is proof" in capsys.readouterr().out


def test_a_register_that_was_rewritten_since_the_checkpoint_is_not_believed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    register, *since = register_until(tmp_path, b"close")
    lines = Path(register).read_bytes().split(b"\n")
    Path(register).write_bytes(b"\n".join([*lines[:2], *lines[3:]]))
    assert main(["receipt", register, kept(tmp_path, receipt_of()), *since]) == 1
    assert "was rolled back" in capsys.readouterr().out
    assert main(["receipt", register, kept(tmp_path, receipt_of()), "--signer", "0" * 32]) == 1
    assert ", not yours" in capsys.readouterr().out


def test_points_are_shown_with_their_projects(record: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tracker = tracker_of("south", 9)
    marks = Points((("bench", 2), ("youth", 3)))
    receipt = Receipt(ROUND, "south", tracker, 1, digest_of(tracker), "4071", marks, KEY, b"")
    assert main(["receipt", record, kept(tmp_path, signed(receipt))]) == 0
    assert "Benches by the pond; and a bin: 2; Youth club evenings: 3. Your number" in capsys.readouterr().out
