"""Opening by two people: what it fixes, and who may not confirm it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pb_app.db import make_engine, read, write
from pb_app.models.area import AreaVerification
from pb_app.models.paper import Project
from pb_app.models.person import Person
from pb_app.models.round import Round
from pb_app.services.activity import verify_chain
from pb_app.services.opening import ask_opening, confirm_opening, opening_checks, withdraw
from pb_app.services.roll import enrol_person, entry_of_person
from pb_app.services.rounds import get_round
from pb_app.services.voter_rules import write_rule
from tallying.canonical import sha256_hex
from tallying.frozen import load_frozen
from tests.keyholders import hold_key
from tests.services.booths import (
    AUDITOR,
    CLOSES,
    DAY,
    OFFICER,
    OPENS,
    SECOND,
    TIMETABLE,
    Booth,
    add_council,
    make_booth,
    make_round,
)
from voting.eligibility import Eligibility, Route
from voting.errors import ChangedMeanwhileError, NotNowError, SecondPersonError
from voting.phases import Phase

BEFORE = OPENS - 2 * DAY


@pytest.fixture
def draft(engine_url: str, tmp_path: Path) -> Iterator[Booth]:
    """A round whose opening nobody has asked for."""
    engine = make_engine(engine_url)
    booth = Booth(engine, tmp_path / "keys", tmp_path / "clock", ("1" * 32, "2" * 32))
    booth.keys.make_council_key()
    with write(engine) as session:
        add_council(session, booth.people)
        make_round(session, 1_000_00)
        hold_key(session, booth.keys, "spring", (OFFICER, SECOND), BEFORE)
    yield booth
    engine.dispose()


def ask(booth: Booth) -> None:
    with write(booth.engine) as session:
        assert ask_opening(session, round_id="spring", by=OFFICER, now=BEFORE) == []


def test_the_opening_fixes_the_bytes_that_everybody_can_hash(booth: Booth) -> None:
    with read(booth.engine) as session:
        row = session.get_one(Round, "spring")
        frozen = row.frozen or b""
        assert row.frozen_sha256 == sha256_hex(frozen)
        view = get_round(session, "spring")
    assert view.frozen_sha256 == sha256_hex(frozen)
    assert [paper.rulebook_sha256 for paper in load_frozen(frozen).papers] == [
        paper.rulebook_sha256 for paper in view.papers
    ]


def test_verified_people_are_on_the_roll_for_the_papers_of_their_area(booth: Booth) -> None:
    with read(booth.engine) as session:
        entries = [entry_of_person(session, round_id="spring", person_id=person) for person in booth.people]
    assert [entry.paper_ids for entry in entries if entry] == [("harbour", "everywhere"), ("everywhere",)] * 6


def test_somebody_approved_after_the_opening_is_put_on_the_roll_once(booth: Booth) -> None:
    with write(booth.engine) as session:
        person = session.get_one(Person, SECOND.person_id)
        session.add(
            AreaVerification(
                id="9" * 32,
                person_id=person.id,
                area_id="north",
                route="work",
                statement="-",
                status="approved",
                asked_at=OPENS,
            )
        )
    with write(booth.engine) as session:
        assert enrol_person(session, person_id=SECOND.person_id, by=OFFICER, now=OPENS) == ["spring"]
        assert enrol_person(session, person_id=SECOND.person_id, by=OFFICER, now=OPENS) == []
        assert enrol_person(session, person_id=AUDITOR.person_id, by=OFFICER, now=OPENS) == []


def test_one_person_cannot_open_alone(draft: Booth) -> None:
    ask(draft)
    with pytest.raises(SecondPersonError, match="asked for this yourself"), write(draft.engine) as session:
        confirm_opening(session, draft.keys, round_id="spring", by=OFFICER, now=BEFORE)


def test_an_auditor_is_never_one_of_the_two(draft: Booth) -> None:
    with pytest.raises(SecondPersonError), write(draft.engine) as session:
        ask_opening(session, round_id="spring", by=AUDITOR, now=BEFORE)
    ask(draft)
    with pytest.raises(SecondPersonError), write(draft.engine) as session:
        confirm_opening(session, draft.keys, round_id="spring", by=AUDITOR, now=BEFORE)


def test_a_change_after_the_first_person_asked_must_be_asked_again(draft: Booth) -> None:
    ask(draft)
    with write(draft.engine) as session:
        session.get_one(Project, ("spring", "harbour", "bench")).cost += 1
    with pytest.raises(ChangedMeanwhileError), write(draft.engine) as session:
        confirm_opening(session, draft.keys, round_id="spring", by=SECOND, now=BEFORE)
    with write(draft.engine) as session:
        withdraw(session, round_id="spring", by=OFFICER, now=BEFORE)
    ask(draft)
    with write(draft.engine) as session:
        assert confirm_opening(session, draft.keys, round_id="spring", by=SECOND, now=BEFORE) == []


def test_who_may_vote_is_fixed_too_and_those_of_another_tie_are_not_put_on_the_roll(draft: Booth) -> None:
    with write(draft.engine) as session:
        session.get_one(Round, "spring").eligibility = write_rule(Eligibility(routes=(Route.LIVE,)))
        session.get_one(AreaVerification, draft.people[0]).route = "work"
    ask(draft)
    with write(draft.engine) as session:
        assert confirm_opening(session, draft.keys, round_id="spring", by=SECOND, now=BEFORE) == []
    with read(draft.engine) as session:
        frozen = load_frozen(session.get_one(Round, "spring").frozen or b"")
        entries = [entry_of_person(session, round_id="spring", person_id=one) for one in draft.people]
    assert frozen.eligibility is not None
    assert frozen.eligibility.text == "You may vote if you live in the council’s area."
    assert [entry is not None for entry in entries] == [False, True]


def test_an_empty_ballot_paper_is_named(draft: Booth) -> None:
    with write(draft.engine) as session:
        for project_id in ("bench", "trees", "youth", "wifi", "swings"):
            session.delete(session.get_one(Project, ("spring", "harbour", project_id)))
    with read(draft.engine) as session:
        problems = opening_checks(session, "spring")
    assert [problem.field for problem in problems] == ["harbour"]
    assert "“Harbour”. It has none." in problems[0].message


def test_the_papers_must_be_composed_and_the_end_still_to_come(draft: Booth) -> None:
    for now in (TIMETABLE.proposing_closes_at - DAY, CLOSES):
        with write(draft.engine) as session:
            assert len(ask_opening(session, round_id="spring", by=OFFICER, now=now)) == 1


def test_the_opening_is_withdrawn_until_voting_opens_and_not_after(booth: Booth) -> None:
    with pytest.raises(NotNowError), write(booth.engine) as session:
        withdraw(session, round_id="spring", by=OFFICER, now=OPENS)
    with write(booth.engine) as session:
        withdraw(session, round_id="spring", by=OFFICER, now=OPENS - DAY / 2)
    with read(booth.engine) as session:
        view = get_round(session, "spring")
    assert (view.frozen_sha256, view.phase_at(OPENS + DAY)) == ("", Phase.SHORTLISTING)


def test_an_opening_withdrawn_can_be_confirmed_again_with_the_same_key_and_roll(booth: Booth) -> None:
    key, roll_id = booth.keys.round_key("spring"), booth.roll_id(0)
    with write(booth.engine) as session:
        withdraw(session, round_id="spring", by=OFFICER, now=BEFORE)
    ask(booth)
    with write(booth.engine) as session:
        assert confirm_opening(session, booth.keys, round_id="spring", by=SECOND, now=BEFORE) == []
    assert (booth.keys.round_key("spring"), booth.roll_id(0)) == (key, roll_id)


def test_every_step_is_in_the_log(booth: Booth) -> None:
    with read(booth.engine) as session:
        assert verify_chain(session) == []


def test_late_confirmation_opens_late(sqlite_url: str, tmp_path: Path) -> None:
    booth = make_booth(sqlite_url, tmp_path)
    with read(booth.engine) as session:
        window = get_round(session, "spring").voting_window
    assert window == (OPENS, CLOSES)
    booth.engine.dispose()
