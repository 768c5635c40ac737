"""A council's list of addresses: read as it comes, or answered with the line to mend and never with what it says."""

from __future__ import annotations

import pytest

from pb_app.services.address_lists import MOST_LETTERS, read_addresses

HEAD = "Name,Address 1,Address 2,Town,Postcode\r\n"


def words(data: bytes) -> list[str]:
    return [one.message for one in read_addresses(data) if not isinstance(one, tuple)]


def test_each_household_gets_a_letter_with_its_lines_in_order_and_empty_ones_left_out() -> None:
    data = (HEAD + 'Mr R Resident,"Flat 2, The Mill",,Westmere,WM1 2AB\r\n\r\n,18 Mill Lane,,,WM1 2AB').encode()
    assert read_addresses(data) == [
        ("Mr R Resident", "Flat 2, The Mill", "Westmere", "WM1 2AB"),
        ("18 Mill Lane", "WM1 2AB"),
    ]


def test_a_column_says_how_many_letters_an_address_gets() -> None:
    data = b"name;Letters;street\nThe Smiths;3;1 High St\nJ Jones;;2 High St\n"
    assert read_addresses(data) == [("The Smiths", "1 High St")] * 3 + [("J Jones", "2 High St")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_lists_of_every_spreadsheet_are_read(encoding: str) -> None:
    assert read_addresses("name\tstreet\nZoë Brontë\t1 Café Row\n".encode(encoding)) == [("Zoë Brontë", "1 Café Row")]


def test_characters_that_print_nothing_are_taken_out() -> None:
    assert read_addresses("name\nA\u200b  B\x07 C\n".encode()) == [("A B C",)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "There is no address in this file"),
        (HEAD, "There is no address in this file"),
        ("R Resident,18 Mill Lane,WM1 2AB\n", "Let the first line name the columns"),
        ("name\nA,B\n", "Line 2: it has 2 columns, but the first line names 1"),
        ("name\n" + "x" * 61 + "\n", "Line 2: make each part of the address 60 letters or shorter"),
        ("a,b,c,d,e,f,g\n1,2,3,4,5,6,7\n", "Line 2: put the address on 6 lines at most. It has 7 now"),
        ("name,letters\n,2\n", "Line 2: write an address in it, or take it out"),
        ("name,letters\nA,0\n", "Line 2: write how many letters as a number from 1 to 20"),
        ("name,letters\nA,many\n", "Line 2: write how many letters as a number from 1 to 20"),
        ('name\n"A\n', "We can’t read this file"),
        ("PK\x03\x04\x00\x00", "We can’t read this file"),
    ],
)
def test_a_list_that_does_not_fit_is_answered_with_how_to_mend_it(text: str, said: str) -> None:
    assert words(text.encode())[0].startswith(said)


def test_five_lines_are_named_and_the_rest_is_counted() -> None:
    found = words(b"name,letters\n" + b"A Secret Name,x\n" * 8)
    assert [line.split(":")[0] for line in found] == ["Line 2", "Line 3", "Line 4", "Line 5", "Line 6", *found[5:]]
    assert found[5] == "3 more lines need mending"
    assert "Secret" not in " ".join(found)


def test_a_list_is_as_long_as_a_batch_may_be() -> None:
    whole = b"name,letters\n" + b"A,20\n" * (MOST_LETTERS // 20)
    assert len(read_addresses(whole)) == MOST_LETTERS
    assert words(whole + b"A,1\n") == [
        "A list can have 100,000 letters at most. Split it, and make one batch after the other"
    ]
