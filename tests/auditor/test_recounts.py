"""An auditor's recount: the published bytes are checked file by file, and that it was made is written down."""

from __future__ import annotations

import io
import zipfile

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from pb_app.db import read, write
from pb_app.models.activity import ActivityEvent
from pb_app.models.record import Recount
from tallying.canonical import sha256_hex
from tests.app import People, engine_of, post, sign_in_as
from tests.public.rounds import published_round
from tests.resident.rounds import voting_round

ROUND = "/auditor/rounds/spring-2026"


def _replace(app: Flask, name: str, change: bytes) -> None:
    """Somebody changes one file of the stored record, and the hash beside it."""
    old_bytes, _, new_bytes = change.partition(b">")
    with write(engine_of(app)) as session:
        stored = session.connection().exec_driver_sql("SELECT zip FROM published_record").scalar_one()
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(stored)) as old, zipfile.ZipFile(out, "w") as new:
            for entry in old.namelist():
                data = old.read(entry)
                new.writestr(entry, data.replace(old_bytes, new_bytes) if entry == name else data)
        changed = out.getvalue()
        session.connection().exec_driver_sql(
            "UPDATE published_record SET zip = ?, sha256 = ?", (changed, sha256_hex(changed))
        )


def test_a_recount_that_agrees_says_so_and_leaves_a_row_and_an_event(
    app: Flask, people: People, client: FlaskClient
) -> None:
    published_round(app, people)
    sign_in_as(client, people.auditor)

    page = post(client, f"{ROUND}/recount").text

    assert "Recount: same result" in page
    with read(engine_of(app)) as session:
        row = session.scalars(select(Recount)).one()
        event = session.scalars(select(ActivityEvent).where(ActivityEvent.kind == "record:recount:made")).one()
        assert (row.holds, row.by, row.revision) == (True, people.auditor.person_id, 1)
        assert event.actor_id == people.auditor.person_id


def test_it_lists_every_file_with_its_hash(app: Flask, people: People, client: FlaskClient) -> None:
    published = published_round(app, people)
    sign_in_as(client, people.auditor)

    page = post(client, f"{ROUND}/recount").text

    for name, data in published.record.files.items():
        assert name in page
        assert sha256_hex(data) in page


def test_one_changed_byte_is_found_and_its_file_named(app: Flask, people: People, client: FlaskClient) -> None:
    published_round(app, people)
    _replace(app, "papers/harbour-fund/ballots.pb", b"h1,h2>h1,h3")
    sign_in_as(client, people.auditor)

    page = post(client, f"{ROUND}/recount").text

    assert "Recount: the record does not hold" in page
    assert "Look at: papers/harbour-fund/ballots.pb" in page
    with read(engine_of(app)) as session:
        assert not session.scalars(select(Recount)).one().holds


def test_the_public_page_says_what_the_auditor_found(app: Flask, people: People, client: FlaskClient) -> None:
    published_round(app, people)
    assert "Not yet checked by the auditor" in client.get("/rounds/spring-2026/results").text
    sign_in_as(client, people.auditor)
    post(client, f"{ROUND}/recount")

    assert "Recounted by the auditor" in app.test_client().get("/rounds/spring-2026/results").text


def test_before_publication_there_is_nothing_to_recount(app: Flask, people: People, client: FlaskClient) -> None:
    voting_round(app, people)
    sign_in_as(client, people.auditor)

    assert "There is no published record yet" in client.get(f"{ROUND}/recount").text
    assert post(client, f"{ROUND}/recount").status_code == 404
    assert client.get(f"{ROUND}/files").status_code == 404


def test_without_its_token_the_recount_is_not_made(app: Flask, people: People, client: FlaskClient) -> None:
    published_round(app, people)
    sign_in_as(client, people.auditor)

    page = client.post(f"{ROUND}/recount").text

    assert "press the button again" in page
    with read(engine_of(app)) as session:
        assert session.scalars(select(Recount)).all() == []


def test_only_an_auditor_can_recount(app: Flask, people: People, client: FlaskClient) -> None:
    published_round(app, people)
    sign_in_as(client, people.officer)

    assert post(client, f"{ROUND}/recount").status_code == 403


def test_the_desk_puts_what_waits_for_a_recount_first(app: Flask, people: People, client: FlaskClient) -> None:
    published_round(app, people)
    sign_in_as(client, people.auditor)
    assert "To do" in client.get("/auditor").text
    post(client, f"{ROUND}/recount")

    assert "Same result" in client.get("/auditor").text
    assert "5 of 5 checks done" in client.get(ROUND).text


def test_the_round_shows_who_asked_and_who_confirmed(app: Flask, people: People, client: FlaskClient) -> None:
    published_round(app, people)
    sign_in_as(client, people.auditor)

    page = client.get(ROUND).text

    assert "Open the vote" in page
    assert "Seal the count" in page
    assert "Dana Officer" in page
    assert "Tom Officer" in page
    assert "26 received = 24 counted + 2 replaced" in page


def test_a_record_of_other_rules_than_those_frozen_shows(app: Flask, people: People, client: FlaskClient) -> None:
    published_round(app, people)
    with write(engine_of(app)) as session:
        session.connection().exec_driver_sql("UPDATE round SET frozen_sha256 = ?", ("0" * 64,))
    sign_in_as(client, people.auditor)

    assert "another fingerprint than the one fixed at the opening" in client.get(ROUND).text


def test_the_rules_stand_there_in_plain_words_and_as_json(app: Flask, people: People, client: FlaskClient) -> None:
    voting_round(app, people)
    sign_in_as(client, people.auditor)

    page = client.get(f"{ROUND}/rulebook").text

    assert "pick up to 3 projects" in page
    assert "&#34;format&#34;:&#34;pb-rulebook-v1&#34;" in page
