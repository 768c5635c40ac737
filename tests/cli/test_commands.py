"""`pb` on an empty installation, with wrong input too."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Pb

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "pabulib"
SMALL = "Poland_Warszawa_2018_Pole_Mokotowskie.pb"


def test_an_installation_without_rounds_says_what_to_do(pb_process: Pb) -> None:
    ran = pb_process("rounds")
    assert ran.returncode == 0
    assert "pb demo" in ran.stdout
    assert json.loads(pb_process("rounds", "--json").stdout) == []


def test_an_imported_election_becomes_a_round_with_a_record(pb: Pb, tmp_path: Path) -> None:
    if not (SHARED / SMALL).exists():
        pytest.skip("NO ../shared/data/pabulib: importing a real election is untested")
    ran = pb("import", str(SHARED / SMALL))
    assert ran.returncode == 0, ran.stderr
    slug = ran.stdout.strip().splitlines()[-1]
    assert slug in [each["slug"] for each in json.loads(pb("rounds", "--json").stdout)]
    assert pb("record", slug, "-o", str(tmp_path / "r.zip")).returncode == 0


def test_a_record_of_a_round_that_does_not_exist_says_where_the_names_are(pb: Pb) -> None:
    ran = pb("record", "last-year")
    assert (ran.returncode, ran.stderr) == (2, "pb: There is no round 'last-year'. See: pb rounds\n")


def test_a_file_that_is_no_election_is_refused_with_its_line(pb_process: Pb, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.pb"
    wrong.write_text("META\nkey;value\nbudget;100\n")
    ran = pb_process("import", str(wrong))
    assert ran.returncode == 2
    assert "wrong.pb" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_the_clock_moves_forward_and_every_command_sees_it(pb: Pb) -> None:
    before = pb("clock").stdout.strip()
    assert pb("clock", "+3d").returncode == 0
    assert pb("clock").stdout.strip()[:10] > before[:10]


@pytest.mark.parametrize("change", ["3 days", "-3d", "+3x", "tomorrow"])
def test_a_clock_change_that_cannot_be_read_is_refused(pb: Pb, change: str) -> None:
    ran = pb("clock", "--", change)
    assert ran.returncode == 2
    assert "Traceback" not in ran.stderr


def test_production_refuses_a_missing_secret(pb_process: Pb) -> None:
    ran = pb_process("rounds", PB_ENV="production", PB_SECRET_KEY="")
    assert ran.returncode == 2
    assert "PB_SECRET_KEY" in ran.stderr


def test_production_refuses_a_clock_that_can_be_moved(pb: Pb, tmp_path: Path) -> None:
    ran = pb("rounds", PB_ENV="production", PB_SECRET_KEY="x" * 40, PB_CLOCK=f"file:{tmp_path / 'clock'}")
    assert ran.returncode == 2
    assert "PB_CLOCK" in ran.stderr


def test_a_port_that_is_no_number_is_refused(pb: Pb) -> None:
    ran = pb("rounds", PORT="eighty")
    assert ran.returncode == 2
    assert "PORT" in ran.stderr


def test_a_database_that_cannot_be_reached_is_one_line(pb: Pb) -> None:
    ran = pb("rounds", DATABASE_URL="postgresql://127.0.0.1:1/nothing")
    assert ran.returncode == 2
    assert "DATABASE_URL" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_an_unknown_command_is_refused_with_help(pb_process: Pb) -> None:
    ran = pb_process("frobnicate")
    assert ran.returncode == 2
    assert "No such command" in ran.stderr


def test_letters_that_wait_are_made_in_the_terminal(pb_process: Pb) -> None:
    ran = pb_process("letters")
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == "0 made\n"
