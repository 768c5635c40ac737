"""Pabulib's own checker goes over our exports: no error, and no warning but what the ballots themselves cause."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tallying.bundle import to_zip
from tallying.cli import main
from tallying.record import load
from tests.cli.conftest import command_in
from tests.pabulib_data import DATA, names
from tests.tallying.records import example_files, signed

ROOT = Path(__file__).parents[2]
CHECKER = Path(sys.prefix) / "checker" / "bin" / "python"
OF_THE_DATA = {
    "unused budget",
    "project with no votes",
    "no_max_length_used",
    "average vote length equals one",
    "single project exceeded whole budget",  # a cost of 999999999; any other would be an error
    "points sum below minimum",
    "approval vote cost above maximum",
    "rule validation skipped",  # rule;unknown
    "inconsistent label normalization",
    "unused declared metadata values",
}
RULES = {
    "the rule of the file": [],
    "greedy": ["--rule", "greedy"],
    "stop": ["--rule", "greedy", "--on-overspend", "stop", "--unsupported", "fund"],
    "shares": ["--rule", "equal-shares"],
}
SLOW = 2_000_000
"""Bytes of a file above which only its own rule is exported."""

pytestmark = pytest.mark.skipif(
    not CHECKER.exists(), reason=f"{CHECKER} is not there (make conformance puts it there): NOTHING was checked"
)


def _said(*paths: Path) -> dict[str, Any]:
    command = [str(CHECKER), str(ROOT / "tests" / "conformance" / "pabulib_checker.py"), *map(str, paths)]
    said: dict[str, Any] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return said


def _assert_passes(*paths: Path) -> None:
    for path, said in _said(*paths).items():
        assert said["errors"] == {}, path
        assert set(said["warnings"]) <= OF_THE_DATA, (path, said["warnings"])


@pytest.mark.parametrize("name", names())
def test_exports_of_real_files_pass_and_are_read_and_written_again_with_the_same_bytes(
    name: str, tmp_path: Path
) -> None:
    source, made = DATA / name, []
    for rule, options in RULES.items():
        if options and source.stat().st_size > SLOW:
            continue
        target, again = tmp_path / f"{rule}.pb", tmp_path / f"{rule} again.pb"
        assert main(["convert", str(source), str(target), "--with-outcome", *options]) == 0
        assert main(["convert", str(target), str(again)]) == 0
        assert again.read_bytes() == target.read_bytes()
        made.append(target)
    _assert_passes(*made)


def test_the_paper_of_a_record_passes(tmp_path: Path) -> None:
    record, target = tmp_path / "record.zip", tmp_path / "north.pb"
    record.write_bytes(to_zip(signed(example_files(digits="1234561234"))))
    assert main(["convert", str(record), str(target), "--with-outcome"]) == 0
    _assert_passes(target)


def test_the_checker_does_object_to_a_wrong_result(tmp_path: Path) -> None:
    record, target = tmp_path / "record.zip", tmp_path / "north.pb"
    record.write_bytes(to_zip(signed(example_files(digits="1234561234"))))
    assert main(["convert", str(record), str(target), "--with-outcome"]) == 0
    target.write_text(target.read_text().replace("rule;unknown", "rule;greedy").replace(";1\nyouth", ";0\nyouth"))
    (said,) = _said(target).values()
    assert "greedy rule not followed" in said["errors"]


def test_every_published_paper_of_the_demo_passes(tmp_path: Path) -> None:
    pb = command_in(tmp_path)
    assert pb("demo").returncode == 0
    made = []
    for item in json.loads(pb("rounds", "--json").stdout):
        record = tmp_path / f"{item['slug']}.zip"
        if pb("record", item["slug"], "-o", str(record)).returncode:
            continue  # it has no published record yet
        held = load(record)
        for paper in (paper.id for paper in held.frozen.papers if held.is_public(paper.id)):
            made.append(tmp_path / f"{item['slug']} {paper}.pb")
            assert main(["convert", str(record), str(made[-1]), "--paper", paper, "--with-outcome"]) == 0
    assert len(made) >= 3
    said = _said(*made)
    assert {path: found["errors"] for path, found in said.items()} == {str(path): {} for path in made}
    assert {kind for found in said.values() for kind in found["warnings"]} <= OF_THE_DATA
