"""``pb-tally count`` and ``explain`` of a public record: counted again and compared with what it says."""

import json
from pathlib import Path

import pytest

from tallying.cli import main
from tallying.contents import Decision
from tallying.record import to_zip
from tests.tallying.random_records import random_record
from tests.tallying.records import LISTED, example_files, imported_files, signed


def _folder(tmp_path: Path, files: dict[str, bytes]) -> str:
    for name, data in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    return str(tmp_path)


def test_a_record_is_counted_again_and_found_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "record.zip"
    path.write_bytes(to_zip(signed(example_files(rulebook=LISTED))))
    assert main(["count", str(path)]) == 0
    assert capsys.readouterr().out.endswith("\nSame result: 2 projects, £900.00\n")


def test_the_folder_of_an_imported_record_is_counted_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["count", _folder(tmp_path, signed(imported_files())), "--json"]) == 0
    value = json.loads(capsys.readouterr().out)
    assert (value["paper"], value["same_as_record"]) == ("north", True)


def test_a_record_with_another_outcome_than_its_ballots_give_exits_with_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = example_files(rulebook=LISTED)
    files["papers/north/ballots.pb"] = files["papers/north/ballots.pb"].replace(b"trees\n", b"wifi\n", 1)
    assert main(["count", _folder(tmp_path, files)]) == 1
    assert "the record’s outcome.json of north is not this count’s" in capsys.readouterr().out


def test_another_rule_on_a_record_is_no_comparison(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["count", _folder(tmp_path, signed(example_files())), "--rule", "equal-shares", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["same_as_record"] is None


def test_a_paper_whose_count_is_not_public_is_said_to_be_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = _folder(tmp_path, signed(example_files(decision=Decision.WITHHOLD)))
    assert main(["count", folder]) == 0
    assert capsys.readouterr().out == "Paper north: count not public\n"
    assert main(["explain", folder]) == 2


def test_a_record_explains_each_project_under_its_own_rulebook(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", _folder(tmp_path, signed(example_files(rulebook=LISTED))), "youth"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert shown.startswith("North ward Rule: greedy by votes")
    assert "· youth Youth club evenings It came" in shown


def test_a_record_that_lacks_a_file_is_refused_with_its_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = signed(example_files())
    del files["papers/north/rulebook.json"]
    assert main(["count", _folder(tmp_path, files)]) == 2
    assert "papers/north/rulebook.json: is not in the record" in capsys.readouterr().err


def test_verify_is_reached_from_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", _folder(tmp_path, signed(example_files(rulebook=LISTED)))]) == 0
    assert "\nThe record holds.\n" in capsys.readouterr().out


def test_the_sentences_of_a_record_use_its_papers_own_word(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", _folder(tmp_path, random_record(4))]) == 0
    assert "It came 3rd with 1 star from 1 voter; " in capsys.readouterr().out
