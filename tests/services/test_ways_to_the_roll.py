"""Each way to the roll: a postcode, an officer's eye, an introduction, a number on a list; what no row may hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from pb_app.db import read, write
from pb_app.models.activity import ActivityDetails, ActivityEvent
from pb_app.models.area import AreaVerification
from pb_app.models.roll import RollEntry
from pb_app.models.round import Round
from pb_app.services.code_entry import Machine, enter_number
from pb_app.services.codes import CodeEntry, resolve_code
from pb_app.services.postcodes import LookUpFile, store_look_up
from pb_app.services.roll import enrol_person, enrol_verified, entry_of_person
from pb_app.services.rounds import get_round
from pb_app.services.voter_answers import Seen, Yes, approve_request, end_consent, refuse_request, renew_consent
from pb_app.services.voter_requests import (
    Declared,
    ask_review,
    ask_to_vote,
    get_request,
    give_code,
    request_of_code,
    waiting_requests,
)
from pb_app.services.voter_rules import write_rule
from pb_app.services.voter_sources import (
    Introduction,
    end_introduction,
    introduce,
    list_sources,
    number_salt,
    take_list,
)
from pb_app.services.way_in import Typed, declare, enter, judge
from tallying.election import Approval
from tests.services.booths import DAY, OFFICER, OPENS, SECOND, Booth, make_booth
from voting.eligibility import Doubt, Eligibility, Evidence, Route, Verdict
from voting.errors import (
    ChangedMeanwhileError,
    CodeUnknownError,
    CodeUsedError,
    Problem,
    SecondPersonError,
)
from voting.listed_numbers import hash_number
from voting.paper import PaperMarks
from voting.permissions import Actor, Role

COLLEAGUE = replace(SECOND, roles=frozenset({Role.OFFICER}))
NOW = OPENS + DAY
RULE = Eligibility(routes=(Route.LIVE, Route.STUDY), min_age=11, evidence=tuple(Evidence), consent_under=14)
FILE = b"postcode,area\nAB1 2CD,North\nAB1 2CE,South\nAB1 2CF,North\nAB1 2CF,South\n"
TYPED = Typed("live", 30, "ab1 2cd", "", ())
MACHINE = Machine("10.0.0.1", b"secret", NOW)


@pytest.fixture
def booth(sqlite_url: str, tmp_path: Path) -> Iterator[Booth]:
    """A round open for voting, with a rule that asks for an age, and a look-up file."""
    made = make_booth(sqlite_url, tmp_path)
    with write(made.engine) as session:
        session.get_one(Round, "spring").eligibility = write_rule(RULE)
        stored = store_look_up(session, data=FILE, dated=date(2026, 2, 1), source="ONS", by=OFFICER, now=NOW)
        assert isinstance(stored, LookUpFile)
    yield made
    made.engine.dispose()


def newcomer(booth: Booth) -> Actor:
    """Somebody with an account who is on no roll."""
    with write(booth.engine) as session:
        entry = session.scalar(select(RollEntry).filter_by(person_id=booth.people[0]))
        assert entry is not None
        entry.person_id = None
    return Actor(booth.people[0], frozenset({Role.RESIDENT}))


def declared(session: Session, typed: Typed) -> Declared:
    found = declare(session, view=get_round(session, "spring"), typed=typed)
    assert isinstance(found, Declared), found
    return found


def asked(booth: Booth, typed: Typed) -> tuple[str, str]:
    """A request of somebody without an account: its id and the code they keep."""
    with write(booth.engine) as session:
        found = declared(session, typed)
        made = ask_to_vote(
            session, round_id="spring", declared=found, statement="The hostel", contact="", by=None, now=NOW
        )
        assert isinstance(made, str)
        return made, give_code(session, booth.keys, request_id=made)


def yes(area_id: str = "north", age: int = 30, kind: str = "card", **more: str) -> Yes:
    return Yes(area_id, age, Seen(kind, NOW.date(), more.get("partner", "")), more.get("consent", ""))


def vote_with(booth: Booth, opened: CodeEntry) -> None:
    booth.cast(opened.roll_id, [PaperMarks("everywhere", Approval(("bench",)))], "one", may_change=False)


def opens(booth: Booth, code: str) -> CodeEntry:
    with read(booth.engine) as session:
        return resolve_code(session, booth.keys, round_id="spring", code=code)


@pytest.mark.parametrize(
    ("typed", "area_id", "doubt", "verdict"),
    [
        (TYPED, "north", None, Verdict.ALLOWED),
        (replace(TYPED, postcode="AB12CE"), "south", None, Verdict.ALLOWED),
        (replace(TYPED, postcode="AB1 2CF"), "", Doubt.STRADDLES, Verdict.ASK_A_PERSON),
        (replace(TYPED, postcode="ZZ9 9ZZ"), "", Doubt.NOT_LISTED, Verdict.ASK_A_PERSON),
        (replace(TYPED, doubts=("unsure",)), "", Doubt.UNSURE, Verdict.ASK_A_PERSON),
        (replace(TYPED, postcode="", doubts=("no_address",)), "", Doubt.NO_ADDRESS, Verdict.ASK_A_PERSON),
        (replace(TYPED, age=10), "north", None, Verdict.REFUSED),
        (replace(TYPED, age=13), "north", None, Verdict.ASK_A_PERSON),
        (replace(TYPED, route="work"), "north", None, Verdict.REFUSED),
    ],
)
def test_a_postcode_leads_to_an_area_or_to_a_person(
    booth: Booth, typed: Typed, area_id: str, doubt: Doubt | None, verdict: Verdict
) -> None:
    with read(booth.engine) as session:
        found = declared(session, typed)
        assert (found.area_id, found.doubt) == (area_id, doubt)
        assert judge(get_round(session, "spring"), found).verdict is verdict


def test_what_is_not_understood_is_said_and_nothing_is_guessed(booth: Booth) -> None:
    with read(booth.engine) as session:
        view = get_round(session, "spring")
        problems = declare(session, view=view, typed=Typed("", None, "Mill Lane", "", ()))
        assert isinstance(problems, list)
        assert [one.field for one in problems] == ["route", "age", "postcode"]
        empty = declare(session, view=view, typed=replace(TYPED, postcode=" "))
        assert empty == [Problem("postcode", "Write the postcode, or tick a box below")]


def test_their_word_puts_a_person_on_the_roll_once_and_no_postcode_is_kept(booth: Booth) -> None:
    by = newcomer(booth)
    with write(booth.engine) as session:
        found = declared(session, TYPED)
        assert enter(session, round_id="spring", declared=found, by=by, now=NOW)
        assert enter(session, round_id="spring", declared=found, by=by, now=NOW)
        entry = entry_of_person(session, round_id="spring", person_id=by.person_id)
        assert entry is not None
        assert entry.area_id == "north"
    booth.vote(0, "bench")
    with read(booth.engine) as session:
        rows = [repr(row) for table in ("voter_request", "activity_event", "activity_details", "roll_entry")
                for row in session.execute(text(f"SELECT * FROM {table}"))]  # noqa: S608 -- our own names  # fmt: skip
    assert not [row for row in rows if "AB12CD" in row.upper().replace(" ", "")]


def test_a_child_without_consent_waits_for_a_person(booth: Booth) -> None:
    by = newcomer(booth)
    with write(booth.engine) as session:
        assert not enter(session, round_id="spring", declared=declared(session, replace(TYPED, age=12)), by=by, now=NOW)


def test_without_address_or_account_an_officer_sees_something_and_the_code_opens_the_papers(booth: Booth) -> None:
    request_id, code = asked(booth, replace(TYPED, postcode="", doubts=("no_address",)))
    with pytest.raises(CodeUnknownError, match="still looking"):
        opens(booth, code)
    with write(booth.engine) as session:
        problems = approve_request(session, request_id=request_id, yes=yes("", kind="vouched"), by=OFFICER, now=NOW)
        assert {one.field for one in problems} == {"area", "shown_to"}
    with write(booth.engine) as session:
        good = yes(kind="vouched", partner="Mill Lane hostel")
        assert approve_request(session, request_id=request_id, yes=good, by=OFFICER, now=NOW) == []
        with pytest.raises(ChangedMeanwhileError):
            approve_request(session, request_id=request_id, yes=good, by=COLLEAGUE, now=NOW)
        assert waiting_requests(session) == []
    opened = opens(booth, code.lower())
    assert set(opened.paper_ids) == {"harbour", "everywhere"}
    vote_with(booth, opened)
    assert opens(booth, code).paper_ids == ("harbour",)


def test_a_refusal_is_reviewed_once_and_by_somebody_else(booth: Booth) -> None:
    request_id, code = asked(booth, TYPED)
    with write(booth.engine) as session:
        assert refuse_request(session, request_id=request_id, reason=" ", by=OFFICER, now=NOW)
        assert not refuse_request(session, request_id=request_id, reason="No such house.", by=OFFICER, now=NOW)
    with pytest.raises(CodeUnknownError, match="What became of my request"):
        opens(booth, code)
    with write(booth.engine) as session:
        found = request_of_code(session, booth.keys, round_id="spring", typed=code)
        assert found is not None
        assert (found.status, found.reason) == ("refused", "No such house.")
        assert not ask_review(session, request_id=request_id, words="It is new.", by=None, now=NOW)
        with pytest.raises(ChangedMeanwhileError):
            ask_review(session, request_id=request_id, words="", by=None, now=NOW)
    with write(booth.engine) as session:
        with pytest.raises(SecondPersonError):
            approve_request(session, request_id=request_id, yes=yes(), by=OFFICER, now=NOW)
        with pytest.raises(SecondPersonError):
            refuse_request(session, request_id=request_id, reason="No.", by=OFFICER, now=NOW)
        assert not approve_request(session, request_id=request_id, yes=yes(), by=COLLEAGUE, now=NOW)
        assert not get_request(session, request_id=request_id).waits_for_review
    assert opens(booth, code).paper_ids


def test_an_officer_can_not_say_yes_against_the_rule(booth: Booth) -> None:
    request_id, _ = asked(booth, TYPED)
    with write(booth.engine) as session:
        [young] = approve_request(session, request_id=request_id, yes=yes(age=9), by=OFFICER, now=NOW)
        assert "11 or older" in young.message
        [child] = approve_request(session, request_id=request_id, yes=yes(age=12), by=OFFICER, now=NOW)
        assert child.field == "consent"


def test_consent_is_taken_back_before_voting_and_not_afterwards(booth: Booth) -> None:
    request_id, code = asked(booth, replace(TYPED, age=12))
    with write(booth.engine) as session:
        good = yes(age=12, consent="paper")
        assert not approve_request(session, request_id=request_id, yes=good, by=OFFICER, now=NOW)
        assert get_request(session, request_id=request_id).has_consent
        assert not end_consent(session, booth.keys, request_id=request_id, by=OFFICER, now=NOW)
    with pytest.raises(CodeUnknownError, match="taken back"):
        opens(booth, code)
    with write(booth.engine) as session:
        assert renew_consent(session, request_id=request_id, how="", by=OFFICER, now=NOW)
        assert not renew_consent(session, request_id=request_id, how="phone", by=OFFICER, now=NOW)
    vote_with(booth, opens(booth, code))
    with write(booth.engine) as session:
        [late] = end_consent(session, booth.keys, request_id=request_id, by=OFFICER, now=NOW)
        assert "before voting" in late.message
        kinds = session.scalars(select(ActivityEvent.kind).order_by(ActivityEvent.n)).all()
    assert kinds[-3:] == ["voter:consent:ended", "voter:consent:given", "voter:consent:too-late"]


def test_each_introduction_is_one_right_to_vote_until_it_is_taken_back(booth: Booth) -> None:
    give = {"round_id": "spring", "name": "Mill Lane hostel", "area_id": "south", "by": OFFICER, "now": NOW}
    with write(booth.engine) as session:
        wrong = introduce(session, booth.keys, count=0, holds_consent=False, **give)  # type: ignore[arg-type]  # mixed
        assert [one.field for one in wrong if isinstance(one, Problem)] == ["holds_consent", "count"]
        made = introduce(session, booth.keys, count=3, holds_consent=True, **give)  # type: ignore[arg-type]  # mixed
    codes = [one for one in made if isinstance(one, Introduction)]
    assert len({(one.number, opens(booth, one.code).roll_id) for one in codes}) == 3
    vote_with(booth, opens(booth, codes[0].code))
    with pytest.raises(CodeUsedError):
        opens(booth, codes[0].code)
    with write(booth.engine) as session:
        [source] = list_sources(session, round_id="spring")
        end_introduction(session, booth.keys, source_id=source.source_id, number=2, by=OFFICER, now=NOW)
        [used] = end_introduction(session, booth.keys, source_id=source.source_id, number=1, by=OFFICER, now=NOW)
        assert used.field == "number"
        assert list_sources(session, round_id="spring")[0].ended == 1
    with pytest.raises(CodeUnknownError, match="taken back"):
        opens(booth, codes[1].code)
    with read(booth.engine) as session:
        told = [row.details for row in session.scalars(select(ActivityDetails))]
    assert not [line for line in told for one in codes if one.code in str(line)]


def test_a_number_on_a_list_is_taken_as_a_hash_and_opens_the_papers(booth: Booth) -> None:
    salt = number_salt(booth.keys, round_id="spring")
    digests = [hash_number(salt, number) for number in ("4711", "4712")]
    data = f"hash,area\n{digests[0]},North\n{digests[1]},South\n".encode()
    give = {"round_id": "spring", "name": "Quay School", "holds_consent": True, "by": OFFICER, "now": NOW}
    with write(booth.engine) as session:
        assert take_list(session, booth.keys, data=data, **give) == 2  # type: ignore[arg-type]  # mixed
        again = take_list(session, booth.keys, data=data, **give)  # type: ignore[arg-type]  # mixed
        assert isinstance(again, list)
        assert "2 of these numbers are on a list already" in again[0].message
        assert digests[0] not in repr(session.execute(text("SELECT * FROM held_code")).all())
    with write(booth.engine) as session:
        entered = {"round_id": "spring", "tracker": "", "machine": MACHINE}
        found = enter_number(session, booth.keys, digest=hash_number(salt, "4 711"), **entered)  # type: ignore[arg-type]  # mixed
        assert isinstance(found, CodeEntry)
        assert set(found.paper_ids) == {"harbour", "everywhere"}
        unknown = enter_number(session, booth.keys, digest=hash_number(salt, "9"), **entered)  # type: ignore[arg-type]  # mixed
        assert isinstance(unknown, list)
        assert "can’t find this number" in unknown[0].message


def test_areas_checked_once_put_on_the_roll_those_whose_tie_the_round_takes(booth: Booth) -> None:
    by = newcomer(booth)
    with write(booth.engine) as session:
        assert enrol_verified(session, round_id="spring", by=OFFICER, now=NOW) == 0, "this round asks for an age"
        session.get_one(Round, "spring").eligibility = write_rule(Eligibility(routes=(Route.WORK,)))
        session.flush()
        assert enrol_person(session, person_id=by.person_id, by=OFFICER, now=NOW) == []
        session.get_one(AreaVerification, by.person_id).route = "work"
        session.flush()
        assert enrol_person(session, person_id=by.person_id, by=OFFICER, now=NOW) == ["spring"]
