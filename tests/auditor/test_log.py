"""The activity log as an auditor reads it: complete, chained, and without residents' names."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterator

from flask import Flask
from flask.testing import FlaskClient

from pb_app.db import write
from pb_app.services.activity import Event, log
from pb_app.services.activity_words import words_of
from pb_app.services.composing import ProjectPutOn
from pb_app.services.two_people import DecisionAsked
from tests.app import NOW, People, engine_of, sign_in_as
from tests.public.rounds import sent_proposal
from tests.resident.rounds import proposing_round


def test_a_chain_that_holds_says_so_with_its_end(app: Flask, people: People, client: FlaskClient) -> None:
    proposing_round(app, people)
    sign_in_as(client, people.auditor)

    page = client.get("/auditor/log").text

    assert "links of the log fit together" in page
    assert "Announced a round" in page
    assert "Dana Officer" in page


def test_a_changed_event_and_changed_details_are_named(app: Flask, people: People, client: FlaskClient) -> None:
    proposing_round(app, people)
    with write(engine_of(app)) as session:
        session.connection().exec_driver_sql("UPDATE activity_event SET actor_id = ? WHERE n = 3", ("f" * 32,))
        session.connection().exec_driver_sql("UPDATE activity_details SET details = '{}' WHERE n = 1")
    sign_in_as(client, people.auditor)

    page = client.get("/auditor/log").text

    assert "The log was changed" in page
    assert "These links do not fit: 3" in page
    assert "not those that were logged: 1" in page


def test_an_event_taken_out_leaves_a_gap_that_shows(app: Flask, people: People, client: FlaskClient) -> None:
    proposing_round(app, people)
    with write(engine_of(app)) as session:
        session.connection().exec_driver_sql("DELETE FROM activity_details WHERE n = 2")
        session.connection().exec_driver_sql("DELETE FROM activity_event WHERE n = 2")
    sign_in_as(client, people.auditor)

    assert "These links do not fit: 3" in client.get("/auditor/log").text


def test_residents_are_not_named_nor_their_words_shown(app: Flask, people: People, client: FlaskClient) -> None:
    sent_proposal(app, people, proposing_round(app, people))
    sign_in_as(client, people.auditor)

    page = client.get("/auditor/log").text

    assert "a resident" in page
    assert "Rhys" not in page
    assert "18 Mill Lane" not in page


def test_details_are_words_and_pounds_and_empty_ones_are_left_out(
    app: Flask, people: People, client: FlaskClient
) -> None:
    put_on = ProjectPutOn(
        round_id="spring-2026", paper_id="harbour-fund", project_id="h1", proposal_id="p", cost=1_250_00, category=""
    )
    asked = DecisionAsked(round_id="spring-2026", decision="seal", payload={"papers": [["h", False]]}, reason="")
    with write(engine_of(app)) as session:
        for event in (put_on, asked):
            log(session, event, by=people.officer, now=NOW)
    sign_in_as(client, people.auditor)

    page = client.get("/auditor/log").text

    assert "cost: £1,250<" in page
    assert "papers: h, no<" in page
    assert "payload" not in page
    assert "category:" not in page
    assert "reason:" not in page


def test_filters_narrow_by_round_subject_and_person(app: Flask, people: People, client: FlaskClient) -> None:
    sent_proposal(app, people, proposing_round(app, people))
    sign_in_as(client, people.auditor)

    of_round = client.get("/auditor/log?round=spring-2026&subject=round").text
    of_officer = client.get(f"/auditor/log?actor={people.officer.person_id}&subject=proposal").text

    assert "<b>2 actions</b>" in of_round
    assert "<b>0 actions</b>" in of_officer


def test_a_page_that_is_not_there_becomes_the_nearest(app: Flask, people: People, client: FlaskClient) -> None:
    proposing_round(app, people)
    sign_in_as(client, people.auditor)

    assert client.get("/auditor/log?page=999").status_code == 200
    assert client.get("/auditor/log?page=-3").status_code == 200


def test_the_file_lets_anyone_check_the_chain_and_holds_no_names(
    app: Flask, people: People, client: FlaskClient
) -> None:
    proposing_round(app, people)
    sign_in_as(client, people.auditor)

    text = client.get("/auditor/log.csv").data.decode("utf-8-sig")

    rows = list(csv.DictReader(io.StringIO(text)))
    assert [int(row["n"]) for row in rows] == list(range(1, len(rows) + 1))
    assert all(now["previous_hash"] == before["hash"] for before, now in itertools.pairwise(rows))
    assert "Dana" not in text
    assert rows[-1]["at"].startswith(f"{NOW:%Y}")


def event_types(of: type[Event] = Event) -> Iterator[type[Event]]:
    """Every kind of event that the application writes."""
    for kind in of.__subclasses__():
        yield kind
        yield from event_types(kind)


def test_each_kind_of_action_has_words_of_its_own(app: Flask) -> None:
    ours = [event for event in event_types() if event.__module__.startswith("pb_app.")]
    kinds = {event.kind for event in ours if "kind" in vars(event)}
    assert "round:draft:created" in kinds
    assert {kind: words_of(kind) for kind in kinds if words_of(kind).lower() == kind.replace(":", " ")} == {}
