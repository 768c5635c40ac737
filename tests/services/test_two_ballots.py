"""Two ballots by declaration: one online and one in person, each with its own tracker, told apart in the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pb_app.services.paper_channel import Stands
from tallying.election import Approval
from tallying.plain_words import plain_words
from tallying.verify import verify
from tests.services.booths import Booth, make_booth, rulebook
from tests.services.paper_desk import PaperDesk, picks
from tests.tallying.test_second_verifier import NODE, disagreement
from tests.voting.papers import make
from voting.errors import CodeUsedError, PaperArrivedError
from voting.paper import PaperMarks
from voting.paper_words import rules, which_of_two
from voting.receipts import Receipt
from voting.slots import slot_of, slots_of

TWO = replace(rulebook(), ballot=replace(rulebook().ballot, ballots_per_voter=2))


@pytest.fixture
def booth(sqlite_url: str, tmp_path: Path) -> Iterator[Booth]:
    """An open round in which every voter has two ballots."""
    made = make_booth(sqlite_url, tmp_path, rule=Stands.ONLINE, book=TWO)
    yield made
    made.engine.dispose()


def vote(booth: Booth, roll_id: str, channel: str, *picked: str, may_change: bool = False) -> Receipt:
    ballot = [PaperMarks("everywhere", Approval(picked))]
    return booth.cast(roll_id, ballot, f"{roll_id} {channel} {picked}", may_change=may_change, channel=channel)[0]


def test_only_ways_in_person_lead_to_the_second_ballot_and_only_where_two_are_declared() -> None:
    assert [slot_of(2, channel) for channel in ("account", "letter", "event", "group", "paper")] == [1, 1, 2, 2, 2]
    assert {slot_of(1, channel) for channel in ("account", "event", "paper")} == {1}
    assert (slots_of(1), slots_of(2)) == ((1,), (1, 2))
    assert plain_words(TWO)[0].startswith("You have 2 votes")
    assert rules(make(TWO.ballot))[-1].startswith("You can vote twice")
    assert "This one is online. You can cast the other in person" in which_of_two(2, "letter")
    assert "This one is in person. You can cast the other online" in which_of_two(2, "event")
    assert which_of_two(1, "event") == ""


def test_a_voter_has_one_ballot_online_and_one_in_person_and_no_third(booth: Booth) -> None:
    voter = booth.roll_id(1)
    online, there = vote(booth, voter, "account", "bench"), vote(booth, voter, "event", "bench")
    assert online.tracker != there.tracker
    assert (online.version, there.version) == (1, 1)
    for channel in ("account", "letter", "event", "group"):
        with pytest.raises(CodeUsedError):
            vote(booth, voter, channel, "trees")
    changed = vote(booth, voter, "event", "trees", may_change=True)
    assert (changed.tracker, changed.version) == (there.tracker, 2)


def test_a_sheet_is_the_ballot_in_person_and_leaves_the_one_online_alone(booth: Booth) -> None:
    desk = PaperDesk(booth)
    sheet, late = desk.print(2)
    vote(booth, desk.roll_id(sheet), "letter", "bench")
    assert desk.state(sheet) == "accepted"
    vote(booth, desk.roll_id(sheet), "letter", "trees", may_change=True)
    with pytest.raises(PaperArrivedError):
        vote(booth, desk.roll_id(sheet), "event", "bench")
    vote(booth, desk.roll_id(late), "event", "bench")
    assert desk.state(late) == "set_aside"


def test_the_ledger_tells_both_ballots_apart_and_the_record_verifies(booth: Booth, tmp_path: Path) -> None:
    desk = PaperDesk(booth)
    for number in range(12):
        vote(booth, booth.roll_id(number), "account", "bench")
        if number % 2:
            vote(booth, booth.roll_id(number), "event", "trees", "youth")
    codes = desk.print(20)
    for code in codes[:5]:
        vote(booth, desk.roll_id(code), "letter", "wifi")
    desk.fill(codes, list(picks(20)))
    desk.count(0, 0)
    booth.decide_sealing()
    booth.seal()
    report = verify(booth.record, booth.keys.fingerprint())
    assert report.holds, report.lines()
    assert NODE is None or disagreement(booth.record.files, tmp_path / "record") == ""
    ledger = booth.record.ledgers[1]
    received = {cell.names: cell.count for cell in ledger.received}
    assert received == {("account",): 12, ("event",): 6, ("letter",): 5, ("paper",): 20}
    assert (ledger.counted, ledger.marked, ledger.superseded) == (43, 32, 0)
