"""Staff help somebody to vote only in a session, with a reason, an end and a log; the voter takes the last step."""

from __future__ import annotations

import html
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from pb_app.db import read
from pb_app.models.activity import ActivityDetails, ActivityEvent
from pb_app.web import assistance
from tests.app import People, engine_of, post, sign_in_as
from tests.officer.walk import faults, heading
from tests.resident.rounds import letter_codes, voting_round
from tests.resident.test_way_in import ROUND, send

HELP = "/officer/rounds/spring-2026/help"
BAND = "You are helping somebody to vote"


def check_log(app: Flask) -> None:
    """The session stands in the log, and nothing about the voter."""
    with read(engine_of(app)) as session:
        kinds = session.scalars(select(ActivityEvent.kind).order_by(ActivityEvent.n)).all()
        details = session.scalars(select(ActivityDetails.details)).all()
    assert kinds[-2:] == ["help:session:started", "help:session:ended"], "and nothing about the voter between"
    assert any('"casts":"the voter","reason":"sight"' in str(one) for one in details)


def test_a_helper_sees_no_final_marks_and_leaves_a_log_without_the_voter(
    app: Flask, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_id = voting_round(app, people)
    code = letter_codes(app, people, round_id)[0]
    client = app.test_client()
    sign_in_as(client, people.officer)
    page = client.get(f"{ROUND}/code")
    refused = send(client, page, "code", code=code)
    assert "To vote yourself, sign out first" in faults(refused.text)[0]
    assert faults(post(client, HELP).text) == ["Choose why they need help", "Say who checks and casts"]
    assert post(client, HELP, reason="sight", last="voter").location == f"{ROUND}/code"
    assert BAND in client.get(f"{ROUND}/vote").text
    assert send(client, client.get(f"{ROUND}/code"), "code", code=code).location == f"{ROUND}/vote"
    page = client.get(f"{ROUND}/vote/youth-fund")
    page = send(client, page, "vote/youth-fund", **{"pick-youth-fund": "y1", "reached": "1", "do": "next"})
    page = send(client, page, "vote/harbour-fund", do="open")
    given = send(client, page, "vote/harbour-fund", **{"pick-harbour-fund": "h1", "do": "skip"})
    assert "harbour-fund" not in given.text.split("<main", 1)[1], "a list left out stays out"
    assert heading(given.text) == "Now give the device to the voter"
    assert "Youth project 1" not in given.text
    early = client.post(f"{ROUND}/cast", data={"paper": "youth-fund", "pick-youth-fund": "y1"})
    assert heading(early.text) == "Now give the device to the voter", "the step can't be passed over"
    checked = send(client, given, "check-vote", taken_over="1")
    assert "Youth project 1" in checked.text
    receipt = send(client, checked, "cast")
    assert "Your vote is in" in receipt.text
    assert "give the device back" in html.unescape(receipt.text)
    assert send(client, receipt, "help/end").location == HELP
    assert BAND not in client.get(f"{ROUND}/vote").text
    assert "We hold a vote" not in client.get(f"{ROUND}/vote").text
    check_log(app)
    post(client, HELP, reason="sight", last="helper")
    send(client, client.get(f"{ROUND}/code"), "code", code=letter_codes(app, people, round_id)[0])
    assert "No vote yet" in client.get(f"{ROUND}/vote").text
    monkeypatch.setattr(assistance, "COOKIE", replace(assistance.COOKIE, seconds=-1))
    late = client.get(f"{ROUND}/vote").text
    assert BAND not in late, "half an hour is over"
    assert "No vote yet" not in late, "and the code opens nothing any more"
    assert post(app.test_client(), HELP, reason="sight", last="voter").status_code == 403
