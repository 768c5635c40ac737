"""Signed notes and checkpoints: the examples of their specifications, read and written back; all else refused."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallying import ed25519
from tallying.checkpoint import Checkpoint, origin, read_checkpoint, sign_checkpoint
from tallying.signed_note import NoteError, NoteKey, read_key, read_note, sign_note
from tests.tallying.records import KEY, OTHER, OTHER_KEY, SIGNER

FOO = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
FOO_NOTE = (
    "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXs"
    "YjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
).encode()
"""The example of C2SP's signed-note.md."""
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_NOTE = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
).encode()
"""The example of Go's golang.org/x/mod/sumdb/note."""
SOFA_NOTE = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE"
    "+xeMcTOAYQ8=\n"
    "— example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv"
    "++qbSzm9Q=\n"
).encode()
"""The checkpoint in the example of C2SP's tlog-witness.md: an Ed25519 signature and a cosignature."""

OURS = Checkpoint(origin("spring-2026"), 1204, hashlib.sha256(b"root").digest())
SIGNED = sign_checkpoint(OURS, KEY, SIGNER.sign)
OUR_KEY = NoteKey("pb-register/spring-2026", KEY)


@pytest.mark.parametrize(("key", "data"), [(FOO, FOO_NOTE), (PETER, PETER_NOTE)], ids=["C2SP", "Go"])
def test_the_examples_of_signed_notes_round_trip_and_verify(key: str, data: bytes) -> None:
    note = read_note(data)
    assert note.bytes == data
    assert read_key(key).text == key
    assert note.is_signed_by(read_key(key))
    assert not read_note(data.replace(b"i", b"j", 1)).is_signed_by(read_key(key))


def test_the_example_of_a_checkpoint_round_trips() -> None:
    checkpoint, note = read_checkpoint(SOFA_NOTE)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert note.bytes == SOFA_NOTE
    assert checkpoint.text == note.text
    assert len(note.signatures) == 2


def test_a_checkpoint_of_ours_is_signed_under_the_name_of_its_origin() -> None:
    checkpoint, note = read_checkpoint(SIGNED)
    assert checkpoint == OURS
    assert note.is_signed_by(OUR_KEY)
    assert SIGNED.startswith(b"pb-register/spring-2026\n1204\n")
    assert ed25519.verify(KEY, OURS.text.encode(), note.signatures[0].signature)
    assert sign_checkpoint(OURS, KEY, SIGNER.sign) == SIGNED


def test_another_key_another_name_and_an_unsigned_text_do_not_pass() -> None:
    note = read_note(SIGNED)
    assert not note.is_signed_by(NoteKey(OUR_KEY.name, OTHER_KEY))
    assert not note.is_signed_by(NoteKey("pb-register/autumn-2026", KEY))
    assert not sign_note(OURS.text, OUR_KEY, OTHER.sign).is_signed_by(OUR_KEY)


def test_signatures_of_strangers_are_ignored_but_a_bad_one_of_ours_is_not() -> None:
    witness = sign_note(OURS.text, NoteKey("witness.example", OTHER_KEY), OTHER.sign).signatures[0]
    bad = sign_note(OURS.text, OUR_KEY, OTHER.sign).signatures[0]
    assert read_note(SIGNED + witness.line.encode()).is_signed_by(OUR_KEY)
    assert not read_note(SIGNED + bad.line.encode()).is_signed_by(OUR_KEY)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"text\n", b"text\n\n", b"text\n\n- name AAAA\n", SIGNED[:-1], SIGNED + b"\n", b"\xff" + SIGNED,
        b"a\x07b\n\n" + SIGNED.partition(b"\n\n")[2], SIGNED.replace("—".encode(), b"-"),
        SIGNED.replace(b"\n", b"\r\n"),
        b"text\n\n" + "— name AAAA\n".encode(), b"text\n\n" + "— a+b AAAAAAAA\n".encode(),
        b"text\n\n" + "— name AAAAAAB=\n".encode(), b"x" * 1_000_001,
    ],
)  # fmt: skip
def test_anything_but_the_one_spelling_of_a_note_is_refused(data: bytes) -> None:
    with pytest.raises(NoteError):
        read_note(data)


@pytest.mark.parametrize(
    "text",
    [
        "pb-register/spring-2026\n1204\n", "\n1204\nAAAA\n", "pb-register/x\n01204\n" + "A" * 43 + "=\n",
        "pb-register/x\n-1\n" + "A" * 43 + "=\n", "pb-register/x\n1\nAAAA\n", "pb-register/x\n1\nA\n",
        "pb-register/x\n1\n" + "A" * 43 + "=\nextension\n", "pb-register/x\n9999999999999999\n" + "A" * 43 + "=\n",
    ],
)  # fmt: skip
def test_a_note_that_is_no_checkpoint_of_ours_is_refused(text: str) -> None:
    with pytest.raises(NoteError):
        read_checkpoint(sign_note(text, OUR_KEY, SIGNER.sign).bytes)


@pytest.mark.parametrize("key", ["", "name", "name+00000000+AQ==", PETER.replace("c74f", "c74e"), FOO + "=", "+" + FOO])
def test_a_verifier_key_in_another_spelling_is_refused(key: str) -> None:
    with pytest.raises(NoteError):
        read_key(key)


@given(st.integers(0, len(SIGNED) * 8 - 1))
def test_no_changed_bit_of_a_signed_checkpoint_is_accepted(bit: int) -> None:
    changed = bytearray(SIGNED)
    changed[bit // 8] ^= 1 << bit % 8
    try:
        checkpoint, note = read_checkpoint(bytes(changed))
    except NoteError:
        return
    assert checkpoint.origin != OURS.origin or not note.is_signed_by(OUR_KEY)
