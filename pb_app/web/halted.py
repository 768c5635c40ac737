"""While a register is not the one that was signed before, every page can be read and none can change anything."""

from __future__ import annotations

from flask import Flask, request

from pb_app.web import context
from voting.errors import ReadOnlyError

_READS = frozenset({"GET", "HEAD", "OPTIONS"})


def init_app(app: Flask) -> None:
    """Refuses every change while the application stands still."""
    app.before_request(refuse_changes)


def refuse_changes() -> None:
    """Raises ReadOnlyError, with the reason, for anything but reading."""
    reason = context.workplace().halt.reason
    if reason and request.method not in _READS:
        raise ReadOnlyError(reason)
