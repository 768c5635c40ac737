"""What a cheating council could mean to do, told to both verifiers: neither holds any of it good.

Each case changes one thing; then the hashes that follow from it are made anew and signed with the council's own key.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tallying.bundle import Bundle
from tallying.changes import Change as LaterChange
from tallying.choices import TieLink
from tallying.record import Record
from tallying.verify import verify
from tests.tallying.cheats import (
    backdate,
    close_before_opening,
    decide_before_import,
    decide_later,
    draw_for_south,
    draw_on_another_root,
    frozen_paper,
    ledger_of,
    log_twice,
    lose_first_version,
    lose_withheld,
    move_batch,
    open_older,
    open_voided,
    paper_of,
    pay_more,
    pick_three,
    pretend_lot,
    publish_withheld,
    reopen,
    reopen_imported,
    shout,
    sign_for_another_round,
    swap_days,
    swap_openings,
    take_from_another_paper,
    turn_withheld_batch,
    use_unused_bits,
    void_the_superseded,
)  # fmt: skip
from tests.tallying.forging import (
    CHECKPOINT,
    EAST,
    NORTH,
    REGISTER,
    SOUTH,
    Change,
    changed,
    leaf_at,
    recounted,
    refrozen,
    relined,
    replaced,
    sealed,
    together,
)  # fmt: skip
from tests.tallying.records import imported_files
from tests.tallying.rich_record import LATER, RULEBOOKS, rich_record
from tests.tallying.test_second_verifier import NODE, second, written

pytestmark = pytest.mark.skipif(NODE is None, reason="node is not here: the second verifier was NOT run")
DRAWN = rich_record()
PLAIN = rich_record({**RULEBOOKS, "north": replace(RULEBOOKS["north"], ties=(TieLink.LISTED,))}, digits="")
IMPORTED_FILES = imported_files()
OPENINGS, RULEBOOK = f"{NORTH}/openings.jsonl", f"{NORTH}/rulebook.json"

NIGHTLY: list[tuple[str, str, Change]] = [
    ("the nights change their days", REGISTER, relined(REGISTER, swap_days)),
    ("a day that no calendar has", REGISTER, replaced(REGISTER, b"2026-03-12", b"2026-02-30")),
    ("a day in the year 0", REGISTER, replaced(REGISTER, b"2026-03-11", b"0000-03-11")),
    ("three voters join alone on a night", REGISTER, relined(REGISTER, move_batch)),
    ("a later version joins on an earlier night than the first", OPENINGS, relined(REGISTER, backdate)),
    ("the voters of a withheld paper stand as they cast", REGISTER, relined(REGISTER, turn_withheld_batch)),
    ("the round is opened again after a night", REGISTER, relined(REGISTER, reopen)),
    ("a decision is left out of the numbers", REGISTER, replaced(REGISTER, b'"n":5', b'"n":6')),
    ("the decision about ballots comes after the count", "format.json", relined(REGISTER, decide_later)),
    ("the first count is gone", REGISTER, relined(REGISTER, lambda leaves: leaves.pop(leaf_at(leaves, "count")))),
    ("a ballot is logged twice", REGISTER, relined(REGISTER, log_twice)),
    ("a withheld ballot is not logged", REGISTER, relined(REGISTER, lose_withheld)),
    ("a superseded voter is called void", "ledger.json", relined(REGISTER, void_the_superseded)),
]
OPENED: list[tuple[str, str, Change]] = [
    ("two papers swap older versions", OPENINGS, take_from_another_paper),
    ("two voters swap their ballots", OPENINGS, together(relined(OPENINGS, swap_openings), recounted)),
    ("an older version counts", OPENINGS, together(relined(OPENINGS, open_older), recounted)),
    ("a voided ballot counts", OPENINGS, together(relined(OPENINGS, open_voided), recounted)),
    ("a first version never was", OPENINGS, lose_first_version),
    ("a ballot has one pick too many", NORTH, pick_three),
    ("a check number is taken away", OPENINGS, replaced(OPENINGS, b'"w":"4071"', b'"w":""')),
    ("a digest in capitals", OPENINGS, relined(OPENINGS, shout)),
]
WRITTEN: list[tuple[str, str, Change]] = [
    ("a key stands twice", "ledger.json", replaced("ledger.json", b'"blank":1,', b'"blank":1,"blank":1,')),
    (
        "a ratio that could be shorter",
        RULEBOOK,
        together(replaced(RULEBOOK, b'"cap":"none"', b'"cap":"2/2"'), refrozen),
    ),
    ("a voter moves to another cell", "ledger.json", ledger_of(2, by_area=[[["north"], 4], [["south"], 50]])),
    ("a cell of nobody's area", "ledger.json", ledger_of(2, by_area=[[["north"], 20], [[], 34]])),
    ("an area in two cells", "ledger.json", ledger_of(2, by_area=[[["north"], 20], [["north"], 34]])),
    ("a blank vote is called a ballot", "ledger.json", ledger_of(0, blank=0, counted=59)),
    ("sheets spoilt where none came", "ledger.json", ledger_of(1, spoilt=1, received=[[["account"], 60]])),
    ("a reason given afterwards", "format.json", paper_of(1, reason="Nobody asked")),
    ("a withheld paper is published", "format.json", publish_withheld),
    ("the hash of withheld openings is gone", "format.json", paper_of(1, openings_sha256="")),
    ("a project is struck off, and the outcome stays", f"{NORTH}/outcome.json", paper_of(0, withdrawn=["trees"])),
    ("a withheld outcome knows of a lot", f"{EAST}/outcome.json", changed(f"{EAST}/outcome.json", pretend_lot)),
    ("a withheld outcome pays a friend more", f"{EAST}/outcome.json", changed(f"{EAST}/outcome.json", pay_more)),
    (
        "the word for a vote is empty",
        "frozen.json",
        frozen_paper(lambda paper: paper.update(word={"many": "", "one": "x"})),
    ),
    (
        "the area was chosen in a way that there is not",
        "frozen.json",
        together(changed("frozen.json", lambda value: value["eligibility"].update(area="given")), refrozen),
    ),
    ("the word for several is missing", "frozen.json", frozen_paper(lambda paper: paper.update(word={"one": "star"}))),
    ("a project lies nowhere", "frozen.json", frozen_paper(lambda paper: paper["projects"][0].update(area="west"))),
    (
        "a pot stands twice",
        "frozen.json",
        frozen_paper(lambda paper: paper["pots"].append({**paper["pots"][0], "amount": 0})),
    ),
    (
        "a project takes no less than more",
        "frozen.json",
        frozen_paper(lambda paper: paper["projects"][0].update(minimum=401_00)),
    ),
    ("voting closes before it opens", "frozen.json", close_before_opening),
    (
        "a departure for another reason",
        "format.json",
        changed("format.json", lambda v: v["changes"][2].update(reason="-")),
    ),
    ("a departure is not told", "format.json", changed("format.json", lambda v: v["changes"].pop())),
    ("no later decision is told", "format.json", changed("format.json", lambda v: v.pop("changes"))),
    ("two later decisions change places", "format.json", changed("format.json", lambda v: v["changes"].reverse())),
    ("a withdrawal is undone", "format.json", paper_of(2, withdrawn=[])),
]
WITHDRAWAL, CORRECTION, DEPARTURE = LATER
DECIDED_WRONGLY: dict[str, tuple[LaterChange, ...]] = {
    "more is awarded than there is": (
        WITHDRAWAL,
        replace(DEPARTURE, n=6, awards=(("bench", 400_00), ("youth", 300_00))),
    ),
    "more than a project costs": (replace(DEPARTURE, n=5, awards=(("bench", 400_01),)),),
    "nothing is awarded": (replace(DEPARTURE, n=5, awards=(("bench", 0),)),),
    "a project twice": (replace(DEPARTURE, n=5, awards=(("bench", 1), ("bench", 1))),),
    "a project that is not on the paper": (replace(DEPARTURE, n=5, awards=(("boat", 1),)),),
    "a project that was withdrawn": (WITHDRAWAL, replace(DEPARTURE, n=6, awards=(("trees", 1),))),
    "a paper that is none": (replace(CORRECTION, n=5, paper_id="west"),),
    "a departure without a reason": (replace(DEPARTURE, n=5, reason=""),),
}
LOTS: list[tuple[str, str, Change]] = [
    ("dice thrown over another root", "draw.json", draw_on_another_root),
    (
        "dice thrown in the year 0",
        "draw.json",
        changed("draw.json", lambda value: value["draws"][0].update(at="0000-03-16T10:00:00Z")),
    ),
    ("dice thrown at no time", "draw.json", changed("draw.json", lambda value: value["draws"][0].update(at="noon"))),
    ("dice thrown where nothing was level", f"{SOUTH}/outcome.json", changed("draw.json", draw_for_south)),
]
INSIDE = [*NIGHTLY, *OPENED, *WRITTEN]
AFTERWARDS: list[tuple[str, str, Change]] = [
    ("a checkpoint of another round", CHECKPOINT, sign_for_another_round),
    ("unused bits of a signature", CHECKPOINT, use_unused_bits),
]
IMPORTED: list[tuple[str, str, Change]] = [
    ("an imported round is opened twice", REGISTER, relined(REGISTER, reopen_imported)),
    ("a decision before an imported count", REGISTER, relined(REGISTER, decide_before_import)),
]


@pytest.mark.parametrize("files", [DRAWN, PLAIN], ids=["drawn", "plain"])
def test_both_verifiers_hold_a_record_of_nearly_everything_good(files: dict[str, bytes], tmp_path: Path) -> None:
    report = verify(Record(Bundle(files)))
    assert report.holds, report.lines()
    holds, printed = second(written(tmp_path, files))
    assert holds, printed
    assert "count not public" in printed


def test_a_departure_that_no_longer_stands_need_only_have_its_form_for_both(tmp_path: Path) -> None:
    earlier = replace(DEPARTURE, n=5, awards=(("boat", 0),))
    files = rich_record(changes=(earlier, replace(DEPARTURE, n=6)))
    assert verify(Record(Bundle(files))).holds
    holds, printed = second(written(tmp_path, files))
    assert holds, printed


@pytest.mark.parametrize("changes", DECIDED_WRONGLY.values(), ids=DECIDED_WRONGLY)
def test_a_later_decision_that_may_not_be_made_is_found_by_both(
    changes: tuple[LaterChange, ...], tmp_path: Path
) -> None:
    forged = rich_record(changes=changes)
    report = verify(Record(Bundle(forged)))
    assert report.files == ("format.json",), report.lines()
    holds, printed = second(written(tmp_path, forged))
    assert not holds
    assert "format.json" in printed


@pytest.mark.parametrize(
    ("files", "fault", "change"),
    [
        *(pytest.param(PLAIN, fault, together(change, sealed), id=name) for name, fault, change in INSIDE),
        *(pytest.param(DRAWN, fault, together(change, sealed), id=name) for name, fault, change in LOTS),
        *(pytest.param(PLAIN, fault, change, id=name) for name, fault, change in AFTERWARDS),
        *(pytest.param(IMPORTED_FILES, fault, together(change, sealed), id=name) for name, fault, change in IMPORTED),
    ],
)
def test_what_was_meant_to_deceive_is_found_by_both(
    files: dict[str, bytes], fault: str, change: Change, tmp_path: Path
) -> None:
    forged = change(files)
    report = verify(Record(Bundle(forged)))
    holds, printed = second(written(tmp_path, forged))

    assert not report.holds
    assert any(name.startswith(fault) for name in report.files), report.lines()
    assert not holds
    assert fault in printed.replace("----", ""), printed
