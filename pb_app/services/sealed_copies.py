"""The sealed copy of a round's keys: a short code that opens with its holder's passphrase alone.

The code is base32 of: a format byte, the scrypt cost (log2 N), 16 bytes of salt, 12 of nonce, and ChaCha20-Poly1305
over the round's key and the key of its letter codes. The passphrase goes through scrypt (RFC 7914, r = 8, p = 1). The
round's id is bound to it: a copy of another round does not open.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
import unicodedata
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

COST = 15
"""log2 of scrypt's N: 32 MB and about a tenth of a second a guess."""

FEWEST_CHARACTERS = 12
"""Of a passphrase."""

HEADER = "pb-key-copy-v1"

_FORMAT, _HIGHEST_COST = 1, 17
_SALT, _NONCE, _KEY, _TAG = 16, 12, 32, 16
_BYTES = 2 + _SALT + _NONCE + 2 * _KEY + _TAG
_CHARACTERS = -(-_BYTES * 8 // 5)
_LOOK_ALIKES = str.maketrans("018", "OIB")
_GROUP, _GROUPS_A_LINE = 4, 4


class CopyError(ValueError):
    """This is no copy, or it does not open: a sentence for its holder."""


@dataclass(frozen=True, slots=True)
class RoundKeys:
    """What a copy holds: the key that ballots are encrypted under, and the one that letter codes are hashed under."""

    round_key: bytes
    code_key: bytes


def seal_copy(round_id: str, keys: RoundKeys, passphrase: str, *, cost: int = COST) -> bytes:
    """The sealed bytes. `cost` is lowered by the demo and by tests alone."""
    salt, nonce = secrets.token_bytes(_SALT), secrets.token_bytes(_NONCE)
    head = bytes([_FORMAT, cost]) + salt + nonce
    return head + _cipher(passphrase, salt, cost).encrypt(nonce, keys.round_key + keys.code_key, _bound(round_id, head))


def open_copy(round_id: str, sealed: bytes, passphrase: str) -> RoundKeys:
    """What was sealed. Raises CopyError."""
    head, cost = sealed[: 2 + _SALT + _NONCE], sealed[1]
    salt, nonce = head[2 : 2 + _SALT], head[2 + _SALT :]
    try:
        text = _cipher(passphrase, salt, cost).decrypt(nonce, sealed[len(head) :], _bound(round_id, head))
    except InvalidTag as error:
        raise CopyError(
            "This copy does not open with this passphrase. Look at both again: capital letters count"
        ) from error
    return RoundKeys(text[:_KEY], text[_KEY:])


def copy_sha256(sealed: bytes) -> str:
    """What the council keeps of a copy."""
    return hashlib.sha256(sealed).hexdigest()


def write_code(sealed: bytes) -> str:
    """The code in lines of groups, as it is printed."""
    code = base64.b32encode(sealed).decode().rstrip("=")
    groups = [code[place : place + _GROUP] for place in range(0, len(code), _GROUP)]
    lines = [groups[place : place + _GROUPS_A_LINE] for place in range(0, len(groups), _GROUPS_A_LINE)]
    return "\n".join(" ".join(line) for line in lines)


def read_code(text: str) -> bytes:
    """The sealed bytes of a whole file, or of the code as somebody typed it. Raises CopyError."""
    _, _, after = text.rpartition(HEADER)
    code = re.sub(r"[\s\-]", "", after).upper().translate(_LOOK_ALIKES)
    if len(code) != _CHARACTERS:
        raise CopyError(f"The code has {_CHARACTERS} letters and digits, and this has {len(code)}. Look it over again")
    try:
        sealed = base64.b32decode(code + "=" * (-len(code) % 8))
    except ValueError as error:
        raise CopyError("The code has letters A to Z and digits 2 to 7 alone. Look it over again") from error
    if sealed[0] != _FORMAT or not 1 <= sealed[1] <= _HIGHEST_COST:
        raise CopyError("This is no sealed copy. Look at the beginning of the code again")
    return sealed


def _cipher(passphrase: str, salt: bytes, cost: int) -> ChaCha20Poly1305:
    typed = unicodedata.normalize("NFKC", passphrase.strip()).encode()
    return ChaCha20Poly1305(Scrypt(salt=salt, length=_KEY, n=2**cost, r=8, p=1).derive(typed))


def _bound(round_id: str, head: bytes) -> bytes:
    return f"{HEADER}\n{round_id}\n".encode() + head
