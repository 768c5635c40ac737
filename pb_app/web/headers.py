"""Headers on every answer, errors included: a strict content policy, and no caching of what is personal.

The one exception are the pages of a sitting (`resident.ballot_views.let_go_back`): going back keeps the marks.
"""

from __future__ import annotations

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin

from pb_app.web import context

CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
FIXED = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class BackSessions(SecureCookieSessionInterface):
    """Flask's own, but for the pages that a browser may keep: `Vary: Cookie` would hide them from Back.

    A code that was typed, or signing in, changes the cookie. Nobody else's browser keeps them, as they are private, and
    each is asked for anew but by Back.
    """

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """As Flask does it, without `Vary: Cookie` on a private page."""
        super().save_session(app, session, response)
        if "private" in response.cache_control:
            response.vary.discard("cookie")  # Werkzeug takes the name out in lower case alone


def init_app(app: Flask) -> None:
    """Adds the headers to every answer of `app`."""
    app.session_interface = BackSessions()
    app.after_request(add_headers)


def add_headers(response: Response) -> Response:
    """Our headers; a view's own Cache-Control stays (published bytes may be kept for ever)."""
    for name, value in FIXED.items():
        response.headers[name] = value
    if context.config().is_production:
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if "Cache-Control" not in response.headers and request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response
