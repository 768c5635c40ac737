"""The box of a ballot row: what was cast, encrypted under the round's key until sealing opens it.

The box is a random nonce of 12 bytes and ChaCha20-Poly1305 (RFC 8439) over the canonical JSON
`{ballot, channel, r, t, w}`, filled up with newlines to a multiple of 512 bytes so that its length tells nothing about
the number of choices. Round, paper, row key and version are bound to it: a box moved to another row does not open.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from tallying.canonical import dumps, loads
from tallying.commitment import Marks, marks_value
from tallying.receipt import read_marks

ACCOUNT = "account"
LETTER = "letter"
SHEET = "sheet"
"""The code of a ballot sheet, used online in place of the sheet."""

CHANNELS = (ACCOUNT, LETTER, "introduction", "list", "request", SHEET, "event", "group")
"""The ways a ballot comes in online: signed in; by the code of a letter, an introduction, a listed number, a request or
a sheet; with a slip at an event; in a supervised group."""

PAPER = "paper"
"""The channel of ballots that were typed in from paper."""

_NONCE_BYTES = 12
_BLOCK = 512


@dataclass(frozen=True, slots=True)
class RowName:
    """What names one ballot row: the associated data of its box."""

    round_id: str
    paper_id: str
    k: str
    version: int

    @property
    def bytes(self) -> bytes:
        """The four, a line each."""
        return f"pb-box-v1\n{self.round_id}\n{self.paper_id}\n{self.k}\n{self.version}\n".encode()


@dataclass(frozen=True, slots=True)
class Cast:
    """What a box holds. `r` is 32 random bytes, `w` the voter's check number."""

    tracker: str
    r: bytes
    w: str
    marks: Marks
    channel: str


def seal_box(round_key: bytes, name: RowName, cast: Cast) -> bytes:
    """The encrypted box of one row."""
    text = dumps(
        {
            "t": cast.tracker,
            "r": cast.r.hex(),
            "w": cast.w,
            "ballot": marks_value(cast.marks),
            "channel": cast.channel,
        }
    )
    filled = text + b"\n" * (-len(text) % _BLOCK)
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + _cipher(round_key).encrypt(nonce, filled, name.bytes)


def open_box(round_key: bytes, name: RowName, box: bytes) -> Cast:
    """What was cast. Raises `cryptography.exceptions.InvalidTag` for a box of another key or another row."""
    text = _cipher(round_key).decrypt(box[:_NONCE_BYTES], box[_NONCE_BYTES:], name.bytes)
    match loads(text.rstrip(b"\n")):
        case {"t": str(tracker), "r": str(r), "w": str(w), "ballot": ballot, "channel": str(channel)}:
            return Cast(tracker, bytes.fromhex(r), w, read_marks(ballot), channel)
    raise ValueError("this box holds something else than a ballot")


def hide_idempotency_key(round_key: bytes, owner: tuple[str, str, str], idempotency_key: str) -> bytes:
    """32 bytes that stand for an idempotency key on one paper of one voter, and link nothing across papers.

    `owner` is round, paper and row key.
    """
    message = "\n".join(("I1", *owner, idempotency_key))
    return hmac.digest(round_key, message.encode(), "sha256")


def _cipher(round_key: bytes) -> ChaCha20Poly1305:
    """Under a key of its own, so that no box and no tracker ever share one."""
    return ChaCha20Poly1305(hmac.digest(round_key, b"pb-box-key-v1", "sha256"))
