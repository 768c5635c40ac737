"""Many letters at once: made in parts, given out once, and void as a whole where nobody fetched them."""

from __future__ import annotations

import logging
import shutil
from datetime import timedelta

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import func, select

from pb_app.db import read
from pb_app.models.roll import LetterCode, RollEntry
from pb_app.services import letter_run, letter_sheets
from pb_app.services.codes import CodeEntry, resolve_code
from pb_app.services.letter_downloads import open_download, sweep, throw_away
from pb_app.services.letter_files import FilesGoneError
from pb_app.services.typesetting import TypesettingError
from tests.services.booths import OFFICER, SECOND, Booth
from tests.services.printing import (
    ADDRESSES,
    NOW,
    ask,
    batch_of,
    bytes_under,
    codes_in,
    download,
    every_row,
    files_in,
    make,
    pages_in,
    printer_of,
    rows_in,
)  # fmt: skip
from voting.errors import CodeUnknownError, NotAllowedError, NotFoundError, NotNowError

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of three letters, so that a run of few letters has several."""
    monkeypatch.setattr(letter_run, "PART", 3)


def resolve(booth: Booth, code: str) -> CodeEntry:
    with read(booth.engine) as session:
        return resolve_code(session, booth.keys, round_id="spring", code=code)


def count_entries(booth: Booth) -> int:
    with read(booth.engine) as session:
        letters = RollEntry.way == "letter", RollEntry.voided_reason.is_(None)
        return session.scalar(select(func.count()).where(*letters)) or 0


@pytest.fixture
def booth(sqlite_booth: Booth) -> Booth:
    """On SQLite; what could differ between engines takes `each_booth`."""
    return sqlite_booth


def test_a_run_goes_from_being_asked_for_to_codes_that_open_papers(each_booth: Booth) -> None:
    batch_id = ask(each_booth, 7)
    assert (batch_of(each_booth, batch_id).state, batch_of(each_booth, batch_id).done) == ("making", 0)
    assert make(each_booth) == 1
    assert (batch_of(each_booth, batch_id).state, batch_of(each_booth, batch_id).done) == ("ready", 7)
    codes = codes_in(download(each_booth, batch_id))
    assert batch_of(each_booth, batch_id).state == "downloaded"
    assert len({resolve(each_booth, code).roll_id for code in codes}) == 7
    assert resolve(each_booth, codes[0]).paper_ids == ("harbour", "everywhere")


def test_progress_is_told_after_each_file(booth: Booth) -> None:
    ask(booth, 7)
    told: list[tuple[int, int]] = []
    letter_run.make_waiting(printer_of(booth), lambda: NOW, lambda done, size: told.append((done, size)))
    assert [size for _, size in told] == [7, 7, 7]
    assert max(done for done, _ in told) == 7


def test_letters_to_addresses_are_pdf_files_and_the_list_by_which_a_number_is_found(booth: Booth) -> None:
    batch_id = ask(booth, addresses=ADDRESSES, kind="letters")
    make(booth)
    files = files_in(download(booth, batch_id))
    listed = rows_in(files.pop("which-letter-went-where.csv"))
    assert {name: pages_in(data) for name, data in files.items()} == {
        "letters-000001-000003.pdf": 3,
        "letters-000004-000004.pdf": 1,
    }
    assert listed[0][:2] == ["letter", "line_1"]
    assert [row[:5] for row in listed[1:]] == [[f"1-{n:05d}", *ADDRESSES[n - 1]] for n in range(1, 5)]
    assert "code" not in listed[0]


def test_labels_come_21_to_a_page(booth: Booth, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letter_run, "PART", 50)
    batch_id = ask(booth, 43, kind="labels")
    make(booth)
    assert [pages_in(data) for data in files_in(download(booth, batch_id)).values()] == [3]


def test_a_mailing_house_gets_addresses_and_codes_and_no_formula(booth: Booth) -> None:
    batch_id = ask(booth, addresses=[("=HYPERLINK(1)", "1 High St"), ("@me", "+44")])
    make(booth)
    head, first, second = rows_in(download(booth, batch_id))
    assert head[0] == "letter"
    assert head[-2:] == ["code", "web_address"]
    assert first[1:3] == ["'=HYPERLINK(1)", "1 High St"]
    assert second[1:3] == ["'@me", "'+44"]


def test_no_address_and_no_code_stands_in_a_table_a_log_or_a_readable_file(
    booth: Booth, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        batch_id = ask(booth, addresses=ADDRESSES)
        make(booth)
        before = bytes_under(booth.key_dir.parent / "instance") + bytes_under(booth.key_dir)
        codes = codes_in(download(booth, batch_id))
    rows = every_row(booth)
    for secret in ("Quillfeather", "Wobbleton", *codes, *(" ".join((c[:4], c[4:8], c[8:12], c[12:])) for c in codes)):
        assert secret not in rows
        assert secret not in caplog.text
        assert secret.encode() not in before


def test_the_download_happens_once_and_leaves_no_file_and_no_key(booth: Booth) -> None:
    batch_id = ask(booth, addresses=ADDRESSES)
    make(booth)
    key = booth.key_dir / "letters" / f"{batch_id}.key"
    assert key.exists()
    download(booth, batch_id)
    assert not key.exists()
    assert printer_of(booth).files.batch_ids() == []
    with pytest.raises(NotNowError, match="gone"):
        download(booth, batch_id)


def test_a_download_that_breaks_off_has_not_happened(each_booth: Booth) -> None:
    batch_id = ask(each_booth, 7)
    make(each_booth)
    found = open_download(printer_of(each_booth), round_id="spring", batch_id=batch_id, by=OFFICER, now=NOW)
    next(found.chunks)
    with pytest.raises(NotNowError, match="Somebody is downloading"):
        download(each_booth, batch_id)
    sweep(printer_of(each_booth), now=NOW + 30 * HOUR)
    assert batch_of(each_booth, batch_id).state == "ready"
    del found
    assert batch_of(each_booth, batch_id).state == "ready"
    assert len(codes_in(download(each_booth, batch_id))) == 7


def test_codes_open_nothing_before_the_download_and_never_after_a_day_without_one(each_booth: Booth) -> None:
    batch_id = ask(each_booth, 4)
    make(each_booth)
    found = open_download(printer_of(each_booth), round_id="spring", batch_id=batch_id, by=OFFICER, now=NOW)
    code = codes_in(next(found.chunks) + next(found.chunks))[0]
    del found
    with pytest.raises(CodeUnknownError):
        resolve(each_booth, code)
    assert count_entries(each_booth) == 4
    assert sweep(printer_of(each_booth), now=NOW + 23 * HOUR) == 0
    assert sweep(printer_of(each_booth), now=NOW + 24 * HOUR) == 1
    assert count_entries(each_booth) == 0
    assert batch_of(each_booth, batch_id).voided_reason == "Nobody downloaded these letters within a day"
    assert printer_of(each_booth).files.batch_ids() == []
    with pytest.raises(CodeUnknownError):
        resolve(each_booth, code)
    with pytest.raises(NotNowError, match="gone"):
        download(each_booth, batch_id)


def test_after_a_day_nothing_is_given_out_even_before_the_sweep(booth: Booth) -> None:
    batch_id = ask(booth, 4)
    make(booth)
    with pytest.raises(NotNowError, match="gone"):
        download(booth, batch_id, at=NOW + 24 * HOUR)


def test_what_was_downloaded_is_not_voided_a_day_later(booth: Booth) -> None:
    batch_id = ask(booth, 4)
    make(booth)
    code = codes_in(download(booth, batch_id))[0]
    assert sweep(printer_of(booth), now=NOW + 48 * HOUR) == 0
    assert resolve(booth, code).paper_ids
    with pytest.raises(NotNowError, match="their codes are out"):
        throw_away(printer_of(booth), round_id="spring", batch_id=batch_id, by=OFFICER, now=NOW)


def test_letters_thrown_away_while_they_are_made_leave_nothing(booth: Booth, monkeypatch: pytest.MonkeyPatch) -> None:
    batch_id = ask(booth, 7)
    printer = printer_of(booth)
    monkeypatch.setattr(letter_run, "_AT_ONCE", 1)

    def stop(done: int, size: int) -> None:
        throw_away(printer_of(booth), round_id="spring", batch_id=batch_id, by=OFFICER, now=NOW)

    assert letter_run.make_waiting(printer, lambda: NOW, stop) == 0
    assert batch_of(booth, batch_id).state == "voided"
    assert count_entries(booth) == 0
    assert printer.files.batch_ids() == []


def test_a_run_cut_short_goes_on_where_it_was_and_makes_no_letter_twice(
    each_booth: Booth, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch_id = ask(each_booth, 7)
    monkeypatch.setattr(letter_run, "_AT_ONCE", 1)

    class PowerCut(BaseException):
        pass

    def cut(done: int, size: int) -> None:
        raise PowerCut

    with pytest.raises(PowerCut):
        letter_run.make_waiting(printer_of(each_booth), lambda: NOW, cut)
    assert 3 <= batch_of(each_booth, batch_id).done < 7
    make(each_booth)
    codes = codes_in(download(each_booth, batch_id))
    assert len({resolve(each_booth, code).roll_id for code in codes}) == 7 == count_entries(each_booth)


def test_a_run_that_cannot_be_set_is_void_and_says_so(booth: Booth, monkeypatch: pytest.MonkeyPatch) -> None:
    batch_id = ask(booth, 4, kind="labels")
    monkeypatch.setitem(letter_sheets.LAYOUTS, "labels", "no-such-layout.typ")
    with pytest.raises(TypesettingError, match="no-such-layout"):
        make(booth)
    assert batch_of(booth, batch_id).voided_reason == "The letters could not be made"
    assert printer_of(booth).files.batch_ids() == []


def test_numbers_count_the_batches_of_a_round_and_the_letters_of_a_batch(booth: Booth) -> None:
    first, second = ask(booth, 4), ask(booth, 4)
    make(booth)
    download(booth, first)
    assert [row[0] for row in rows_in(download(booth, second))[1:]] == ["2-00001", "2-00002", "2-00003", "2-00004"]
    with read(booth.engine) as session:
        assert session.scalar(select(func.count()).select_from(LetterCode)) == 8


def test_a_file_that_somebody_changed_or_moved_does_not_open(booth: Booth) -> None:
    batch_id = ask(booth, 4)
    files, folder = printer_of(booth).files, booth.key_dir.parent / "instance" / "letters" / batch_id
    shutil.copyfile(folder / "order", folder / "moved")
    with pytest.raises(InvalidTag):
        files.get(batch_id, "moved")
    (folder / "order").write_bytes((folder / "order").read_bytes()[:-1] + b"?")
    with pytest.raises(InvalidTag):
        files.get(batch_id, "order")
    files.destroy(batch_id)
    with pytest.raises(FilesGoneError):
        files.get(batch_id, "order")


def test_only_officers_ask_for_letters_and_fetch_them(booth: Booth) -> None:
    batch_id = ask(booth, 4)
    make(booth)
    with pytest.raises(NotAllowedError):
        open_download(printer_of(booth), round_id="spring", batch_id=batch_id, by=SECOND, now=NOW)
    with pytest.raises(NotAllowedError):
        throw_away(printer_of(booth), round_id="spring", batch_id=batch_id, by=SECOND, now=NOW)
    with pytest.raises(NotFoundError):
        open_download(printer_of(booth), round_id="spring", batch_id="0" * 32, by=OFFICER, now=NOW)
    with pytest.raises(NotNowError, match="still being made"):
        download(booth, ask(booth, 4))
