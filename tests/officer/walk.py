"""The form that makes a round, walked page by page as a browser without script does."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from datetime import datetime

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

URL = "/officer/rounds/new"
DATES = ("proposing_opens_at", "proposing_closes_at", "reviewing_closes_at", "voting_opens_at", "voting_closes_at")

Answers = Mapping[str, str | list[str]]

PAGES: dict[str, Answers] = {
    "about": {"title": "Neighbourhood Fund 2027", "summary": "Money for the places we share."},
    "eligible": {
        "routes": ["live", "study"],
        "min_age": "11",
        "max_age": "",
        "evidence": ["document", "list"],
        "consent_under": "13",
        "identify": "first",
    },
    "papers": {"papers-0": "Parks and streets"},
    "money-0": {
        "pots-0-name": "Green pot",
        "pots-0-amount": "£20,000",
        "pots-0-source": "Section 106, Mill Lane",
        "pots-0-conditions": "Only outdoors.",
        "pots-0-spend_by-day": "31",
        "pots-0-spend_by-month": "3",
        "pots-0-spend_by-year": "2028",
    },
    "voters-0": {"who": "some", "areas": ["alder", "brindle"]},
    "kind-0": {"kind": "pick"},
    "ballot-0": {"most": "3", "least": "1"},
    "rule-0": {"rule": "equal_shares"},
    "details-0": {"worth": "cost", "completion": "add1_then_greedy"},
    "support-0": {"threshold": "votes", "votes": "20", "ties": "supporters"},
    "ways": {"paper": "online_stands", "places": "Westmere Library"},
}
"""Good answers to every page but the timetable."""


def dates(**changed: tuple[str, str, str, str]) -> dict[str, str]:
    """A timetable in 2027, as typed; a changed date is (day, month, year, time)."""
    typed: dict[str, tuple[str, str, str, str]] = {
        "proposing_opens_at": ("1", "2", "2027", "9am"),
        "proposing_closes_at": ("1", "3", "2027", "5pm"),
        "reviewing_closes_at": ("1", "4", "2027", "5pm"),
        "voting_opens_at": ("10", "4", "2027", "9:30am"),
        "voting_closes_at": ("24", "4", "2027", "17:00"),
        **changed,
    }
    parts = ("day", "month", "year", "time")
    return {f"{name}-{part}": text for name in DATES for part, text in zip(parts, typed[name], strict=True)}


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the page's own form."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.split("<main", 1)[1])
    return {name: html.unescape(value) for name, value in found}


def start(client: FlaskClient, copy: str = "-") -> str:
    """The first page of the form."""
    page = client.get(URL).text
    return client.post(f"{URL}/start", data={**hidden(page), "copy": copy}).text


def press(client: FlaskClient, page: str, answers: Answers, go: str = "next") -> TestResponse:
    """Answers one page and presses a button of it."""
    return client.post(URL, data={**hidden(page), **answers, "go": go})


def walk(client: FlaskClient, pages: Mapping[str, Answers], until: str = "") -> str:
    """Answers these pages in order and gives the page that follows, or the page `until` before answering it."""
    page = start(client)
    for key, answers in pages.items():
        assert f'name="step" value="{key}"' in page, f"not the page {key}: {heading(page)}"
        if key == until:
            return page
        page = press(client, page, answers).text
    return page


def heading(page: str) -> str:
    """The words of the h1, and of what is to be mended."""
    found = re.search(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL)
    return re.sub(r"\s+", " ", found[1]).strip() if found else page[:200]


def faults(page: str) -> list[str]:
    """The lines of the error summary."""
    box = page.split("govuk-error-summary__list", 1)
    if len(box) == 1:
        return []
    lines = re.findall(r"<li>(.*?)</li>", box[1].split("</ul>", 1)[0], re.DOTALL)
    return [html.unescape(re.sub(r"<[^>]+>|\s+", " ", line)).strip() for line in lines]


def local(text: str) -> datetime:
    """An ISO time."""
    return datetime.fromisoformat(text)


def typed_in(page: str) -> dict[str, str | list[str]]:
    """Whatever stands in the page's boxes, as a browser sends it back."""
    main = page.split("<main", 1)[1]
    boxes = re.findall(r'<input class="govuk-input[^>]*? name="([^"]+)"[^>]*? value="([^"]*)"', main)
    radio = r'<input class="govuk-radios__input"[^>]*? name="([^"]+)"[^>]*? value="([^"]*)"[^>]*? checked'
    texts = re.findall(r'<textarea[^>]*? name="([^"]+)"[^>]*>([^<]*)</textarea>', main)
    found = [*boxes, *re.findall(radio, main), *texts]
    ticks: dict[str, list[str]] = {}
    tick = r'<input class="govuk-checkboxes__input"[^>]*? name="([^"]+)"[^>]*? value="([^"]*)"[^>]*? checked'
    for name, value in re.findall(tick, main):
        ticks.setdefault(name, []).append(html.unescape(value))
    return {name: html.unescape(value).strip() for name, value in found} | ticks
