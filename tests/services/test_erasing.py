"""Erasing a round's personal data: when, by whom, and that nothing of it is left in any table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from pb_app.db import Base, write
from pb_app.models.area import AreaVerification
from pb_app.models.roll import RollEntry, RollPaper
from pb_app.models.round import Round
from pb_app.services.activity import broken_details, verify_chain
from pb_app.services.check_ins import check_in
from pb_app.services.codes import make_codes
from pb_app.services.erasing import ask_erasing, confirm_erasing, erasing_tasks, is_erased, what_is_kept
from pb_app.services.postcodes import store_look_up
from pb_app.services.replacements import ask_replacement
from pb_app.services.rounds import get_round
from pb_app.services.voter_answers import refuse_request
from pb_app.services.voter_requests import ask_review
from tests.services.booths import AUDITOR, CLOSES, DAY, OFFICER, SECOND, Booth, make_booth
from tests.services.test_events import ANA
from tests.services.test_ways_to_the_roll import FILE, NOW, TYPED, asked
from voting.eligibility import Eligibility, Evidence
from voting.errors import NotNowError, SecondPersonError

LATER = CLOSES + 30 * DAY
TELLING = ("The hostel", "My neighbour Rhys knows me", "No such hostel", "18 Mill Lane", "Ana Rivera", "Lost by Ana",
           "18 Quay Street")  # fmt: skip


@pytest.fixture
def booth(engine_url: str, tmp_path: Path) -> Iterator[Booth]:
    """A round in which people wrote all that they can write: on each engine."""
    made = make_booth(engine_url, tmp_path, voters=4, eligibility=Eligibility(evidence=tuple(Evidence)))
    with write(made.engine) as session:
        store_look_up(session, data=FILE, dated=date(2026, 2, 1), source="ONS", by=OFFICER, now=NOW)
        ways = {"round_id": "spring", "by": OFFICER, "now": NOW}
        check_in(session, made.keys, voter=replace(ANA, name=TELLING[4], seen="card"), **ways)  # type: ignore[arg-type]  # mixed
        letters = make_codes(session, made.keys, area_id="south", count=2, **ways)  # type: ignore[arg-type]  # mixed
        ask_replacement(session, letter=str(letters[0].number), reason=TELLING[5], **ways)  # type: ignore[arg-type]  # mixed
        answered = session.get_one(AreaVerification, made.people[0])
        answered.statement, answered.decided_at = TELLING[6], NOW
        session.get_one(AreaVerification, made.people[1]).status = "asked"
    request_id, _ = asked(made, replace(TYPED, postcode="", age=None, doubts=("no_address",)))
    with write(made.engine) as session:
        assert not refuse_request(session, request_id=request_id, reason=TELLING[2], by=OFFICER, now=NOW)
        assert not ask_review(session, request_id=request_id, words=TELLING[1], by=None, now=NOW)
    yield made
    made.engine.dispose()


def everything(session: Session) -> str:
    """Every row of every table, as text."""
    rows = [row for name in Base.metadata.tables for row in session.execute(text(f"SELECT * FROM {name}"))]  # noqa: S608 -- our own names
    return "\n".join(map(repr, rows))


def finish(booth: Booth) -> None:
    """The round was decided and is being carried out."""
    with write(booth.engine) as session:
        row = session.get_one(Round, "spring")
        row.published_at = row.decided_at = row.delivering_at = CLOSES + DAY


def test_after_a_round_two_people_erase_all_that_leads_to_a_voter_and_the_numbers_stay(booth: Booth) -> None:
    with write(booth.engine) as session:
        assert [words in everything(session) for words in TELLING] == [True] * len(TELLING)
        with pytest.raises(NotNowError, match="until the result is decided"):
            ask_erasing(session, round_id="spring", by=OFFICER, now=CLOSES + DAY)
    finish(booth)
    with write(booth.engine) as session:
        view = get_round(session, "spring")
        assert [task.kind for task in erasing_tasks(session, views=[view], now=LATER)] == ["erase"]
        entries = session.query(RollEntry).count(), session.query(RollPaper).count()
        kept = what_is_kept(session, round_id="spring")
        assert (kept.requests, kept.area_words, kept.checked_in, kept.entries, kept.codes) == (1, 1, 1, 4 + 1 + 2, 4)
        ask_erasing(session, round_id="spring", by=OFFICER, now=LATER)
        assert erasing_tasks(session, views=[view], now=LATER) == []
    for by in (OFFICER, AUDITOR):
        with write(booth.engine) as session, pytest.raises(SecondPersonError):
            confirm_erasing(session, round_id="spring", by=by, now=LATER)
    with write(booth.engine) as session:
        confirm_erasing(session, round_id="spring", by=SECOND, now=LATER)
    with write(booth.engine) as session:
        assert what_is_kept(session, round_id="spring").total == 0
        left = everything(session)
        assert [words for words in TELLING if words in left] == []
        assert not session.scalars(select(RollEntry.person_id).where(RollEntry.person_id.is_not(None))).all()
        assert (session.query(RollEntry).count(), session.query(RollPaper).count()) == entries
        assert session.get_one(AreaVerification, booth.people[1]).statement, "nobody has answered that one yet"
        assert (verify_chain(session), broken_details(session)) == ([], [])
        assert is_erased(session, round_id="spring")
        with pytest.raises(NotNowError, match="already"):
            ask_erasing(session, round_id="spring", by=OFFICER, now=LATER)


def test_another_round_keeps_what_it_has(booth: Booth) -> None:
    """Every column is asked for by its round: the other one's rows stay."""
    finish(booth)
    with write(booth.engine) as session:
        before = what_is_kept(session, round_id="spring")
        session.add(_round_beside(session.get_one(Round, "spring")))
        session.flush()
        for by, verb in ((OFFICER, ask_erasing), (SECOND, confirm_erasing)):
            verb(session, round_id="other", by=by, now=LATER)
        assert replace(before, area_words=0) == what_is_kept(session, round_id="spring")


def _round_beside(row: Round) -> Round:
    values = {column.name: getattr(row, column.name) for column in Round.__table__.columns}
    return Round(**{**values, "id": "other"})
