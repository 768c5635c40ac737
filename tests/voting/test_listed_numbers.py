"""Numbers on a list: hashed slowly with the round's salt, and only hashes are taken."""

from __future__ import annotations

import hashlib

from voting.errors import Problem
from voting.listed_numbers import ITERATIONS, ListedNumber, hash_number, read_hashes, tidy_number

AREAS = {"alder": "Alder Quay", "brindle": "Brindle"}


def test_a_number_is_hashed_however_it_is_typed_and_anybody_can_repeat_it() -> None:
    assert tidy_number(" ab-12 3 ") == "AB123"
    digest = hash_number("salt", "ab 123")
    assert digest == hashlib.pbkdf2_hmac("sha256", b"AB123", b"salt", ITERATIONS).hex()
    assert digest == hash_number("salt", "AB-123") != hash_number("other", "AB-123")


def test_hashes_are_taken_and_numbers_are_not() -> None:
    digest, other = "a" * 64, "0" * 64
    good = f"Hash,Area\n{digest.upper()},Brindle\n{other},alder\n"
    assert read_hashes(good.encode(), AREAS) == [ListedNumber(other, "alder"), ListedNumber(digest, "brindle")]
    assert read_hashes(b"12345,Brindle\n", AREAS) == [
        Problem("file", "Line 1: this is not a hash. Send hashes, never the numbers themselves")
    ]
    assert read_hashes(f"{digest},alder\n{digest},alder\n".encode(), AREAS) == [
        Problem("file", "1 numbers stand in the file twice. Keep each once")
    ]
