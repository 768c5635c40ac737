"""Cookies whose text nobody can read or make but this application."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import request
from werkzeug.wrappers import Response

from pb_app.web import context


@dataclass(frozen=True, slots=True)
class RoundCookie:
    """A cookie for the pages of one round, good for `seconds`; unless `is_kept` it goes with the browser, too."""

    name: str
    purpose: bytes
    seconds: int
    is_kept: bool = True

    def put(self, response: Response, round_id: str, value: dict[str, Any]) -> Response:
        """Puts it on `response`."""
        response.set_cookie(
            self.name,
            self.seal(value),
            path=_path(round_id),
            max_age=self.seconds if self.is_kept else None,
            httponly=True,
            samesite="Lax",
            secure=context.config().is_production,
        )
        return response

    def drop(self, response: Response, round_id: str) -> Response:
        """Takes it away."""
        response.delete_cookie(self.name, path=_path(round_id), httponly=True, samesite="Lax")
        return response

    def seal(self, value: dict[str, Any]) -> str:
        """The cookie's text."""
        return self._cipher().encrypt(json.dumps(value).encode()).decode()

    def read(self) -> dict[str, Any] | None:
        """What this browser's cookie holds; None without one, when it is too old, or if it was tampered with."""
        if not self._text:
            return None
        try:
            value: dict[str, Any] = json.loads(self._cipher().decrypt(self._text, ttl=self.seconds))
        except InvalidToken:
            return None
        return value

    def sealed_at(self) -> int:
        """When this browser's cookie was made, in seconds since 1970. Raises InvalidToken for one that is not ours."""
        return self._cipher().extract_timestamp(self._text)

    @property
    def _text(self) -> bytes:
        return request.cookies.get(self.name, "").encode()

    def _cipher(self) -> Fernet:
        return _make_cipher(self.purpose, context.secret())


@lru_cache(maxsize=64)
def _make_cipher(purpose: bytes, secret: bytes) -> Fernet:
    """A key of this purpose alone, derived from the application's secret (RFC 5869): once, not for every page."""
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret)
    return Fernet(base64.urlsafe_b64encode(key))


def _path(round_id: str) -> str:
    return f"/rounds/{round_id}/"
