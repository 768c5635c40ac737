"""Which ballot a scanned file shows, by its name or by its place among the others."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from voting.scan_names import number_files


def ballots(names: Sequence[str], first: int | None = None) -> dict[str, int]:
    """Which ballot each file in order is of, in a second batch of 20."""
    found, _ = number_files(names, batch=2, size=20, first=first)
    return {names[place]: ballot for place, ballot in found}


def fault(*names: str, first: int | None = None) -> str:
    """The first of what is wrong."""
    _, problems = number_files(names, batch=2, size=20, first=first)
    assert {problem.field for problem in problems} == {"files"}
    return problems[0].message


@pytest.mark.parametrize(
    "name", ["7.jpg", "07.PNG", "scan 007.jpeg", "batch-2-ballot-7.jpg", "Batch 2/7.png", "2026-11-22_batch2_07.jpg"]
)
def test_the_last_number_of_a_name_is_the_ballot(name: str) -> None:
    assert ballots([name]) == {name: 7}


def test_files_without_such_names_follow_each_other_from_a_ballot_as_people_count() -> None:
    names = ["page 10.jpg", "page 9.jpg", "page.jpg"]
    assert ballots(names, first=5) == {"page.jpg": 7, "page 9.jpg": 5, "page 10.jpg": 6}


def test_a_raised_figure_in_a_name_is_no_number() -> None:
    assert ballots(["²", "10 m².jpg"], first=1) == {"10 m².jpg": 1, "²": 2}


def test_a_file_that_fits_no_ballot_is_named_and_the_others_are_taken() -> None:
    assert ballots(["3.jpg", "logo.jpg", "21.jpg", "0.jpg", "batch 1 ballot 4.jpg"]) == {"3.jpg": 3}
    assert fault("logo.jpg") == (
        "“logo.jpg”: there is no number in its name. Name it by the number on the ballot, like 07.jpg"
    )
    assert "this would be ballot 21, and the batch has the ballots 1 to 20" in fault("21.jpg")
    assert "this would be ballot 21" in fault("a.jpg", "b.jpg", first=20)
    assert "by its name this is of batch 1, and here is batch 2" in fault("batch 1 ballot 4.jpg")
    assert len(fault("9" * 5000 + ".jpg")) < 150


def test_of_two_files_for_one_ballot_neither_is_taken() -> None:
    assert ballots(["3.jpg", "03.png", "4.jpg"]) == {"4.jpg": 4}
    assert fault("3.jpg", "03.png") == "“3.jpg”: 2 files are for ballot 3. Choose one of them"
