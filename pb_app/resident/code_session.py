"""Somebody who votes with a letter code is remembered by an encrypted cookie alone: no row says that a code was typed.

The cookie holds a roll entry's random id, what it opens and nothing else; it ends after an hour, with the browser, or
when the voter presses "Finish" (design: register, "Casting": no request between identification and receipt writes a
row that names the voter).
"""

from __future__ import annotations

import base64
import json
from dataclasses import asdict, dataclass, field

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import request
from werkzeug.wrappers import Response

from pb_app.web import context

COOKIE = "pb_code"
SECONDS = 60 * 60


@dataclass(frozen=True, slots=True)
class CodeSession:
    """What a letter code opened: a roll entry’s papers, and whether votes that stand there may be changed.

    It ends when a newer letter replaces the one of this `issue`.
    """

    round_id: str
    roll_id: str
    paper_ids: tuple[str, ...]
    may_change: bool
    issue: int = 1
    change_up_to: dict[str, int] = field(default_factory=dict)


def remember(response: Response, opened: CodeSession) -> Response:
    """Puts the cookie on `response`, sent back to this round's pages alone."""
    response.set_cookie(
        COOKIE,
        seal(opened),
        path=_path(opened.round_id),
        httponly=True,
        samesite="Lax",
        secure=context.config().is_production,
    )
    return response


def forget(response: Response, round_id: str) -> Response:
    """Takes the cookie away."""
    response.delete_cookie(COOKIE, path=_path(round_id), httponly=True, samesite="Lax")
    return response


def current(round_id: str) -> CodeSession | None:
    """What this browser's code opened in this round; None without one, after an hour, or if it was tampered with."""
    return unseal(request.cookies.get(COOKIE, ""), round_id)


def seal(opened: CodeSession) -> str:
    """The cookie's text."""
    return _fernet().encrypt(json.dumps(asdict(opened)).encode()).decode()


def unseal(text: str, round_id: str) -> CodeSession | None:
    """The value of a cookie's text, if it is ours, fresh and of this round."""
    try:
        value = json.loads(_fernet().decrypt(text.encode(), ttl=SECONDS))
    except InvalidToken:
        return None
    opened = CodeSession(**{**value, "paper_ids": tuple(value["paper_ids"])})
    return opened if opened.round_id == round_id else None


def _fernet() -> Fernet:
    """A key of this purpose alone, derived from the application's secret (RFC 5869)."""
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"commonpot code session 1").derive(context.secret())
    return Fernet(base64.urlsafe_b64encode(key))


def _path(round_id: str) -> str:
    return f"/rounds/{round_id}/"
