"""Letters: a PDF once, only hashes afterwards, wrong numbers mended kindly."""

from __future__ import annotations

import logging
import re
import zlib
from dataclasses import replace

import pytest
from flask import Flask

from pb_app.db import read
from pb_app.models.activity import ActivityEvent
from pb_app.models.roll import LetterCode
from pb_app.services.letters import Letter, typeset_letters
from tests.app import People, engine_of, move_clock, post
from tests.officer.stages import CLOSES, DAY, ROUND, client_of, voting_round
from tests.officer.walk import faults
from voting.codes import make_code

LETTERS = f"/officer/rounds/{ROUND}/letters"
LETTER = Letter(
    council="Westmere Council", area="Alder Quay", date="Friday 6 March 2026", money="£28,000",
    papers=("Harbour fund, £20,000: pick up to 3 of 6 projects",), deadline="You can vote until 5pm.",
    address="https://westmere.example/rounds/spring-2026/code", fingerprint="7c1e 09af 52d8 b340",
    help_phone="01632 960 123", help_email="help@westmere.example",
)  # fmt: skip


def streams(pdf: bytes) -> bytes:
    """Every compressed part of a PDF, unpacked."""
    found = b""
    for packed in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            found += zlib.decompress(packed)
        except zlib.error:
            found += packed
    return found


def test_the_answer_is_a_pdf_of_one_page_a_code_that_is_tagged_for_screen_readers(app: Flask, people: People) -> None:
    voting_round(app, people)
    answer = post(client_of(app, people.officer), LETTERS, area="alder", count="3")
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "attachment" in answer.headers["Content-Disposition"]
    whole = answer.data + streams(answer.data)
    assert len(re.findall(rb"/Type */Page\b", whole)) == 3
    assert b"/MarkInfo" in whole
    assert b"/StructTreeRoot" in whole


def test_only_hashes_are_kept_and_the_log_says_how_many(
    app: Flask, people: People, caplog: pytest.LogCaptureFixture
) -> None:
    voting_round(app, people)
    officer = client_of(app, people.officer)
    with caplog.at_level(logging.DEBUG):
        post(officer, LETTERS, area="alder", count="12")
    with read(engine_of(app)) as session:
        hashes = [row.code_hash for row in session.query(LetterCode)]
        actor_id = session.query(ActivityEvent).filter_by(kind="codes:batch:made").one().actor_id
    assert len(hashes) == 12
    assert all(re.fullmatch("[0-9a-f]{64}", one) for one in hashes)
    assert actor_id == people.officer.person_id
    page = officer.get(LETTERS).text
    assert "Printed so far: 12 letters" in page
    code = re.compile(r"\b(?:[2-46-9A-HJ-NPRTWX]{4} ){3}[2-46-9A-HJ-NPRTWX]{4}\b")
    assert not code.search(page)
    assert not code.search(caplog.text)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"area": "alder", "count": "many"}, "Write how many letters as a number, like 200"),
        ({"area": "alder", "count": ""}, "Write how many letters as a number, like 200"),
        ({"area": "alder", "count": "0"}, "Write how many letters as a number from 1 to 10,000"),
        ({"area": "alder", "count": "10001"}, "Write how many letters as a number from 1 to 10,000"),
        ({"count": "5"}, "Choose the area"),
        ({"area": "atlantis", "count": "5"}, "Choose the area"),
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
    assert post(officer, LETTERS, area="alder", count="1").status_code == 409


def test_the_same_letters_are_the_same_bytes_and_marks_of_layout_in_words_stay_words() -> None:
    codes = [make_code(lambda below: below // 2)]
    tricky = replace(LETTER, area='#panic("x") *bold* $1$ \\')
    assert typeset_letters(LETTER, codes) == typeset_letters(LETTER, codes)
    assert typeset_letters(tricky, codes).startswith(b"%PDF")
