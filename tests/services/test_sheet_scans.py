"""Scans of paper ballots: unreadable without the key, seen in one's turn alone, logged, and gone with the key."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import undefer

from pb_app.db import read, write
from pb_app.models.activity import ActivityDetails, ActivityEvent
from pb_app.models.sheet import SheetScan
from pb_app.services.cancelling import ask_cancelling, confirm_cancelling, destroy_cancelled_key
from pb_app.services.paper_batches import resize_batch
from pb_app.services.paper_channel import Stands
from pb_app.services.sealing_page import show_sealing
from pb_app.services.sheet_scans import (
    MOST_FILES,
    Scan,
    add_scans,
    count_scans,
    prepare_scans,
    remove_scans,
    scanned_sheets,
    see_scan,
)
from tests.services.booths import OFFICER, make_booth
from tests.services.paper_desk import AFTER, DURING, READER, TYPIST, PaperDesk, picks
from voting.errors import NotAllowedError, NotFoundError, NotNowError
from voting.permissions import Actor, Role

AUDITOR = Actor(OFFICER.person_id, frozenset({Role.AUDITOR}))


def picture(shade: int = 200, kind: str = "JPEG", **more: object) -> bytes:
    """A sheet of one grey: each shade another ballot."""
    out = io.BytesIO()
    Image.new("RGB", (120, 170), (shade, shade, shade)).save(out, kind, **more)
    return out.getvalue()


def scans(*ballots: int) -> list[Scan]:
    found, problems = prepare_scans([(f"{one}.jpg", picture(12 * one)) for one in ballots], batch=1, size=20)
    assert not problems
    return found


@pytest.fixture
def desk(sqlite_url: str, tmp_path: Path) -> Iterator[PaperDesk]:
    """Voting is over, and twenty slips are taken."""
    booth = make_booth(sqlite_url, tmp_path, rule=Stands.ONLINE)
    yield PaperDesk(booth)
    booth.engine.dispose()


@pytest.fixture
def batch(desk: PaperDesk) -> str:
    """A batch of twenty, nothing typed."""
    for code in desk.print(20):
        desk.take(code)
    made = desk.mix(20)
    assert isinstance(made, str)
    return made


def add(desk: PaperDesk, batch: str, *ballots: int) -> None:
    assert keep(desk, batch, scans(*ballots)) == []


def keep(desk: PaperDesk, batch: str, new: list[Scan], by: Actor = OFFICER) -> list[str]:
    """What stands against some."""
    with write(desk.booth.engine) as session:
        _, problems = add_scans(session, desk.booth.keys, batch_id=batch, scans=new, by=by, now=AFTER)
    return [problem.message for problem in problems]


def look(desk: PaperDesk, batch: str, place: tuple[int, int], by: Actor) -> bytes:
    with write(desk.booth.engine) as session:
        sheet, turn = place
        return see_scan(session, desk.booth.keys, batch_id=batch, sheet=sheet, turn=turn, by=by, now=AFTER)


def there(desk: PaperDesk, batch: str) -> tuple[int, ...]:
    with read(desk.booth.engine) as session:
        return scanned_sheets(session, batch_id=batch)


def test_a_scan_is_seen_by_whose_turn_it_is_alone_and_every_look_is_logged(desk: PaperDesk, batch: str) -> None:
    add(desk, batch, 1)
    with Image.open(io.BytesIO(look(desk, batch, (1, 1), OFFICER))) as shown:
        assert shown.getpixel((60, 60)) == (12, 12, 12)
    desk.type(batch, ["1 2"], OFFICER, 1)
    with pytest.raises(NotNowError, match="typed this sheet yourself"):
        look(desk, batch, (1, 2), OFFICER)
    look(desk, batch, (1, 2), TYPIST)
    desk.type(batch, ["3"], TYPIST, 2)
    look(desk, batch, (1, 3), READER)
    for nobody in (OFFICER, TYPIST):
        with pytest.raises(NotNowError, match="typed this sheet yourself"):
            look(desk, batch, (1, 3), nobody)
    with pytest.raises(NotAllowedError):
        look(desk, batch, (1, 3), AUDITOR)
    with pytest.raises(NotFoundError, match="no scan"):
        look(desk, batch, (2, 1), READER)
    with read(desk.booth.engine) as session:
        query = select(ActivityEvent.actor_id, ActivityDetails.details).join(
            ActivityDetails, ActivityDetails.n == ActivityEvent.n
        )
        seen = session.execute(query.where(ActivityEvent.kind == "paper:scan:seen").order_by(ActivityEvent.n)).all()
    assert seen == [(one.person_id, '{"sheets":[1]}') for one in (OFFICER, TYPIST, READER)]


def test_no_dump_of_the_database_shows_a_scan(desk: PaperDesk, batch: str) -> None:
    (one,) = scans(5)
    add(desk, batch, 5)
    with read(desk.booth.engine) as session:
        row = session.scalars(select(SheetScan).options(undefer(SheetScan.box))).one()
        assert one.image[2:40] not in row.box
        assert len(row.box) == len(one.image) + 28
    database = Path(desk.booth.engine.url.database or "")
    raw = b"".join(path.read_bytes() for path in database.parent.glob(f"{database.name}*"))
    assert row.box[:64] in raw
    assert one.image[:64] not in raw


def test_what_a_camera_writes_into_a_file_is_not_kept() -> None:
    exif = Image.Exif()
    exif[0x010F] = "SpyCam"
    (kept,), problems = prepare_scans([("3.jpg", picture(exif=exif))], batch=1, size=20)
    assert not problems
    assert b"SpyCam" not in kept.image


def test_a_wrong_file_is_named_and_the_others_are_kept() -> None:
    files = [
        ("1.jpg", picture(1)),
        ("2.png", picture(2, "PNG")),
        ("3.jpg", b"%PDF-1.7"),
        ("4.gif", b"GIF89a" + b"\0" * 40),
        ("5.jpg", b"x" * (11 * 1024 * 1024)),
    ]
    kept, problems = prepare_scans(files, batch=1, size=20)
    assert [scan.sheet for scan in kept] == [1, 2]
    assert [problem.message for problem in problems] == [
        "“3.jpg”: We can’t read this file as a scan. Choose a JPEG or PNG picture",
        "“4.gif”: We can’t read this file as a scan. Choose a JPEG or PNG picture",
        "“5.jpg”: Choose a scan of at most 10 MB. This one has 11.0 MB",
    ]
    _, many = prepare_scans([("1.jpg", b"")] * 41, batch=1, size=50)
    assert [problem.message for problem in many] == [
        f"Choose {MOST_FILES} files at most, and the others afterwards. These are 41"
    ]


def test_no_scan_takes_the_place_of_another_and_the_same_picture_is_not_two_ballots(
    desk: PaperDesk, batch: str
) -> None:
    add(desk, batch, 1, 2)
    add(desk, batch, 1)
    assert keep(desk, batch, [Scan(2, "2.jpg", scans(9)[0].image)]) == [
        "“2.jpg”: ballot 2 has a scan already. If this one is better, take that away first"
    ]
    assert keep(desk, batch, [Scan(3, "3.jpg", scans(1)[0].image)]) == [
        "“3.jpg”: this is the same picture as the scan of ballot 1"
    ]
    assert keep(desk, batch, [Scan(21, "21.jpg", scans(8)[0].image)]) == ["“21.jpg”: the batch has the ballots 1 to 20"]
    assert there(desk, batch) == (1, 2)
    with pytest.raises(NotAllowedError):
        keep(desk, batch, scans(4), AUDITOR)


def test_a_scan_of_the_wrong_thing_is_taken_away_and_a_batch_that_is_mixed_again_loses_all(
    desk: PaperDesk, batch: str
) -> None:
    add(desk, batch, 1, 2, 3)
    with write(desk.booth.engine) as session:
        words = {"batch_id": batch, "by": TYPIST, "now": AFTER}
        assert "no scan of ballot 9" in remove_scans(session, sheets=[2, 9], **words)[0].message  # type: ignore[arg-type]  # one set of words for three calls
        assert "Write the numbers" in remove_scans(session, sheets=[], **words)[0].message  # type: ignore[arg-type]  # as above
        assert remove_scans(session, sheets=[2], **words) == []  # type: ignore[arg-type]  # as above
    assert there(desk, batch) == (1, 3)
    with write(desk.booth.engine) as session:
        assert resize_batch(session, batch_id=batch, size=20, by=OFFICER, now=AFTER) == []
    assert there(desk, batch) == ()


def test_sealing_destroys_every_scan_with_the_key_and_its_checklist_says_how_many(desk: PaperDesk) -> None:
    batch = desk.fill(desk.print(20), list(picks(20)))
    add(desk, batch, 1, 2, 3)
    desk.count(0, 0)
    assert checklist(desk) == 3
    desk.booth.decide_sealing()
    with pytest.raises(NotNowError, match="asked to seal"):
        keep(desk, batch, scans(4))
    desk.booth.seal()
    assert there(desk, batch) == ()
    assert checklist(desk) == 3, "how many there were"
    assert "scan" not in " ".join(desk.booth.record.files)


def checklist(desk: PaperDesk) -> int:
    with read(desk.booth.engine) as session:
        return show_sealing(session, desk.booth.keys, round_id="spring", by=OFFICER, now=AFTER).scans


def test_cancelling_a_round_destroys_its_scans_with_its_key(desk: PaperDesk) -> None:
    for code in desk.print(20):
        desk.take(code)
    batch = desk.mix(20, now=DURING)
    assert isinstance(batch, str)
    with write(desk.booth.engine) as session:
        _, problems = add_scans(session, desk.booth.keys, batch_id=batch, scans=scans(1), by=OFFICER, now=DURING)
        assert not problems
        ask_cancelling(session, round_id="spring", reason="Flood", by=OFFICER, now=DURING)
        confirm_cancelling(session, round_id="spring", by=TYPIST, now=DURING)
        destroy_cancelled_key(session, desk.booth.keys, round_id="spring", by=TYPIST, now=DURING)
        assert count_scans(session, round_id="spring") == {}
