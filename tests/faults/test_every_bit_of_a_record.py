"""Every single-bit change of a small record is found, and the file that it lies in is named."""

from dataclasses import replace

import pytest

from tallying.ballots_file import CountedPaper
from tallying.bundle import Bundle
from tallying.count import count
from tallying.frozen import FrozenRound
from tallying.record import PaperResult, Record, build
from tallying.verify import verify
from tests.tallying.records import BALLOTS, KEY, RULEBOOK, example_ledger, example_round, signed

ROWS = BALLOTS[:4]
"""Four voters, none of whom named the project that the small paper leaves out."""


def small_round() -> FrozenRound:
    frozen = example_round()
    paper = replace(frozen.papers[0], projects=frozen.papers[0].projects[:3], areas=())
    return replace(frozen, papers=(paper,), areas=())


def small_files() -> dict[str, bytes]:
    frozen = small_round()
    counted = CountedPaper(frozen, frozen.papers[0], RULEBOOK)
    outcome = count(counted.election(ballot for _, ballot in ROWS), RULEBOOK)
    result = PaperResult("north", RULEBOOK, ROWS, outcome)
    return signed(build(frozen=frozen, results=[result], ledgers=[example_ledger(len(ROWS))], key=KEY))


FILES = small_files()


def test_the_small_record_itself_holds() -> None:
    assert verify(Record(Bundle(FILES))).holds


@pytest.mark.parametrize("name", sorted(FILES))
def test_every_changed_bit_is_found_and_its_file_named(name: str) -> None:
    for bit in range(len(FILES[name]) * 8):
        changed = bytearray(FILES[name])
        changed[bit // 8] ^= 1 << bit % 8
        report = verify(Record(Bundle({**FILES, name: bytes(changed)})))
        assert report.files == (name,), f"{name}, bit {bit}: {report.lines()}"
