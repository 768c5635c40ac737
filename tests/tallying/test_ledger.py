"""The ledger: small cells merged, every ballot accounted for."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallying.ledger import (
    SMALLEST_CELL,
    Cell,
    check_ledger,
    dump_ledgers,
    load_ledgers,
    merge_cells,
)
from tests.tallying.records import example_ledger

BALANCED = example_ledger(12)


def test_a_ledger_that_balances_has_no_faults() -> None:
    assert check_ledger(BALANCED) == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"superseded": 2}, "19 received, but 20 accounted for"),
        ({"roll": 12}, "13 voters marked on a roll of 12"),
        ({"marked": 15, "by_area": (Cell(("north",), 15),)}, "15 voters marked, but only 13 ballots counted or blank"),
        ({"marked": 12, "by_area": (Cell(("north",), 12),)}, "13 ballots counted or blank from 12 voters"),
        ({"by_area": (Cell(("north",), 12),)}, "13 voters marked, but 12 by area"),
        ({"by_area": (Cell(("north",), 9), Cell(("south",), 4))}, "an area with fewer than 5"),
        ({"received": (Cell(("account",), 15), Cell(("paper",), 4))}, "a channel with fewer than 5"),
    ],
)
def test_a_ledger_that_does_not_balance_says_why(changes: dict[str, Any], reason: str) -> None:
    faults = check_ledger(replace(BALANCED, **changes))

    assert len(faults) == 1
    assert reason in faults[0]


def test_two_ballots_a_voter_may_be_twice_as_many() -> None:
    two_each = replace(BALANCED, marked=7, by_area=(Cell(("north",), 7),))

    assert check_ledger(two_each)
    assert check_ledger(two_each, ballots_per_voter=2) == []


def test_a_small_cell_is_merged_with_the_next_smallest() -> None:
    assert merge_cells({"north": 40, "south": 3, "east": 6}) == (
        Cell(("east", "south"), 9),
        Cell(("north",), 40),
    )


def test_cells_are_merged_until_none_is_small() -> None:
    assert merge_cells({"a": 1, "b": 1, "c": 1, "d": 50}) == (Cell(("a", "b", "c", "d"), 53),)


def test_one_small_total_stands_alone() -> None:
    assert merge_cells({"a": 0, "b": 2}) == (Cell(("a", "b"), 2),)
    assert merge_cells({}) == ()


@given(st.dictionaries(st.text(min_size=1), st.integers(0, 30)))
def test_merged_cells_keep_every_name_and_the_total_and_hide_small_counts(counts: dict[str, int]) -> None:
    cells = merge_cells(counts)

    assert sorted(name for cell in cells for name in cell.names) == sorted(counts)
    assert sum(cell.count for cell in cells) == sum(counts.values())
    assert len(cells) <= 1 or all(cell.count >= SMALLEST_CELL for cell in cells)


def test_ledgers_are_read_back_as_they_were() -> None:
    assert load_ledgers(dump_ledgers((BALANCED,))) == (BALANCED,)


@pytest.mark.parametrize(
    "data", [b'{"papers":[["north"]]}\n', b'{"papers":[["north",{}]]}\n', b'{"papers":[],"x":1}\n', b"[]\n"]
)
def test_another_shape_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"papers|ledger|north"):
        load_ledgers(data)
