"""Who has voted, and ballots kept back: for auditors, once the key is destroyed, and each opening is in the log."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from pb_app.db import read, write
from pb_app.models.activity import ActivityEvent
from pb_app.models.ballot import OpenedBallot
from pb_app.models.event import CheckIn, GroupCode, VoterGroup
from pb_app.models.person import Person
from tallying.canonical import sha256_hex
from tallying.cli import main as pb_tally
from tallying.roll_root import SALT_LENGTH
from tests.app import NOW, People, engine_of, post, sign_in_as
from tests.officer.stages import vote
from tests.public.rounds import HARBOUR, YOUTH, cast_votes, publish_sealed, published_round
from tests.resident.rounds import voting_round

HERE = "/auditor/rounds/spring-2026/closed-lists"


@pytest.fixture
def sealed(app: Flask, people: People, client: FlaskClient) -> FlaskClient:
    """An auditor before a round with 12 letters and one account on Harbour fund; Youth fund's ballots are kept back."""
    round_id = voting_round(app, people)
    cast_votes(app, people, round_id)
    vote(app, people.resident, "h1", "h2")
    publish_sealed(app, people, round_id, withhold=YOUTH)
    sign_in_as(client, people.auditor)
    return client


def logged(app: Flask, kind: str) -> list[tuple[str | None, str]]:
    """Who, and to what."""
    query = select(ActivityEvent.actor_id, ActivityEvent.object_ids).where(ActivityEvent.kind == kind)
    with read(engine_of(app)) as session:
        return [(actor_id, objects) for actor_id, objects in session.execute(query)]


def name_of(app: Flask, person_id: str) -> str:
    with read(engine_of(app)) as session:
        name: str = session.get_one(Person, person_id).name
        return name


def lines_of(data: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.removeprefix("\ufeff"))))


def test_before_it_is_opened_the_page_counts_and_names_nobody(app: Flask, people: People, sealed: FlaskClient) -> None:
    page = sealed.get(HERE).text
    assert "13 people have voted" in page
    assert "Nobody has opened one yet." in page
    assert name_of(app, people.resident.person_id) not in page


def test_opening_the_list_names_who_voted_and_leaves_one_event(app: Flask, people: People, sealed: FlaskClient) -> None:
    page = post(sealed, f"{HERE}/{HARBOUR}/voters").text
    assert name_of(app, people.resident.person_id) in page
    assert name_of(app, people.neighbour.person_id) not in page, "on the roll, and did not vote"
    assert page.count("A letter</th>") == 12
    by = people.auditor.person_id
    assert logged(app, "audit:marked-register:opened") == [(by, '[["paper","harbour-fund"]]')]
    assert "Opened 1 time so far" in sealed.get(HERE).text
    assert "Opened the list of who has voted" in sealed.get("/auditor/log").text


def test_the_file_holds_entry_and_salt_and_is_logged_too(app: Flask, people: People, sealed: FlaskClient) -> None:
    answer = post(sealed, f"{HERE}/{HARBOUR}/voters.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="spring-2026-harbour-fund-voters.csv"'
    assert answer.headers["Cache-Control"] == "no-store"
    lines = lines_of(answer.text)
    assert [line["roll_entry"] for line in lines] == sorted(line["roll_entry"] for line in lines)
    assert {len(bytes.fromhex(line["salt"])) for line in lines} == {SALT_LENGTH}
    assert len(logged(app, "audit:marked-register:opened")) == 1


def test_a_name_that_a_spreadsheet_would_run_is_only_text(app: Flask, people: People, sealed: FlaskClient) -> None:
    with write(engine_of(app)) as session:
        session.get_one(Person, people.resident.person_id).name = '=HYPERLINK("https://evil.example")'
    lines = lines_of(post(sealed, f"{HERE}/{HARBOUR}/voters.csv").text)
    assert [line["name"] for line in lines if line["name"]] == ['\'=HYPERLINK("https://evil.example")']


def test_people_of_an_event_are_named_by_what_an_auditor_can_ask_about(
    app: Flask, people: People, sealed: FlaskClient
) -> None:
    lines = lines_of(post(sealed, f"{HERE}/{HARBOUR}/voters.csv").text)
    desk, school, *_ = [line["roll_entry"] for line in lines if line["way"] == "letter"]
    same = {"round_id": "spring-2026"}
    by = people.officer.person_id
    with write(engine_of(app)) as session:
        session.add(
            CheckIn(roll_id=desk, name="Ana", place="18 Mill Lane", route="live", seen="bill", checked_by=by, **same)
        )
        group = VoterGroup(
            id="g", area_id="alder", name="Year 6", size=9, starts_at=NOW, ends_at=NOW, made_by=by, **same
        )
        session.add(group)
        session.flush()
        session.add(GroupCode(code_hash="0" * 64, group_id="g", number=7, roll_id=school, **same))
    found = {line["roll_entry"]: line for line in lines_of(post(sealed, f"{HERE}/{HARBOUR}/voters.csv").text)}
    assert (found[desk]["way"], found[desk]["name"]) == ("event", "Ana, 18 Mill Lane")
    assert (found[school]["way"], found[school]["name"]) == ("group", "Year 6: number 7")
    assert "check-in at an event" in post(sealed, f"{HERE}/{HARBOUR}/voters").text


def test_nothing_in_the_list_leads_to_a_ballot(app: Flask, sealed: FlaskClient) -> None:
    text = post(sealed, f"{HERE}/{HARBOUR}/voters.csv").text
    with read(engine_of(app)) as session:
        trackers = list(session.scalars(select(OpenedBallot.tracker)))
    assert trackers
    assert not [tracker for tracker in trackers if tracker in text]
    ballots = post(sealed, f"{HERE}/{YOUTH}/ballots.pb").text
    assert not [line["roll_entry"] for line in lines_of(text) if line["roll_entry"] in ballots]


@pytest.mark.parametrize(
    "what", [f"{HARBOUR}/voters", f"{HARBOUR}/voters.csv", f"{YOUTH}/ballots", f"{YOUTH}/ballots.pb"]
)
def test_while_the_key_lives_nothing_opens(app: Flask, people: People, client: FlaskClient, what: str) -> None:
    round_id = voting_round(app, people)
    cast_votes(app, people, round_id)
    sign_in_as(client, people.auditor)
    assert "The list opens when the count is sealed" in client.get(HERE).text
    assert post(client, f"{HERE}/{what}").status_code == 409
    assert not logged(app, "audit:marked-register:opened")
    assert not logged(app, "audit:kept-ballots:opened")


def test_ballots_kept_back_are_those_of_the_record_and_give_its_outcome(app: Flask, sealed: FlaskClient) -> None:
    page = post(sealed, f"{HERE}/{YOUTH}/ballots").text
    assert "Ballots kept back: same result" in page
    assert len(logged(app, "audit:kept-ballots:opened")) == 1
    data = post(sealed, f"{HERE}/{YOUTH}/ballots.pb").get_data()
    assert sha256_hex(data) in sealed.get(HERE).text
    assert len(logged(app, "audit:kept-ballots:opened")) == 2


def test_an_auditor_counts_them_on_their_own_machine_as_the_page_says(
    sealed: FlaskClient, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ballots, rulebook = tmp_path / "ballots.pb", tmp_path / "rulebook.json"
    ballots.write_bytes(post(sealed, f"{HERE}/{YOUTH}/ballots.pb").get_data())
    rulebook.write_bytes(sealed.get(f"/rounds/spring-2026/papers/{YOUTH}/rulebook.json").get_data())
    assert pb_tally(["count", str(ballots), "--rulebook", str(rulebook)]) == 0
    assert "Youth project 1" in capsys.readouterr().out


def test_a_ballot_changed_in_the_database_since_is_noticed(app: Flask, sealed: FlaskClient) -> None:
    with write(engine_of(app)) as session:
        is_open = OpenedBallot.paper_id == YOUTH, OpenedBallot.opening.contains('"y1"')
        row = session.scalars(select(OpenedBallot).where(*is_open)).first()
        assert row is not None
        row.opening = row.opening.replace('"y1"', '"y2"')
    page = post(sealed, f"{HERE}/{YOUTH}/ballots").text
    assert "they differ from the record" in page


def test_public_ballots_are_not_opened_here(app: Flask, people: People, client: FlaskClient) -> None:
    published_round(app, people)
    sign_in_as(client, people.auditor)
    assert "None: all ballots are in the record." in client.get(HERE).text
    assert post(client, f"{HERE}/{HARBOUR}/ballots").status_code == 404
    assert post(client, f"{HERE}/nothing/voters").status_code == 404


def test_an_officer_opens_nothing_of_it(app: Flask, people: People, sealed: FlaskClient) -> None:
    client = app.test_client()
    sign_in_as(client, people.officer)
    assert client.get(HERE).status_code == 403
    assert post(client, f"{HERE}/{HARBOUR}/voters.csv").status_code == 403
    assert not logged(app, "audit:marked-register:opened")
