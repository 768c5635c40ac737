"""Flask-Login over our own session table: the cookie names a session, and the session names a person."""

from __future__ import annotations

from flask import Flask, session
from flask_login import LoginManager, UserMixin, login_user, logout_user

from pb_app.services.sessions import SignedInPerson, find_session
from pb_app.web import context


class SessionUser(UserMixin):  # type: ignore[misc]  # flask-login ships no types
    """What Flask-Login holds: the session's token is the id it puts in the cookie."""

    def __init__(self, value: SignedInPerson) -> None:
        self.value = value

    def get_id(self) -> str:
        """The token of the session."""
        return self.value.token


def init_app(app: Flask) -> None:
    """Loads who is signed in from the table at the first question of each request."""
    manager = LoginManager(app)
    manager.session_protection = None  # would tie a session to the browser's name, which phones change
    manager.user_loader(_load)


def enter(value: SignedInPerson) -> None:
    """Makes this browser hold the new session, and forgets everything the old cookie held."""
    session.clear()
    session.permanent = True
    login_user(SessionUser(value))


def leave() -> None:
    """Makes this browser forget its session."""
    logout_user()
    session.clear()


def token() -> str:
    """The token this browser sent, of a session that may have ended; "" when it sent none."""
    return str(session.get("_user_id", ""))


def _load(wanted: str) -> SessionUser | None:
    with context.reading() as reader:
        value = find_session(reader, token=wanted, now=context.real_now())
    return SessionUser(value) if value else None
