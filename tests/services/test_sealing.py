"""From cast to published record, on both engines."""

from __future__ import annotations

from pb_app.db import read, write
from pb_app.services.publishing import publish, record_bytes
from pb_app.services.sealing import Stage
from tallying.record import load
from tallying.verify import verify
from tests.services.booths import CLOSES, DAY, OFFICER, PROJECTS, Booth
from voting.paper import BLANK, PaperMarks


def fill(booth: Booth) -> None:
    """Every voter votes everywhere, those of the north on the harbour too; some change their mind."""
    for number in range(12):
        booth.vote(number, PROJECTS[number % 3], PROJECTS[3], paper="everywhere")
        if number % 2 == 0:
            booth.vote(number, PROJECTS[number % 5])
    booth.vote(0, "swings", paper="everywhere")
    booth.vote(0, "bench", paper="everywhere")
    booth.cast(booth.roll_id(2), [PaperMarks("harbour", BLANK)], "take it back")


def test_a_round_is_cast_sealed_published_and_verified(booth: Booth) -> None:
    fill(booth)
    booth.decide_sealing()
    assert booth.seal().stage is Stage.STAGED
    with write(booth.engine) as session:
        publish(session, round_id="spring", by=OFFICER, now=CLOSES + 2 * DAY)
    with read(booth.engine) as session:
        data = record_bytes(session, "spring")
    report = verify(load(data), booth.keys.fingerprint())
    assert report.holds, report.lines()
    record = load(data)
    assert [len(record.rows(paper)) for paper in ("harbour", "everywhere")] == [5, 12]
    assert [one.blank for one in record.ledgers] == [1, 0]
    assert [one.superseded for one in record.ledgers] == [1, 2]
