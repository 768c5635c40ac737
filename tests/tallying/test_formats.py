"""The pages in docs/formats say what the code does: their vectors and examples are read from them and made again."""

import hashlib
import re
from pathlib import Path

import pytest

from tallying.canonical import dumps, loads
from tallying.commitment import ballot_digest, canonical_marks, commitment, fingerprint
from tallying.draw import close_root, draw_seed
from tallying.election import Approval, Election, Project
from tallying.receipt import dump_receipt, load_receipt
from tallying.rulebook import Rulebook
from tests.tallying.records import KEY, example_files, signed
from voting.trackers import row_key, tracker

FORMATS = Path(__file__).parents[2] / "docs" / "formats"
ROUND_KEY, NONCE = bytes(range(32)), bytes(range(32, 64))
ROLL = "6f1d8c0a4b7e4d2f9a3c5e7b1d0f2a4c"
BALLOT = Approval(("bench", "trees"))
T = tracker(ROUND_KEY, "spring-2026", "north", ROLL)
ROOT = close_root("spring-2026", "11" * 32, [("north", "22" * 32), ("south", "33" * 32)])
DIGEST = ballot_digest(NONCE, BALLOT, "4071")
ELECTION = Election.of(
    budget=100, exponent=0, currency="", projects=[Project("a", "A", 60)], ballots=[Approval(("a",))] * 2
)

VECTORS = {
    "T": T,
    "T, slot 2": tracker(ROUND_KEY, "spring-2026", "north", ROLL, slot=2),
    "k": row_key(ROUND_KEY, "spring-2026", "north", ROLL),
    "hashed ballot": canonical_marks(BALLOT, "4071").decode(),
    "d": DIGEST.hex(),
    "c": commitment("spring-2026", "north", T, 2, DIGEST).hex(),
    "fingerprint": fingerprint(KEY),
    "sorted keys": dumps({"b": [1, True, []], "a": {"10": "x", "9": "y"}}).decode(),
    "escapes": dumps("e\né").decode(),
    "election": ELECTION.sha256(),
    "root": ROOT,
    "seed": draw_seed(bytes.fromhex(ROOT), "north", "1234561234").hex(),
}


def page(name: str) -> str:
    return (FORMATS / name).read_text(encoding="utf-8")


def blocks(name: str) -> list[str]:
    return re.findall(r"```\w*\n(.*?)```", page(name), flags=re.DOTALL)


@pytest.mark.parametrize("name", VECTORS)
def test_the_vectors_of_canonical_md_are_what_the_code_makes(name: str) -> None:
    assert f"`{VECTORS[name]}`" in page("canonical.md")


def test_the_election_of_canonical_md_is_hashed_as_it_stands_there() -> None:
    (written,) = re.findall(r'`({"budget":\d.*?})`', page("canonical.md"))

    assert hashlib.sha256(dumps(loads(written.encode()))).hexdigest() == ELECTION.sha256()


def test_the_example_of_receipt_md_is_a_receipt_with_a_real_signature() -> None:
    example = blocks("receipt.md")[-1].encode()
    receipt = load_receipt(example)

    assert receipt.is_signed()
    assert receipt.commitment.hex() == VECTORS["c"]
    assert dump_receipt(receipt) == example


def test_the_example_of_rulebook_md_is_a_rulebook_with_the_hash_that_stands_there() -> None:
    rulebook = Rulebook.from_json(blocks("rulebook.md")[-1].encode())

    assert f"`{rulebook.sha256()}`" in page("rulebook.md")


def test_every_key_of_every_file_is_named_in_record_md() -> None:
    files = signed(example_files(digits="1234561234"))
    keys = {
        key
        for name in ("format.json", "frozen.json", "ledger.json", "draw.json")
        for key in re.findall(r'"([a-z_0-9]+)":', files[name].decode())
    }

    missing = {key for key in keys if f'"{key}"' not in page("record.md")}
    assert not missing
    assert {name for name in files if name.rsplit("/", 1)[-1] not in page("record.md")} == set()
