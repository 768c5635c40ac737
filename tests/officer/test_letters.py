"""Letters: a PDF once, only hashes afterwards, wrong numbers mended kindly."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from pb_app.db import read
from pb_app.jobs import print_letters
from pb_app.models.activity import ActivityEvent
from pb_app.models.roll import LetterCode
from pb_app.services.letter_run import make_printer
from pb_app.services.letters import Letter, typeset_letters
from tests.app import People, csrf_token, engine_of, move_clock, post, workplace_of
from tests.officer.stages import CLOSES, DAY, ROUND, client_of, voting_round
from tests.officer.walk import faults
from tests.services.printing import files_in, pages_in, streams
from voting.codes import make_code
from voting.letter_numbers import LetterNumber, NumberedCode

LETTERS = f"/officer/rounds/{ROUND}/letters"
RANGE = "Write how many letters as a number from 1 to 100,000"
LETTER = Letter(
    council="Westmere Council", area="Alder Quay", date="Friday 6 March 2026", money="£28,000",
    papers=("Harbour fund, £20,000: pick up to 3 of 6 projects",), deadline="You can vote until 5pm.",
    address="https://westmere.example/rounds/spring-2026/code", fingerprint="7c1e 09af 52d8 b340",
    help_phone="01632 960 123", help_email="help@westmere.example",
)  # fmt: skip


def test_the_answer_is_a_pdf_of_one_page_a_code_that_is_tagged_for_screen_readers(app: Flask, people: People) -> None:
    voting_round(app, people)
    answer = post(client_of(app, people.officer), LETTERS, area="alder", kind="letters", count="3")
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "attachment" in answer.headers["Content-Disposition"]
    whole = streams(answer.data)
    assert pages_in(answer.data) == 3
    assert b"/MarkInfo" in whole
    assert b"/StructTreeRoot" in whole


def test_only_hashes_are_kept_and_the_log_says_how_many(
    app: Flask, people: People, caplog: pytest.LogCaptureFixture
) -> None:
    voting_round(app, people)
    officer = client_of(app, people.officer)
    with caplog.at_level(logging.DEBUG):
        post(officer, LETTERS, area="alder", kind="letters", count="12")
    with read(engine_of(app)) as session:
        hashes = [row.code_hash for row in session.query(LetterCode)]
        actor_id = session.query(ActivityEvent).filter_by(kind="codes:batch:made").one().actor_id
    assert len(hashes) == 12
    assert all(re.fullmatch("[0-9a-f]{64}", one) for one in hashes)
    assert actor_id == people.officer.person_id
    page = officer.get(LETTERS).text
    assert "Made so far: 12 letters" in page
    code = re.compile(r"\b(?:[2-46-9A-HJ-NPRTWX]{4} ){3}[2-46-9A-HJ-NPRTWX]{4}\b")
    assert not code.search(page)
    assert not code.search(caplog.text)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"area": "alder", "kind": "letters", "count": "many"}, "Write how many letters as a number, like 200"),
        ({"area": "alder", "kind": "letters", "count": ""}, "Write how many letters as a number, like 200"),
        ({"area": "alder", "kind": "letters", "count": "0"}, RANGE),
        ({"area": "alder", "kind": "letters", "count": "100001"}, RANGE),
        ({"kind": "letters", "count": "5"}, "Choose the area"),
        ({"area": "alder", "count": "5"}, "Choose what you want"),
        ({"area": "atlantis", "kind": "list", "count": "5"}, "Choose the area"),
    ],
)
def test_a_wrong_number_or_area_says_how_to_mend_it(
    app: Flask, people: People, typed: dict[str, str], said: str
) -> None:
    voting_round(app, people)
    assert faults(post(client_of(app, people.officer), LETTERS, **typed).text) == [said]


def test_after_voting_no_letter_is_made(app: Flask, people: People) -> None:
    voting_round(app, people)
    move_clock(app, CLOSES + DAY)
    officer = client_of(app, people.officer)
    assert "no more letters can be printed" in officer.get(LETTERS).text
    assert post(officer, LETTERS, area="alder", kind="letters", count="1").status_code == 409


def test_the_same_letters_are_the_same_bytes_and_marks_of_layout_in_words_stay_words() -> None:
    codes = [NumberedCode(LetterNumber(1, 1), make_code(lambda below: below // 2))]
    tricky = replace(LETTER, area='#panic("x") *bold* $1$ \\')
    made = typeset_letters(LETTER, codes)
    assert made == typeset_letters(LETTER, codes)
    assert b"/CreationDate" not in made, "made a second later, they would be other bytes"
    assert typeset_letters(tricky, codes).startswith(b"%PDF")


LIST = b"name,address 1,town,postcode\nMs Quillfeather,18 Wobbleton Row,Westmere,WM1 2AB\nB,2 C Row,D,E\nF,3 C Row,D\n"


def make_now(app: Flask) -> None:
    place = workplace_of(app)
    print_letters(make_printer(place.engine, place.keys, place.config.instance_dir), place.clock)


def asked(client: FlaskClient, **fields: object) -> str:
    answer = post(client, LETTERS, area="alder", **{"kind": "letters", **fields})
    return client.get(answer.location).text if answer.location else answer.text


def action(page: str, verb: str) -> str:
    found = re.search(rf'action="([^"]+/{verb})"', page)
    assert found is not None
    return found[1]


def test_a_list_of_addresses_becomes_letters_that_are_fetched_once(app: Flask, people: People) -> None:
    voting_round(app, people)
    officer = client_of(app, people.officer)
    page = asked(officer, addresses=(BytesIO(LIST), "list.csv"))
    assert "We are making 3 letters" in page
    assert '<progress class="cp-progress" max="3" value="0"' in page
    assert "0 of 3 made" in page
    make_now(app)
    page = officer.get(LETTERS).text
    assert "Ready: batch 1, Alder Quay, 3 letters" in page
    assert "Quillfeather" not in page
    answer = post(officer, action(page, "download"))
    assert answer.mimetype == "application/zip"
    assert answer.headers["Cache-Control"] == "no-store"
    assert [pages_in(data) for name, data in files_in(answer.data).items() if name.endswith(".pdf")] == [3]
    assert "/download" not in officer.get(LETTERS).text
    assert post(officer, action(page, "download")).status_code == 409


def test_letters_thrown_away_are_void(app: Flask, people: People) -> None:
    voting_round(app, people)
    officer = client_of(app, people.officer)
    page = asked(officer, kind="list", count="5")
    gone = officer.get(post(officer, action(page, "throw-away")).location).text
    assert "Thrown away. The codes in these letters open nothing." in gone
    assert "Void: an officer threw these letters away" in gone
    assert "Made so far: 0 letters" in gone


def test_nobody_fetches_letters_of_another_round_or_without_the_token(app: Flask, people: People) -> None:
    voting_round(app, people)
    officer = client_of(app, people.officer)
    asked(officer, kind="list", count="5")
    make_now(app)
    url = action(officer.get(LETTERS).text, "download")
    assert post(officer, url.replace(ROUND, "other")).status_code == 404
    assert faults(officer.post(url).text)
    assert action(officer.get(LETTERS).text, "download") == url


@pytest.mark.parametrize(
    ("data", "count", "said"),
    [
        (LIST, "7", "Write a number or choose a list of addresses, not both"),
        (b"name\nA,B\n", "", "Line 2: it has 2 columns, but the first line names 1"),
    ],
)
def test_a_list_that_does_not_fit_says_how_to_mend_it(
    app: Flask, people: People, data: bytes, count: str, said: str
) -> None:
    voting_round(app, people)
    page = asked(client_of(app, people.officer), addresses=(BytesIO(data), "list.csv"), count=count)
    assert faults(page) == [said]


def test_a_list_of_addresses_never_touches_the_disk_while_it_is_sent(
    app: Flask, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_options: object) -> None:
        raise AssertionError("a temporary file would hold addresses")

    voting_round(app, people)
    officer = client_of(app, people.officer)
    monkeypatch.setattr("werkzeug.formparser.SpooledTemporaryFile", refuse)
    long = LIST + b"Ms Quillfeather,18 Wobbleton Row,Westmere,WM1 2AB\n" * 20_000
    listed = FileStorage(BytesIO(long), "list.csv")
    fields = {"csrf_token": csrf_token(officer), "area": "alder", "kind": "list", "addresses": listed}
    edge, body = encode_multipart(fields)  # the test client would put as much as this into a file of its own
    answer = officer.post(LETTERS, data=body, content_type=f"multipart/form-data; boundary={edge}")
    assert "We are making 20,003 letters" in officer.get(answer.location).text
