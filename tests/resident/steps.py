"""The steps of a voter, page by page, as a browser without script takes them."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

HARBOUR, YOUTH = "harbour-fund", "youth-fund"


def hidden(page: str) -> dict[str, list[str]]:
    """The hidden fields of the main form, as a browser would send them."""
    form = page.split("<main", 1)[1]
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form):
        found.setdefault(name, []).append(value)
    for name, value in re.findall(r'<textarea name="([^"]+)" hidden>\n([^<]*)</textarea>', form):
        found.setdefault(name, []).append(value)
    return found


def press(client: FlaskClient, url: str, page: str, **more: str | Sequence[str]) -> TestResponse:
    """Sends a page's form with more fields filled in."""
    return client.post(url, data={**hidden(page), **more})


def send_file_form(client: FlaskClient, url: str, fields: dict[str, Any]) -> TestResponse:
    """Posts a form that may hold a file. The test client leaves the temporary file of a large body open: close it."""
    answer = client.post(url, data=fields, content_type="multipart/form-data")
    answer.request.environ["wsgi.input"].close()
    return answer


def to_check(client: FlaskClient, round_id: str, harbour: list[str], youth: list[str]) -> str:
    """Marks both papers and gives the check page; an empty list leaves a paper out."""
    page = client.get(f"/rounds/{round_id}/vote/{HARBOUR}").text
    button = "next" if harbour else "skip"
    page = press(client, f"/rounds/{round_id}/vote/{HARBOUR}", page, **{f"pick-{HARBOUR}": harbour, "do": button}).text
    button = "next" if youth else "skip"
    return press(client, f"/rounds/{round_id}/vote/{YOUTH}", page, **{f"pick-{YOUTH}": youth, "do": button}).text


def receipts_in(page: str) -> list[str]:
    """The receipts' files in the page."""
    return [
        base64.b64decode(one).decode()
        for one in re.findall(r'href="data:text/plain;charset=utf-8;base64,([^"]+)"', page)
    ]


def cast(client: FlaskClient, round_id: str, check_page: str, **more: str) -> TestResponse:
    return press(client, f"/rounds/{round_id}/cast", check_page, **more)
