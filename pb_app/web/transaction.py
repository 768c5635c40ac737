"""The view's own transaction, visible in the view: `with transaction() as session:`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import g, request
from sqlalchemy.orm import Session

from pb_app import db
from pb_app.services.two_people import check_waits
from pb_app.web import context
from pb_app.web.fields import tidy

_READS = frozenset({"GET", "HEAD", "OPTIONS"})


class UncheckedWriteError(Exception):
    """A view wants to write in a request that reads, or whose form it did not check: a mistake in the view."""


@contextmanager
def transaction() -> Iterator[Session]:
    """A writing transaction: commits at the end of the block, rolls back on any exception.

    Raises UncheckedWriteError in a GET, and before `form.validate_on_submit()` has checked the request's token; and
    ChangedMeanwhileError where the form confirms a decision that waits no more (`officer/_waiting_step.html`).
    """
    if request.method in _READS:
        raise UncheckedWriteError(f"{request.endpoint} wants to write in a {request.method}: use reading(), or a POST")
    if not g.get("is_token_checked", False):
        raise UncheckedWriteError(f"{request.endpoint} wants to write unchecked: call form.validate_on_submit() first")
    with db.write(context.engine()) as session:
        _check_decision(session)
        yield session


def _check_decision(session: Session) -> None:
    """Once a request: a second transaction of the same view finds the decision confirmed, as it should be."""
    seen = tidy(request.form.get("decision"))
    if seen and not g.get("is_decision_checked", False):
        check_waits(session, seen)
        g.is_decision_checked = True


@contextmanager
def reading() -> Iterator[Session]:
    """A reading transaction: the database refuses every write inside it. One inside another is the same one."""
    with context.reading() as session:
        yield session
