"""Somebody who votes with a letter code is remembered by an encrypted cookie alone: no row says that a code was typed.

The cookie holds a roll entry's random id, what it opens and nothing else; it ends after an hour, with the browser, or
when the voter presses "Finish" (design: register, "Casting": no request between identification and receipt writes a
row that names the voter).
"""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass, field

from cryptography.fernet import Fernet, InvalidToken
from flask import request
from werkzeug.wrappers import Response

from pb_app.services.codes import CodeEntry
from pb_app.web import context, sealed

COOKIE = "pb_code"
SECONDS = 60 * 60


@dataclass(frozen=True, slots=True)
class CodeSession:
    """What a letter code opened: a roll entry’s papers, and whether votes that stand there may be changed.

    It ends after `seconds`, and when a newer letter replaces the one of this `issue`.
    """

    round_id: str
    roll_id: str
    paper_ids: tuple[str, ...]
    may_change: bool
    issue: int = 1
    change_up_to: dict[str, int] = field(default_factory=dict)
    channel: str = "letter"
    seconds: int = SECONDS

    @classmethod
    def of(cls, round_id: str, entry: CodeEntry, *, seconds: int = SECONDS) -> CodeSession:
        """What a code opened just now."""
        return cls(
            round_id,
            entry.roll_id,
            entry.paper_ids,
            entry.may_change,
            entry.issue,
            dict(entry.change_up_to),
            entry.channel,
            seconds,
        )


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
    return opened if opened.round_id == round_id and _is_fresh(text, opened.seconds) else None


def _is_fresh(text: str, seconds: int) -> bool:
    return _fernet().extract_timestamp(text.encode()) + seconds > time.time()


def _fernet() -> Fernet:
    return sealed.cipher(b"commonpot code session 1")


def _path(round_id: str) -> str:
    return f"/rounds/{round_id}/"
