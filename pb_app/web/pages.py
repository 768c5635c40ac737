"""What every page is given: the council, who is signed in, where one can go, and addresses of static files."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, current_app, request, url_for
from flask_wtf.csrf import generate_csrf

from pb_app.services.council import CouncilView
from pb_app.services.sessions import SignedInPerson
from pb_app.web import assistance, context, tablet
from pb_app.web.access import public
from voting.permissions import Role

bp = Blueprint("web", __name__)


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of the navigation."""

    label: str
    url: str
    is_current: bool


_VISITOR = (("Home", "public.home"), ("What we promise", "public.guarantees"), ("Help", "public.help_page"))
_RESIDENT = (("Home", "public.home"), ("My proposals", "resident.my_proposals"), ("My account", "account.overview"))
_STAFF = (
    (Role.OFFICER, "Today", "officer.desk"),
    (Role.STEERING, "Today", "officer.desk"),
    (Role.AUDITOR, "Audit", "auditor.desk"),
    (Role.ADMINISTRATOR, "Appointments", "account.appointments"),
)
_FOOTER = (
    ("Help to vote or propose", "public.help_page"),
    ("Accessibility", "public.accessibility"),
    ("Privacy", "public.privacy"),
    ("What we promise", "public.guarantees"),
)


def init_app(app: Flask) -> None:
    """Gives the templates of `app` what layout.html uses."""
    app.register_blueprint(bp)
    app.context_processor(_for_every_page)
    app.add_template_global(generate_csrf, "csrf_token")
    app.add_template_global(static_url, "static_url")
    app.add_template_global(page_url, "page_url")


@bp.get("/brand.css")
@public
def brand() -> Response:
    """The council's colour, as the custom properties that look.css uses."""
    council = context.council()
    rules = f":root{{--cp-brand:{council.colour};--cp-brand-dark:{council.dark_colour}}}\n"
    response = Response(rules, mimetype="text/css")
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


def static_url(filename: str) -> str:
    """The address of a static file, with its content's hash: a changed file is fetched anew, an old one kept."""
    content = _fingerprint(current_app.static_folder or "", filename, current_app.debug)
    return f"{request.script_root}{current_app.static_url_path}/{filename}?v={content}"


def page_url(page: int) -> str:
    """The address of this list at another page, with every filter kept."""
    chosen = request.args.to_dict(flat=False) | dict(request.view_args or {}) | {"page": str(page)}
    return url_for(request.endpoint or "", **chosen)


def navigation(person: SignedInPerson | None) -> list[NavItem]:
    """Where this person can go from any page, by the hats they wear now."""
    entries = _VISITOR if person is None else _RESIDENT
    staff = tuple((label, endpoint) for role, label, endpoint in _STAFF if person and role in person.roles)
    return _items(entries[:1] + tuple(dict.fromkeys(staff)) + entries[1:])


def _items(entries: tuple[tuple[str, str], ...]) -> list[NavItem]:
    known = [(label, endpoint) for label, endpoint in entries if endpoint in current_app.view_functions]
    root = request.script_root
    return [NavItem(label, _address(root, endpoint), request.endpoint == endpoint) for label, endpoint in known]


@lru_cache(maxsize=64)
def _address(_root: str, endpoint: str) -> str:
    """Built once, not for every page: it holds nothing of the request but where the application is mounted."""
    return url_for(endpoint)


def _for_every_page() -> dict[str, Any]:
    """Names that layout.html reads. The page of a fault passes `is_bare` and gets by without the first three."""
    return {
        "council": _Lazy(context.council, CouncilView()),
        "signed_in_person": _Lazy(context.person, None),
        "errata": context.errata,
        "tablet": tablet.current,
        "helping": assistance.current,
        "navigation": navigation,
        "footer_links": lambda: _items(_FOOTER),
        "source_url": context.config().source_url,
        "is_demo_clock": not context.clock().is_real,
        "now": context.now,
    }


class _Lazy:
    """Asked for when a page shows it, so that an error page can do without the database."""

    def __init__(self, ask: Any, otherwise: Any) -> None:
        self._ask, self._otherwise = ask, otherwise

    def __call__(self, *, is_bare: bool = False) -> Any:
        return self._otherwise if is_bare else self._ask()


@lru_cache(maxsize=512)
def _fingerprint(folder: str, filename: str, _is_debug: bool) -> str:
    path = Path(folder, filename)
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10] if path.is_file() else "0"
