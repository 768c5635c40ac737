"""One round that takes every way in at once, down to a record that both verifiers hold good."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pb_app.db import read, write
from pb_app.services.activity import verify_chain
from pb_app.services.check_ins import check_in
from pb_app.services.code_entry import enter_number
from pb_app.services.codes import CodeEntry, make_codes, resolve_code
from pb_app.services.double_entries import ask_joining, confirm_joining, list_joinings
from pb_app.services.errata import ask_erratum, confirm_erratum
from pb_app.services.further_revisions import run_revision
from pb_app.services.helping import end_helping, start_helping
from pb_app.services.later_outcomes import NewChange, ask_change, confirm_change
from pb_app.services.paper_channel import Stands
from pb_app.services.publishing import publish, record_bytes
from pb_app.services.sealing import Stage
from pb_app.services.slips import NewSlip
from pb_app.services.voter_answers import approve_request
from pb_app.services.voter_requests import ask_to_vote, give_code
from pb_app.services.voter_sources import Introduction, introduce, number_salt, take_list
from tallying.changes import ChangeKind
from tallying.election import Approval
from tallying.record import Record, load
from tallying.register import DecisionLeaf, SupersededByPaper, Void
from tallying.verify import verify
from tests.services.booths import CLOSES, DAY, OFFICER, OPENS, PROJECTS, SECOND, Booth, make_booth
from tests.services.paper_desk import PaperDesk, picks
from tests.services.test_events import ANA, enter, group, issue, opened
from tests.services.test_ways_to_the_roll import MACHINE, TYPED, declared, yes
from tests.tallying.test_second_verifier import NODE, disagreement
from voting.eligibility import Eligibility, Evidence, Identify
from voting.errors import CodeUsedError, PaperArrivedError
from voting.listed_numbers import hash_number
from voting.paper import PaperMarks

NOW, LATER = OPENS + DAY, CLOSES + 2 * DAY
RULE = Eligibility(evidence=tuple(Evidence), identify=Identify.LAST)


@pytest.fixture
def booth(sqlite_url: str, tmp_path: Path) -> Iterator[Booth]:
    """A round whose rule takes all that shows who somebody is, and paper."""
    made = make_booth(sqlite_url, tmp_path, rule=Stands.PAPER, eligibility=RULE)
    yield made
    made.engine.dispose()


def resolve(booth: Booth, code: str) -> CodeEntry:
    with read(booth.engine) as session:
        return resolve_code(session, booth.keys, round_id="spring", code=code)


def vote(booth: Booth, entry: CodeEntry, *, at: int = 0) -> None:
    marks = [PaperMarks("everywhere", Approval((PROJECTS[at % 5],)))]
    booth.cast(entry.roll_id, marks, f"{entry.roll_id} {at}", may_change=entry.may_change, channel=entry.channel)


def letters(booth: Booth, count: int) -> list[str]:
    with write(booth.engine) as session:
        made = make_codes(session, booth.keys, round_id="spring", area_id="south", count=count, by=OFFICER, now=NOW)
    return [one.code for one in made]


def by_event(booth: Booth, count: int) -> list[CodeEntry]:
    """Checked in at a desk, with a slip for the tablet."""
    slips = []
    for number in range(count):
        with write(booth.engine) as session:
            voter = replace(ANA, name=f"Visitor {number}", seen="card")
            slips.append(check_in(session, booth.keys, round_id="spring", voter=voter, by=OFFICER, now=NOW))
    return [opened(booth, slip.code) for slip in slips if isinstance(slip, NewSlip)]


def by_group(booth: Booth, count: int) -> list[CodeEntry]:
    group_id, codes = group(booth)
    assert issue(booth, group_id, f"1-{count}", "out") == []
    found = [enter(booth, code, is_tablet=False) for code in codes[:count]]
    return [one for one in found if isinstance(one, CodeEntry)]


def by_introduction(booth: Booth, count: int) -> list[CodeEntry]:
    with write(booth.engine) as session:
        made = introduce(
            session, booth.keys, round_id="spring", name="Mill Lane hostel", area_id="south", count=count,
            holds_consent=True, by=OFFICER, now=NOW,
        )  # fmt: skip
    return [resolve(booth, one.code) for one in made if isinstance(one, Introduction)]


def by_list(booth: Booth) -> CodeEntry:
    """A number of a school's list."""
    digest = hash_number(number_salt(booth.keys, round_id="spring"), "4711")
    with write(booth.engine) as session:
        taken = take_list(
            session, booth.keys, round_id="spring", name="Quay School", data=f"hash,area\n{digest},South\n".encode(),
            holds_consent=True, by=OFFICER, now=NOW,
        )  # fmt: skip
        assert taken == 1
    with write(booth.engine) as session:
        found = enter_number(session, booth.keys, round_id="spring", digest=digest, tracker="", machine=MACHINE)
    assert isinstance(found, CodeEntry)
    return found


def by_review(booth: Booth) -> CodeEntry:
    """Somebody without an address, whom an officer saw."""
    typed = replace(TYPED, postcode="", age=None, doubts=("no_address",))
    with write(booth.engine) as session:
        person = declared(session, typed)
        made = ask_to_vote(
            session, round_id="spring", declared=person, statement="The hostel", contact="", by=None, now=NOW
        )
        assert isinstance(made, str)
        code = give_code(session, booth.keys, request_id=made)
        seen = yes("south", kind="vouched", partner="Mill Lane hostel")
        assert approve_request(session, request_id=made, yes=seen, by=OFFICER, now=NOW) == []
    return resolve(booth, code)


def join(booth: Booth, stands: str, goes: str) -> None:
    with write(booth.engine) as session:
        asked = ask_joining(session, round_id="spring", stands=stands, goes=goes, reason="One", by=OFFICER, now=NOW)
        assert asked == []
        (waiting,) = list_joinings(session, round_id="spring", by=SECOND)
        confirm_joining(session, booth.keys, round_id="spring", key=waiting.key, by=SECOND, now=NOW)


def come_online(booth: Booth) -> None:
    """12 accounts, 7 letters (one helped, one voided), 5 event slips, 5 group codes, 5 introduced, listed, reviewed."""
    codes = letters(booth, 8)
    join(booth, f"{booth.people[1]}@westmere.example", "1-8")  # before either has voted
    booth.fill()  # among them one vote that is taken back on the harbour
    with pytest.raises(CodeUsedError):
        resolve(booth, codes[7])
    with write(booth.engine) as session:
        assert not start_helping(session, round_id="spring", reason="sight", hands_over=True, by=OFFICER, now=NOW)
    vote(booth, resolve(booth, codes[0]))
    with write(booth.engine) as session:
        end_helping(session, round_id="spring", by=OFFICER, now=NOW)
    others = [resolve(booth, code) for code in codes[1:7]]
    others += [*by_event(booth, 5), *by_group(booth, 5), *by_introduction(booth, 5), by_list(booth), by_review(booth)]
    for at, entry in enumerate(others):
        vote(booth, entry, at=at)
    join(booth, f"{booth.people[3]}@westmere.example", "1-7")  # both have voted: one is struck out


def come_on_paper(desk: PaperDesk) -> None:
    """24 sheets: one spoilt, 22 that count, one of them of somebody who voted online before, one that never came."""
    codes = desk.print(24)
    vote(desk.booth, resolve(desk.booth, codes[0]))
    assert desk.state(codes[1], is_spoilt=True) == "spoilt"
    assert desk.state(codes[0]) == "accepted"
    with pytest.raises(PaperArrivedError):
        resolve(desk.booth, codes[0])
    desk.fill(codes[2:23], [*picks(21), "x2"])
    desk.count(1, 0)


def note_erratum(booth: Booth) -> None:
    """A mistake in a text that is frozen, noted while people vote."""
    with write(booth.engine) as session:
        asked = ask_erratum(
            session, round_id="spring", place="everywhere/bench", text="It costs £400.", reason="A figure was lost",
            by=OFFICER, now=NOW,
        )  # fmt: skip
        assert asked == []
        confirm_erratum(session, round_id="spring", by=SECOND, now=NOW)


def give_up(booth: Booth, project_id: str) -> None:
    """After the result a group gives its project up: one more outcome."""
    change = NewChange(ChangeKind.WITHDRAW, "everywhere", project_id)
    with write(booth.engine) as session:
        asked = ask_change(session, round_id="spring", change=change, reason="No lease", by=OFFICER, now=LATER)
        assert asked == []
        confirm_change(session, round_id="spring", by=SECOND, now=LATER)
    assert run_revision(booth.engine, booth.keys, round_id="spring", clock=booth.clock) == ""


def record_of(booth: Booth, revision: int) -> Record:
    with read(booth.engine) as session:
        assert verify_chain(session) == []
        return load(record_bytes(session, "spring", revision))


def holds(booth: Booth, record: Record, folder: Path, since: bytes = b"") -> None:
    report = verify(record, booth.keys.fingerprint(), since)
    assert report.holds, report.lines()
    assert NODE is None or disagreement(record.files, folder, since) == ""


def test_a_round_with_every_way_in_balances_and_both_verifiers_hold_it_good(booth: Booth, tmp_path: Path) -> None:
    come_online(booth)
    come_on_paper(PaperDesk(booth))
    note_erratum(booth)
    booth.decide_sealing()
    assert booth.seal().stage is Stage.STAGED
    with write(booth.engine) as session:
        publish(session, round_id="spring", by=OFFICER, now=LATER)
    first = record_of(booth, 1)
    holds(booth, first, tmp_path / "first")
    harbour, everywhere = first.ledgers
    assert {cell.names: cell.count for cell in everywhere.received} == {
        ("account",): 14, ("event", "list", "request", "sheet"): 5 + 1 + 1 + 1, ("group",): 5, ("introduction",): 5,
        ("letter",): 7, ("paper",): 23,
    }  # fmt: skip
    became = everywhere.counted, everywhere.superseded, everywhere.refused, everywhere.spoilt, everywhere.blank
    assert became == (12 + 6 + 5 + 5 + 7 + 21, 2 + 1, 1, 2, 0)
    assert (everywhere.marked, everywhere.roll) == (12 + 6 + 5 + 5 + 7 + 22, 12 + 6 + 5 + 12 + 7 + 24)
    assert (harbour.counted, harbour.blank, harbour.superseded) == (5, 1, 1)
    kinds = [type(leaf) for leaf in first.register]
    assert (kinds.count(Void), kinds.count(SupersededByPaper)) == (1, 1)
    words = [leaf.word for leaf in first.register if isinstance(leaf, DecisionLeaf)]
    assert words == ["paper_stands", "erratum", "publish", "publish"]

    booth.at(LATER)
    gone = first.outcome("everywhere").funded_ids[0]
    give_up(booth, gone)
    second = record_of(booth, 2)
    assert gone not in second.outcome("everywhere").funded_ids
    assert second.ledgers == first.ledgers
    assert record_of(booth, 1).files == first.files
    holds(booth, second, tmp_path / "second", since=first.files["checkpoint"])
