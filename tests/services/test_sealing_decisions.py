"""What two people decide at sealing: publish or withhold, with which reason, and the lot."""

from __future__ import annotations

import pytest

from pb_app.db import read, write
from pb_app.models.roll import RollEntry
from pb_app.services.anonymity import anonymity_report
from pb_app.services.lots import NewDraw, enter_draw
from pb_app.services.sealing import Stage, ask_sealing, confirm_sealing
from tallying.contents import Decision
from tallying.verify import verify
from tests.services.booths import AUDITOR, CLOSES, DAY, OFFICER, Booth
from voting.errors import NotNowError, SecondPersonError

LATER = CLOSES + 2 * DAY


def test_a_voided_entry_is_refused_in_the_ledger_and_not_counted(booth: Booth) -> None:
    booth.fill()
    with write(booth.engine) as session:
        session.get_one(RollEntry, booth.roll_id(0)).voided_reason = "entered twice"
    booth.decide_sealing()
    booth.seal()
    record = booth.record
    assert verify(record).holds
    ledger = record.ledgers[1]
    assert (ledger.refused, ledger.counted, ledger.roll, ledger.marked) == (3, 11, 11, 11)


def test_a_withheld_paper_has_no_ballots_in_the_record_and_its_reason(booth: Booth) -> None:
    booth.fill()
    booth.decide_sealing(harbour="withhold")
    booth.seal()
    record = booth.record
    report = verify(record)
    assert report.holds, report.lines()
    assert "papers/harbour/ballots.pb" not in record.files
    held = record.contents.paper("harbour")
    assert (held.decision, held.reason) == (Decision.WITHHOLD, "A test")
    assert any("count not public" in line for line in report.lines())


def test_few_ballots_need_a_reasoned_decision(booth: Booth) -> None:
    booth.fill()
    booth.at(LATER)
    with write(booth.engine) as session:
        problems = ask_sealing(
            session, booth.keys, round_id="spring", choices={"harbour": "publish"}, by=OFFICER, now=LATER
        )
    assert [problem.field for problem in problems] == ["everywhere", "reason"]
    assert "fewer than 50 ballots" in problems[1].message


def test_sealing_takes_two_people_after_the_end_of_voting(booth: Booth) -> None:
    choices = {"harbour": "publish", "everywhere": "publish"}
    with pytest.raises(NotNowError), write(booth.engine) as session:
        ask_sealing(session, booth.keys, round_id="spring", choices=choices, reason="-", by=OFFICER, now=CLOSES - DAY)
    booth.at(LATER)
    with pytest.raises(NotNowError):
        booth.seal()
    with write(booth.engine) as session:
        assert (
            ask_sealing(session, booth.keys, round_id="spring", choices=choices, reason="-", by=OFFICER, now=LATER)
            == []
        )
    for by in (OFFICER, AUDITOR):
        with pytest.raises(SecondPersonError), write(booth.engine) as session:
            confirm_sealing(session, round_id="spring", by=by, now=LATER)
    with pytest.raises(NotNowError):
        booth.seal()


def test_the_anonymity_report_counts_ballots_alike_and_is_made_only_after_voting(booth: Booth) -> None:
    booth.fill()
    with pytest.raises(NotNowError), read(booth.engine) as session:
        anonymity_report(session, booth.keys, round_id="spring", now=CLOSES - DAY)
    with read(booth.engine) as session:
        harbour, everywhere = anonymity_report(session, booth.keys, round_id="spring", now=LATER)
    assert (harbour.voters, harbour.ballots, harbour.unique) == (6, 5, 3)
    assert (everywhere.ballots, everywhere.rare_versions, everywhere.needs_reason) == (12, ((3, 1),), True)


def test_a_tie_waits_for_dice_thrown_in_public(booth: Booth) -> None:
    for number, project in enumerate(("bench", "wifi") * 6):
        booth.vote(number, project, "youth", paper="everywhere")
    booth.decide_sealing()
    state = booth.seal()
    assert state.stage is Stage.AWAITING_LOT
    assert [(lot.paper_id, [title for _, title in lot.projects]) for lot in state.to_draw] == [
        ("everywhere", ["Bench", "Wifi"])
    ]
    assert len(state.close_root) == 64
    enter(booth, "1234567890", fields=["digits-everywhere"])
    enter(booth, "12345 61234", fields=[])
    assert booth.seal().stage is Stage.STAGED
    record = booth.record
    assert verify(record).holds
    assert record.draws is not None
    assert record.draws.close_root == state.close_root
    with pytest.raises(NotNowError):
        enter(booth, "1111111111", fields=[])


def enter(booth: Booth, digits: str, *, fields: list[str]) -> None:
    draw = NewDraw("everywhere", digits, "The town hall", LATER, ("A. Councillor", "B. Resident"))
    with write(booth.engine) as session:
        problems = enter_draw(session, round_id="spring", draws=[draw], by=OFFICER, now=LATER)
    assert [problem.field for problem in problems] == fields
