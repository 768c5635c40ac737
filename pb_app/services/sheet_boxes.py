"""What an officer typed of one ballot, encrypted until sealing: no dump of the voting period tells how votes stand."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from tallying.canonical import dumps, loads
from tallying.commitment import Blank, marks_value
from tallying.receipt import read_marks
from voting.sheets import Reason, Spoilt, Typed

_NONCE_BYTES = 12
_BLOCK = 512


@dataclass(frozen=True, slots=True)
class SheetName:
    """What names one typing: the associated data of its box. `turn` is 1, 2 or 3."""

    batch_id: str
    sheet: int
    turn: int

    @property
    def bytes(self) -> bytes:
        """The three, a line each."""
        return f"pb-sheet-v1\n{self.batch_id}\n{self.sheet}\n{self.turn}\n".encode()


def seal_sheet(round_key: bytes, name: SheetName, typed: Typed) -> bytes:
    """The encrypted box: a random nonce, then ChaCha20-Poly1305 over canonical JSON filled up to 512 bytes."""
    value = {"spoilt": typed.reason.value} if isinstance(typed, Spoilt) else {"ballot": marks_value(typed)}
    text = dumps(value)
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + _cipher(round_key).encrypt(nonce, text + b"\n" * (-len(text) % _BLOCK), name.bytes)


def open_sheet(round_key: bytes, name: SheetName, box: bytes) -> Typed:
    """What was typed. Raises `cryptography.exceptions.InvalidTag` for a box of another key or another sheet."""
    text = _cipher(round_key).decrypt(box[:_NONCE_BYTES], box[_NONCE_BYTES:], name.bytes)
    match loads(text.rstrip(b"\n")):
        case {"spoilt": str(reason)}:
            return Spoilt(Reason(reason))
        case {"ballot": ballot}:
            marks = read_marks(ballot)
            if not isinstance(marks, Blank):
                return marks
    raise ValueError("this box holds something else than a typed sheet")


def _cipher(round_key: bytes) -> ChaCha20Poly1305:
    """Under a key of its own, so that no sheet and no online ballot ever share one."""
    return ChaCha20Poly1305(hmac.new(round_key, b"pb-sheet-key-v1", hashlib.sha256).digest())
