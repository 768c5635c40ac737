"""A tablet that staff set up for an event: one voter after the other, each in a fresh session.

An encrypted cookie says so, for the pages of one round; it names no person. It ends after a long day.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from cryptography.fernet import InvalidToken
from flask import request
from werkzeug.wrappers import Response

from pb_app.web import context, sealed

COOKIE = "pb_tablet"
SECONDS = 14 * 60 * 60
LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class Tablet:
    """For which round it is set up, and what staff call it."""

    round_id: str
    name: str


def set_up(response: Response, tablet: Tablet) -> Response:
    """Makes this browser a tablet of the round."""
    response.set_cookie(
        COOKIE,
        sealed.cipher(b"commonpot tablet 1").encrypt(json.dumps(asdict(tablet)).encode()).decode(),
        path=_path(tablet.round_id),
        max_age=SECONDS,
        httponly=True,
        samesite="Lax",
        secure=context.config().is_production,
    )
    return response


def stop(response: Response, round_id: str) -> Response:
    """Makes it an ordinary browser again."""
    response.delete_cookie(COOKIE, path=_path(round_id), httponly=True, samesite="Lax")
    return response


def current() -> Tablet | None:
    """The tablet that asks for this page, if it is set up for the page's round."""
    try:
        value = json.loads(
            sealed.cipher(b"commonpot tablet 1").decrypt(request.cookies.get(COOKIE, "").encode(), ttl=SECONDS)
        )
    except InvalidToken:
        return None
    tablet = Tablet(**value)
    return tablet if tablet.round_id == (request.view_args or {}).get("round_id") else None


def _path(round_id: str) -> str:
    return f"/rounds/{round_id}/"
