"""Officers change a round that stands, from the page with all its answers."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pb_app.db import read
from pb_app.services.rounds import RoundView, get_round
from tests.app import People, engine_of, post, sign_in_as
from tests.officer.stages import client_of
from tests.officer.walk import PAGES, dates, faults, heading, press, walk
from tests.resident.rounds import voting_round

AT = "/officer/rounds/neighbourhood-fund-2027"


@pytest.fixture
def officer(client: FlaskClient, people: People) -> FlaskClient:
    """An officer who has just made a draft."""
    sign_in_as(client, people.officer)
    press(client, press(client, walk(client, PAGES), dates()).text, {})
    return client


def the_round(app: Flask) -> RoundView:
    with read(engine_of(app)) as session:
        return get_round(session, AT.rsplit("/", 1)[1])


def answers(client: FlaskClient) -> str:
    return post(client, f"{AT}/change/start").text


def test_a_draft_is_changed_from_its_own_answers_and_gains_a_paper(app: Flask, officer: FlaskClient) -> None:
    before = the_round(app)
    page = answers(officer)
    assert heading(page) == "Check your answers"
    assert "Not finished yet" not in page
    assert "Nothing is different yet" in page
    page = press(officer, page, {}, go="to:timetable").text
    page = press(officer, page, dates(voting_closes_at=("30", "4", "2027", "5pm")), go="check").text
    assert "5pm on Friday 30\N{NO-BREAK SPACE}April 2027" in page.split("What changes", 1)[1]
    papers = {"papers-0": "Parks and streets", "papers-1": "Libraries"}
    page = press(officer, press(officer, page, {}, go="to:papers").text, papers, go="check").text
    page = press(officer, page, {}).text
    assert 'name="step" value="money-1"' in page, "the first page that is not finished"
    page = press(officer, page, {"pots-0-name": "Books", "pots-0-amount": "5,000"}).text
    page = press(officer, page, {"who": "all"}).text
    page = press(officer, page, {"kind": "one"}, go="check").text
    for kind in ("rule", "details", "support"):
        page = press(officer, press(officer, page, {}).text, PAGES[f"{kind}-0"], go="check").text
    assert press(officer, page, {}).location == AT
    after = the_round(app)
    assert [paper.title for paper in after.papers] == ["Parks and streets", "Libraries"]
    assert after.papers[0].rulebook == before.papers[0].rulebook
    assert after.papers[0].pots == before.papers[0].pots
    assert after.timetable.voting_opens_at == before.timetable.voting_opens_at


def test_an_announced_round_is_changed_by_two_people_and_its_page_says_so(
    app: Flask, officer: FlaskClient, people: People, client: FlaskClient
) -> None:
    post(officer, f"{AT}/announce")
    page = press(officer, press(officer, answers(officer), {}, go="to:about").text, {
        "title": "Fund 2027", "summary": "Money for the places we share."
    }, go="check").text  # fmt: skip
    refused = press(officer, page, {"reason": " "})
    assert faults(refused.text) == ["Write why. Everybody reads it"]
    assert press(officer, refused.text, {"reason": "The name was too long."}).location == f"{AT}/change"
    waiting = officer.get(f"{AT}/change").text
    assert "Waiting for someone else" in waiting
    assert "change the round" in officer.get("/officer").text
    second = client_of(app, people.steering)
    assert "Neighbourhood Fund 2027" in second.get(f"{AT}/change").text
    assert post(second, f"{AT}/change/confirm").status_code == 302
    public = officer.get("/rounds/neighbourhood-fund-2027").text
    assert "Fund 2027" in public
    assert "The name was too long." in public
    assert "Neighbourhood Fund 2027</td>" in public


def test_nothing_changes_once_voting_is_open_and_the_page_says_what_can_be_done(app: Flask, people: People) -> None:
    at = f"/officer/rounds/{voting_round(app, people)}/change"
    client = client_of(app, people.officer)
    page = client.get(at).text
    assert "nothing can change any more" in page
    assert "Change something" not in page
    assert post(client, f"{at}/start").status_code == 409


def test_nobody_confirms_another_change_than_the_one_on_their_page(
    app: Flask, officer: FlaskClient, people: People
) -> None:
    def ask(title: str) -> str:
        about = {"title": title, "summary": "Money for the places we share."}
        page = press(officer, press(officer, answers(officer), {}, go="to:about").text, about, go="check").text
        assert press(officer, page, {"reason": "Too long."}).location == f"{AT}/change"
        waiting = second.get(f"{AT}/change").text
        return waiting.split('name="decision" value="')[1].split('"')[0]

    post(officer, f"{AT}/announce")
    second = client_of(app, people.steering)
    seen = ask("Fund 2027")
    assert post(officer, f"{AT}/change/withdraw").status_code == 302
    newer = ask("Another name")
    refused = post(second, f"{AT}/change/confirm", decision=seen)
    assert refused.status_code == 409
    assert "Look at the page again" in refused.text
    assert the_round(app).title == "Neighbourhood Fund 2027"
    assert post(second, f"{AT}/change/confirm", decision=newer).status_code == 302
    assert the_round(app).title == "Another name"
