"""A paper that calls the vote stars says so from the practice ballot to the result, and its record says so for ever."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pb_app.db import read, write
from pb_app.services.ballot_sheets import read_sheet
from pb_app.services.publishing import publish, record_bytes
from tallying.cli import main
from tallying.record import load
from tallying.verify import verify
from tallying.vote_word import VoteWord
from tests.app import People, engine_of, move_clock, sign_in_as
from tests.public.rounds import seal
from tests.resident.rounds import CLOSES, DAY, voting_round
from tests.resident.steps import HARBOUR, cast, to_check
from voting.print_words import print_heading

STAR = VoteWord("star", "stars")


def test_stars_are_given_checked_receipted_counted_and_found_again(
    app: Flask, people: People, client: FlaskClient, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    round_id = voting_round(app, people, word=STAR)
    assert "Give stars to up to 3 projects" in client.get(f"/rounds/{round_id}/practice/{HARBOUR}").text
    with read(engine_of(app)) as session:
        sheet = read_sheet(session, round_id=round_id, paper_id=HARBOUR, now=CLOSES - DAY)
    assert print_heading(sheet.paper) == "Give stars to up to 3 projects"
    assert "Pick up to" not in client.get(f"/rounds/{round_id}").text, "one paper has its own word, the other none"
    sign_in_as(client, people.resident)
    assert "Give stars to up to 3 projects" in client.get(f"/rounds/{round_id}/vote").text
    ballot = client.get(f"/rounds/{round_id}/vote/{HARBOUR}").text
    assert "of 3 stars given" in ballot
    assert 'data-one="star" data-many="stars"' in ballot
    check = to_check(client, round_id, ["h1", "h2"], ["y1"])
    assert "You gave 2 stars: Harbour fund" in check
    assert "You picked 1 project: Youth fund" in check, "the other paper keeps the usual words"
    receipt = cast(client, round_id, check).text
    saved = base64.b64decode(re.findall(r'href="data:text/plain;charset=utf-8;base64,([^"]+)"', receipt)[0])
    assert "<dt>Your stars</dt><dd>Harbour project 1: 1 star" in receipt
    assert "<dt>Your vote</dt><dd>Youth project 1" in receipt
    seal(app, people, round_id)
    with write(engine_of(app)) as session:
        publish(session, round_id=round_id, by=people.officer, now=CLOSES + 2 * DAY)
    move_clock(app, CLOSES + 3 * DAY)
    see_result(client, round_id)
    with read(engine_of(app)) as session:
        zip_bytes = record_bytes(session, round_id)
    record = load(zip_bytes)
    assert record.frozen.paper(HARBOUR).word == STAR
    assert record.frozen.paper("youth-fund").word is None
    assert verify(record).holds
    told = looked_up(tmp_path, zip_bytes, saved, capsys)
    assert "the stars on it are those that were signed: Harbour project 1; Harbour project 2" in told


def see_result(client: FlaskClient, round_id: str) -> None:
    """The pages of the result say stars, too."""
    page = client.get(f"/rounds/{round_id}/results").text
    assert "Each gets one star from you. All stars count the same." in page
    assert "the most stars" in page
    assert "with 1 star; £" in page, "and so does the sentence of why"
    assert "Project, stars and cost" in page
    assert "1 star, £" in page
    votes = client.get(f"/rounds/{round_id}/check-receipt").text
    assert '<th scope="col">Stars</th>' in votes
    assert '<th scope="col">Picks</th>' in votes, "the other paper keeps the usual word"


def looked_up(folder: Path, zip_bytes: bytes, receipt: bytes, capsys: pytest.CaptureFixture[str]) -> str:
    """What `pb-tally receipt` says of the file that the page gave."""
    (folder / "record.zip").write_bytes(zip_bytes)
    (folder / "receipt.txt").write_bytes(receipt)
    assert main(["receipt", str(folder / "record.zip"), str(folder / "receipt.txt")]) == 0
    told = capsys.readouterr().out
    assert "and it was counted" in told
    return told
