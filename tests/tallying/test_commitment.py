"""Digest, commitment, fingerprint and receipt: fixed vectors, and nothing read in two ways."""

from dataclasses import replace

import pytest

from tallying.commitment import (
    Blank,
    Marks,
    ballot_digest,
    canonical_marks,
    commitment,
    fingerprint,
    fingerprint_digits,
)
from tallying.election import Approval, Points, Ranking
from tallying.receipt import Receipt, dump_receipt, load_receipt, signed_text
from tests.tallying.records import KEY, OTHER_KEY, SIGNER

NONCE = bytes(range(32, 64))
TRACKER = "AKNQISWOPGBIZTT5"
APPROVAL = Approval(("bench", "trees"))
D = "ce168670b9d5395d563fcb8c7b93035eb844362afb77d2330081d02ea71548db"
C = "4af2969635716e176f8c0835e78ae53f2bf5ad9fc94b6fca246a6c0d53add99b"


def example_receipt(marks: Marks = APPROVAL, check_number: str = "4071") -> Receipt:
    digest = ballot_digest(NONCE, marks, check_number)
    text = signed_text("spring-2026", "north", TRACKER, 2, commitment("spring-2026", "north", TRACKER, 2, digest))
    return Receipt("spring-2026", "north", TRACKER, 2, NONCE, check_number, marks, KEY, SIGNER.sign(text))


def test_the_vectors_of_docs_formats_hold() -> None:
    digest = ballot_digest(NONCE, APPROVAL, "4071")

    assert digest.hex() == D
    assert commitment("spring-2026", "north", TRACKER, 2, digest).hex() == C
    assert fingerprint(KEY) == "5647 5aa7 5463 474c 0285 df5d bf2b cab7"


@pytest.mark.parametrize(
    ("marks", "written"),
    [
        (APPROVAL, b'{"ballot":{"ids":["bench","trees"],"kind":"approval"},"w":""}'),
        (Ranking(("b", "a")), b'{"ballot":{"ids":["b","a"],"kind":"ranking"},"w":""}'),
        (Points((("a", 3),)), b'{"ballot":{"kind":"points","points":[["a",3]]},"w":""}'),
        (Blank(), b'{"ballot":{"kind":"blank"},"w":""}'),
    ],
)
def test_marks_have_one_spelling_and_a_receipt_keeps_them(marks: Marks, written: bytes) -> None:
    assert canonical_marks(marks, "") == written
    assert load_receipt(dump_receipt(example_receipt(marks, ""))).marks == marks


@pytest.mark.parametrize("check_number", ["1234567", "12a", "١٢", "1\n"])
def test_a_check_number_is_up_to_six_digits(check_number: str) -> None:
    with pytest.raises(ValueError, match="digits"):
        canonical_marks(Blank(), check_number)


@pytest.mark.parametrize(
    ("round_id", "paper_id", "tracker", "version", "digest"),
    [
        ("Spring", "north", TRACKER, 1, bytes(32)),
        ("spring\nnorth", "north", TRACKER, 1, bytes(32)),
        ("spring", "", TRACKER, 1, bytes(32)),
        ("spring", "north", TRACKER.lower(), 1, bytes(32)),
        ("spring", "north", TRACKER, 0, bytes(32)),
        ("spring", "north", TRACKER, 1, bytes(31)),
    ],
)
def test_a_commitment_is_over_well_formed_names_only(
    round_id: str, paper_id: str, tracker: str, version: int, digest: bytes
) -> None:
    with pytest.raises(ValueError, match=r"ids|tracker|versions|digest"):
        commitment(round_id, paper_id, tracker, version, digest)


def test_a_nonce_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        ballot_digest(bytes(16), Blank(), "")


@pytest.mark.parametrize("typed", ["56475AA75463474C0285DF5DBF2BCAB7", "5647:5aa7:5463:474c:0285:df5d:bf2b:cab7\n"])
def test_a_fingerprint_may_be_typed_in_any_grouping(typed: str) -> None:
    assert fingerprint_digits(typed) == fingerprint_digits(fingerprint(KEY))


@pytest.mark.parametrize("typed", ["", "5647", "x" * 32, "5" * 33])
def test_what_is_no_fingerprint_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="fingerprint"):
        fingerprint_digits(typed)


def test_a_receipt_is_read_back_and_its_signature_is_real() -> None:
    receipt = example_receipt()
    data = dump_receipt(receipt)

    assert data.startswith(b"pb-receipt-v1\nround spring-2026\n")
    assert load_receipt(data) == receipt
    assert receipt.is_signed()
    assert receipt.fingerprint == fingerprint(KEY)


def test_a_receipt_of_another_key_tracker_version_or_ballot_is_not_signed() -> None:
    receipt = example_receipt()

    assert not replace(receipt, key=OTHER_KEY).is_signed()
    assert not replace(receipt, tracker="A" * 16).is_signed()
    assert not replace(receipt, version=3).is_signed()
    assert not replace(receipt, marks=Blank()).is_signed()


def test_every_changed_byte_of_a_receipt_is_noticed() -> None:
    data = dump_receipt(example_receipt())

    for place in range(len(data)):
        changed = bytearray(data)
        changed[place] ^= 1 << place % 8
        try:
            assert not load_receipt(bytes(changed)).is_signed(), f"byte {place}"
        except ValueError:
            continue


@pytest.mark.parametrize("data", [b"", b"pb-receipt-v1\n", b"pb-receipt-v1\nround\n", b"\xff"])
def test_what_is_no_receipt_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"receipt|utf-8"):
        load_receipt(data)
