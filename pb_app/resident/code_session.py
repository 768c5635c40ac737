"""Somebody who votes with a letter code is remembered by an encrypted cookie alone: no row says that a code was typed.

The cookie holds a roll entry's random id, what it opens and nothing else; it ends after an hour, with the browser, or
when the voter presses "Finish" (design: register, "Casting": no request between identification and receipt writes a
row that names the voter).
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, field

from werkzeug.wrappers import Response

from pb_app.services.codes import CodeEntry
from pb_app.web.sealed import RoundCookie

SECONDS = 60 * 60
COOKIE = RoundCookie("pb_code", b"commonpot code session 1", SECONDS, is_kept=False)


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
    return COOKIE.put(response, opened.round_id, asdict(opened))


def forget(response: Response, round_id: str) -> Response:
    """Takes the cookie away."""
    return COOKIE.drop(response, round_id)


def current(round_id: str) -> CodeSession | None:
    """What this browser's code opened in this round; None without one, after an hour, or if it was tampered with."""
    value = COOKIE.read()
    if value is None:
        return None
    opened = CodeSession(**{**value, "paper_ids": tuple(value["paper_ids"])})
    is_fresh = COOKIE.sealed_at() + opened.seconds > time.time()
    return opened if opened.round_id == round_id and is_fresh else None
