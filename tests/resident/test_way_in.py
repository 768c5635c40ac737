"""The way in without a letter, page by page without script: postcode, a person's look, a number, and marking first."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from pb_app.db import read, write
from pb_app.models.round import Round
from pb_app.services.postcodes import store_look_up
from pb_app.services.voter_requests import waiting_requests
from pb_app.services.voter_rules import write_rule
from pb_app.services.voter_sources import Introduction, introduce, number_salt, take_list
from tests.app import NOW, People, engine_of, move_clock, post, sign_in_as, workplace_of
from tests.officer.walk import faults, heading, hidden
from tests.resident.rounds import CLOSES, OPENS, voting_round
from voting.eligibility import Eligibility, Evidence, Identify, Route
from voting.listed_numbers import hash_number

ROUND = "/rounds/spring-2026"
RULE = Eligibility(
    (Route.LIVE, Route.STUDY), min_age=11, evidence=tuple(Evidence), consent_under=13, identify=Identify.LAST
)
FILE = b"AB1 2CD,Alder Quay\nAB1 2CE,Brindle\nAB1 2CF,Alder Quay\nAB1 2CF,Brindle\n"
FACTS = {"route": "live", "age": "30", "postcode": "ab1 2ce"}


@pytest.fixture
def town(app: Flask, people: People) -> Flask:
    """A round open for voting where people mark first and say who they are last."""
    voting_round(app, people)
    with write(engine_of(app)) as session:
        session.get_one(Round, "spring-2026").eligibility = write_rule(RULE)
        store_look_up(session, data=FILE, dated=date(2026, 3, 1), source="", by=people.officer, now=NOW)
    return app


def send(client: FlaskClient, page: TestResponse, where: str, **answers: str) -> TestResponse:
    """Fills in a page that is shown and presses its button."""
    return client.post(f"{ROUND}/{where}", data={**hidden(page.text), **answers})


def code_in(page: TestResponse) -> str:
    """The code that a page shows."""
    found = re.search(r'<span class="cp-code">(.*?)</span>\s*</p>', page.text, re.DOTALL)
    assert found
    return re.sub(r"<[^>]+>|\s", "", html.unescape(found[1]))


def test_whoever_made_an_account_on_the_way_is_led_back_to_the_vote(town: Flask, people: People) -> None:
    client = town.test_client()
    sign_in_as(client, people.newcomer)
    assert f'href="{ROUND}/way-in"' in client.get("/account/area").text
    move_clock(town, CLOSES + timedelta(days=1))
    assert f'href="{ROUND}/way-in"' not in client.get("/account/area").text


def test_the_round_says_who_may_vote_in_one_sentence(town: Flask) -> None:
    page = town.test_client().get(ROUND).text
    assert "You may vote if you live or study in the council’s area and are 11 or older" in html.unescape(page)


def test_signed_in_a_postcode_and_their_word_lead_to_the_ballot_papers(town: Flask, people: People) -> None:
    client = town.test_client()
    sign_in_as(client, people.newcomer)
    page = client.get(f"{ROUND}/way-in")
    wrong = send(client, page, "way-in", **FACTS | {"postcode": "Mill Lane", "age": "x", "route": ""})
    assert wrong.status_code == 422
    assert [words.split(".")[0] for words in faults(wrong.text)] == ["Write your age as a number, like 15"]
    wrong = send(client, page, "way-in", **FACTS | {"postcode": "Mill Lane", "route": ""})
    assert [words[:20] for words in faults(wrong.text)] == ["Say what ties you to", "A postcode looks lik"]
    assert 'value="Mill Lane"' in wrong.text
    entered = send(client, page, "way-in", **FACTS)
    assert entered.location == f"{ROUND}/vote"
    assert "No vote yet" in client.get(f"{ROUND}/vote").text


def test_too_young_reads_the_reason_and_can_still_ask_a_person(town: Flask) -> None:
    client = town.test_client()
    page = send(client, client.get(f"{ROUND}/way-in"), "way-in", **FACTS | {"age": "10"})
    assert "You must be 11 or older on the last day of voting. You will be 10 then." in page.text
    made = send(client, page, "way-in/ask", statement="My birthday is on that day")
    assert heading(made.text) == "Write this code down now"
    assert made.headers["Cache-Control"] == "no-store"


def test_without_address_and_account_the_code_leads_from_the_request_to_the_vote(town: Flask, people: People) -> None:
    client, officer = town.test_client(), town.test_client()
    page = send(client, client.get(f"{ROUND}/way-in"), "way-in", route="live", age="30", doubts="no_address")
    assert heading(page.text) == "A person must look at this"
    assert faults(send(client, page, "way-in/ask", statement="").text)
    code = code_in(send(client, page, "way-in/ask", statement="The hostel", contact="07700 900 123"))
    page = client.get(f"{ROUND}/my-request")
    assert "An officer is looking" in send(client, page, "my-request", code=code).text
    sign_in_as(officer, people.officer)
    assert "They have no fixed address" in officer.get("/officer/people").text
    assert "1 person asks to vote" in officer.get("/officer").text
    with read(engine_of(town)) as session:
        [asked] = waiting_requests(session)
    at = f"/officer/voters/{asked.request_id}"
    assert "07700 900 123" in officer.get(at).text
    assert post(officer, at, answer="refuse", reason="We can’t find you.").status_code == 302
    page = send(client, page, "my-request", code=code)
    assert "We can’t find you." in html.unescape(page.text)
    assert "A second officer is asked" in send(client, page, "my-request/review", words="Ask Pat.").text
    yes = {"answer": "approve", "area": "alder", "age": "30", "shown": "vouched", "shown_to": "Pat, Mill Lane hostel"}
    assert "You refused this request" in officer.get(at).text
    assert post(officer, at, **yes).status_code == 403
    second = town.test_client()
    sign_in_as(second, people.colleague)
    assert post(second, at, **yes).status_code == 302
    assert "You can vote in Alder Quay" in send(client, client.get(f"{ROUND}/my-request"), "my-request", code=code).text
    assert send(client, client.get(f"{ROUND}/code"), "code", code=code.lower()).location == f"{ROUND}/vote"


def test_somebody_marks_first_and_an_introduction_casts_it(town: Flask, people: People) -> None:
    with write(engine_of(town)) as session:
        made = introduce(
            session, workplace_of(town).keys, round_id="spring-2026", name="Quay School", area_id="alder", count=2,
            holds_consent=True, by=people.officer, now=OPENS,
        )  # fmt: skip
    codes = [one.code for one in made if isinstance(one, Introduction)]
    client = town.test_client()
    assert "You say who you are at the end" in client.get(f"{ROUND}/vote").text
    page = client.get(f"{ROUND}/vote/harbour-fund")
    assert 'data-keep=""' in page.text, "a shared computer must not show these marks to the next one"
    checked = send(client, page, "vote/harbour-fund", **{"pick-harbour-fund": "h2", "do": "next"})
    assert "Last step: say who you are" in checked.text
    who = send(client, checked, "identify")
    assert "How do you say who you are?" in who.text
    typed = send(client, send(client, who, "identify", way="code"), "code", code=codes[0])
    again = send(client, typed, "check-vote")
    assert "Harbour project 2" in again.text
    receipt = send(client, again, "cast")
    assert "receipt" in receipt.text.lower()
    assert "Harbour project 2" in receipt.text


def test_marks_travel_through_a_number_and_through_signing_in(town: Flask, people: People) -> None:
    keys = workplace_of(town).keys
    salt = number_salt(keys, round_id="spring-2026")
    data = f"{hash_number(salt, '4711')},Alder Quay\n".encode()
    with write(engine_of(town)) as session:
        taken = take_list(
            session, keys, round_id="spring-2026", name="Quay School", data=data, holds_consent=True,
            by=people.officer, now=OPENS,
        )  # fmt: skip
    assert taken == 1
    client, marks = town.test_client(), {"paper": "youth-fund", "pick-youth-fund": "y1"}
    page = client.post(f"{ROUND}/identify", data={**marks, "way": "number"})
    assert "can’t find this number" in html.unescape(send(client, page, "number", number="4712").text)
    assert 'name="pick-youth-fund" value="y1"' in send(client, page, "number", number=" 47-11").text
    guest = town.test_client()
    stopped = guest.post(f"{ROUND}/identify", data={**marks, "way": "account"})
    assert stopped.status_code == 403
    assert "Sign in to go on" in stopped.text
    sign_in_as(guest, people.newcomer)
    page = guest.post(f"{ROUND}/identify", data={**marks, "way": "account"})
    assert heading(page.text) == "Can I vote in this round?"
    entered = send(guest, page, "way-in", **FACTS)
    assert 'name="pick-youth-fund" value="y1"' in entered.text


def test_a_round_that_asks_first_shows_no_paper_to_strangers(town: Flask) -> None:
    with write(engine_of(town)) as session:
        session.get_one(Round, "spring-2026").eligibility = write_rule(replace(RULE, identify=Identify.FIRST))
    client = town.test_client()
    assert client.get(f"{ROUND}/vote/harbour-fund").location == f"{ROUND}/vote"
    assert "Can I vote?" in client.get(f"{ROUND}/vote").text
