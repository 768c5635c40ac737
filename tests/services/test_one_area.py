"""One area chosen once: the first vote in an area settles it for every way in, and nothing is written for it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import select

from pb_app.db import read, write
from pb_app.models.ballot import BallotRow
from pb_app.services.codes import make_codes, resolve_code
from pb_app.services.double_entries import ask_joining, confirm_joining, list_joinings
from pb_app.services.paper_channel import Stands
from pb_app.services.rounds import NewPaper, NewPot, NewRound, create_round
from pb_app.services.vote_entries import read_entry
from pb_app.services.voting_desk import Desk, Voter, find_desk
from tallying.election import Approval
from tallying.verify import verify
from tests.services.booths import DAY, OFFICER, OPENS, SECOND, START, TIMETABLE, Booth, make_booth, rulebook
from tests.services.paper_desk import PaperDesk
from voting.eligibility import Eligibility
from voting.errors import CodeUsedError, NotAllowedError
from voting.paper import BLANK, PaperMarks

NOW = OPENS + DAY
CHOSEN = Eligibility(chooses_area=True)
PAPERS = (("Harbour", ("north",)), ("Hill", ("south",)), ("Everywhere", ()))
BENCH = Approval(("bench",))


def made(url: str, folder: Path) -> Booth:
    return make_booth(url, folder, voters=4, eligibility=CHOSEN, papers=PAPERS, rule=Stands.PAPER)


@pytest.fixture
def booth(sqlite_url: str, tmp_path: Path) -> Iterator[Booth]:
    """A round with a paper for each of two areas and one for all; number 0 is known in the north."""
    found = made(sqlite_url, tmp_path)
    yield found
    found.engine.dispose()


def desk(booth: Booth, roll_id: str) -> Desk:
    with read(booth.engine) as session:
        voter = Voter(read_entry(session, roll_id), booth.paper_ids, may_change=True)
        return find_desk(session, booth.keys, round_id="spring", voter=voter, now=NOW)


def papers(found: Desk) -> list[str]:
    return [place.paper.id for place in found.places if place.may_mark]


def test_a_voter_chooses_any_area_and_the_first_vote_settles_it(booth: Booth) -> None:
    before = desk(booth, booth.roll_id(0))
    assert papers(before) == ["harbour", "hill", "everywhere"]
    assert [name for name, _ in before.groups] == ["", "North", "South"]
    assert before.choice(["everywhere"]) == ""
    assert before.choice(["hill", "everywhere"]) == "South"
    assert [place.paper.id for place in before.beside(["hill"])] == ["hill", "everywhere"]
    booth.vote(0, "bench", paper="everywhere")
    assert desk(booth, booth.roll_id(0)).chooses_area, "a vote on the paper for all areas chooses none"
    booth.vote(0, "bench", paper="hill")
    after = desk(booth, booth.roll_id(0))
    assert papers(after) == ["hill", "everywhere"]
    assert not after.chooses_area
    with pytest.raises(NotAllowedError):
        booth.vote(0, "bench")
    booth.cast(booth.roll_id(0), [PaperMarks("hill", BLANK)], "taken back")
    with pytest.raises(NotAllowedError, match="chose it with your first vote"):
        booth.vote(0, "bench", key="after taking it back")
    booth.vote(0, "trees", paper="hill")


def test_two_areas_in_one_sitting_are_refused_whole(booth: Booth) -> None:
    both = [PaperMarks("harbour", BENCH), PaperMarks("hill", BENCH)]
    with pytest.raises(NotAllowedError):
        booth.cast(booth.roll_id(0), both, "both")
    assert papers(desk(booth, booth.roll_id(0))) == ["harbour", "hill", "everywhere"]


def test_eight_devices_at_once_leave_votes_in_one_area(engine_url: str, tmp_path: Path) -> None:
    booth = made(engine_url, tmp_path)
    roll_id, start = booth.roll_id(0), Barrier(8)

    def send(number: int) -> str:
        start.wait()
        try:
            booth.cast(roll_id, [PaperMarks(("harbour", "hill")[number % 2], BENCH)], f"key {number}")
        except NotAllowedError:
            return "refused"
        return "cast"

    with ThreadPoolExecutor(8) as pool:
        answers = sorted(pool.map(send, range(8)))
    with read(booth.engine) as session:
        assert len(set(session.scalars(select(BallotRow.paper_id)))) == 1
    assert answers == ["cast"] * 4 + ["refused"] * 4
    booth.engine.dispose()


def test_a_code_opens_every_area_until_one_is_chosen_and_a_printed_sheet_its_own(booth: Booth) -> None:
    with write(booth.engine) as session:
        made_now = make_codes(session, booth.keys, round_id="spring", area_id="north", count=1, by=OFFICER, now=NOW)
    code = made_now[0].code
    with read(booth.engine) as session:
        entry = resolve_code(session, booth.keys, round_id="spring", code=code)
    assert entry.paper_ids == ("harbour", "hill", "everywhere")
    booth.cast(entry.roll_id, [PaperMarks("hill", BENCH), PaperMarks("everywhere", BENCH)], "x", channel="letter")
    with pytest.raises(CodeUsedError), read(booth.engine) as session:
        resolve_code(session, booth.keys, round_id="spring", code=code)
    sheet = PaperDesk(booth).print(1, "north")[0]
    assert PaperDesk(booth).opens(sheet) == ("harbour", "everywhere")


def test_a_sheet_of_another_area_is_set_aside_and_one_for_every_area_is_taken(booth: Booth) -> None:
    paper_desk = PaperDesk(booth)
    sheet = paper_desk.print(1, "north")[0]
    booth.vote(0, "bench", paper="hill")
    email = f"{booth.people[0]}@westmere.example"
    with write(booth.engine) as session:
        ask = {"round_id": "spring", "stands": email, "goes": "1-1", "reason": "One person"}
        assert ask_joining(session, **ask, by=OFFICER, now=NOW) == []
        (waiting,) = list_joinings(session, round_id="spring", by=SECOND)
        confirm_joining(session, booth.keys, round_id="spring", key=waiting.key, by=SECOND, now=NOW)
    taken = paper_desk.take(sheet, "harbour", "everywhere")
    assert isinstance(taken, tuple)
    assert [(one.state, "one area" in one.why) for one in taken] == [("set_aside", True), ("accepted", False)]


def test_sealing_counts_each_area_and_the_record_says_that_it_was_chosen(booth: Booth) -> None:
    booth.vote(0, "bench", paper="hill")
    booth.vote(1, "trees")
    booth.vote(1, "trees", paper="everywhere")
    booth.decide_sealing()
    booth.seal()
    record = booth.record
    assert verify(record).holds, verify(record).lines()
    assert [(one.counted, one.marked, one.roll) for one in record.ledgers] == [(1, 1, 4)] * 3
    assert record.frozen.eligibility is not None
    assert record.frozen.eligibility.chooses_area
    assert "one area, which you choose" in record.frozen.eligibility.text


def test_a_round_without_areas_to_choose_is_not_made(booth: Booth) -> None:
    paper = NewPaper("All", rulebook(), (NewPot("Pot", 1_000_00),), ("north",))
    new = NewRound("Summer", "-", TIMETABLE, (paper, paper), eligibility=CHOSEN)
    with write(booth.engine) as session:
        found = create_round(session, new=new, by=OFFICER, now=START)
    assert isinstance(found, list)
    assert [problem.field for problem in found] == ["papers"]
