"""Officers say who may vote in a round: postcodes, requests, introductions and lists; each wrong line is named."""

from __future__ import annotations

import html
import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pb_app.db import read, write
from pb_app.models.round import Round
from pb_app.services.codes import resolve_code
from pb_app.services.postcodes import current_look_up
from pb_app.services.voter_requests import Declared, ask_to_vote
from pb_app.services.voter_rules import write_rule
from pb_app.services.voter_sources import list_sources
from tests.app import People, engine_of, post, workplace_of
from tests.officer.stages import ROUND, client_of
from tests.officer.walk import faults, heading
from tests.resident.rounds import OPENS, voting_round
from tests.resident.test_way_in import RULE, code_in
from voting.eligibility import Route

AT = f"/officer/rounds/{ROUND}"
DAY = {"dated-day": "1", "dated-month": "3", "dated-year": "2026", "source": "ONS"}


@pytest.fixture
def officer(app: Flask, people: People) -> FlaskClient:
    """An officer's browser; the round takes every kind of evidence and asks for consent under 13."""
    voting_round(app, people)
    with write(engine_of(app)) as session:
        session.get_one(Round, ROUND).eligibility = write_rule(RULE)
    return client_of(app, people.officer)


def upload(client: FlaskClient, url: str, text: str, **more: str) -> tuple[int, str]:
    """The status and page after a file was sent."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/officer/postcodes").text)
    assert token
    data = {"file": (io.BytesIO(text.encode()), "a.csv"), "csrf_token": token[1], **more}
    answer = client.post(url, data=data, content_type="multipart/form-data")
    return answer.status_code, answer.text


def test_a_file_of_postcodes_is_taken_whole_and_each_wrong_line_is_named(app: Flask, officer: FlaskClient) -> None:
    assert faults(post(officer, "/officer/postcodes", **DAY).text) == ["Choose the file"]
    status, page = upload(officer, "/officer/postcodes", "AB1 2CD,Alder Quay\nAB1 2CF,Brindle\nAB1 2CF,alder\n", **DAY)
    assert status == 302, faults(page)
    shown = officer.get("/officer/postcodes").text
    assert "2 postcodes, as of Sunday" in shown
    assert "1 postcode lies in more than one area" in shown
    status, page = upload(officer, "/officer/postcodes", "AB1 2CD,Alder Quay\nhere,Brindle\nAB1 2CE,Mars\n", **DAY)
    assert status == 422
    assert faults(page) == ["Line 2: “here” is not a postcode", "Line 3: there is no area “Mars”"]
    with read(engine_of(app)) as session:
        file = current_look_up(session)
        assert file is not None
        assert file.postcodes == 2, "the file in use stays"


def test_an_organisation_gets_slips_once_and_a_lost_one_is_taken_back(
    app: Flask, officer: FlaskClient, people: People
) -> None:
    form = {"name": "Mill Lane hostel", "area": "alder", "count": "2"}
    assert faults(post(officer, f"{AT}/introductions", **form).text)[0].startswith("Ask them first")
    page = post(officer, f"{AT}/introductions", **form, holds_consent="y")
    assert heading(page.text) == "2 introductions for Mill Lane hostel"
    assert page.headers["Cache-Control"] == "no-store"
    code = code_in(page)
    with read(engine_of(app)) as session:
        assert resolve_code(session, workplace_of(app).keys, round_id=ROUND, code=code).paper_ids
        [source] = list_sources(session, round_id=ROUND)
    assert code not in officer.get(f"{AT}/introductions").text
    assert post(officer, f"{AT}/introductions/{source.source_id}/end", number="2").status_code == 302
    assert "1 of 2" in officer.get(f"{AT}/introductions").text
    assert post(officer, f"{AT}/introductions/{source.source_id}/end", number="9").status_code == 404


def test_a_list_of_numbers_is_taken_as_hashes_alone(officer: FlaskClient) -> None:
    more = {"list_name": "Quay School", "list_consent": "y"}
    status, page = upload(officer, f"{AT}/number-list", "4711,Brindle\n", **more)
    assert status == 422
    assert "Send hashes, never the numbers themselves" in faults(page)[0]
    status, _ = upload(officer, f"{AT}/number-list", f"{'a' * 64},Brindle\n", **more)
    assert status == 302
    assert "Quay School" in officer.get(f"{AT}/introductions").text


def test_a_childs_request_needs_consent_and_the_guardian_can_take_it_back(app: Flask, officer: FlaskClient) -> None:
    with write(engine_of(app)) as session:
        declared = Declared(Route.LIVE, 12, "alder", None, None)
        made = ask_to_vote(
            session, round_id=ROUND, declared=declared, statement="Mill Lane", contact="", by=None, now=OPENS
        )
    at = f"/officer/voters/{made}"
    assert heading(officer.get(at).text) == "Somebody without an account asks to vote in Spring 2026"
    yes = {"answer": "approve", "area": "alder", "age": "12", "shown": "card"}
    page = post(officer, at, **yes).text
    assert "a parent or guardian must agree first" in html.unescape(faults(page)[0])
    assert post(officer, at, **yes, consent="paper").status_code == 302
    assert "A school, student or work card" in officer.get(at).text
    assert post(officer, f"{at}/consent", do="end").status_code == 302
    assert "Taken back on" in officer.get(at).text
    assert faults(post(officer, f"{at}/consent", do="give").text) == ["Choose how they agreed"]
    assert post(officer, f"{at}/consent", do="give", consent="phone").status_code == 302


def test_an_answered_request_is_found_again_by_what_its_person_wrote(app: Flask, officer: FlaskClient) -> None:
    with write(engine_of(app)) as session:
        declared = Declared(Route.LIVE, 30, "alder", None, None)
        made = ask_to_vote(
            session, round_id=ROUND, declared=declared, statement="The Hostel", contact="", by=None, now=OPENS
        )
    at = f"/officer/voters/{made}"
    assert at not in officer.get("/officer/voters").text, "it still waits"
    post(officer, at, answer="approve", area="alder", age="30", shown="card")
    assert at in officer.get("/officer/voters").text
    assert at in post(officer, "/officer/voters", words="hostel").text
    too_long = post(officer, "/officer/voters", words="a " * 4000).text
    assert "200 letters or shorter" in faults(too_long)[0]
    assert "No answered request has these words" in post(officer, "/officer/voters", words="100% else").text


def test_a_class_gets_its_codes_only_with_the_consent_that_the_round_asks_for(officer: FlaskClient) -> None:
    assert "This round asks for it under the age of" in officer.get(f"{AT}/groups/new").text
    time = {f"{end}-{part}": text for end in ("starts", "ends") for part, text in (("day", "1"), ("month", "4"))}
    time |= {"starts-year": "2026", "ends-year": "2026", "starts-time": "9am", "ends-time": "noon"}
    form = {"name": "Year 6", "area": "alder", "size": "3", **time}
    assert faults(post(officer, f"{AT}/groups/new", **form).text)[0].startswith("Ask them first")
    assert post(officer, f"{AT}/groups/new", **form, holds_consent="y").mimetype == "application/pdf"
