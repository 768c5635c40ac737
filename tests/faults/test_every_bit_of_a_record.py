"""Every single-bit change of a small record is found, and the file that it lies in is named."""

import pytest

from tallying.ballots_file import CountedPaper
from tallying.bundle import Bundle
from tallying.contents import Decision
from tallying.count import count
from tallying.frozen import FrozenRound, RecordPaper, RecordPot, RecordProject, Timetable
from tallying.ledger import Cell, Ledger
from tallying.record import PaperResult, Record, build
from tallying.verify import verify
from tests.faults.sizes import times
from tests.tallying.records import BALLOTS, KEY, RULEBOOK, decision_line, example_lines, finished, openings_of

ROWS = BALLOTS[:2]
"""Two voters who named the first two projects alone: every further byte costs eight verifications."""
LEDGER = Ledger("north", (Cell(("account",), 3),), 2, 1, 0, 0, 0, 2, 2, (Cell(("north",), 2),))
OPENINGS = openings_of(ROWS)[:-1]
"""The first voter voted twice."""


def small_round() -> FrozenRound:
    projects = (RecordProject("bench", "Benches", 400_00), RecordProject("trees", "Trees", 500_00))
    paper = RecordPaper("north", "North", RULEBOOK.sha256(), (RecordPot("main", "Pot", 1_000_00),), projects)
    return FrozenRound(
        "spring-2026",
        "Spring",
        "Ambleford",
        "Europe/London",
        Timetable("2026-04-01T09:00:00Z", "2026-04-15T16:00:00Z"),
        (),
        (paper,),
    )


def small_files() -> dict[str, bytes]:
    frozen = small_round()
    counted = CountedPaper(frozen, frozen.papers[0], RULEBOOK)
    outcome = count(counted.election(ballot for _, ballot in ROWS), RULEBOOK)
    result = PaperResult("north", RULEBOOK, ROWS, outcome, openings=OPENINGS)
    files = build(frozen=frozen, results=[result], ledgers=[LEDGER], key=KEY)
    lines = [*example_lines(frozen, OPENINGS, LEDGER), decision_line(1, Decision.PUBLISH, "")]
    return finished(files, lines)


FILES = small_files()


def test_the_small_record_itself_holds() -> None:
    assert verify(Record(Bundle(FILES))).holds


@pytest.mark.parametrize("name", sorted(FILES))
def test_every_changed_bit_is_found_and_its_file_named(name: str) -> None:
    for bit in range(0, len(FILES[name]) * 8, times("every so many bits")):
        changed = bytearray(FILES[name])
        changed[bit // 8] ^= 1 << bit % 8
        report = verify(Record(Bundle({**FILES, name: bytes(changed)})))
        assert report.files == (name,), f"{name}, bit {bit}: {report.lines()}"
