"""Voting at events: the desk finds people or puts them on the roll by the rule; slips and group codes open papers."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from pb_app.db import read, write
from pb_app.models.activity import ActivityEvent
from pb_app.models.event import CheckIn, GroupCode, Slip
from pb_app.models.person import Person
from pb_app.models.round import Round
from pb_app.services.ballot_box import open_paper, roll_of_paper
from pb_app.services.casting import cast
from pb_app.services.check_ins import Found, NewVoter, check_in, find_people
from pb_app.services.code_entry import Machine, enter_code
from pb_app.services.codes import CodeEntry
from pb_app.services.groups import (
    NewGroup,
    NumberedGroupCode,
    get_group,
    issue_log,
    issue_numbers,
    list_groups,
    make_group,
)
from pb_app.services.ledgers import make_ledger
from pb_app.services.slips import NewSlip, give_slip
from pb_app.services.voter_rules import write_rule
from tallying.election import Approval
from tests.services.booths import CLOSES, DAY, OFFICER, OPENS, SECOND, Booth
from tests.services.printing import every_row
from voting.eligibility import Eligibility, Route
from voting.errors import CodeUsedError, NotAllowedError, NotFoundError, NotNowError, Problem
from voting.number_lists import read_numbers, write_numbers
from voting.paper import PaperMarks

NOW = OPENS + DAY
HOUR = timedelta(hours=1)
ANA = NewVoter("Ana  Rivera", "18 Mill Lane", "south", "live", "bill", age=34)
CLASS = NewGroup("Year 6, Mill Lane School", "south", 12, NOW, NOW + HOUR)


def check(booth: Booth, voter: NewVoter = ANA) -> NewSlip | list[Problem]:
    with write(booth.engine) as session:
        return check_in(session, booth.keys, round_id="spring", voter=voter, by=OFFICER, now=NOW)


def slip_of(booth: Booth, roll_id: str) -> NewSlip:
    with write(booth.engine) as session:
        return give_slip(session, booth.keys, round_id="spring", roll_id=roll_id, seen="photo", by=OFFICER, now=NOW)


def find(booth: Booth, name: str) -> list[Found]:
    with read(booth.engine) as session:
        found = find_people(session, round_id="spring", name=name, by=OFFICER)
    return [one for one in found if isinstance(one, Found)]


def enter(
    booth: Booth, code: str, tracker: str = "", *, is_tablet: bool = True, at: datetime = NOW
) -> CodeEntry | list[Problem]:
    machine = Machine("10.0.0.1", b"s" * 32, NOW, is_tablet=is_tablet)
    with write(booth.engine) as session:
        return enter_code(session, booth.keys, round_id="spring", code=code, tracker=tracker, machine=machine, now=at)


def opened(booth: Booth, code: str, tracker: str = "") -> CodeEntry:
    entry = enter(booth, code, tracker)
    assert isinstance(entry, CodeEntry), entry
    return entry


def vote(booth: Booth, entry: CodeEntry, *picks: str) -> str:
    with write(booth.engine) as session:
        receipts = cast(
            session, booth.keys, round_id="spring", roll_id=entry.roll_id,
            marks=[PaperMarks("everywhere", Approval(picks))], idempotency_key=f"{entry.roll_id} {picks}",
            channel=entry.channel, may_change=entry.may_change, clock=booth.clock,
        )  # fmt: skip
    return receipts[0].tracker


def said(found: object) -> list[tuple[str, str]]:
    assert isinstance(found, list), found
    return [(problem.field, problem.message) for problem in found]


def group(booth: Booth, new: NewGroup = CLASS) -> tuple[str, list[str]]:
    """The group's id and its codes in order."""
    with write(booth.engine) as session:
        made = make_group(session, booth.keys, round_id="spring", new=new, by=OFFICER, now=OPENS)
        codes = [one.code for one in made if isinstance(one, NumberedGroupCode)]
        return list_groups(session, round_id="spring")[0].id, codes


def issue(booth: Booth, group_id: str, numbers: str, state: str) -> list[Problem]:
    with write(booth.engine) as session:
        return issue_numbers(
            session, round_id="spring", group_id=group_id, numbers=numbers, state=state, by=OFFICER, now=NOW
        )


@pytest.fixture
def booth(sqlite_booth: Booth) -> Booth:
    """On SQLite; what could differ between engines takes `each_booth`."""
    return sqlite_booth


def test_somebody_checked_in_votes_once_with_a_slip_and_is_found_again(each_booth: Booth) -> None:
    slip = check(each_booth)
    assert isinstance(slip, NewSlip)
    before = every_row(each_booth)
    entry = opened(each_booth, f"{slip.code[:4].lower()} {slip.code[4:]}")
    assert every_row(each_booth) == before, "typing a code leaves no row"
    assert (entry.paper_ids, entry.channel, entry.may_change) == (("everywhere",), "event", False)
    tracker = vote(each_booth, entry, "bench")
    again = slip_of(each_booth, find(each_booth, "RIVERA ana")[0].roll_id)
    assert said(enter(each_booth, again.code))[0][0] == "tracker"
    assert opened(each_booth, again.code, tracker).roll_id == entry.roll_id
    assert "We can’t find this code" in said(enter(each_booth, slip.code))[0][1]
    assert [one.name for one in find(each_booth, "ana")] == ["Ana Rivera"]
    with pytest.raises(CodeUsedError):
        vote(each_booth, entry, "trees")


def test_a_slip_for_an_account_opens_the_accounts_own_entry(booth: Booth) -> None:
    person = next(one for one in find(booth, "person 001") if one.roll_id)
    entry = opened(booth, slip_of(booth, person.roll_id).code)
    assert entry.roll_id == booth.roll_id(0)
    booth.vote(0, "bench", paper="everywhere")
    assert opened(booth, slip_of(booth, person.roll_id).code).paper_ids == ("harbour",)


def test_a_slip_is_for_tablets_and_for_two_hours_and_no_copy_of_anything_is_kept(booth: Booth) -> None:
    slip = check(booth)
    assert isinstance(slip, NewSlip)
    assert "works on the tablets" in said(enter(booth, slip.code, is_tablet=False))[0][1]
    assert "too old" in said(enter(booth, slip.code, at=NOW + 2 * HOUR))[0][1]
    assert slip.code not in every_row(booth)
    with read(booth.engine) as session:
        assert session.scalars(select(CheckIn.seen)).all() == ["bill"]
        kinds = session.scalars(select(ActivityEvent.kind).order_by(ActivityEvent.n.desc()).limit(2)).all()
        chain = "".join(session.scalars(select(ActivityEvent.object_ids)))
        roll_id = session.scalars(select(Slip.roll_id)).one()
    assert kinds == ["event:slip:given", "event:person:checked-in"]
    assert roll_id not in chain
    assert "Rivera" not in chain


BY_THE_RULE: tuple[tuple[dict[str, object], str | None], ...] = (
    ({"name": " "}, "name"),
    ({"place": ""}, "place"),
    ({"seen": "a photocopy"}, "evidence"),
    ({"seen": "word"}, "evidence"),
    ({"area_id": "nowhere"}, "area"),
    ({"route": "study"}, ""),
    ({"route": "swim"}, "route"),
    ({"age": None}, "age"),
    ({"age": 10}, ""),
    ({"age": 12}, "consent"),
    ({"age": 12, "has_consent": True}, None),
)


def test_the_desk_goes_by_the_rounds_own_rule(booth: Booth) -> None:
    rule = Eligibility(routes=(Route.LIVE, Route.WORK), min_age=11, consent_under=16)
    with write(booth.engine) as session:
        session.get_one(Round, "spring").eligibility = write_rule(rule)
    for change, field in BY_THE_RULE:
        done = check(booth, replace(ANA, **change))  # type: ignore[arg-type]  # the fields of the table above
        assert (None if isinstance(done, NewSlip) else said(done)[0][0]) == field, change


def test_two_of_one_name_are_asked_about_and_checked_in_only_if_they_are_two(booth: Booth) -> None:
    check(booth)
    assert [field for field, _ in said(check(booth, replace(ANA, name="ana rivera")))] == ["another"]
    assert isinstance(check(booth, replace(ANA, place="2 Quay Street", is_another=True)), NewSlip)
    assert len(find(booth, "rivera")) == 2


def test_the_desk_finds_names_without_their_accents_and_capitals_on_both_engines(each_booth: Booth) -> None:
    check(each_booth, replace(ANA, name="Zoë Ångström-Łuczak"))
    with write(each_booth.engine) as session:
        session.get_one(Person, each_booth.people[1]).name = "Siân O’Brien"
    for typed in ("zoe", "ANGSTROM luczak", "ngström", "łuczak"):
        assert [one.name for one in find(each_booth, typed)] == ["Zoë Ångström-Łuczak"], typed
    for typed in ("sian", "o'brien", "O’BRIEN siâ"):
        assert [one.roll_id for one in find(each_booth, typed)] == [each_booth.roll_id(1)], typed
    assert [find(each_booth, typed) for typed in ("100%", "zo_", "brienz")] == [[], [], []]
    assert [field for field, _ in said(check(each_booth, replace(ANA, name="zoe angstrom-luczak")))] == ["another"]


def test_the_desk_is_for_officers_while_voting_is_open(booth: Booth) -> None:
    with write(booth.engine) as session:
        for by in (SECOND,):
            with pytest.raises(NotAllowedError):
                find_people(session, round_id="spring", name="ana", by=by)
            with pytest.raises(NotAllowedError):
                check_in(session, booth.keys, round_id="spring", voter=ANA, by=by, now=NOW)
        with pytest.raises(NotNowError):
            check_in(session, booth.keys, round_id="spring", voter=ANA, by=OFFICER, now=CLOSES)
        with pytest.raises(NotFoundError):
            give_slip(session, booth.keys, round_id="spring", roll_id="0" * 32, seen="bill", by=OFFICER, now=NOW)
    with read(booth.engine) as session:
        assert said(find_people(session, round_id="spring", name="a", by=OFFICER))[0][0] == "name"


def test_a_group_code_opens_its_papers_only_while_it_is_given_out_and_in_the_groups_time(each_booth: Booth) -> None:
    group_id, codes = group(each_booth)
    assert len(set(codes)) == 12
    assert {len(code) for code in codes} == {12}
    assert "not given out" in said(enter(each_booth, codes[0], is_tablet=False))[0][1]
    assert issue(each_booth, group_id, "1-10", "out") == []
    entry = opened(each_booth, codes[0])
    assert (entry.paper_ids, entry.channel) == (("everywhere",), "group")
    assert "another time" in said(enter(each_booth, codes[0], at=NOW + HOUR))[0][1]
    assert issue(each_booth, group_id, "9, 10", "back") == []
    assert "not given out" in said(enter(each_booth, codes[9]))[0][1]
    with read(each_booth.engine) as session:
        found, lines = get_group(session, round_id="spring", group_id=group_id), issue_log(session, group_id=group_id)
    assert found.numbers == {"kept": "11–12", "out": "1–8", "back": "9–10"}
    assert [(line.numbers, line.state, line.at) for line in lines] == [("1–10", "out", NOW), ("9–10", "back", NOW)]
    assert not any(code in every_row(each_booth) for code in codes)


def test_what_does_not_fit_a_group_is_answered_with_how_to_mend_it(booth: Booth) -> None:
    group_id, _ = group(booth)
    assert [said(issue(booth, group_id, numbers, "out"))[0][0] for numbers in ("", "0", "13", "5-3", "x")] == [
        "numbers"
    ] * 5
    assert said(issue(booth, group_id, "1", "lost"))[0][0] == "state"
    issue(booth, group_id, "1-3", "out")
    assert said(issue(booth, group_id, "2-4", "out")) == [("numbers", "2–3: noted already as given out")]
    wrong = NewGroup(CLASS.name, "nowhere", 500, NOW, NOW)
    with write(booth.engine) as session:
        problems = said(make_group(session, booth.keys, round_id="spring", new=wrong, by=OFFICER, now=NOW))
        with pytest.raises(NotNowError):
            make_group(session, booth.keys, round_id="spring", new=CLASS, by=OFFICER, now=CLOSES)
        with pytest.raises(NotFoundError):
            get_group(session, round_id="elsewhere", group_id=group_id)
    assert [field for field, _ in problems] == ["name", "area", "size", "ends"]


def test_where_guardians_must_agree_a_class_gets_codes_once_its_school_says_that_they_did(booth: Booth) -> None:
    with write(booth.engine) as session:
        session.get_one(Round, "spring").eligibility = write_rule(Eligibility(consent_under=13))
        refused = said(make_group(session, booth.keys, round_id="spring", new=CLASS, by=OFFICER, now=NOW))
        agreed = replace(CLASS, holds_consent=True)
        given = make_group(session, booth.keys, round_id="spring", new=agreed, by=OFFICER, now=NOW)
    assert [field for field, _ in refused] == ["holds_consent"]
    assert len(given) == CLASS.size


def test_the_ledger_tells_the_channels_of_an_event_apart(each_booth: Booth) -> None:
    group_id, codes = group(each_booth)
    issue(each_booth, group_id, "1-6", "out")
    for code in codes[:6]:
        vote(each_booth, opened(each_booth, code), "bench")
    for number in range(5):
        slip = check(each_booth, replace(ANA, name=f"Visitor {number}"))
        assert isinstance(slip, NewSlip)
        vote(each_booth, opened(each_booth, slip.code), "trees")
    for number in range(7):
        each_booth.vote(number, "bench", paper="everywhere")
    key = each_booth.keys.round_key("spring")
    with read(each_booth.engine) as session:
        rows = open_paper(session, key, round_id="spring", paper_id="everywhere")
        ledger = make_ledger("everywhere", rows, roll_of_paper(session, round_id="spring", paper_id="everywhere"))
        numbers = session.scalars(select(GroupCode.number)).all()
    cells = {cell.names: cell.count for cell in ledger.received}
    assert cells == {("account",): 7, ("event",): 5, ("group",): 6}
    assert (ledger.counted, ledger.roll) == (18, 12 + 12 + 5)
    assert sorted(numbers) == list(range(1, 13))


@pytest.mark.parametrize(("typed", "numbers"), [("1-3, 7", [1, 2, 3, 7]), ("7;7, 2–4", [2, 3, 4, 7]), (" 12 ", [12])])
def test_numbers_are_read_as_people_write_them(typed: str, numbers: list[int]) -> None:
    assert read_numbers(typed, 12) == numbers
    assert read_numbers(write_numbers(numbers), 12) == numbers
