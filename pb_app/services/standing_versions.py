"""What stood on each paper when a lost code was replaced: kept beside the new code, encrypted under the round's key.

In clear it would tell who had voted by then. It is filled up with newlines to a multiple of 512 bytes, so that its
length does not tell either, and it is bound to its code: moved to another one it does not open.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from tallying.canonical import dumps, loads

_NONCE_BYTES = 12
_BLOCK = 512


def seal_versions(round_key: bytes, code_hash: str, versions: Mapping[str, int]) -> bytes:
    """`versions` gives the version that stands by paper id; papers without a vote are left out."""
    text = dumps({"versions": [[paper_id, versions[paper_id]] for paper_id in sorted(versions)]})
    nonce = secrets.token_bytes(_NONCE_BYTES)
    filled = text + b"\n" * (-len(text) % _BLOCK)
    return nonce + _cipher(round_key).encrypt(nonce, filled, _bound(code_hash))


def open_versions(round_key: bytes, code_hash: str, sealed: bytes) -> dict[str, int]:
    """What was sealed. Raises `cryptography.exceptions.InvalidTag` for another key or another code."""
    text = _cipher(round_key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], _bound(code_hash))
    found: dict[str, int] = {}
    match loads(text.rstrip(b"\n")):
        case {"versions": list(pairs)}:
            for pair in pairs:
                match pair:
                    case [str(paper_id), int(version)]:
                        found[paper_id] = version
    return found


def _bound(code_hash: str) -> bytes:
    return f"pb-standing-v1\n{code_hash}".encode()


def _cipher(round_key: bytes) -> ChaCha20Poly1305:
    """Under a key of its own, as every kind of thing that the round's key protects."""
    return ChaCha20Poly1305(hmac.digest(round_key, b"pb-standing-key-v1", "sha256"))
