"""A changed version offers its source at the foot of every page (licence, section 13)."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pb_app.config import Config, ConfigError, from_environment
from pb_app.factory import create_app
from tests.app import People, sign_in_as

SOURCE = "https://code.westmere.example/commonpot"


def test_the_source_of_a_changed_version_is_one_link_away_on_every_page(app: Flask, app_config: Config) -> None:
    client = create_app(dataclasses.replace(app_config, source_url=SOURCE)).test_client()
    for url in ("/", "/help", "/account/sign-in", "/nothing"):
        assert f'href="{SOURCE}"' in client.get(url).text, url


def test_an_unchanged_version_shows_no_such_link(client: FlaskClient, people: People) -> None:
    sign_in_as(client, people.officer)
    assert "the source code of this service" not in client.get("/officer").text


@pytest.mark.parametrize("address", ["javascript:alert(1)", "code.westmere.example", "ftp://westmere.example"])
def test_what_is_no_web_address_stops_the_start(tmp_path: Path, address: str) -> None:
    with pytest.raises(ConfigError, match="SOURCE_URL"):
        from_environment({"PB_INSTANCE": str(tmp_path), "SOURCE_URL": address})


def test_it_is_read_from_the_environment(tmp_path: Path) -> None:
    assert from_environment({"PB_INSTANCE": str(tmp_path), "SOURCE_URL": SOURCE}).source_url == SOURCE
