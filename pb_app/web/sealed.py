"""Cookies whose text nobody can read or make but this application."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from pb_app.web import context


def cipher(purpose: bytes) -> Fernet:
    """A key of this purpose alone, derived from the application's secret (RFC 5869)."""
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(context.secret())
    return Fernet(base64.urlsafe_b64encode(key))
