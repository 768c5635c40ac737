"""Postcodes as people type them, and a look-up file that is taken whole or not at all."""

from __future__ import annotations

import pytest

from voting.errors import Problem
from voting.postcodes import LookUp, read_look_up, read_postcode

AREAS = {"alder": "Alder Quay", "brindle": "Brindle"}
GOOD = "\ufeffPostcode,Area\r\nAB1 2CD,Alder Quay\r\n\r\nab12ce , brindle\r\nAB1 2CE,Alder Quay\r\nAB1 2CE,Brindle\r\n"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("ab1 2cd", "AB12CD"),
        (" SW1A  1aa ", "SW1A1AA"),
        ("m1-1ae", "M11AE"),
        ("AB1", None),
        ("12345", None),
        ("", None),
    ],
)
def test_a_postcode_is_read_whatever_its_case_and_spaces(typed: str, read: str | None) -> None:
    assert read_postcode(typed) == read


def test_a_file_names_areas_by_name_or_id_and_a_postcode_may_lie_in_two() -> None:
    found = read_look_up(GOOD.encode(), AREAS)
    assert found == LookUp((("AB12CD", "alder"), ("AB12CE", "alder"), ("AB12CE", "brindle")))
    assert isinstance(found, LookUp)
    assert (found.postcodes, found.straddling) == (2, 1)


def test_every_wrong_line_is_named_and_nothing_is_taken() -> None:
    text = 'AB1 2CD,Alder Quay\nnowhere,Brindle\nAB1 2CD\nAB1 2CD,Castle Rise\nAB1 2CD,Brindle,x\n"AB1 2CD,Brindle\n'
    text += "x" * 200_000 + "\n"
    found = read_look_up(text.encode(), AREAS)
    assert found == [
        Problem("file", "Line 2: “nowhere” is not a postcode"),
        Problem("file", "Line 3: write a postcode, a comma and an area"),
        Problem("file", "Line 4: there is no area “Castle Rise”"),
        *(Problem("file", f"Line {number}: write a postcode, a comma and an area") for number in (5, 6, 7)),
    ]
    many = read_look_up(b"x,y\n" * 50, AREAS)
    assert isinstance(many, list)
    assert many[-1].message == "And 30 more lines like these"


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"\xff\xfe", "UTF-8"), (b"postcode,area\n", "no postcode"), (b"\n" * 200_001, "at most 200,000 lines")],
)
def test_a_file_that_is_no_look_up_says_what_to_do(data: bytes, words: str) -> None:
    found = read_look_up(data, AREAS)
    assert isinstance(found, list)
    assert words in found[0].message
