"""Trackers and row keys: fixed vectors, and no two alike."""

import base64
import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallying.ids import is_tracker
from voting.trackers import row_key, tracker

KEY = bytes(range(32))
ROLL = "6f1d8c0a4b7e4d2f9a3c5e7b1d0f2a4c"
LINES = st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]))


def test_the_vectors_of_docs_formats_hold() -> None:
    assert tracker(KEY, "spring-2026", "north", ROLL) == "AKNQISWOPGBIZTT5"
    assert tracker(KEY, "spring-2026", "north", ROLL, slot=2) == "MSPPJ3TREL4S7KHZ"
    assert row_key(KEY, "spring-2026", "north", ROLL) == "IXPMTWLSN6XPO3FK"


def test_a_tracker_is_the_start_of_an_hmac_as_the_recipe_says() -> None:
    message = f"T1\nspring-2026\nnorth\n{ROLL}\n1".encode()
    digest = hmac.new(KEY, message, hashlib.sha256).digest()

    assert tracker(KEY, "spring-2026", "north", ROLL) == base64.b32encode(digest)[:16].decode()


@given(LINES, LINES, LINES)
def test_trackers_look_like_trackers_and_never_like_their_row_key(round_id: str, paper_id: str, roll_id: str) -> None:
    public = tracker(KEY, round_id, paper_id, roll_id)

    assert is_tracker(public)
    assert public != row_key(KEY, round_id, paper_id, roll_id)


def test_another_key_round_paper_voter_or_slot_gives_another_tracker() -> None:
    trackers = {
        tracker(KEY, "a", "b", "c"),
        tracker(bytes(32), "a", "b", "c"),
        tracker(KEY, "x", "b", "c"),
        tracker(KEY, "a", "x", "c"),
        tracker(KEY, "a", "b", "x"),
        tracker(KEY, "a", "b", "c", slot=2),
    }

    assert len(trackers) == 6


@pytest.mark.parametrize(("key", "roll_id", "slot"), [(b"short", "c", 1), (KEY, "c\n1", 1), (KEY, "c", 0)])
def test_what_could_be_read_in_two_ways_is_refused(key: bytes, roll_id: str, slot: int) -> None:
    with pytest.raises(ValueError, match=r"round key|slots"):
        tracker(key, "a", "b", roll_id, slot)
