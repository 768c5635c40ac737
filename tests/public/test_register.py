"""The register's pages: what anybody can read, save and compare; and standing still when the database was set back."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from wsgiref.types import WSGIApplication
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser

from pb_app.jobs import log_nights
from tallying.canonical import from_base64, sha256_hex
from tallying.checkpoint import read_checkpoint
from tallying.merkle import is_consistent, is_included, leaf_hash, root_of
from tallying.register import read_leaf, split_lines
from tests.accessibility import assert_accessible
from tests.app import People, move_clock, workplace_of
from tests.browser import DESK, PHONE, open_page
from tests.prepared import made_once
from tests.public.rounds import cast_votes
from tests.resident.rounds import DAY, OPENS, voting_round


@pytest.fixture
def round_id(app: Flask, people: People) -> str:
    return two_nights(app, people)


@made_once
def two_nights(app: Flask, people: People) -> str:
    """A round with sixty votes, on the third day of voting: two nights have passed. Its id."""
    made = voting_round(app, people)
    pass_night(app, OPENS + DAY)
    cast_votes(app, people, made, 60)
    pass_night(app, OPENS + 2 * DAY)
    return made


def pass_night(app: Flask, at: datetime) -> None:
    place = workplace_of(app)
    move_clock(app, at)
    log_nights(place.engine, place.keys, place.clock, ZoneInfo("Europe/London"))


def test_the_page_shows_the_newest_checkpoint_and_each_night(app: Flask, client: FlaskClient, round_id: str) -> None:
    page = client.get(f"/rounds/{round_id}/register").get_data(as_text=True)
    note = client.get(f"/rounds/{round_id}/register/checkpoint").get_data(as_text=True)
    assert note.splitlines()[0] == f"pb-register/{round_id}"
    assert note.splitlines()[2] in page.replace("&#43;", "+")
    assert "122 vote seals" in page  # 60 voters on two papers, and one who changed both
    assert f"/rounds/{round_id}/register" in client.get(f"/rounds/{round_id}").get_data(as_text=True)


@pytest.mark.browser
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_the_page_fits_a_phone(
    app: Flask, round_id: str, browser: Browser, serve: Callable[[WSGIApplication], str], width: int
) -> None:
    with open_page(browser, width=width) as page:
        page.goto(f"{serve(app)}/rounds/{round_id}/register")
        assert_accessible(page)


def test_the_downloaded_register_has_the_root_of_its_checkpoint(client: FlaskClient, round_id: str) -> None:
    lines = split_lines(client.get(f"/rounds/{round_id}/register.jsonl").data)
    newest, _ = read_checkpoint(client.get(f"/rounds/{round_id}/register/checkpoint").data)
    assert (len(lines), root_of(lines)) == (newest.size, newest.root)
    assert [read_leaf(line).kind for line in lines[:3]] == ["open", "night", "night"]


def test_proofs_are_served_for_every_entry_and_every_saved_checkpoint(client: FlaskClient, round_id: str) -> None:
    entry = json.loads(client.get(f"/rounds/{round_id}/register/inclusion/5.json").data)
    newest, _ = read_checkpoint(entry["checkpoint"].encode())
    proof = [from_base64(one) for one in entry["proof"]]
    assert is_included(5, newest.size, leaf_hash(entry["leaf"].encode()), proof, newest.root)
    saved, _ = read_checkpoint(client.get(f"/rounds/{round_id}/register/checkpoints/2").data)
    since = json.loads(client.get(f"/rounds/{round_id}/register/consistency/2.json").data)
    steps = [from_base64(one) for one in since["proof"]]
    assert is_consistent(2, newest.size, saved.root, newest.root, steps)


@pytest.mark.parametrize(
    "address",
    ["checkpoints/9999", "inclusion/9999.json", "consistency/0.json", "consistency/9999.json", "decisions/1.json"],
)
def test_what_the_register_does_not_have_is_not_found(client: FlaskClient, round_id: str, address: str) -> None:
    assert client.get(f"/rounds/{round_id}/register/{address}").status_code == 404


def test_a_file_that_the_browser_has_is_not_sent_again(client: FlaskClient, round_id: str) -> None:
    answer = client.get(f"/rounds/{round_id}/register.jsonl")
    assert answer.headers["ETag"] == f'"{sha256_hex(answer.data)}"'
    again = client.get(f"/rounds/{round_id}/register.jsonl", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_a_database_that_was_set_back_can_only_be_read_and_says_why(
    app: Flask, client: FlaskClient, round_id: str
) -> None:
    workplace_of(app).halt.reason = "The register of round x has 1 entries, but 62 were signed."
    assert client.get(f"/rounds/{round_id}").status_code == 200
    answer = client.post(f"/rounds/{round_id}/code", data={"code": "x"})
    assert answer.status_code == 503
    page = answer.get_data(as_text=True)
    assert "This website can only be read for now" in page
    assert "has 1 entries, but 62 were signed" in page


def test_there_is_no_register_before_the_opening(app: Flask, client: FlaskClient, people: People) -> None:
    made = voting_round(app, people)  # confirmed by the service alone: no checkpoint was signed yet
    assert client.get(f"/rounds/{made}/register").status_code == 404
