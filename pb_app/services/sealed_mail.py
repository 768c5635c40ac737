"""Mail that waits with its text locked under the round's key: a copy of the outbox tells nobody's vote.

All texts that wait together are filled up with newlines to the same length, so that their length does not tell either.
Each is bound to its own message.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import replace

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from pb_app.services.outbox import Mail

_NONCE_BYTES = 12
_BLOCK = 512


def seal_texts(round_key: bytes, texts: Sequence[tuple[str, str]]) -> list[str]:
    """The bodies to be stored for `(idempotency key, text)`, in the same order: base64, all of one length."""
    longest = max((len(text.encode()) for _, text in texts), default=0)
    length = longest + -longest % _BLOCK
    return [_seal(round_key, key, text.encode().ljust(length, b"\n")) for key, text in texts]


def open_text(round_key: bytes, mail: Mail) -> Mail:
    """The message to be sent. Raises `cryptography.exceptions.InvalidTag` for another key or another message."""
    sealed = base64.b64decode(mail.body)
    text = _cipher(round_key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], mail.idempotency_key.encode())
    return replace(mail, body=text.decode().rstrip("\n") + "\n")


def _seal(round_key: bytes, key: str, filled: bytes) -> str:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return base64.b64encode(nonce + _cipher(round_key).encrypt(nonce, filled, key.encode())).decode()


def _cipher(round_key: bytes) -> ChaCha20Poly1305:
    """Under a key of its own, as every kind of thing that the round's key protects."""
    return ChaCha20Poly1305(hmac.digest(round_key, b"pb-mail-key-v1", "sha256"))
