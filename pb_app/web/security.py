"""What happens before every view: text is limited, other sites are turned away, the view's audience is asked."""

from __future__ import annotations

from flask import Flask, current_app, request

from pb_app.web.access import guard
from voting.errors import NotAllowedError

_OWN = frozenset({"", "same-origin", "none"})


def init_app(app: Flask) -> None:
    """Puts both checks before every view of `app`."""
    app.before_request(limit_text)
    app.before_request(refuse_other_sites)
    app.before_request(guard)


def limit_text() -> None:
    """A form without files is text alone, and MAX_FORM_MEMORY_SIZE holds for it too (Werkzeug does not)."""
    if request.mimetype == "application/x-www-form-urlencoded":
        request.max_content_length = current_app.config["MAX_FORM_MEMORY_SIZE"]


def refuse_other_sites() -> None:
    """A browser says where a post comes from (Sec-Fetch-Site, W3C Fetch Metadata): no form of ours stands elsewhere.

    Raises NotAllowedError. Browsers that don't say it are held by SameSite=Lax and by the form's token.
    """
    if request.method == "POST" and request.headers.get("Sec-Fetch-Site", "") not in _OWN:
        raise NotAllowedError("This came from another website. Open the page here and press the button again.")
