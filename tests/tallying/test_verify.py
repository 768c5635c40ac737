"""The verifier: an honest record holds; a changed one does not, and the file at fault is named."""

import argparse
import zipfile
from pathlib import Path

import pytest

from tallying.bundle import Bundle
from tallying.checkpoint import Checkpoint, origin, sign_checkpoint
from tallying.cli import main
from tallying.commitment import fingerprint
from tallying.contents import Decision
from tallying.election import Approval
from tallying.merkle import root_of
from tallying.record import Record, load, to_zip
from tallying.report import Report
from tallying.verify import FAILS, HOLDS, WRONG_INPUT, run, verify
from tests.tallying.records import (
    KEY,
    OTHER,
    OTHER_KEY,
    RULEBOOK,
    SIGNER,
    TIED,
    example_files,
    imported_files,
    lines_of,
    signed,
)

FILES = signed(example_files())
FORMAT_0 = Path(__file__).parent / "data" / "format0.zip"
"""A record as they were made before there was a register."""
AFTER_A_LOT = signed(example_files(rows=TIED, budget=400_00, digits="1234561234"))


def verified(files: dict[str, bytes], signer: str = "") -> Report:
    return verify(Record(Bundle(files)), signer)


def run_on(path: Path, signer: str | None = None, since: str | None = None) -> int:
    return run(argparse.Namespace(record=str(path), signer=signer, since=since))


def written(path: Path, files: dict[str, bytes]) -> Path:
    path.write_bytes(to_zip(files))
    return path


@pytest.mark.parametrize(
    "files",
    [FILES, AFTER_A_LOT, signed(example_files(decision=Decision.WITHHOLD)), signed(imported_files())],
    ids=["cast", "after a lot", "withheld", "imported"],
)
def test_an_honest_record_holds(files: dict[str, bytes]) -> None:
    report = verified(files)

    assert report.holds, report.lines()
    assert report.faults == ()
    assert report.lines()[-1] == "The record holds."


def test_imported_ballots_stand_even_beyond_the_bounds_of_their_file() -> None:
    rows = (("7", Approval(("bench", "trees", "youth"))), ("10", Approval(())))

    assert verified(signed(imported_files(rows, RULEBOOK))).holds


def test_the_reader_is_told_whose_key_signed_and_to_compare_it() -> None:
    signer = fingerprint(KEY)

    assert verified(FILES).lines()[0] == f"signed by {signer}: compare with your letter"
    assert verified(FILES, signer).lines()[0] == f"signed by {signer}: the fingerprint that you gave"


def test_another_councils_fingerprint_fails_and_says_whose_it_is() -> None:
    report = verified(FILES, fingerprint(OTHER_KEY))

    assert report.files == ("format.json",)
    assert f"signed by {fingerprint(KEY)}, not by {fingerprint(OTHER_KEY)}" in "\n".join(report.lines())


def test_a_withheld_count_is_said_not_to_be_public() -> None:
    assert (
        "  ok    paper north: count not public" in verified(signed(example_files(decision=Decision.WITHHOLD))).lines()
    )


@pytest.mark.parametrize("name", sorted(AFTER_A_LOT))
def test_one_changed_byte_anywhere_is_found_and_its_file_alone_is_named(name: str) -> None:
    data = AFTER_A_LOT[name]
    for place in range(0, len(data), 29):  # every bit of a smaller record: tests/faults
        changed = bytearray(data)
        changed[place] ^= 1 << place % 8
        report = verified({**AFTER_A_LOT, name: bytes(changed)})
        assert not report.holds, f"{name}, byte {place}"
        assert report.files == (name,), f"{name}, byte {place}: {report.lines()}"


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_missing_cut_or_longer_file_is_named(name: str) -> None:
    without = {other: data for other, data in FILES.items() if other != name}

    assert name in verified(without).files
    for changed in (b"", FILES[name][:-1], FILES[name] + b"\n", b"\xef\xbb\xbf" + FILES[name]):
        assert verified({**FILES, name: changed}).files == (name,)


@pytest.mark.parametrize("name", ["draw.json", "issues.json", "papers/south/ballots.pb"])
def test_an_added_file_is_named(name: str) -> None:
    assert name in verified({**FILES, name: b"{}\n"}).files


def test_a_stranger_in_the_zip_is_named() -> None:
    bundle = Bundle(FILES, strangers=("letter.txt",))

    assert verify(Record(bundle)).files == ("letter.txt",)


def test_a_renamed_file_is_missing_under_one_name_and_too_much_under_the_other() -> None:
    files = dict(FILES)
    files["papers/south/ballots.pb"] = files.pop("papers/north/ballots.pb")

    assert {"papers/north/ballots.pb", "papers/south/ballots.pb"} <= set(verified(files).files)


def test_a_record_signed_with_another_key_than_its_own_does_not_hold() -> None:
    assert verified(signed(FILES, OTHER.sign)).files == ("checkpoint",)


def test_a_record_zipped_again_holds(tmp_path: Path) -> None:
    path = tmp_path / "again.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(FILES, reverse=True):
            archive.writestr(f"spring/{name}", FILES[name])

    assert run_on(path) == HOLDS


def test_the_command_says_what_it_checked_and_leaves_with_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_on(written(tmp_path / "record.zip", FILES), fingerprint(KEY).upper()) == HOLDS

    printed = capsys.readouterr().out
    assert "Spring round (spring-2026), revision 1, 1 paper\n" in printed
    assert "paper north: outcome: recounted, 2 projects funded" in printed


def test_the_command_names_the_changed_file_and_leaves_with_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ballots = FILES["papers/north/ballots.pb"].replace(b"youth\n", b"bench\n", 1)

    assert run_on(written(tmp_path / "record.zip", {**FILES, "papers/north/ballots.pb": ballots})) == FAILS

    printed = capsys.readouterr().out
    assert printed.startswith(f"names the key {fingerprint(KEY)}, but does not hold\n")
    assert "papers/north/ballots.pb: has been changed" in printed
    assert "Look at: papers/north/ballots.pb\n" in printed


def test_a_damaged_zip_entry_is_named_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "record.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, data in FILES.items():
            archive.writestr(name, data)
    path.write_bytes(path.read_bytes().replace(b"Youth club", b"Youth clu6", 1))

    assert run_on(path) == FAILS
    assert "frozen.json: cannot be read" in capsys.readouterr().out


def test_another_councils_fingerprint_leaves_with_1(tmp_path: Path) -> None:
    assert run_on(written(tmp_path / "record.zip", FILES), fingerprint(OTHER_KEY)) == FAILS


@pytest.mark.parametrize(
    ("signer", "since", "reason"),
    [(None, "nothing", "cannot be read"), ("1234", None, "32 hexadecimal digits")],
)
def test_wrong_options_leave_with_2_and_the_reason(
    signer: str | None, since: str | None, reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_on(written(tmp_path / "record.zip", FILES), signer, since) == WRONG_INPUT
    assert reason in capsys.readouterr().err


def test_what_is_no_record_leaves_with_2_and_the_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "letter.zip").write_bytes(b"Dear council")

    assert run_on(tmp_path / "letter.zip") == WRONG_INPUT
    assert run_on(tmp_path / "nothing.zip") == WRONG_INPUT
    assert capsys.readouterr().err.count("pb-tally: ") == 2


def test_a_record_of_a_later_format_leaves_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    later = {"format.json": b'{"format":2,"key":""}\n'}

    assert run_on(written(tmp_path / "record.zip", later)) == WRONG_INPUT
    assert "verifies the formats 0 and 1" in capsys.readouterr().err


def test_checking_a_zip_and_its_folder_say_the_same(tmp_path: Path) -> None:
    for name, data in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)

    assert verify(load(tmp_path)) == verified(FILES)


SAVED = sign_checkpoint(Checkpoint(origin("spring-2026"), 5, root_of(lines_of(FILES)[:5])), KEY, SIGNER.sign)


def test_nothing_was_changed_since_a_saved_checkpoint(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "saved.txt").write_bytes(SAVED)

    assert run_on(written(tmp_path / "record.zip", FILES), since=str(tmp_path / "saved.txt")) == HOLDS
    assert "5 entries then, 19 now, none changed" in capsys.readouterr().out


def test_a_checkpoint_copied_from_a_page_is_read_whatever_became_of_its_line_ends(tmp_path: Path) -> None:
    record, saved = written(tmp_path / "record.zip", FILES), tmp_path / "saved.txt"
    for copied in (
        SAVED.replace(b"\n", b"\r\n"),
        SAVED.rstrip(),
        b"\xef\xbb\xbf  " + SAVED.replace(b"\n\n", b"\n").replace(b"\n", b"  \n\t") + b"\n\n",
    ):
        saved.write_bytes(copied)
        assert run_on(record, since=str(saved)) == HOLDS
    saved.write_bytes(SAVED.replace(b"\n5\n", b"\n4\n"))
    assert run_on(record, since=str(saved)) == FAILS


def test_a_fingerprint_may_be_typed_as_it_stands_on_the_letter_without_quotes(tmp_path: Path) -> None:
    record, groups = str(written(tmp_path / "record.zip", FILES)), fingerprint(KEY).split()
    assert len(groups) == 8
    assert main(["verify", record, "--signer", *groups]) == main(["verify", "--signer", *groups, record]) == HOLDS
    assert main(["verify", record, "--signer", *fingerprint(OTHER_KEY).split()]) == FAILS


def test_a_checkpoint_of_another_round_or_none_at_all_leaves_with_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = written(tmp_path / "record.zip", FILES)
    (tmp_path / "other.txt").write_bytes(sign_checkpoint(Checkpoint(origin("x"), 1, bytes(32)), KEY, SIGNER.sign))
    (tmp_path / "letter.txt").write_bytes(b"Dear council")

    assert run_on(record, since=str(tmp_path / "other.txt")) == WRONG_INPUT
    assert run_on(record, since=str(tmp_path / "letter.txt")) == WRONG_INPUT
    assert capsys.readouterr().err.count("is no checkpoint of this round") == 2


def test_a_record_of_format_0_still_holds_and_any_change_of_it_is_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = load(FORMAT_0)
    assert verify(record).holds
    for name, data in record.files.items():
        for place in range(0, len(data), 40):
            changed = bytearray(data)
            changed[place] ^= 1 << place % 8
            assert verified({**record.files, name: bytes(changed)}).files == (name,)
    (tmp_path / "saved.txt").write_bytes(SAVED)
    assert run_on(FORMAT_0, since=str(tmp_path / "saved.txt")) == WRONG_INPUT
    assert "format 0 has no checkpoints" in capsys.readouterr().err
