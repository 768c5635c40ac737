"""A tablet that staff set up for an event: one voter after the other, each in a fresh session.

An encrypted cookie says so, for the pages of one round; it names no person. It ends after a long day.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from flask import request
from werkzeug.wrappers import Response

from pb_app.web.sealed import RoundCookie

COOKIE = RoundCookie("pb_tablet", b"commonpot tablet 1", seconds=14 * 60 * 60)
LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class Tablet:
    """For which round it is set up, and what staff call it."""

    round_id: str
    name: str


def set_up(response: Response, tablet: Tablet) -> Response:
    """Makes this browser a tablet of the round."""
    return COOKIE.put(response, tablet.round_id, asdict(tablet))


def stop(response: Response, round_id: str) -> Response:
    """Makes it an ordinary browser again."""
    return COOKIE.drop(response, round_id)


def current() -> Tablet | None:
    """The tablet that asks for this page, if it is set up for the page's round."""
    value = COOKIE.read()
    tablet = Tablet(**value) if value else None
    return tablet if tablet and tablet.round_id == (request.view_args or {}).get("round_id") else None
