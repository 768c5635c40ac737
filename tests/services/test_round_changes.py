"""Changing a round before its opening is confirmed: a draft by one officer, an announced round by two."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import delete

from pb_app.db import make_engine, read, write
from pb_app.models.paper import PaperArea
from pb_app.models.round import Round
from pb_app.models.sheet import PaperRule
from pb_app.services.codes import make_codes
from pb_app.services.new_round_text import as_new, read_new, write_new
from pb_app.services.new_rounds import NewPot, NewRound
from pb_app.services.opening import (
    ask_closing_change,
    ask_opening,
    confirm_closing_change,
    confirm_opening,
    is_opening_asked,
)
from pb_app.services.paper_channel import Stands, find_paper_way
from pb_app.services.round_changes import (
    ask_round_change,
    change_draft,
    confirm_round_change,
    find_round_change,
    list_round_changes,
    withdraw_round_change,
)
from pb_app.services.rounds import get_round
from tallying.canonical import dumps, loads
from tests.keyholders import hold_key
from tests.services.booths import AUDITOR, CLOSES, DAY, OFFICER, OPENS, SECOND, Booth, add_council, make_round
from voting.eligibility import Eligibility
from voting.errors import ChangedMeanwhileError, NotNowError, Problem, SecondPersonError

BEFORE = OPENS - 2 * DAY


@pytest.fixture
def booth(engine_url: str, tmp_path: Path) -> Iterator[Booth]:
    """An announced round with projects whose opening nobody has asked for, on both engines."""
    engine = make_engine(engine_url)
    made = Booth(engine, tmp_path / "keys", tmp_path / "clock", ("1" * 32, "2" * 32))
    made.keys.make_council_key()
    with write(engine) as session:
        add_council(session, made.people)
        make_round(session, 1_000_00)
        hold_key(session, made.keys, "spring", (OFFICER, SECOND), BEFORE)
    yield made
    engine.dispose()


def stands(booth: Booth) -> NewRound:
    with read(booth.engine) as session:
        return as_new(get_round(session, "spring"), find_paper_way(session, "spring"))


def later(booth: Booth, days: int = 7) -> NewRound:
    new = stands(booth)
    closes_at = new.timetable.voting_closes_at + days * DAY
    return replace(new, timetable=replace(new.timetable, voting_closes_at=closes_at))


def ask(booth: Booth, new: NewRound, reason: str = "The hall is shut that week.") -> list[Problem]:
    with write(booth.engine) as session:
        return ask_round_change(session, round_id="spring", new=new, reason=reason, by=OFFICER, now=BEFORE)


def confirm(booth: Booth) -> list[Problem]:
    with write(booth.engine) as session:
        return confirm_round_change(session, round_id="spring", by=SECOND, now=BEFORE)


def draft(booth: Booth) -> None:
    with write(booth.engine) as session:
        session.get_one(Round, "spring").announced_at = None


def test_a_described_round_is_written_and_read_back_as_it_was(booth: Booth) -> None:
    pot = NewPot("Green", 5_00, "s106", "Outdoors", date(2028, 3, 31))
    new = replace(stands(booth), eligibility=Eligibility(min_age=11), paper_rule=Stands.PAPER, paper_places="Library")
    new = replace(new, papers=(replace(new.papers[0], pots=(pot,)), *new.papers[1:]))
    assert read_new(loads(dumps(write_new(new)))) == replace(new, id="")


def test_two_people_change_an_announced_round_and_everybody_reads_what_was_what_is_and_why(booth: Booth) -> None:
    before = stands(booth)
    new = replace(later(booth), title="Spring and summer", paper_rule=Stands.PAPER, paper_places="Library")
    pots = (replace(new.papers[0].pots[0], amount=1_500_00), NewPot("Green pot", 200_00))
    new = replace(new, papers=(replace(new.papers[0], pots=pots), *new.papers[1:]))
    assert ask(booth, new) == []
    with read(booth.engine) as session:
        assert list_round_changes(session, round_id="spring") == (), "nothing is changed by one person"
        assert find_round_change(session, round_id="spring", by=SECOND) is not None
    with pytest.raises(SecondPersonError), write(booth.engine) as session:
        confirm_round_change(session, round_id="spring", by=OFFICER, now=BEFORE)
    assert stands(booth) == before
    assert confirm(booth) == []
    after = stands(booth)
    assert (after.title, after.timetable, after.paper_rule) == (new.title, new.timetable, Stands.PAPER)
    assert sorted(pot.amount for pot in after.papers[0].pots) == [200_00, 1_500_00]
    with read(booth.engine) as session:
        [told] = list_round_changes(session, round_id="spring")
    assert told.reason == "The hall is shut that week."
    assert [one.label for one in told.differences] == [
        "Name of the round",
        "Votes on paper",
        "Where sheets are had and handed in",
        "Ballot paper 1: money",
        "Voting closes",
    ]
    assert told.differences[-1].was == (before.timetable.voting_closes_at,)


def test_a_change_withdraws_an_opening_that_was_asked_for_and_waits_for_none_that_is_confirmed(booth: Booth) -> None:
    with write(booth.engine) as session:
        assert ask_opening(session, round_id="spring", by=SECOND, now=BEFORE) == []
    assert ask(booth, later(booth)) == []
    assert confirm(booth) == []
    with write(booth.engine) as session:
        assert not is_opening_asked(session, "spring")
        assert ask_opening(session, round_id="spring", by=SECOND, now=BEFORE) == []
    assert ask(booth, later(booth)) == []
    with write(booth.engine) as session:
        assert confirm_opening(session, booth.keys, round_id="spring", by=OFFICER, now=BEFORE) == []
    with pytest.raises(NotNowError, match="Take the opening back"):
        confirm(booth)


def test_a_moved_end_of_voting_stands_among_the_changes_with_its_reason(booth: Booth) -> None:
    with write(booth.engine) as session:
        assert ask_opening(session, round_id="spring", by=SECOND, now=BEFORE) == []
        assert confirm_opening(session, booth.keys, round_id="spring", by=OFFICER, now=BEFORE) == []
    ends = (CLOSES + DAY, CLOSES - DAY)
    for closes_at in ends:
        with write(booth.engine) as session:
            ask_closing_change(
                session, round_id="spring", closes_at=closes_at, reason="Snow", by=OFFICER, now=OPENS + DAY
            )
            confirm_closing_change(session, round_id="spring", by=SECOND, now=OPENS + DAY)
    with read(booth.engine) as session:
        told = list_round_changes(session, round_id="spring")
    assert [one.reason for one in told] == ["Snow", "Snow"]
    assert [(one.was, one.now) for change in told for one in change.differences] == [
        ((CLOSES,), (ends[0],)),
        ((ends[0],), (ends[1],)),
    ]


def test_what_something_hangs_on_stays_and_each_fault_says_how_to_mend_it(booth: Booth) -> None:
    new = later(booth)
    first = new.papers[0]
    poor = replace(first, pots=(replace(first.pots[0], amount=1),))
    elsewhere = replace(first, area_ids=("south",))
    wrong = [
        (replace(new, papers=new.papers[:1]), "papers"),
        (replace(new, papers=(elsewhere, *new.papers[1:])), "papers"),
        (replace(new, papers=(poor, *new.papers[1:])), "papers"),
        (replace(new, timetable=replace(new.timetable, voting_closes_at=BEFORE)), "voting_closes_at"),
        (stands(booth), ""),
    ]
    for asked, field in wrong:
        assert field in [problem.field for problem in ask(booth, asked)], field
    assert [problem.field for problem in ask(booth, new, reason=" ")] == ["reason"]
    with pytest.raises(SecondPersonError), write(booth.engine) as session:
        ask_round_change(
            session, round_id="spring", new=new, reason="x", by=replace(AUDITOR, roles=OFFICER.roles | AUDITOR.roles),
            now=BEFORE,
        )  # fmt: skip
    assert ask(booth, new) == []
    with write(booth.engine) as session:
        session.get_one(Round, "spring").title = "Another"
    with pytest.raises(ChangedMeanwhileError):
        confirm(booth)
    with write(booth.engine) as session:
        withdraw_round_change(session, round_id="spring", by=OFFICER, now=BEFORE)
    with pytest.raises(NotNowError):
        confirm(booth)


def test_one_officer_changes_a_draft_with_its_papers_unless_codes_open_them_already(booth: Booth) -> None:
    draft(booth)
    with write(booth.engine) as session:
        assert make_codes(session, booth.keys, round_id="spring", area_id="north", count=1, by=OFFICER, now=BEFORE)
    fewer = replace(later(booth), papers=stands(booth).papers[:1])
    with write(booth.engine) as session:
        found = change_draft(session, round_id="spring", new=fewer, by=OFFICER, now=BEFORE)
        assert [problem.field for problem in found] == ["papers"]
        assert change_draft(session, round_id="spring", new=later(booth), by=OFFICER, now=BEFORE) == []
    with read(booth.engine) as session:
        assert list_round_changes(session, round_id="spring") == (), "nobody outside has seen what it was"


def test_two_pots_of_one_name_stay_two_and_a_third_is_told(booth: Booth) -> None:
    def pots(*amounts: int) -> NewRound:
        new = stands(booth)
        same = tuple(NewPot("Green", amount) for amount in amounts)
        return replace(new, papers=(replace(new.papers[0], pots=same), *new.papers[1:]))

    for amounts in ((500_00, 600_00), (500_00, 700_00), (500_00, 500_00, 700_00)):
        assert ask(booth, pots(*amounts)) == []
        assert confirm(booth) == []
        assert sorted(pot.amount for pot in stands(booth).papers[0].pots) == list(amounts)
    with read(booth.engine) as session:
        told = list_round_changes(session, round_id="spring")
    assert [change.differences[0].now for change in told[1:]] == [("Green: £700",), ("Green: £500",)]


def test_a_paper_never_takes_the_place_of_another_with_its_projects(booth: Booth) -> None:
    with write(booth.engine) as session:
        session.execute(delete(PaperArea))
    new = stands(booth)
    moved_up = (new.papers[1], replace(new.papers[1], title="Another"))
    [problem] = ask(booth, replace(new, papers=moved_up))
    assert "“Everywhere” would take the place of “Harbour”" in problem.message


def test_places_changed_meanwhile_are_never_overwritten_and_hold_up_no_other_change(booth: Booth) -> None:
    assert ask(booth, replace(stands(booth), paper_rule=Stands.PAPER, paper_places="Library")) == []
    assert confirm(booth) == []
    assert ask(booth, replace(stands(booth), paper_places="School")) == []
    with write(booth.engine) as session:
        session.get_one(PaperRule, "spring").places = "Town Hall"
    with pytest.raises(ChangedMeanwhileError):
        confirm(booth)
    with write(booth.engine) as session:
        withdraw_round_change(session, round_id="spring", by=OFFICER, now=BEFORE)
    assert ask(booth, later(booth)) == []
    with write(booth.engine) as session:
        session.get_one(PaperRule, "spring").places = "Pool"
    assert confirm(booth) == []
    assert stands(booth).paper_places == "Pool"
