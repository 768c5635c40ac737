"""The results page: computed from the published bytes, with a reason for every project."""

from __future__ import annotations

import hashlib
import html
import re

from flask import Flask
from flask.testing import FlaskClient

from pb_app.db import write
from pb_app.services.results import results
from tallying.explain import explain
from tallying.record import load
from tallying.verify import verify
from tests.app import People, engine_of
from tests.public.rounds import HARBOUR, YOUTH, published_round
from tests.resident.rounds import voting_round

PAGE = "/rounds/spring-2026/results"


def test_before_publication_there_is_none(app: Flask, people: People, client: FlaskClient) -> None:
    voting_round(app, people)

    early = client.get(PAGE)
    assert early.status_code == 404
    assert "This is not out yet" in early.text
    assert 'href="/rounds/spring-2026"' in early.text
    assert client.get("/rounds/spring-2026/record.zip").status_code == 404


def test_every_project_has_the_sentence_that_pb_tally_would_print(
    app: Flask, people: People, client: FlaskClient
) -> None:
    record = published_round(app, people).record

    page = html.unescape(client.get(PAGE).text)

    for paper in (HARBOUR, YOUTH):
        for sentence in explain(record.election(paper), record.outcome(paper)):
            assert sentence.text in page
            assert sentence.name in page


def test_it_says_who_got_what_before_why_and_how(app: Flask, people: People, client: FlaskClient) -> None:
    published_round(app, people)

    page = client.get(PAGE).text

    parts = ("£11,000 to 7 projects", 'id="funded"', 'id="not"', 'id="count"', 'id="votes"', 'id="recount"')
    places = [page.index(part) for part in parts]
    assert places == sorted(places)
    assert "Nobody picked it." in page


def test_it_is_computed_from_the_published_bytes_alone(app: Flask, people: People, client: FlaskClient) -> None:
    published_round(app, people)
    before = client.get(PAGE).text
    with write(engine_of(app)) as session:
        session.connection().exec_driver_sql("UPDATE project SET title = 'Forged', cost = 1")
        session.connection().exec_driver_sql("UPDATE pot SET amount = 1")
        session.connection().exec_driver_sql("DELETE FROM opened_ballot")

    assert client.get(PAGE).text == before


def test_another_record_gives_another_result_at_once(app: Flask, people: People, client: FlaskClient) -> None:
    published_round(app, people)
    assert client.get(PAGE).status_code == 200
    with write(engine_of(app)) as session:
        session.connection().exec_driver_sql(
            "UPDATE published_record SET sha256 = ?, zip = ?", ("0" * 64, b"PK broken")
        )

    assert client.get(PAGE).status_code >= 400


def test_bars_are_percent_and_no_style_is_inline(app: Flask, people: People, client: FlaskClient) -> None:
    published_round(app, people)

    page = client.get(PAGE).text

    widths = re.findall(r'<rect x="([\d.]+)%" width="([\d.]+)%"', page)
    assert widths
    assert all(float(start) + float(width) <= 100.01 for start, width in widths)
    assert "style=" not in page


def test_every_vote_received_is_accounted_for(app: Flask, people: People, client: FlaskClient) -> None:
    published_round(app, people)

    rows = results(client.get("/rounds/spring-2026/record.zip").data).ledger_rows

    assert rows[0] == ("Votes received", (13, 13))
    assert [numbers for _, numbers in rows[1:]] == [(12, 12), (1, 1), (0, 0), (0, 0), (0, 0)]
    assert "Votes received" in client.get(PAGE).text


def test_a_paper_held_back_says_so_with_the_reason_and_still_says_who_won(
    app: Flask, people: People, client: FlaskClient
) -> None:
    published_round(app, people, withhold=HARBOUR)

    page = client.get(PAGE).text

    assert "The votes on this ballot paper are held back" in page
    assert "Only a few voted." in page
    assert "Harbour project 1" in page
    assert "not public" in page


def test_the_record_downloads_as_stored_and_holds(app: Flask, people: People, client: FlaskClient) -> None:
    published = published_round(app, people)

    answer = client.get("/rounds/spring-2026/record.zip")

    assert answer.data == published.zip
    assert verify(load(answer.data)).holds
    assert hashlib.sha256(answer.data).hexdigest() in client.get(PAGE).text
    again = client.get("/rounds/spring-2026/record.zip", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_it_says_that_what_was_frozen_is_what_was_counted(app: Flask, people: People, client: FlaskClient) -> None:
    published_round(app, people)

    assert "the same as on the round’s page since the opening" in client.get(PAGE).text

    with write(engine_of(app)) as session:
        session.connection().exec_driver_sql("UPDATE round SET frozen_sha256 = ?", ("0" * 64,))

    assert "NOT the one that was on the round’s page" in client.get(PAGE).text


def test_it_tells_how_to_recount_with_the_key_of_a_letter_and_the_file(
    app: Flask, people: People, client: FlaskClient
) -> None:
    published = published_round(app, people)

    page = client.get(PAGE).text

    key = published.record.contents.fingerprint
    assert "pb-tally verify spring-2026-record.zip --signer KEY<" in page.replace('<span class="cp-nowrap">', "")
    assert key.replace(" ", "") not in page, "a key to check by must not come from the page that is checked"
    assert "pb-tally explain spring-2026-record.zip" in page
    assert key in page
