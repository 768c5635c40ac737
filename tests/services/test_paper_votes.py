"""Votes on paper, from the printed sheet to the verified record: one ballot a voter, and none lost or added unseen."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from pb_app.db import read, write
from pb_app.models.ballot import BallotRow
from pb_app.models.sheet import PaperBatch, PaperSlip, TypedSheet
from pb_app.services.ballot_box import BoxFaultError
from pb_app.services.casting import PaperMarks
from pb_app.services.paper_channel import Stands
from pb_app.services.paper_desk import show_desk
from pb_app.services.paper_slips import take_back_slip
from pb_app.services.sealing import SealingStoppedError, Stage, ask_sealing, run_next_step
from pb_app.services.turnout import turnout
from tallying.election import Approval
from tallying.register import SupersededByPaper
from tallying.verify import verify
from tests.services.booths import OFFICER, make_booth
from tests.services.paper_desk import AFTER, DURING, READER, TYPIST, PaperDesk, picks
from tests.tallying.test_second_verifier import NODE, disagreement
from voting.errors import NotNowError, PaperArrivedError, Problem
from voting.paper import BLANK
from voting.sheets import Reason


def desk_of(url: str, folder: Path, rule: Stands) -> Iterator[PaperDesk]:
    booth = make_booth(url, folder, rule=rule)
    yield PaperDesk(booth)
    booth.engine.dispose()


@pytest.fixture
def desk(sqlite_url: str, tmp_path: Path) -> Iterator[PaperDesk]:
    """A round that is open, where an online vote stands against a later sheet."""
    yield from desk_of(sqlite_url, tmp_path, Stands.ONLINE)


def cast_with(desk: PaperDesk, code: str, *marks: str, key: str = "") -> None:
    ballot = PaperMarks("everywhere", Approval(marks)) if marks else PaperMarks("everywhere", BLANK)
    desk.booth.cast(desk.roll_id(code), [ballot], key or f"{code} {marks}")


def asked(desk: PaperDesk) -> list[Problem]:
    choices = {"harbour": "publish", "everywhere": "publish"}
    with write(desk.booth.engine) as session:
        return ask_sealing(
            session, desk.booth.keys, round_id="spring", choices=choices, reason="-", by=OFFICER, now=AFTER
        )


def test_an_accepted_slip_closes_every_other_way_in_and_one_set_aside_closes_none(desk: PaperDesk) -> None:
    paper, online, spoilt, undone = desk.print(4)
    assert desk.opens(paper) == ("everywhere",)
    assert desk.state(paper) == "accepted"
    for way_in in (lambda: desk.opens(paper), lambda: cast_with(desk, paper, "bench")):
        with pytest.raises(PaperArrivedError, match="Your paper vote has arrived"):
            way_in()
    cast_with(desk, online, "bench")
    taken = desk.take(online)
    assert isinstance(taken, tuple)
    assert (taken[0].state, "in this round it stands" in taken[0].why) == ("set_aside", True)
    cast_with(desk, online, "trees")
    assert desk.state(spoilt, is_spoilt=True) == "spoilt"
    with pytest.raises(PaperArrivedError, match="Vote with the new one"):
        cast_with(desk, spoilt, "bench")
    cast_with(desk, undone, "bench")
    cast_with(desk, undone)
    assert desk.state(undone) == "accepted", "a vote that was taken back is none"


def test_a_slip_that_cannot_be_right_says_what_to_do_and_one_typed_by_mistake_is_taken_back(desk: PaperDesk) -> None:
    code, other = desk.print(2)
    desk.take(code)
    for typed, papers, said in (
        (code, (), "with this code came before"),
        (other, ("harbour",), "no sheet of “Harbour”"),
        (other[:-1] + ("A" if other[-1] != "A" else "C"), (), "does not fit"),
        ("ACDE", (), "16 letters and numbers"),
        ("", (), "Type the code"),
    ):
        problems = desk.take(typed, *papers)
        assert isinstance(problems, list)
        assert said in problems[0].message
    words = {"round_id": "spring", "code": code, "paper_ids": ("everywhere",), "by": OFFICER, "now": DURING}
    with write(desk.booth.engine) as session:
        assert take_back_slip(session, desk.booth.keys, reason=" ", **words)[0].field == "reason"  # type: ignore[arg-type]  # one set of words for both calls
        assert take_back_slip(session, desk.booth.keys, reason="Another round's", **words) == []  # type: ignore[arg-type]  # as above
    cast_with(desk, code, "bench")


def test_a_slip_races_an_online_cast_and_exactly_one_stands(engine_url: str, tmp_path: Path) -> None:
    for desk in desk_of(engine_url, tmp_path, Stands.ONLINE):
        codes = desk.print(6)
        with ThreadPoolExecutor(4) as pool:
            slips = [pool.submit(desk.state, code) for code in codes]
            casts = [pool.submit(cast_with, desk, code, "bench") for code in reversed(codes)]
        for slip, cast in zip(slips, reversed(casts), strict=True):
            error = cast.exception()
            assert (slip.result() == "accepted") == isinstance(error, PaperArrivedError), error
            assert error is None or isinstance(error, PaperArrivedError)


def test_batches_are_mixed_of_twenty_or_merged(desk: PaperDesk) -> None:
    for code in desk.print(45):
        desk.take(code)
    assert "at least 20" in str(desk.mix(19, now=DURING))
    assert "Only 45 slips" in str(desk.mix(46, now=DURING))
    first = desk.mix(25, now=DURING)
    assert isinstance(first, str)
    assert isinstance(desk.mix(20), str)
    assert "Only 0 slips" in str(desk.mix(3))
    assert desk.sheets.waiting == 0


def test_a_small_batch_stands_only_where_it_is_the_only_one_and_voting_is_over(desk: PaperDesk) -> None:
    for code in desk.print(3):
        desk.take(code)
    assert "at least 20" in str(desk.mix(3, now=DURING))
    assert isinstance(desk.mix(3), str)


def test_ballots_are_typed_twice_by_two_people_and_a_third_settles_where_they_differ(desk: PaperDesk) -> None:
    for code in desk.print(3):
        desk.take(code)
    batch = desk.mix(3)
    assert isinstance(batch, str)
    desk.type(batch, ["1 2", "3", "x1"], OFFICER, 1)
    assert "There is no project 9" in desk.type_one(batch, (1, 2), "9", TYPIST)[0].message
    assert "You can pick 3" in desk.type_one(batch, (1, 2), "1 2 3 4", TYPIST)[0].message
    with pytest.raises(NotNowError, match="typed this sheet yourself"):
        desk.type_one(batch, (1, 2), "1 2", OFFICER)
    desk.type(batch, ["2 1", "4", "x1"], TYPIST, 2)
    with pytest.raises(NotNowError):
        desk.type_one(batch, (2, 2), "3", TYPIST)
    assert [one.differing for one in desk.sheets.batches] == [1]
    with pytest.raises(NotNowError, match="typed this sheet yourself"):
        desk.type_one(batch, (2, 3), "3", TYPIST)
    with pytest.raises(NotNowError):
        desk.type_one(batch, (1, 3), "1 2", READER)
    assert desk.type_one(batch, (2, 3), "3", READER) == []
    assert desk.sheets.batches[0].is_done
    assert desk.sheets.reasons == {Reason.EMPTY: 1}


def test_sealing_cannot_be_asked_for_until_every_sheet_is_accounted_for(desk: PaperDesk) -> None:
    codes = desk.print(10)
    for code in codes[:4]:
        desk.take(code)
    desk.booth.at(AFTER)
    assert [problem.message for problem in asked(desk)] == [
        "Paper votes on “Everywhere”: count the sheets that did not come back, and write the numbers down.",
        "Paper votes on “Everywhere”: 4 slips were accepted whose ballots are in no batch.",
    ]
    batch = desk.mix(4)
    assert isinstance(batch, str)
    desk.type(batch, ["1", "2", "3", "x6"], OFFICER, 1)
    desk.count(4, 1)
    assert [problem.message.split(": ")[1] for problem in asked(desk)] == [
        "10 sheets were issued, and 1 too few are accounted for.",
        "batch 1 is not typed twice and settled.",
    ]
    desk.type(batch, ["1", "2", "3", "x6"], TYPIST, 2)
    desk.count(5, 1)
    sheets = desk.sheets
    assert (sheets.issued, sheets.returned, sheets.spoilt, sheets.missing) == (10, 3, 1, 6)
    with read(desk.booth.engine) as session:
        assert [paper.cast for paper in turnout(session, round_id="spring").papers] == [0, 4]
    assert asked(desk) == []
    with pytest.raises(NotNowError, match="asked to seal"):
        desk.take(codes[5], at=AFTER)


@pytest.mark.parametrize("rule", list(Stands))
def test_the_ledger_balances_with_both_channels_and_the_sealed_record_verifies(
    rule: Stands, sqlite_url: str, tmp_path: Path
) -> None:
    for desk in desk_of(sqlite_url, tmp_path, rule):
        booth = desk.booth
        booth.fill()
        codes = desk.print(26)
        cast_with(desk, codes[0], "bench")
        cast_with(desk, codes[0], "trees")
        stands = "set_aside" if rule is Stands.ONLINE else "accepted"
        assert desk.state(codes[0]) == stands
        assert desk.state(codes[1], is_spoilt=True) == "spoilt"
        texts = [*picks(21), "x2"] + (["3"] if rule is Stands.PAPER else [])
        desk.fill(codes[2:24], texts)
        desk.count(2, 0)
        booth.decide_sealing()
        assert booth.seal().stage is Stage.STAGED
        report = verify(booth.record, booth.keys.fingerprint())
        assert report.holds, report.lines()
        assert NODE is None or disagreement(booth.record.files, tmp_path / "record") == ""
        ledger = booth.record.ledgers[1]
        received = {cell.names: cell.count for cell in ledger.received}
        own = 12 + (1 if rule is Stands.ONLINE else 0)
        assert received == {("account",): 16, ("paper",): 24}
        assert (ledger.counted, ledger.spoilt, ledger.blank) == (own + len(texts) - 1, 2, 0)
        assert (ledger.superseded, ledger.refused) == ((3, 1) if rule is Stands.ONLINE else (4, 0))
        assert ledger.marked == 12 + 23
        with read(booth.engine) as session:
            kept = dict(show_desk(session, booth.keys, round_id="spring").sealed)["Everywhere"]
        assert kept.issued == 26 == kept.returned + kept.spoilt + kept.missing
        assert (kept.spoilt, kept.missing) == (2, 2)
        leaves = [leaf for leaf in booth.record.register if isinstance(leaf, SupersededByPaper)]
        assert len(leaves) == (0 if rule is Stands.ONLINE else 1)
        assert f'"kind":"{rule.value}"' in booth.record.files["register.jsonl"].decode()


def test_an_insider_who_drops_a_paper_ballot_is_detected(desk: PaperDesk) -> None:
    batch = desk.fill(desk.print(22), list(picks(22)))
    desk.count(0, 0)
    desk.booth.decide_sealing()
    with write(desk.booth.engine) as session:
        session.execute(delete(TypedSheet).where(TypedSheet.batch_id == batch, TypedSheet.sheet == 22))
        session.get_one(PaperBatch, batch).size = 21
    with pytest.raises(SealingStoppedError, match="1 slip was accepted whose ballot is in no batch"):
        desk.booth.seal()
    with write(desk.booth.engine) as session:
        slip = session.scalars(select(PaperSlip)).first()
        session.delete(slip)
    with pytest.raises(SealingStoppedError, match="22 sheets were issued, and 1 too few are accounted for"):
        desk.booth.seal()


def test_a_paper_ballot_dropped_or_changed_while_the_count_is_sealed_stops_it(desk: PaperDesk) -> None:
    desk.fill(desk.print(20), list(picks(20)))
    desk.count(0, 0)
    desk.booth.decide_sealing()
    run_next_step(desk.booth.engine, desk.booth.keys, round_id="spring", clock=desk.booth.clock)
    with write(desk.booth.engine) as session:
        session.delete(session.scalars(select(BallotRow)).first())
    with pytest.raises(BoxFaultError, match="1 ballots from paper are missing"):
        desk.booth.seal()
