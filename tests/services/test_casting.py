"""Casting, on both engines: one row a ballot, whatever comes in twice, late or at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select

from pb_app.db import read, write
from pb_app.models.activity import ActivityEvent
from pb_app.models.ballot import BallotRow
from pb_app.models.mail import OutboxMail
from pb_app.models.roll import RollEntry
from pb_app.services.casting import read_cast, read_receipts
from pb_app.services.opening import ask_closing_change, confirm_closing_change
from pb_app.services.turnout import turnout
from tallying.election import Approval
from tallying.receipt import load_receipt
from tests.services.booths import CLOSES, DAY, OFFICER, OPENS, SECOND, Booth
from voting.errors import CodeUsedError, KeyReusedError, NotAllowedError, NotNowError, NotOnRollError
from voting.paper import BLANK, PaperMarks
from voting.receipts import Receipt

BENCH, TREES = Approval(("bench",)), Approval(("trees",))


def rows(booth: Booth) -> int:
    with read(booth.engine) as session:
        return session.scalar(select(func.count()).select_from(BallotRow)) or 0


def together(booth: Booth, keys: list[str]) -> list[Receipt]:
    """One voter's casts of the same marks, all at the same moment, one for each key."""
    roll_id, start = booth.roll_id(0), Barrier(len(keys))

    def send(key: str) -> Receipt:
        start.wait()
        return booth.cast(roll_id, [PaperMarks("harbour", BENCH)], key)[0]

    with ThreadPoolExecutor(len(keys)) as pool:
        return list(pool.map(send, keys))


def test_eight_simultaneous_casts_with_one_key_leave_one_version_and_identical_receipts(booth: Booth) -> None:
    receipts = together(booth, ["same"] * 8)
    assert {receipt.text for receipt in receipts} == {receipts[0].text}
    assert rows(booth) == 1


def test_eight_simultaneous_casts_with_different_keys_give_versions_one_to_eight_and_the_last_counts(
    booth: Booth,
) -> None:
    receipts = together(booth, [f"key {number}" for number in range(8)])
    assert sorted(receipt.version for receipt in receipts) == list(range(1, 9))
    assert len({receipt.c for receipt in receipts}) == 8
    with read(booth.engine) as session:
        standing = read_receipts(session, booth.keys, round_id="spring", roll_id=booth.roll_id(0))
    last = max(receipts, key=lambda receipt: receipt.version)
    assert [receipt.text for receipt in standing] == [last.text]


def test_a_receipt_is_signed_and_opens_its_commitment(booth: Booth) -> None:
    marks = PaperMarks("harbour", Approval(("bench", "youth")), "4071")
    (receipt,) = booth.cast(booth.roll_id(0), [marks], "once")
    again = load_receipt(receipt.text.encode())
    assert again.is_signed()
    assert again.key == booth.keys.public_key()
    assert (receipt.w, receipt.version, receipt.round_title, receipt.paper_title) == ("4071", 1, "Spring", "Harbour")


def test_papers_cast_together_share_a_transaction_and_no_tracker(booth: Booth) -> None:
    marks = [PaperMarks("everywhere", TREES), PaperMarks("harbour", BENCH)]
    receipts = booth.cast(booth.roll_id(0), marks, "sitting")
    assert [receipt.paper_id for receipt in receipts] == ["harbour", "everywhere"]
    assert receipts[0].tracker != receipts[1].tracker
    assert booth.cast(booth.roll_id(0), list(reversed(marks)), "sitting") == receipts


def test_all_papers_are_cast_or_none(booth: Booth) -> None:
    marks = [PaperMarks("everywhere", TREES), PaperMarks("harbour", Approval(("trees", "bench")))]
    with pytest.raises(NotAllowedError):
        booth.cast(booth.roll_id(0), marks, "sitting")
    assert rows(booth) == 0


def test_the_same_key_with_other_marks_is_refused_and_nothing_changes(booth: Booth) -> None:
    first = booth.vote(0, "bench", key="one")
    with pytest.raises(KeyReusedError):
        booth.vote(0, "trees", key="one")
    with pytest.raises(KeyReusedError):
        booth.cast(booth.roll_id(0), [PaperMarks("harbour", BENCH, "12")], "one")
    assert booth.vote(0, "bench", key="one") == first
    assert rows(booth) == 1


def test_a_vote_that_stands_is_not_changed_by_a_code_alone(booth: Booth) -> None:
    booth.vote(0, "bench")
    with pytest.raises(CodeUsedError):
        booth.cast(booth.roll_id(0), [PaperMarks("harbour", TREES)], "other", may_change=False)


def test_a_vote_can_be_taken_back_to_blank_and_cast_again(booth: Booth) -> None:
    with pytest.raises(NotAllowedError, match="no vote of yours"):
        booth.cast(booth.roll_id(0), [PaperMarks("harbour", BLANK)], "early")
    booth.vote(0, "bench")
    blank = booth.cast(booth.roll_id(0), [PaperMarks("harbour", BLANK)], "back")[0]
    assert (blank.ballot, blank.version) == (BLANK, 2)
    assert booth.vote(0, "trees").version == 3
    with read(booth.engine) as session:
        held = read_cast(session, booth.keys, round_id="spring", roll_id=booth.roll_id(0), paper_id="harbour")
    assert held == TREES


def test_a_paper_of_another_area_is_refused(booth: Booth) -> None:
    with pytest.raises(NotOnRollError):
        booth.vote(1, "bench", paper="harbour")


def test_an_unknown_or_voided_entry_does_not_vote(booth: Booth) -> None:
    with pytest.raises(NotOnRollError):
        booth.cast("f" * 32, [PaperMarks("everywhere", BENCH)], "key")
    roll_id = booth.roll_id(0)
    with write(booth.engine) as session:
        session.get_one(RollEntry, roll_id).voided_reason = "entered twice"
    with pytest.raises(NotOnRollError):
        booth.cast(roll_id, [PaperMarks("everywhere", BENCH)], "key")


@pytest.mark.parametrize("ballot", [Approval(("zzz",)), Approval(("trees", "bench")), Approval(())])
def test_marks_that_the_paper_does_not_allow_are_refused(booth: Booth, ballot: Approval) -> None:
    with pytest.raises(NotAllowedError):
        booth.cast(booth.roll_id(0), [PaperMarks("harbour", ballot)], "key")


def test_the_clock_alone_opens_and_closes_the_vote(booth: Booth) -> None:
    booth.at(OPENS - timedelta(microseconds=1))
    with pytest.raises(NotNowError, match="not open yet"):
        booth.vote(0, "bench")
    booth.at(OPENS)
    booth.vote(0, "bench")
    booth.at(CLOSES - timedelta(microseconds=1))
    booth.vote(0, "trees")
    booth.at(CLOSES)
    with pytest.raises(NotNowError, match="Voting is over"):
        booth.vote(0, "bench")


def test_two_people_extend_the_vote_and_casting_goes_on(booth: Booth) -> None:
    now, later = CLOSES - DAY, CLOSES + DAY
    with write(booth.engine) as session:
        asked = ask_closing_change(
            session, round_id="spring", closes_at=later, reason="Flood at the school", by=OFFICER, now=now
        )
        assert asked == []
    with write(booth.engine) as session:
        assert confirm_closing_change(session, round_id="spring", by=SECOND, now=now) == later
    booth.at(CLOSES)
    booth.vote(0, "bench")
    booth.at(later)
    with pytest.raises(NotNowError):
        booth.vote(0, "trees")


def test_casting_writes_ballot_rows_and_nothing_else(booth: Booth) -> None:
    def others() -> list[int | None]:
        with read(booth.engine) as session:
            return [session.scalar(select(func.count()).select_from(t)) for t in (ActivityEvent, OutboxMail, RollEntry)]

    before = others()
    booth.vote(0, "bench")
    assert (others(), rows(booth)) == (before, 1)


def test_turnout_counts_voters_and_not_versions(booth: Booth) -> None:
    booth.vote(0, "bench")
    booth.vote(0, "trees")
    booth.vote(2, "bench")
    with read(booth.engine) as session:
        found = turnout(session, round_id="spring")
    assert [(paper.paper_id, paper.cast, paper.roll) for paper in found.papers] == [
        ("harbour", 2, 6),
        ("everywhere", 0, 12),
    ]
