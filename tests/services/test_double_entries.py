"""One person on the roll twice: merged while a vote is missing, one voided where both have voted, by two people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from pb_app.db import read, write
from pb_app.models.roll import RollEntry, RollVoid
from pb_app.services.activity import verify_chain
from pb_app.services.codes import CodeEntry, make_codes, resolve_code
from pb_app.services.double_entries import ask_joining, confirm_joining, count_joined, list_joinings
from pb_app.services.roll import entry_of_person
from pb_app.services.rounds import get_round
from pb_app.services.work_list import round_steps
from tallying.election import Approval
from tallying.record import Record, finish, load, to_zip
from tallying.register import Void, dump_leaf
from tallying.verify import verify
from tests.services.booths import AUDITOR, CLOSES, DAY, OFFICER, OPENS, SECOND, Booth, make_booth
from voting.errors import CodeUsedError, NotNowError, SecondPersonError
from voting.paper import PaperMarks

NOW = OPENS + DAY
LETTER = "1-1"


@pytest.fixture
def booth(sqlite_url: str, tmp_path: Path) -> Iterator[Booth]:
    """A round that is open; these rules are the same on both engines."""
    made = make_booth(sqlite_url, tmp_path)
    yield made
    made.engine.dispose()


def email(booth: Booth, number: int) -> str:
    return f"{booth.people[number]}@westmere.example"


def letter(booth: Booth) -> str:
    """The code of letter 1-1, of the north."""
    with write(booth.engine) as session:
        return make_codes(session, booth.keys, round_id="spring", area_id="north", count=1, by=OFFICER, now=NOW)[0].code


def resolve(booth: Booth, code: str) -> CodeEntry:
    with read(booth.engine) as session:
        return resolve_code(session, booth.keys, round_id="spring", code=code)


def join(booth: Booth, stands: str, goes: str) -> None:
    with write(booth.engine) as session:
        assert ask_joining(session, round_id="spring", stands=stands, goes=goes, reason="-", by=OFFICER, now=NOW) == []
        (waiting,) = list_joinings(session, round_id="spring", by=SECOND)
        assert {waiting.stands, waiting.goes} == {"letter 1-00001", f"Person 001, {email(booth, 0)}"}
        assert len(round_steps(session, view=get_round(session, "spring"), by=SECOND, now=NOW)) == 1
        for by in (OFFICER, AUDITOR):
            with pytest.raises(SecondPersonError):
                confirm_joining(session, booth.keys, round_id="spring", key=waiting.key, by=by, now=NOW)
        confirm_joining(session, booth.keys, round_id="spring", key=waiting.key, by=SECOND, now=NOW)


def kinds(booth: Booth) -> list[str]:
    with read(booth.engine) as session:
        assert verify_chain(session) == []
        return sorted(session.scalars(select(RollVoid.kind)))


def test_before_anybody_voted_both_ways_in_lead_to_one_entry(booth: Booth) -> None:
    code = letter(booth)
    account = booth.roll_id(0)
    join(booth, email(booth, 0), LETTER)
    assert (resolve(booth, code).roll_id, booth.roll_id(0), kinds(booth)) == (account, account, ["merged"])
    booth.vote(0, "bench")
    booth.vote(0, "bench", paper="everywhere")
    with pytest.raises(CodeUsedError):
        resolve(booth, code)
    booth.vote(0, "trees")
    booth.decide_sealing()
    booth.seal()
    assert verify(booth.record).holds
    assert [(one.refused, one.counted, one.roll) for one in booth.record.ledgers] == [(0, 1, 6), (0, 1, 12)]


def test_the_only_entry_with_a_vote_stands_whatever_was_asked(booth: Booth) -> None:
    code = letter(booth)
    voted = resolve(booth, code).roll_id
    booth.cast(voted, [PaperMarks("harbour", Approval(("bench",)))], "first")
    join(booth, email(booth, 0), LETTER)
    assert (resolve(booth, code).roll_id, booth.roll_id(0), kinds(booth)) == (voted, voted, ["merged"])
    booth.vote(0, "trees")
    booth.decide_sealing()
    booth.seal()
    assert verify(booth.record).holds
    assert [(one.refused, one.superseded, one.counted) for one in booth.record.ledgers] == [(0, 1, 1), (0, 0, 0)]


@pytest.fixture
def voided(booth: Booth) -> Booth:
    """The twelve have voted; number 0 by letter too, twice; the letter goes."""
    booth.fill()
    code = letter(booth)
    roll_id = resolve(booth, code).roll_id
    for picks in (("bench",), ("trees",)):
        booth.cast(roll_id, [PaperMarks("harbour", Approval(picks))], f"letter {picks}")
    join(booth, email(booth, 0), LETTER)
    return booth


def test_where_both_have_voted_one_is_refused_and_neither_casts_any_more(voided: Booth) -> None:
    assert kinds(voided) == ["voided"]
    with read(voided.engine) as session:
        gone = session.get_one(RollVoid, session.scalars(select(RollVoid.roll_id)).one())
        standing = entry_of_person(session, round_id="spring", person_id=voided.people[0])
        assert standing is not None
        assert gone.stands_id == standing.roll_id
        assert session.get_one(RollEntry, gone.roll_id).voided_reason
        assert count_joined(session, round_id="spring") == 1
        entries = gone.roll_id, gone.stands_id
    for roll_id in entries:
        for paper in ("harbour", "everywhere"):
            with pytest.raises(Exception, match=r"stands|cannot vote on this paper"):
                voided.cast(roll_id, [PaperMarks(paper, Approval(("wifi",)))], f"late {paper}")
    voided.decide_sealing()
    with pytest.raises(NotNowError), write(voided.engine) as session:
        ask_joining(
            session, round_id="spring", stands=LETTER, goes=email(voided, 1), reason="-", by=OFFICER, now=CLOSES + DAY
        )
    voided.seal()
    record = voided.record
    report = verify(record, voided.keys.fingerprint())
    assert report.holds, report.lines()
    assert [leaf.kind for leaf in record.register if isinstance(leaf, Void)] == ["void"]
    assert [(one.refused, one.counted, one.marked, one.roll) for one in record.ledgers] == [
        (2, 5, 6, 6),
        (0, 12, 12, 12),
    ]


def test_insiders_who_forge_a_void_are_detected(voided: Booth) -> None:
    """Each signs a whole record anew with the council's own key."""
    voided.decide_sealing()
    voided.seal()
    record = voided.record
    void = next(leaf for leaf in record.register if isinstance(leaf, Void))
    other = next(one.tracker for one in record.openings("harbour") if one.tracker > void.tracker or one.marks)
    forgeries = {
        "struck from the register": [],
        "of another voter": [replace(void, tracker=other)],
        "of somebody who never voted": sorted([void, Void("A" * 16, void.code)], key=lambda leaf: leaf.tracker),
        "twice": [void, void],
    }
    for name, leaves in forgeries.items():
        report = verify(forged(voided, record, void, [dump_leaf(leaf) for leaf in leaves]))
        assert not report.holds, name
        assert "register.jsonl" in " ".join(report.lines()) or "openings" in " ".join(report.lines()), name


def forged(booth: Booth, record: Record, void: Void, lines: list[bytes]) -> Record:
    own = record.register_lines[:-1]
    place = own.index(dump_leaf(void))
    files = {name: data for name, data in record.files.items() if name not in ("register.jsonl", "checkpoint")}
    keys = booth.keys
    made = finish(
        files,
        [*own[:place], *lines, *own[place + 1 :]],
        round_id="spring",
        revision=1,
        key=keys.public_key(),
        sign=keys.sign,
    )
    return load(to_zip(made))


def test_what_leads_nowhere_or_to_the_same_entry_is_a_problem(booth: Booth) -> None:
    letter(booth)
    for stands, goes, reason, fields in (
        ("nobody@westmere.example", LETTER, "-", ["stands"]),
        (LETTER, "7-7", "", ["goes", "reason"]),
        (LETTER, "Somebody", "-", ["goes"]),
        (LETTER, LETTER, "-", ["goes"]),
    ):
        with write(booth.engine) as session:
            problems = ask_joining(
                session, round_id="spring", stands=stands, goes=goes, reason=reason, by=OFFICER, now=NOW
            )
        assert [one.field for one in problems] == fields
