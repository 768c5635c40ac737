"""What holds for every page there is, on a round that is open for voting: nothing breaks, a read never writes."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from contextlib import closing

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

import pb_app.models
from pb_app.db import Base, read, write
from pb_app.models.person import Person
from pb_app.services.people import ask_appointment
from pb_app.services.proposals import start_draft
from tests.app import NOW, People, engine_of, sign_in_as
from tests.resident.rounds import add_projects, open_voting, proposing_round
from tests.web.test_access import ROLES, routes, who
from voting.permissions import Role

EXPECTED = {200, 302, 303, 403, 404, 409, 422}
PERSONAL = {
    "activity_details.details",
    "area_verification.statement",
    "check_in.name",
    "check_in.place",
    "check_in.search_name",
    "outbox_mail.body",
    "outbox_mail.to",
    "person.email",
    "person.name",
    "person.password_hash",
    "person.search_name",
    "person.totp_secret",
    "voter_request.contact",
    "voter_request.review_words",
    "voter_request.shown_to",
    "voter_request.statement",
}
"""Every column that can hold personal data. A new one is listed here, in the privacy page and in its model's `info`."""

NOT_PERSONAL_BY_NAME = {
    *("area.name", "council.name", "council.help_email", "council.help_phone", "pot.name"),
    "person.email_confirmed_at",  # a time
    *("postcode_area.postcode", "postcode_file.postcodes"),  # where places are, not people
    "voter_source.name",  # of an organisation
    "proposal.group_name",  # public, and never a person's name
    "voter_group.name",  # of a class or a club
}
TELLTALE = re.compile(r"(?:^|_)(?:e?mail|name|phone|address|birth|postcode|secret|statement|interests)(?:_|$)")
AVOIDED = re.compile(r"\b(please|invalid|successfully|submit|submitted)\b", re.IGNORECASE)

Parts = dict[str, str | int]


@pytest.fixture
def parts(app: Flask, people: People) -> Parts:
    """Something real for each place of an address."""
    round_id = proposing_round(app, people)
    with write(engine_of(app)) as session:
        proposal_id = start_draft(session, round_id=round_id, by=people.resident, now=NOW)
        ask_appointment(
            session,
            email="rhys@westmere.example",
            role=Role.STEERING,
            is_removal=False,
            by=people.administrator,
            now=NOW,
        )
    for paper_id in ("harbour-fund", "youth-fund"):
        add_projects(app, round_id, paper_id, 4)
    open_voting(app, people, round_id)
    return {"round_id": round_id, "paper_id": "harbour-fund", "proposal_id": proposal_id} | NUMBERS


NUMBERS = {"shown": 4, "most": 2, "place": 0, "first": 1, "size": 1, "n": 1}
"""Numbers in addresses."""


def addresses(app: Flask, parts: Parts, method: str) -> list[str]:
    """Every address that answers `method`, filled in."""
    urls = app.url_map.bind("localhost")
    rules = {str(rule): rule for rule in app.url_map.iter_rules()}
    return [
        urls.build(endpoint, {name: parts.get(name, "some-thing") for name in rules[rule].arguments}, method=method)
        for asked, rule, endpoint in routes(app)
        if asked == method and endpoint != "static"
    ]


def fingerprint(app: Flask) -> str:
    """A hash of every row of every table."""
    digest = hashlib.sha256()
    with read(engine_of(app)) as session:
        for table in Base.metadata.sorted_tables:
            rows = sorted(repr(row) for row in session.execute(select(table)))
            digest.update(repr((table.name, rows)).encode())
    return digest.hexdigest()


def count_commits(watcher: sqlite3.Connection) -> int:
    """A number that changes whenever another connection has changed the database."""
    found: int = watcher.execute("PRAGMA data_version").fetchone()[0]
    return found


@pytest.mark.parametrize("role", ROLES)
def test_every_page_answers_in_good_order_and_reading_it_changes_no_row(
    app: Flask, people: People, parts: Parts, role: str
) -> None:
    client = app.test_client()
    sign_in_as(client, who(people, role))
    before = fingerprint(app)
    for url in addresses(app, parts, "GET"):
        with client.get(url) as answer:
            assert answer.status_code in EXPECTED, f"{url} as {role}: {answer.status_code}"
            if answer.mimetype == "text/html" and answer.status_code != 302:
                assert_in_order(answer.get_data(as_text=True), f"{url} as {role}")
    assert fingerprint(app) == before


def assert_in_order(page: str, where: str) -> None:
    """One heading, a title that names its council, and none of the words that the design's table of words avoids."""
    assert page.count("<h1") == 1, f"{where} has {page.count('<h1')} main headings"
    title = page.split("<title>")[1].split("</title>")[0]
    assert title.endswith(" – Westmere Council"), f"{where}: {title}"
    assert not title.startswith(" –"), f"{where} has no title"
    assert not AVOIDED.findall(re.sub(r"<[^>]+>", " ", page)), where


@pytest.mark.parametrize("role", ROLES)
def test_every_post_without_its_token_changes_no_row_and_is_no_fault(
    app: Flask, people: People, parts: Parts, role: str
) -> None:
    client = app.test_client()
    sign_in_as(client, who(people, role))
    before = fingerprint(app)
    with closing(sqlite3.connect(engine_of(app).url.database or "")) as watcher:
        commits = count_commits(watcher)
        for url in addresses(app, parts, "POST"):
            answer = client.post(url, data={"title": "x", "csrf_token": "forged"})
            assert answer.status_code in EXPECTED, f"{url} as {role}: {answer.status_code}"
            seen, commits = commits, count_commits(watcher)
            assert seen == commits or fingerprint(app) == before, f"{url} as {role}"
    assert fingerprint(app) == before


def test_no_page_names_a_person_or_a_mail_address_to_a_visitor(app: Flask, people: People, parts: Parts) -> None:
    client: FlaskClient = app.test_client()
    with read(engine_of(app)) as session:
        known = [word for row in session.execute(select(Person.email, Person.name)) for word in row]
    for url in addresses(app, parts, "GET"):
        if url.startswith("/demo/"):
            continue  # the demo's mail is meant to be read
        with client.get(url) as answer:
            shown = answer.get_data(as_text=True) if (answer.mimetype or "").startswith("text/") else ""
            assert not [word for word in known if word in shown], url


def test_every_personal_column_is_listed() -> None:
    marked = {f"{t.name}.{c.name}" for t in Base.metadata.sorted_tables for c in t.columns if c.info.get("personal")}
    assert marked == PERSONAL
    telling = {f"{t.name}.{c.name}" for t in Base.metadata.sorted_tables for c in t.columns if TELLTALE.search(c.name)}
    assert telling - PERSONAL - NOT_PERSONAL_BY_NAME == set(), (
        "is this personal? Mark it in its model and list it above"
    )
    assert pb_app.models.__all__


def test_the_actor_of_a_session_holds_no_staff_hat_without_the_second_step(app: Flask, people: People) -> None:
    client = app.test_client()
    sign_in_as(client, people.officer, gave_second_factor=False)
    page = client.get("/").get_data(as_text=True)
    assert "/officer" not in page
