"""A session in which staff help somebody to vote: for one round, half an hour at most, and nothing says whom they help.

An encrypted cookie says so. Whoever is signed in as an officer can type somebody's code in such a session alone.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from cryptography.fernet import InvalidToken
from flask import request
from werkzeug.wrappers import Response

from pb_app.web import context, sealed, tablet
from voting.permissions import is_allowed

COOKIE = "pb_help"
SECONDS = 30 * 60
PERMISSION = "voting:help"
_PURPOSE = b"commonpot help session 1"


@dataclass(frozen=True, slots=True)
class Assistance:
    """For which round, and whether the voter checks and casts alone."""

    round_id: str
    hands_over: bool


def start(response: Response, assistance: Assistance) -> Response:
    """Begins the session in this browser."""
    response.set_cookie(
        COOKIE,
        sealed.cipher(_PURPOSE).encrypt(json.dumps(asdict(assistance)).encode()).decode(),
        path=_path(assistance.round_id),
        max_age=SECONDS,
        httponly=True,
        samesite="Lax",
        secure=context.config().is_production,
    )
    return response


def end(response: Response, round_id: str) -> Response:
    """Ends it."""
    response.delete_cookie(COOKIE, path=_path(round_id), httponly=True, samesite="Lax")
    return response


def current() -> Assistance | None:
    """The session that holds for this page; None without one, after half an hour, and for staff who signed out."""
    if not _may_help():
        return None
    try:
        sealed_text = request.cookies.get(COOKIE, "").encode()
        value = json.loads(sealed.cipher(_PURPOSE).decrypt(sealed_text, ttl=SECONDS))
    except InvalidToken:
        return None
    found = Assistance(**value)
    return found if found.round_id == (request.view_args or {}).get("round_id") else None


def is_staff_alone() -> bool:
    """Whether an officer sits here without such a session: then no code of somebody else opens anything."""
    return tablet.current() is None and _may_help() and current() is None


def _may_help() -> bool:
    person = context.person()
    return person is not None and is_allowed(person.roles, PERMISSION)


def _path(round_id: str) -> str:
    return f"/rounds/{round_id}/"
