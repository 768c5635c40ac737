"""Headers and cookies, on every answer and in production."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pb_app.config import Config, ConfigError
from pb_app.db import write
from pb_app.factory import create_app
from pb_app.services.outbox import add_mail
from pb_app.web.headers import FIXED
from tests.app import People, engine_of, post, sign_in_as
from tests.web.pages import add_view, raising

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def app(app_with_views: Flask) -> Flask:
    return app_with_views


@pytest.fixture
def production(app: Flask, app_config: Config, tmp_path_factory: pytest.TempPathFactory) -> Config:
    """The same council, as it runs for the public."""
    return dataclasses.replace(
        app_config,
        is_production=True,
        clock="",
        key_dir=tmp_path_factory.mktemp("keys"),
        base_url="https://vote.westmere.example",
    )


@pytest.mark.parametrize(
    "url",
    ["/", "/account/sign-in", "/nothing", "/account/sign-out", "/account", "/static/look.css", "/fault", "/brand.css"],
)
def test_every_answer_has_the_security_headers(app: Flask, client: FlaskClient, url: str) -> None:
    add_view(app, "/fault", raising(RuntimeError()))
    with client.get(url) as answer:
        for name, value in FIXED.items():
            assert answer.headers[name] == value, name


def test_the_content_policy_allows_our_own_files_and_no_inline_code(client: FlaskClient) -> None:
    policy = client.get("/").headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    for part in ("form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'", "img-src 'self' data:"):
        assert part in policy
    assert "unsafe" not in policy


def test_templates_hold_no_inline_script_style_or_handler() -> None:
    offenders = [
        f"{path.name}: {mark}"
        for path in sorted(Path(__file__).resolve().parents[2].glob("templates/**/*.html"))
        for mark in ("<style", " style=", " onclick=", " onchange=", " onsubmit=", "<script>", "javascript:")
        if mark in path.read_text()
    ]
    assert not offenders, f"our content policy refuses these; use look.css or a file under static: {offenders}"


def test_pages_are_not_kept_by_caches_and_files_are(client: FlaskClient, people: People) -> None:
    sign_in_as(client, people.resident)
    assert client.get("/account").headers["Cache-Control"] == "no-store"
    with client.get("/static/look.css") as answer:
        assert "max-age=31536000" in answer.headers["Cache-Control"]


def test_the_cookie_can_t_be_read_by_script_or_sent_by_another_site(client: FlaskClient) -> None:
    cookie = client.get("/account/sign-in").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_in_production_cookies_and_pages_stay_on_https(production: Config) -> None:
    answer = create_app(production).test_client().get("/account/sign-in", base_url="https://vote.westmere.example")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-commonpot=")
    assert "; Secure" in cookie
    assert "Path=/" in cookie
    assert "max-age" in answer.headers["Strict-Transport-Security"]


def test_reading_a_public_page_sets_no_cookie(client: FlaskClient) -> None:
    for url in ("/", "/help", "/guarantees", "/brand.css", "/nothing"):
        assert "Set-Cookie" not in client.get(url).headers, url


@pytest.mark.parametrize("secret", ["", "dev", "changeme", "short"])
def test_production_refuses_a_missing_or_default_secret(production: Config, secret: str) -> None:
    with pytest.raises(ConfigError, match="PB_SECRET_KEY"):
        create_app(dataclasses.replace(production, secret_key=secret))


def test_production_refuses_a_clock_that_can_be_moved(production: Config) -> None:
    with pytest.raises(ConfigError, match="PB_CLOCK"):
        create_app(dataclasses.replace(production, clock="file:/tmp/clock"))


def test_production_needs_its_own_address_for_the_links_in_mails(production: Config) -> None:
    """A link built from a visitor's Host header would let a stranger aim it."""
    with pytest.raises(ConfigError, match="BASE_URL"):
        create_app(dataclasses.replace(production, base_url=""))


def test_production_answers_under_its_own_name_alone(production: Config) -> None:
    client = create_app(production).test_client()
    assert client.get("/account/sign-in", base_url="https://evil.example").status_code == 400
    assert client.get("/account/sign-in", base_url="https://vote.westmere.example").status_code == 200


def test_the_demo_s_mail_does_not_exist_in_production(app: Flask, client: FlaskClient, production: Config) -> None:
    post(client, "/account/register", email="somebody@westmere.example")
    assert "somebody@westmere.example" in client.get("/demo/outbox").text
    public = create_app(production).test_client()
    assert public.get("/demo/outbox", base_url="https://vote.westmere.example").status_code == 404
    assert engine_of(app) is not None


def test_the_demo_s_mail_leaves_out_what_is_locked(app: Flask, client: FlaskClient) -> None:
    with write(engine_of(app)) as session:
        for key, to in (("vote-message:spring:middle:1", "ana"), ("something else", "ben")):
            add_mail(session, key=key, to=f"{to}@westmere.example", subject="Hello", body="bG9ja2Vk", now=NOW)
    page = client.get("/demo/outbox").text
    assert "ben@westmere.example" in page
    assert "ana@westmere.example" not in page
