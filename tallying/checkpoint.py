"""Checkpoints (C2SP tlog-checkpoint): the size and root of a round's register, signed by the council.

::

    pb-register/spring-2026
    1204
    XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=

    — pb-register/spring-2026 GUv2…

Whoever saves one can later show that the register was not rewritten. The key signs under the origin's name.
"""

import re
from collections.abc import Callable

from tallying.canonical import CanonicalError, from_base64, to_base64
from tallying.merkle import HASH_LENGTH
from tallying.signed_note import Note, NoteError, NoteKey, read_note, sign_note
from tallying.values import frozen_value

_SIZE = re.compile(r"0|[1-9][0-9]{0,14}")


@frozen_value
class Checkpoint:
    """A log's origin, its size in leaves and its root (32 bytes)."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{to_base64(self.root)}\n"


def origin(round_id: str) -> str:
    """The origin of a round's register, which is also the name of the key that signs it."""
    return f"pb-register/{round_id}"


def sign_checkpoint(checkpoint: Checkpoint, key: bytes, sign: Callable[[bytes], bytes]) -> bytes:
    """The bytes of the signed checkpoint. The same checkpoint gives the same bytes (Ed25519 is deterministic)."""
    return sign_note(checkpoint.text, NoteKey(checkpoint.origin, key), sign).bytes


def read_checkpoint(data: bytes) -> tuple[Checkpoint, Note]:
    """The checkpoint in a signed note, and the note; whether it is signed is for ``Note.is_signed_by`` to say.

    Raises NoteError for anything but origin, size and root: a register of ours has no further lines.
    """
    note = read_note(data)
    lines = note.text.split("\n")
    if len(lines) != 4 or not lines[0]:
        raise NoteError("a checkpoint has three lines: origin, size, root")
    if _SIZE.fullmatch(lines[1]) is None:
        raise NoteError("a checkpoint's second line is the number of leaves")
    return Checkpoint(lines[0], int(lines[1]), _read_root(lines[2])), note


def read_saved(data: bytes) -> tuple[Checkpoint, Note]:
    """A checkpoint that a person kept: as ``read_checkpoint``, but line ends, blanks and empty lines are no matter.

    Whoever copies four lines from a page, a mail or the minutes seldom keeps those, and the signature still decides.
    """
    try:
        lines = [line.strip() for line in data.decode("utf-8-sig").splitlines()]
    except UnicodeDecodeError as error:
        raise NoteError(f"not UTF-8 at byte {error.start}") from error
    written = [line for line in lines if line]
    return read_checkpoint("\n".join([*written[:3], "", *written[3:], ""]).encode())


def _read_root(text: str) -> bytes:
    try:
        root = from_base64(text)
    except CanonicalError as error:
        raise NoteError(f"a checkpoint's root is {error}") from error
    if len(root) != HASH_LENGTH:
        raise NoteError(f"a checkpoint's root is {HASH_LENGTH} bytes")
    return root
