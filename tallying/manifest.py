"""``manifest.json`` of format 0: the SHA-256 of every other file, signed. No new ones are made.

The file is ``["pb-manifest-v1",[[name,sha256],…],signature]``, names sorted. What is signed is the
line ``pb-manifest-v1`` and the canonical JSON of the list of pairs: an Ed25519 signature made for
anything else begins differently and can never stand in for it.
"""

from collections.abc import Mapping

from tallying import ed25519, fields
from tallying.canonical import Json, dumps, from_base64, load_file, sha256_hex
from tallying.ids import is_sha256
from tallying.values import frozen_value

NAME = "manifest.json"
MARKER = "pb-manifest-v1"

Hashes = tuple[tuple[str, str], ...]
"""Names and SHA-256, sorted by name."""


@frozen_value
class Manifest:
    """The hashes as listed, and the 64-byte signature over them."""

    hashes: Hashes
    signature: bytes

    def is_signed_by(self, key: bytes) -> bool:
        """Whether this key signed this list."""
        return ed25519.verify(key, signed_bytes(self.hashes), self.signature)


def hashes_of(files: Mapping[str, bytes]) -> Hashes:
    """The names and hashes of these files, the manifest itself left out."""
    return tuple((name, sha256_hex(files[name])) for name in sorted(files) if name != NAME)


def signed_bytes(hashes: Hashes) -> bytes:
    """What the signature covers."""
    return f"{MARKER}\n".encode("ascii") + dumps(hashes)


def load_manifest(data: bytes) -> Manifest:
    """The manifest in these bytes; raises ValueError for any other shape."""
    parts = fields.items(load_file(data), "the manifest")
    if len(parts) != 3 or parts[0] != MARKER:
        raise fields.FieldError("the manifest", f"it must be a list of {MARKER}, hashes and signature")
    hashes = tuple(_read_pair(pair) for pair in fields.items(parts[1], "hashes"))
    names = [name for name, _ in hashes]
    if names != sorted(set(names)):
        raise fields.FieldError("hashes", "the names must be sorted, each once")
    return Manifest(hashes, from_base64(fields.text(parts[2], "signature")))


def _read_pair(value: Json) -> tuple[str, str]:
    pair = fields.texts(value, "hashes")
    if len(pair) != 2 or not is_sha256(pair[1]):
        raise fields.FieldError("hashes", "each must be a pair of a name and its SHA-256")
    return pair[0], pair[1]
