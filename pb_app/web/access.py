"""Who may enter: each view declares its audience, and start-up fails when one does not.

@bp.get("/officer")
@needs("round:create")
def desk() -> str: ...
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from pb_app.services.sessions import SignedInPerson
from pb_app.web import context, keep
from voting.errors import NotAllowedError
from voting.permissions import PERMISSIONS, is_allowed
from voting.permissions import check as check_permission

View = TypeVar("View", bound=Callable[..., Any])
_MARK = "_audience"
SET_UP_SECOND_FACTOR = "account.second_factor"


@dataclass(frozen=True, slots=True)
class Audience:
    """Who may enter a view: everybody, everybody signed in, or whoever holds one of `permissions`.

    `is_open_to_half` lets staff in who have not set up their second factor yet (to set it up, or to leave).
    """

    is_public: bool = False
    permissions: tuple[str, ...] = ()
    is_open_to_half: bool = False

    def __str__(self) -> str:
        if self.is_public:
            return "public"
        return " or ".join(self.permissions) or "signed in"


class AudienceMissingError(Exception):
    """At least one view says no audience; the message lists all of them."""


def public(view: View) -> View:
    """Everybody may enter, signed in or not."""
    return _declare(view, Audience(is_public=True))


def signed_in(view: View) -> View:
    """Everybody with an account may enter."""
    return _declare(view, Audience())


def half_signed_in(view: View) -> View:
    """As `signed_in`, and also staff whose second factor is still missing."""
    return _declare(view, Audience(is_open_to_half=True))


def needs(*permissions: str) -> Callable[[View], View]:
    """Whoever holds at least one of `permissions` (names from voting.permissions) may enter."""
    unknown = [name for name in permissions if name not in PERMISSIONS]
    if unknown or not permissions:
        raise ValueError(f"needs() takes names of voting.permissions.PERMISSIONS, not {unknown}")
    return lambda view: _declare(view, Audience(permissions=permissions))


def audience_of(app: Flask, endpoint: str) -> Audience | None:
    """What the view of `endpoint` declared; None when it declared nothing."""
    return getattr(app.view_functions[endpoint], _MARK, None)


def check_audiences(app: Flask) -> None:
    """Raises AudienceMissingError listing every view without an audience."""
    missing = sorted({rule.endpoint for rule in app.url_map.iter_rules() if audience_of(app, rule.endpoint) is None})
    if missing:
        raise AudienceMissingError(
            "These views say no audience. Put @public, @signed_in or @needs(…) under the route of each: "
            + ", ".join(missing)
        )


def guard() -> Response | str | tuple[str, int] | None:
    """Runs before every view: lets the visitor in, or answers in the view's place."""
    if request.endpoint is None:
        return None
    audience = audience_of(current_app, request.endpoint)
    if audience is None:
        raise NotAllowedError("Nobody may open this page.")
    if audience.is_public:
        return None
    person = context.person()
    if person is None:
        return _send_to_sign_in()
    if _lacks_second_factor(person) and not audience.is_open_to_half:
        return redirect(url_for(SET_UP_SECOND_FACTOR))
    _check_permissions(person, audience)
    return None


def _check_permissions(person: SignedInPerson, audience: Audience) -> None:
    if audience.permissions and not any(is_allowed(person.roles, name) for name in audience.permissions):
        check_permission(person.roles, audience.permissions[0])


def _lacks_second_factor(person: SignedInPerson) -> bool:
    return person.is_staff and not person.gave_second_factor


def _send_to_sign_in() -> Response | str | tuple[str, int]:
    """A read is sent on; what somebody typed is carried through signing in."""
    if request.method == "POST":
        return keep.sign_in_page()
    here = request.full_path if request.query_string else request.path
    return redirect(url_for("account.sign_in", next=here))


def _declare(view: View, audience: Audience) -> View:
    if getattr(view, _MARK, None) is not None:
        raise ValueError(f"{view.__name__} says two audiences; keep one")
    setattr(view, _MARK, audience)
    return view
