"""Letter codes: hard to misread, kind to read, and only a keyed hash is kept."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from voting.codes import ALPHABET, LENGTH, hash_code, make_code, read_code, written

KEY = bytes(range(32))


def code(seed: int = 1) -> str:
    return make_code(random.Random(seed).randrange)


def test_a_code_has_sixteen_characters_that_nobody_mixes_up() -> None:
    assert len(code()) == LENGTH == 16
    for pair in ("0O", "1I", "1L", "IL", "2Z", "5S", "8B", "UV"):
        assert len(set(pair) & set(ALPHABET)) < 2


def test_it_is_printed_in_groups_of_four() -> None:
    assert [len(group) for group in written(code()).split(" ")] == [4, 4, 4, 4]


@pytest.mark.parametrize("spell", [str, written, lambda text: written(text).lower(), "-".join])
def test_case_spaces_and_hyphens_do_not_matter(spell: Callable[[str], str]) -> None:
    assert read_code(f"  {spell(code())} ") == code()


def test_any_one_wrong_character_is_noticed() -> None:
    right = code()
    for place in range(LENGTH):
        for character in set(ALPHABET) - {right[place]}:
            assert read_code(right[:place] + character + right[place + 1 :]) is None


def test_any_two_swapped_characters_are_noticed() -> None:
    right = code()
    for one in range(LENGTH):
        for other in range(one + 1, LENGTH):
            if right[one] != right[other]:
                swapped = list(right)
                swapped[one], swapped[other] = swapped[other], swapped[one]
                assert read_code("".join(swapped)) is None


@pytest.mark.parametrize("text", ["", "ACDE", "é" * 16, "A" * 10_000, "ACDE FGHJ KMNP RTW"])
def test_what_cannot_be_a_code_is_none(text: str) -> None:
    assert read_code(text) is None


def test_the_hash_depends_on_the_key_the_round_and_the_code() -> None:
    hashes = {
        hash_code(KEY, "spring", code()),
        hash_code(bytes(32), "spring", code()),
        hash_code(KEY, "autumn", code()),
        hash_code(KEY, "spring", code(2)),
    }
    assert len(hashes) == 4
    assert all(len(text) == 64 for text in hashes)
