"""Signed notes (C2SP signed-note): a text that people can read, and signatures below it.

::

    <text, one or more lines, each with its newline>
    <empty line>
    — <key name> <base64 of 4 bytes key id and the signature>

The key id is the first four bytes of ``SHA256(name || 0a || 01 || key)`` for Ed25519. Each signature is
over the text with its last newline. Strict: one spelling for each note.
"""

import hashlib
import re
from collections.abc import Callable

from tallying import ed25519
from tallying.canonical import CanonicalError, from_base64, to_base64
from tallying.values import frozen_value

ED25519 = b"\x01"
"""The type byte of Ed25519 in a key id and in a verifier key."""

ID_LENGTH = 4
_SIGNATURE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/=]+)")
_MOST_SIGNATURES = 100
_LONGEST = 1_000_000


class NoteError(ValueError):
    """The bytes are no signed note; the message says why."""


@frozen_value
class NoteKey:
    """A public key by the name that it signs under: no spaces, no plus sign. ``key`` is 32 bytes."""

    name: str
    key: bytes

    @property
    def id(self) -> bytes:
        """Its four bytes: a hint which key signed, not a proof."""
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.key).digest()[:ID_LENGTH]

    @property
    def text(self) -> str:
        """The verifier key as others write it: ``name+id in hexadecimal+base64 of type and key``."""
        return f"{self.name}+{self.id.hex()}+{to_base64(ED25519 + self.key)}"


@frozen_value
class NoteSignature:
    """One line below a note: who says to have signed, the key id (4 bytes), and the signature."""

    name: str
    id: bytes
    signature: bytes

    @property
    def line(self) -> str:
        """The line with its newline."""
        return f"— {self.name} {to_base64(self.id + self.signature)}\n"


@frozen_value
class Note:
    """A text, ending in a newline, and its signatures in their order."""

    text: str
    signatures: tuple[NoteSignature, ...]

    @property
    def bytes(self) -> bytes:
        """The one spelling of this note."""
        return f"{self.text}\n{''.join(signature.line for signature in self.signatures)}".encode()

    def is_signed_by(self, key: NoteKey) -> bool:
        """Whether this key signed the text. Signatures of unknown keys are ignored; of this one, all must be good."""
        own = [one.signature for one in self.signatures if (one.name, one.id) == (key.name, key.id)]
        return bool(own) and all(ed25519.verify(key.key, self.text.encode(), signature) for signature in own)


def read_key(text: str) -> NoteKey:
    """The key in a verifier key's text; raises NoteError for any other spelling, or another kind of key."""
    name, plus, rest = text.partition("+")
    _, plus_too, encoded = rest.partition("+")
    try:
        data = from_base64(encoded)
    except CanonicalError as error:
        raise NoteError(f"not a verifier key: {error}") from error
    key = NoteKey(name, data[1:])
    is_name = bool(name) and not re.search(r"[\s+]", name)
    if not (plus and plus_too and is_name and data[:1] == ED25519 and len(key.key) == 32 and key.text == text):
        raise NoteError("not a verifier key: write name+id+base64, as its owner gives it")
    return key


def sign_note(text: str, key: NoteKey, sign: Callable[[bytes], bytes]) -> Note:
    """The text, signed. ``sign`` returns the Ed25519 signature of the bytes it is given."""
    _check_text(text)
    return Note(text, (NoteSignature(key.name, key.id, sign(text.encode())),))


def read_note(data: bytes) -> Note:
    """The note in these bytes. Raises NoteError, saying what is wrong; signatures are not verified here."""
    text, signatures = _halves(data)
    _check_text(text)
    lines = signatures.split("\n")
    if lines.pop() or not lines:
        raise NoteError("a note has signature lines below its empty line, each with its newline")
    if len(lines) > _MOST_SIGNATURES:
        raise NoteError(f"a note has at most {_MOST_SIGNATURES} signatures")
    note = Note(text, tuple(_read_signature(line) for line in lines))
    if note.bytes != data:
        raise NoteError("not the one spelling of this note")
    return note


def _halves(data: bytes) -> tuple[str, str]:
    if len(data) > _LONGEST:
        raise NoteError("longer than any note")
    try:
        whole = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NoteError(f"not UTF-8 at byte {error.start}") from error
    before, empty_line, signatures = whole.rpartition("\n\n")
    if not empty_line:
        raise NoteError("a note has an empty line between its text and its signatures")
    return before + "\n", signatures


def _check_text(text: str) -> None:
    if not text.endswith("\n") or any(character < " " and character != "\n" for character in text):
        raise NoteError("a note's text ends in a newline and has no other control characters")


def _read_signature(line: str) -> NoteSignature:
    match = _SIGNATURE.fullmatch(line)
    if match is None:
        raise NoteError("a signature's line is a dash, the key's name and base64")
    try:
        data = from_base64(match[2])
    except CanonicalError as error:
        raise NoteError(f"a signature is {error}") from error
    if len(data) <= ID_LENGTH:
        raise NoteError("a signature is too short")
    return NoteSignature(match[1], data[:ID_LENGTH], data[ID_LENGTH:])
