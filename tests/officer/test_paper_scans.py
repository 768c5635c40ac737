"""The officers' pages about scans: sent in one go, beside the box that is typed into, and never at an address."""

from __future__ import annotations

import base64
import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from tests.app import People, csrf_token, move_clock, post
from tests.officer.stages import CLOSES, DAY, ROUND, client_of
from tests.officer.test_paper_votes import PAPER, batch_url, boxes, hidden_token, takes_paper
from tests.officer.walk import faults
from tests.resident.steps import send_file_form
from tests.services.test_sheet_scans import picture

SHOWN = re.compile(r'src="data:image/jpeg;base64,([^"]+)" alt="Ballot (\d+) as it was scanned"')


@pytest.fixture
def officer(app: Flask, people: People) -> FlaskClient:
    """Somebody who has made a batch of twenty."""
    codes = takes_paper(app, people)
    client = client_of(app, people.officer)
    for code in codes[:20]:
        post(client, f"{PAPER}/slips", code=code, papers="harbour-fund", kind="counted")
    post(client, f"{PAPER}/batches", paper="harbour-fund", size="20")
    return client


def send(client: FlaskClient, url: str, *files: tuple[str, bytes], first: str = "") -> TestResponse:
    """Sends files as the page's form does."""
    parts = [(io.BytesIO(data), name) for name, data in files]
    data = {"csrf_token": csrf_token(client), "first": first, "files": parts}
    return send_file_form(client, f"{url}/scans", data)


def typed(client: FlaskClient, url: str, page: str, **fields: str) -> str:
    """Presses a button of the typing page as it stands."""
    kept = dict(re.findall(r'type="hidden" name="(scan)" value="(on)"', page))
    data = {**hidden_token(page), **boxes(page), **kept, **fields}
    return client.post(url, data=data, follow_redirects=True).text


def scan_on(page: str) -> tuple[int, int] | None:
    """The ballot that is shown, and how grey it is."""
    found = SHOWN.search(page)
    if not found:
        return None
    with Image.open(io.BytesIO(base64.b64decode(found[1]))) as shown:
        colour = shown.getpixel((60, 60))
    assert isinstance(colour, tuple)
    return int(found[2]), round(int(colour[0]), -1)


def test_scans_stand_beside_the_box_as_long_as_somebody_wants_them(
    app: Flask, people: People, officer: FlaskClient
) -> None:
    url = batch_url(app)
    assert "Show the scan" not in officer.get(url).text, "a batch without scans is typed as ever"
    sent = send(officer, url, ("1.jpg", picture(10)), ("2.png", picture(20, "PNG")))
    page = officer.get(sent.headers["Location"]).text
    assert "Kept: the scans of ballots 1 and 2." in page
    assert "2 of 20 have a scan: 1 and 2. None yet: 3 to 20." in page
    assert ">2 scans<" in officer.get(f"{PAPER}/batches").text
    plain = officer.get(url).text
    assert scan_on(plain) is None
    asked = typed(officer, url, plain, scan="show", typed="1 9")
    assert scan_on(asked) == (1, 10)
    assert 'value="1 9"' in asked, "what was typed so far is kept"
    wrong = typed(officer, url, asked, typed="1 9")
    assert "There is no project 9" in faults(wrong)[0]
    assert scan_on(wrong) == (1, 10)
    following = typed(officer, url, wrong, typed="1 2")
    assert scan_on(following) == (2, 20)
    assert "Ballot 1: you typed <b>1 2</b>" in following
    last = typed(officer, url, following, typed="3")
    assert scan_on(last) is None
    assert "There is no scan of ballot 3. Look at the ballot itself." in last


def test_whoever_settles_a_difference_sees_the_scan_and_nobody_else_does(
    app: Flask, people: People, officer: FlaskClient
) -> None:
    url = batch_url(app)
    send(officer, url, ("1.jpg", picture(10)))
    colleague = client_of(app, people.colleague)
    typed(officer, url, officer.get(url).text, typed="1")
    for _ in range(19):
        typed(officer, url, officer.get(url).text, typed="2")
    assert post(officer, url, sheet="1", turn="2", scan="show").status_code == 409, "the second look is not theirs"
    typed(colleague, url, colleague.get(url).text, typed="3")
    assert post(colleague, url, sheet="1", turn="3", scan="show").status_code == 409
    for other in (people.steering, people.auditor, people.administrator, people.resident):
        for page in ("", "/scans"):
            assert client_of(app, other).get(url + page).status_code == 403
        assert post(client_of(app, other), url, sheet="1", turn="3", scan="show").status_code == 403
    assert app.test_client().get(f"{url}/scans").status_code == 302


def test_a_wrong_file_loses_nothing_and_each_is_told_what_to_do(app: Flask, officer: FlaskClient) -> None:
    url = batch_url(app)
    answer = send(officer, url, ("1.jpg", picture(10)), ("minutes.pdf", b"%PDF"), ("3.jpg", b"%PDF-1.7"))
    assert answer.status_code == 422
    assert "Kept: the scan of ballot 1." in answer.text
    assert faults(answer.text) == [
        "“minutes.pdf”: there is no number in its name. Name it by the number on the ballot, like 07.jpg",
        "“3.jpg”: We can’t read this file as a scan. Choose a JPEG or PNG picture",
    ]
    assert faults(send(officer, url).text) == ["Choose the scans first, JPEG or PNG, one ballot a file"]
    unread = send(officer, url, ("a.jpg", picture(50)), first="two")
    assert faults(unread.text) == ["Write the number on the first ballot, like 1, or leave it empty"]
    send(officer, url, ("b.jpg", picture(60)), ("a.jpg", picture(50)), first="19")
    assert "3 of 20 have a scan: 1, 19 and 20." in officer.get(f"{url}/scans").text


def test_many_files_may_be_larger_together_than_a_photo_and_too_many_are_told_so(
    app: Flask, officer: FlaskClient
) -> None:
    url, padding = batch_url(app), b"\0" * (9 * 1024 * 1024)
    files = [(f"{number}.jpg", picture(10 * number) + padding) for number in (1, 2)]
    assert send(officer, url, *files).status_code == 302
    page = send(officer, url, *files, *(("9.jpg", padding) for _ in range(3)))
    assert page.status_code == 413
    assert "fewer scans of ballots: 40 MB together at most" in page.text


def test_a_scan_is_taken_away_and_after_voting_too_until_sealing_is_asked_for(app: Flask, officer: FlaskClient) -> None:
    url = batch_url(app)
    move_clock(app, CLOSES + DAY)
    send(officer, url, ("1.jpg", picture(10)), ("2.jpg", picture(20)))
    page = post(officer, f"{url}/scans/take-away", sheets="1, 7")
    assert faults(page.text) == ["There is no scan of ballot 7"]
    assert 'value="1, 7"' in page.text
    assert faults(post(officer, f"{url}/scans/take-away", sheets="one").text)[0].startswith("Write the numbers")
    assert post(officer, f"{url}/scans/take-away", sheets="1").status_code == 302
    assert "1 of 20 have a scan: 2." in officer.get(f"{url}/scans").text
    assert "1 scan of a ballot" in officer.get(f"/officer/rounds/{ROUND}/sealing").text
