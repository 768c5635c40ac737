"""Votes held elsewhere: their pages say so, in their own currency, up to the most projects we have seen."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pb_app.db import write
from pb_app.services.importing import import_pabulib
from tests.app import NOW, People, engine_of, workplace_of

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "pabulib"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"NO REAL ELECTIONS: {DATA} is absent")


def _imported(app: Flask, people: People, name: str) -> str:
    place = workplace_of(app)
    place.keys.make_council_key()
    with write(engine_of(app)) as session:
        return import_pabulib(
            session, place.keys, data=(DATA / name).read_bytes(), name=name, by=people.officer, now=NOW
        )


def test_the_result_names_source_and_currency_and_says_count_only(
    app: Flask, people: People, client: FlaskClient
) -> None:
    round_id = _imported(app, people, "Poland_Warszawa_2018_Pole_Mokotowskie.pb")

    page = client.get(f"/rounds/{round_id}/results").text

    assert "Count only" in page
    assert "Poland_Warszawa_2018_Pole_Mokotowskie.pb" in page
    assert "PLN" in page
    assert "£" not in page
    assert "Every vote accounted for" not in page


def test_its_round_page_leads_to_the_result_and_asks_nobody_to_vote(
    app: Flask, people: People, client: FlaskClient
) -> None:
    round_id = _imported(app, people, "Poland_Warszawa_2018_Pole_Mokotowskie.pb")

    page = client.get(f"/rounds/{round_id}").text

    assert "This vote was held elsewhere. We only counted it." in page
    assert f"/rounds/{round_id}/results" in page
    assert "Vote now" not in page
    assert "£" not in page


def test_a_result_of_175_projects_is_one_page(app: Flask, people: People, client: FlaskClient) -> None:
    round_id = _imported(app, people, "Hungary_Budapest_2024.pb")

    page = client.get(f"/rounds/{round_id}/results").text

    assert "28,943 votes counted" in page
    assert "159 not funded, and why" in page
    assert page.count("<dt>") >= 159


def test_home_lists_it_apart_from_our_own_results(app: Flask, people: People, client: FlaskClient) -> None:
    _imported(app, people, "Poland_Warszawa_2018_Pole_Mokotowskie.pb")

    page = client.get("/").text

    assert "voted elsewhere, counted here" in page
    assert "Last result" not in page
