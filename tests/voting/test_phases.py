"""The phases of a round: the table is total, and the clock and decisions alone move it."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest

from voting.phases import TRANSITIONS, Decisions, Phase, Timetable, phase_at, voting_window

DAY = timedelta(days=1)
START = datetime(2026, 3, 1, 9, tzinfo=UTC)
TIMETABLE = Timetable(START, START + 10 * DAY, START + 20 * DAY, START + 30 * DAY, START + 40 * DAY)
OPENED = Decisions(announced_at=START - DAY, opening_confirmed_at=START + 25 * DAY)


def test_every_phase_says_what_may_follow_it() -> None:
    assert set(TRANSITIONS) == set(Phase)
    assert {later for after in TRANSITIONS.values() for later in after} <= set(Phase)


def test_no_phase_leads_back() -> None:
    order = {phase: place for place, phase in enumerate(Phase)}
    assert all(order[later] > order[phase] for phase, after in TRANSITIONS.items() for later in after)


def test_every_phase_but_the_first_can_be_reached() -> None:
    reached = {later for after in TRANSITIONS.values() for later in after}
    assert reached == set(Phase) - {Phase.DRAFT}


def test_a_round_that_nobody_announced_stays_a_draft() -> None:
    assert phase_at(TIMETABLE, Decisions(), START + 35 * DAY) is Phase.DRAFT


@pytest.mark.parametrize(
    ("day", "phase"),
    [(0, Phase.PROPOSING), (10, Phase.REVIEWING), (20, Phase.SHORTLISTING), (30, Phase.VOTING), (40, Phase.COUNTING)],
)
def test_each_window_is_half_open(day: int, phase: Phase) -> None:
    moment = START + day * DAY
    assert phase_at(TIMETABLE, OPENED, moment) is phase
    assert phase_at(TIMETABLE, OPENED, moment - timedelta(microseconds=1)) is not phase


def test_voting_does_not_open_before_two_people_confirm_it() -> None:
    announced = Decisions(announced_at=START)
    assert phase_at(TIMETABLE, announced, START + 35 * DAY) is Phase.SHORTLISTING
    assert voting_window(TIMETABLE, announced) is None


def test_voting_opens_at_the_later_of_its_date_and_the_second_confirmation() -> None:
    late = replace(OPENED, opening_confirmed_at=START + 33 * DAY)
    assert voting_window(TIMETABLE, late) == (START + 33 * DAY, START + 40 * DAY)
    assert phase_at(TIMETABLE, late, START + 33 * DAY - timedelta(seconds=1)) is Phase.SHORTLISTING


@pytest.mark.parametrize("day", [36, 45])
def test_two_people_move_the_end_of_voting(day: int) -> None:
    moved = replace(OPENED, voting_closes_at=START + day * DAY)
    assert phase_at(TIMETABLE, moved, START + day * DAY - timedelta(seconds=1)) is Phase.VOTING
    assert phase_at(TIMETABLE, moved, START + day * DAY) is Phase.COUNTING


@pytest.mark.parametrize(
    ("decision", "phase"),
    [
        ("published_at", Phase.CHECKING),
        ("decided_at", Phase.DECIDED),
        ("delivering_at", Phase.DELIVERING),
        ("closed_at", Phase.CLOSED),
        ("cancelled_at", Phase.CANCELLED),
    ],
)
def test_a_decision_takes_effect_at_its_time(decision: str, phase: Phase) -> None:
    moment = START + 50 * DAY
    decided = replace(OPENED, **{decision: moment})
    assert phase_at(TIMETABLE, decided, moment - timedelta(seconds=1)) is Phase.COUNTING
    assert phase_at(TIMETABLE, decided, moment) is phase


def test_every_decision_is_a_time() -> None:
    assert all(field.type == "datetime | None" for field in fields(Decisions))
