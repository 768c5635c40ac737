"""A session in which staff help somebody to vote: for one round, half an hour at most, and nothing says whom they help.

An encrypted cookie says so. Whoever is signed in as an officer can type somebody's code in such a session alone.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from flask import request
from werkzeug.wrappers import Response

from pb_app.web import context, tablet
from pb_app.web.sealed import RoundCookie
from voting.permissions import is_allowed

COOKIE = RoundCookie("pb_help", b"commonpot help session 1", seconds=30 * 60)
PERMISSION = "voting:help"


@dataclass(frozen=True, slots=True)
class Assistance:
    """For which round, and whether the voter checks and casts alone."""

    round_id: str
    hands_over: bool


def start(response: Response, assistance: Assistance) -> Response:
    """Begins the session in this browser."""
    return COOKIE.put(response, assistance.round_id, asdict(assistance))


def end(response: Response, round_id: str) -> Response:
    """Ends it."""
    return COOKIE.drop(response, round_id)


def current() -> Assistance | None:
    """The session that holds for this page; None without one, after half an hour, and for staff who signed out."""
    value = COOKIE.read() if _may_help() else None
    found = Assistance(**value) if value else None
    return found if found and found.round_id == (request.view_args or {}).get("round_id") else None


def is_staff_alone() -> bool:
    """Whether an officer sits here without such a session: then no code of somebody else opens anything."""
    return tablet.current() is None and _may_help() and current() is None


def _may_help() -> bool:
    person = context.person()
    return person is not None and is_allowed(person.roles, PERMISSION)
