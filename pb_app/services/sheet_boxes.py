"""What an officer typed of one ballot, and its scan, encrypted until sealing: no dump of the voting period tells how
votes stand, and nobody can read either once the round's key is destroyed."""

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
_SHEET, _SCAN = b"pb-sheet-key-v1", b"pb-scan-key-v1"


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


def seal_scan(round_key: bytes, batch_id: str, sheet: int, image: bytes) -> bytes:
    """The encrypted box of a ballot's scan: a random nonce, then ChaCha20-Poly1305 over the picture's bytes."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + _cipher(round_key, _SCAN).encrypt(nonce, image, _scan_name(batch_id, sheet))


def open_scan(round_key: bytes, batch_id: str, sheet: int, box: bytes) -> bytes:
    """The picture. Raises `cryptography.exceptions.InvalidTag` for a box of another key or another sheet."""
    return _cipher(round_key, _SCAN).decrypt(box[:_NONCE_BYTES], box[_NONCE_BYTES:], _scan_name(batch_id, sheet))


def mark_scan(round_key: bytes, batch_id: str, image: bytes) -> str:
    """64 hexadecimal digits that are the same for the same picture in the same batch, and tell nothing else."""
    digest = hashlib.sha256(image).digest()
    return hmac.new(round_key, b"pb-scan-mark-v1\n" + batch_id.encode() + b"\n" + digest, hashlib.sha256).hexdigest()


def _scan_name(batch_id: str, sheet: int) -> bytes:
    return f"pb-scan-v1\n{batch_id}\n{sheet}\n".encode()


def _cipher(round_key: bytes, purpose: bytes = _SHEET) -> ChaCha20Poly1305:
    """Under a key of its own, so that no sheet, no scan and no online ballot ever share one."""
    return ChaCha20Poly1305(hmac.digest(round_key, purpose, "sha256"))
