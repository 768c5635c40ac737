"""The register's leaves: one spelling each, and commitments to people that nobody can tell without their salt."""

import hashlib

import pytest

from tallying.canonical import sha256_hex, to_base64
from tallying.merkle import leaf_hash, node_hash
from tallying.register import (
    BallotLeaf,
    Close,
    CountLeaf,
    DecisionLeaf,
    Leaf,
    Marked,
    Night,
    Open,
    SupersededByPaper,
    Void,
    decision_text,
    dump_leaf,
    dump_register,
    publication_sha256,
    read_leaf,
    read_register,
)
from tallying.roll_root import roll_commitment, roll_root
from tests.tallying.records import KEY

H, T = "ab" * 32, "AKNQISWOPGBIZTT5"
LINES: list[tuple[Leaf, str]] = [
    (Open(H, KEY), f'{{"open":{{"frozen":"{H}","key":"{to_base64(KEY)}"}}}}'),
    (Night("2026-04-01", H, H), f'{{"night":{{"day":"2026-04-01","log_head":"{H}","roll_root":"{H}"}}}}'),
    (BallotLeaf(H), f'{{"ballot":{{"c":"{H}"}}}}'),
    (DecisionLeaf(1, "extend", H), f'{{"decision":{{"kind":"extend","n":1,"sha256":"{H}"}}}}'),
    (Void(T, "two_entries"), f'{{"void":{{"code":"two_entries","t":"{T}"}}}}'),
    (SupersededByPaper(T), f'{{"superseded_by_paper":{{"t":"{T}"}}}}'),
    (Close((Marked("north", H, 7),)), f'{{"close":{{"marked":[["north","{H}",7]]}}}}'),
    (CountLeaf(1, (("a", H), ("b", H))), f'{{"count":{{"files":[["a","{H}"],["b","{H}"]],"revision":1}}}}'),
]  # fmt: skip


@pytest.mark.parametrize(("leaf", "line"), LINES, ids=[leaf.kind for leaf, _ in LINES])
def test_each_leaf_has_one_line_and_is_read_back(leaf: Leaf, line: str) -> None:
    assert dump_leaf(leaf).decode() == line
    assert read_leaf(line.encode()) == leaf


def test_a_register_is_read_back_line_by_line() -> None:
    leaves = tuple(leaf for leaf, _ in LINES)
    data = dump_register(leaves)
    assert data.decode() == "".join(f"{line}\n" for _, line in LINES)
    assert read_register(data) == leaves
    assert read_register(b"") == ()


@pytest.mark.parametrize(
    "line",
    [
        b"", b"[]", b"{}", b'{"ballot":{"c":"ab"}}', b'{"ballot":{}}', b'{"vote":{}}', b'{ "ballot":{"c":""}}',
        b'{"ballot":{"c":"%s"},"void":{}}' % H.encode(), b'{"void":{"code":"Two","t":"AKNQISWOPGBIZTT5"}}',
        b'{"void":{"code":"two","t":"aknqiswopgbiztt5"}}', b'{"night":{"day":"1 April","log_head":"","roll_root":""}}',
        b'{"close":{"marked":[["north","x",1]]}}', b'{"close":{"marked":[["north"]]}}',
        b'{"count":{"files":[["b","%s"],["a","%s"]],"revision":1}}' % (H.encode(), H.encode()),
        b'{"count":{"files":[["a"]],"revision":1}}', b'{"open":{"frozen":"%s","key":"A"}}' % H.encode(),
    ],
)  # fmt: skip
def test_anything_but_a_leaf_is_refused(line: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_leaf(line)


def test_a_fault_names_its_line() -> None:
    good = dump_leaf(BallotLeaf(H)) + b"\n"
    with pytest.raises(ValueError, match="line 2"):
        read_register(good + b"{}\n" + good)
    with pytest.raises(ValueError, match="newline"):
        read_register(good + good[:-1])


def test_a_roll_commitment_is_the_hash_that_the_specification_says() -> None:
    salt = bytes(range(32))
    expected = hashlib.sha256(b"pb-roll-v1\nspring-2026\n" + salt + b"6f1d8c0a4b7e4d2f9a3c5e7b1d0f2a4c").digest()
    assert roll_commitment("spring-2026", salt, "6f1d8c0a4b7e4d2f9a3c5e7b1d0f2a4c") == expected
    assert roll_commitment("spring-2026", bytes(32), "6f1d8c0a4b7e4d2f9a3c5e7b1d0f2a4c") != expected
    with pytest.raises(ValueError, match="32 bytes"):
        roll_commitment("spring-2026", b"", "6f")


def test_the_order_of_a_roll_does_not_change_its_root() -> None:
    low, high = bytes(32), bytes([1]) * 32
    assert roll_root([high, low]) == roll_root([low, high]) == node_hash(leaf_hash(low), leaf_hash(high)).hex()
    assert roll_root([]) == hashlib.sha256(b"").hexdigest()


def test_the_hash_of_a_publication_follows_from_what_the_record_says() -> None:
    text = b'{"kind":"withhold","reason":"Few votes","round":"spring","values":{"paper":"north"}}'
    assert decision_text("spring", "withhold", "Few votes", {"paper": "north"}) == text
    assert publication_sha256("spring", "north", "withhold", "Few votes") == sha256_hex(text)
