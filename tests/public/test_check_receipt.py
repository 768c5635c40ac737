"""Check my receipt: every voter finds their last vote, and nobody asks the server for it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pb_app.services import published_votes
from pb_app.services.receipt_files import INITIALS
from tests.app import People
from tests.public.rounds import HARBOUR, PICKS, published_round

PAGE = "/rounds/spring-2026/check-receipt"


def rows(page: str) -> dict[str, str]:
    """The picks by tracker."""
    found = re.findall(r'<span class="cp-hash">([A-Z2-7 ]{19})</span></th><td[^>]*>([^<]*)<', page)
    return {tracker.replace(" ", ""): picks for tracker, picks in found}


def test_each_voter_finds_their_last_vote_by_the_tracker_of_their_receipt(
    app: Flask, people: People, client: FlaskClient
) -> None:
    published = published_round(app, people)

    found = rows(client.get(PAGE).text)

    for number, (harbour, youth) in enumerate(published.receipts):
        picks = ("h3",) if number == 0 else PICKS[number % len(PICKS)]
        assert found[harbour.tracker] == "; ".join(f"Harbour project {pick[1]}" for pick in picks)
        assert found[youth.tracker] == "Youth project 1"
    assert len(found) == 24


def test_trackers_stand_in_alphabetical_order(app: Flask, people: People, client: FlaskClient) -> None:
    published_round(app, people)

    sheet = client.get(PAGE).text.split("<table")[1]

    assert list(rows(sheet)) == sorted(rows(sheet))


def test_of_votes_held_back_no_tracker_is_shown(app: Flask, people: People, client: FlaskClient) -> None:
    published = published_round(app, people, withhold=HARBOUR)

    page = client.get(PAGE).text

    assert "not published, so they can’t be looked up here" in page
    assert published.receipts[0][0].tracker not in rows(page)


def test_a_long_list_is_split_by_the_first_character(
    app: Flask, people: People, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(published_votes, "MOST_ON_ONE_PAGE", 10)
    published = published_round(app, people)
    tracker = published.receipts[3][0].tracker

    assert not rows(client.get(PAGE).text)
    part = rows(client.get(f"{PAGE}/{tracker[0]}").text)

    assert tracker in part
    assert all(one.startswith(tracker[0]) for one in part)


def test_the_page_has_no_form_that_could_tell_us_who_looks(app: Flask, people: People, client: FlaskClient) -> None:
    published_round(app, people)

    assert "<form" not in client.get(PAGE).text


def test_the_browser_s_files_hold_each_last_vote_with_its_place_in_the_register(
    app: Flask, people: People, client: FlaskClient
) -> None:
    published = published_round(app, people)
    found: dict[str, dict[str, Any]] = {}
    for initial in INITIALS:
        papers = client.get(f"{PAGE}/{initial}.json").get_json()["papers"]
        found |= {vote["t"]: vote for paper in papers for vote in paper["votes"]}
        assert all(vote["t"].startswith(initial) for paper in papers for vote in paper["votes"])
    lines = published.record.register_lines
    for harbour, youth in published.receipts:
        for receipt in (harbour, youth):
            vote = found[receipt.tracker]
            assert vote["c"] == receipt.c
            assert vote["v"] == receipt.version
            assert lines[vote["place"]] == f'{{"ballot":{{"c":"{receipt.c}"}}}}'.encode()
    assert len(found) == 24


def test_the_files_hold_no_votes_that_were_held_back(app: Flask, people: People, client: FlaskClient) -> None:
    published = published_round(app, people, withhold=HARBOUR)
    for receipts in published.receipts:
        papers = client.get(f"{PAGE}/{receipts[0].tracker[0]}.json").get_json()["papers"]
        assert receipts[0].tracker not in {vote["t"] for paper in papers for vote in paper["votes"]}
    assert client.get(f"{PAGE}/1.json").status_code == 404
    assert client.get(f"{PAGE}/AB.json").status_code == 404
