"""Officers' pages after the result, and what everybody then reads: both results, what changed, and why."""

from __future__ import annotations

import io
import zipfile

from flask import Flask
from flask.testing import FlaskClient

from tallying.record import load
from tallying.verify import verify
from tests.app import People, post
from tests.officer.stages import client_of
from tests.officer.walk import faults
from tests.public.rounds import HARBOUR, YOUTH, Published, published_round


def test_a_withdrawal_and_a_departure_are_decided_and_stand_beside_the_first_result(app: Flask, people: People) -> None:
    made = published_round(app, people)
    url, results = f"/officer/rounds/{made.round_id}/later", f"/rounds/{made.round_id}/results"
    officer, colleague, steering = (client_of(app, by) for by in (people.officer, people.colleague, people.steering))
    first = officer.get(results).text
    gone = made.record.outcome(HARBOUR).funded_ids[0]
    title = next(one.title for one in made.record.frozen.paper(HARBOUR).projects if one.id == gone)

    assert faults(post(officer, f"{url}/{HARBOUR}/withdraw", project="nothing", reason="").text) != []
    assert post(officer, f"{url}/{HARBOUR}/withdraw", project=gone, reason="The group broke up.").status_code == 302
    assert "Waiting for someone else" in officer.get(url).text
    assert title in colleague.get(url).text
    assert "Waiting for you: change an outcome after the result" in colleague.get("/officer").text
    post(colleague, f"{url}/confirm")
    page = officer.get(results).text
    assert "A project was withdrawn" in page
    assert "The group broke up." in page
    assert f"“{title}” gets nothing, and not" in page

    assert (
        faults(post(officer, f"{url}/{YOUTH}/depart", **{"sum-y1": "500.01", "reason": "More is needed."}).text) != []
    )
    post(officer, f"{url}/{YOUTH}/depart", **{"sum-y1": "123", "reason": "The rest is paid by a sponsor."})
    assert post(colleague, f"{url}/confirm").status_code == 403
    assert post(steering, f"{url}/confirm").status_code == 302
    page = officer.get(results).text
    assert "Decided by the steering group" in page
    assert "The rest is paid by a sponsor." in page
    assert "£123" in page

    _read_all(officer, made, title, first)


def _read_all(reader: FlaskClient, made: Published, title: str, first: str) -> None:
    results = f"/rounds/{made.round_id}/results"
    earlier = reader.get(f"{results}/1").text
    assert "This is result number 1 of 3" in earlier
    assert title in earlier
    assert first.count("<table") == earlier.count("<table")
    for revision in (1, 2, 3):
        data = reader.get(f"/rounds/{made.round_id}/record-{revision}.zip").data
        assert zipfile.is_zipfile(io.BytesIO(data))
        assert (data == made.zip) == (revision == 1)
        assert verify(load(data), since=made.record.files["checkpoint"]).holds
    assert reader.get(f"{results}/4").status_code == 404
    register = reader.get(f"/rounds/{made.round_id}/register").text
    assert "The steering group decided otherwise than the count" in register
