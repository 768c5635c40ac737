"""Texts travel compressed to whoever can read them so; nothing else changes."""

from __future__ import annotations

import gzip

import pytest
from flask.testing import FlaskClient

from pb_app.web.compression import LEAST_BYTES

PACKED = {"Accept-Encoding": "gzip, deflate, br"}


@pytest.mark.parametrize("url", ["/guarantees", "/static/look.css", "/static/ballot.js"])
def test_a_text_arrives_smaller_and_is_the_same(client: FlaskClient, url: str) -> None:
    with client.get(url) as plain, client.get(url, headers=PACKED) as packed:
        assert packed.content_length == len(packed.data)
        assert gzip.decompress(packed.data) == plain.data
    assert "Content-Encoding" not in plain.headers
    assert packed.headers.get("Content-Encoding") == "gzip"
    assert "Accept-Encoding" in plain.vary
    assert "Accept-Encoding" in packed.vary
    assert len(packed.data) < len(plain.data) / 2


def test_the_size_of_the_same_page_says_little(client: FlaskClient) -> None:
    sizes = {len(client.get("/guarantees", headers=PACKED).data) for _ in range(12)}
    assert len(sizes) > 3


def test_a_browser_that_has_the_file_already_gets_no_second_copy(client: FlaskClient) -> None:
    with client.get("/static/look.css", headers=PACKED) as first:
        etag = first.headers["ETag"]
    with client.get("/static/look.css", headers={**PACKED, "If-None-Match": etag}) as again:
        assert again.status_code == 304
        assert again.data == b""


def test_what_is_refused_or_only_asked_about_stays_plain(client: FlaskClient) -> None:
    refused = client.get("/guarantees", headers={"Accept-Encoding": "gzip;q=0"})
    assert "Content-Encoding" not in refused.headers
    with client.head("/static/look.css", headers=PACKED) as head:
        assert "Content-Encoding" not in head.headers
    with client.get("/static/look.css", headers={**PACKED, "Range": "bytes=0-99"}) as part:
        assert "Content-Encoding" not in part.headers
        assert len(part.data) == 100


def test_a_short_answer_stays_as_it_is(client: FlaskClient) -> None:
    style = client.get("/brand.css", headers=PACKED)
    assert (style.headers.get("Content-Encoding") == "gzip") == (len(client.get("/brand.css").data) >= LEAST_BYTES)
