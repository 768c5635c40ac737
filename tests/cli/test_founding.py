"""From an empty database to the first administrator who signs in."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from pb_app.config import Config
from pb_app.factory import create_app
from pb_app.web.context import NAME
from tests.app import PASSWORD, post
from tests.cli.conftest import Pb

NEW = ("council", "--name", "Ashford Council", "--help-email", "help@ashford.example", "--area", "Brindle")


def test_a_new_installation_gets_its_council_its_areas_and_an_administrator_who_can_sign_in(
    pb: Pb, tmp_path: Path
) -> None:
    assert pb(*NEW, "--area", "Alder Quay").returncode == 0
    link = pb("administrator", "Ada@ashford.example", "Ada Price").stdout.strip()
    instance = tmp_path / "instance"
    config = Config("s" * 64, f"sqlite:///{instance / 'commonpot.db'}", instance, instance / "keys")
    app = create_app(config)
    client = app.test_client()
    path = urlsplit(link).path

    post(client, path, password=PASSWORD, again=PASSWORD)
    arrived = post(client, "/account/sign-in", email="ada@ashford.example", password=PASSWORD)

    assert "Ashford Council" in client.get("/").text
    assert arrived.status_code == 302
    assert "second" in client.get(arrived.location).text.lower()
    app.extensions[NAME].engine.dispose()


def test_a_second_call_changes_what_it_names_and_keeps_the_rest(pb: Pb) -> None:
    pb(*NEW)
    shown = pb("council", "--colour", "#5b2a86", "--area", "Brindle", "--area", "Castle Rise").stdout
    assert "Ashford Council" in shown
    assert "#5b2a86" in shown
    assert "Brindle, Castle Rise" in shown


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("council", "--help-phone", "1"), "Write the council's name"),
        ((*NEW, "--colour", "teal"), "like #0b5563"),
        ((*NEW, "--colour", "#ffee00"), "Choose a darker colour"),
        (("administrator", "nobody", "N"), "with an @ in it"),
        (("administrator", "a@b.example", " "), "Write the name"),
    ],
)
def test_what_is_wrong_is_one_line_and_changes_nothing(pb: Pb, words: tuple[str, ...], said: str) -> None:
    ran = pb(*words)
    assert ran.returncode == 2
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr
    assert "Ashford" not in pb("council").stdout


def test_only_two_administrators_come_in_by_the_command_line(pb: Pb) -> None:
    assert pb("administrator", "ada@ashford.example", "Ada").returncode == 0
    assert pb("administrator", "bea@ashford.example", "Bea").returncode == 0
    third = pb("administrator", "cy@ashford.example", "Cy")
    assert third.returncode == 2
    assert "two administrators already" in third.stderr


def test_a_lost_link_is_made_again(pb: Pb) -> None:
    first, second = (pb("administrator", "ada@ashford.example", "Ada").stdout for _ in range(2))
    assert first.startswith("http")
    assert first != second
