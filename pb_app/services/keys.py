"""Keys, in a directory outside the database and its backups.

`council.key` signs receipts, checkpoints and records. Each round has `rounds/<id>.key`, which every ballot is encrypted
under, and `rounds/<id>.codes`, which letter codes are hashed under. Losing the round's key before sealing loses its
votes; destroying it at sealing is what keeps them secret for ever, so that a tombstone stays and no second key is made.
`letters/<id>.key` encrypts the files of a batch of letters until they are downloaded or 24 hours have passed.
`rounds/<id>.checkpoint` is the last that was signed of the round's register: it is public, but kept apart from the
database so that an old copy of that is noticed.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tallying.commitment import fingerprint
from tallying.ids import is_round_or_paper_id
from voting.errors import NotNowError

KEY_BYTES = 32


class KeyMissingError(Exception):
    """A key is not in the directory where it must be; the message says what to do."""


class KeyStore:
    """The keys in one directory, readable by its owner alone."""

    def __init__(self, key_dir: Path) -> None:
        """`key_dir` is made at the first write."""
        self._dir = key_dir
        self._council_key: Ed25519PrivateKey | None = None

    def make_council_key(self) -> str:
        """Makes the council's signing key if there is none yet; gives its fingerprint."""
        path = self._dir / "council.key"
        if not path.exists():
            _write_once(path, secrets.token_bytes(KEY_BYTES))
        return self.fingerprint()

    def has_council_key(self) -> bool:
        """Whether receipts and records can be signed."""
        return (self._dir / "council.key").exists()

    def council_key(self) -> Ed25519PrivateKey:
        """The council's signing key, read once: it never changes. Raises KeyMissingError before `pb keys new`."""
        if self._council_key is None:
            path = self._dir / "council.key"
            if not path.exists():
                raise KeyMissingError("There is no signing key yet. Make one with: pb keys new")
            self._council_key = Ed25519PrivateKey.from_private_bytes(path.read_bytes())
        return self._council_key

    def public_key(self) -> bytes:
        """The council's public key, 32 bytes (RFC 8032)."""
        return self.council_key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    def fingerprint(self) -> str:
        """The public key's fingerprint, as it stands on every letter: eight groups of four hexadecimal digits."""
        return fingerprint(self.public_key())

    def sign(self, message: bytes) -> bytes:
        """The council's Ed25519 signature, 64 bytes. `message` starts with the name of its format."""
        return self.council_key().sign(message)

    def renew_round_key(self, round_id: str) -> None:
        """Makes the round's key anew, in place of any other: only before anything is encrypted under it."""
        self._refuse_destroyed(round_id)
        _replace(self._path(round_id, "key"), secrets.token_bytes(KEY_BYTES))

    def put_back(self, round_id: str, round_key: bytes, code_key: bytes) -> None:
        """Writes lost keys again, from a sealed copy. Raises NotNowError if others are in their place."""
        self._refuse_destroyed(round_id)
        for kind, key in (("key", round_key), ("codes", code_key)):
            path = self._path(round_id, kind)
            _write_once(path, key)
            if path.read_bytes() != key:
                raise NotNowError(f"Another key is at {path.name} in the key directory. Move it away and look first.")

    def round_key(self, round_id: str) -> bytes:
        """The round's 32 bytes. Raises NotNowError once destroyed, KeyMissingError if it was never made or is lost."""
        self._refuse_destroyed(round_id)
        return _read(self._path(round_id, "key"), round_id)

    def has_round_key(self, round_id: str) -> bool:
        """Whether the round's key was made and not destroyed: before its opening nobody can have voted."""
        return self._path(round_id, "key").exists()

    def code_key(self, round_id: str) -> bytes:
        """The 32 bytes that the round's letter codes are hashed under; made at the first use."""
        self._refuse_destroyed(round_id)
        self._make_if_missing(self._path(round_id, "codes"))
        return _read(self._path(round_id, "codes"), round_id)

    def is_destroyed(self, round_id: str) -> bool:
        """Whether the round's key was destroyed at its sealing."""
        return self._path(round_id, "destroyed").exists()

    def destroy_round_key(self, round_id: str) -> None:
        """Overwrites and removes the round's keys and leaves a tombstone. Safe to repeat after a crash."""
        tombstone = self._path(round_id, "destroyed")
        if not tombstone.exists():
            _write_once(tombstone, b"destroyed\n")
        for kind in ("key", "codes"):
            _destroy(self._path(round_id, kind))

    def make_letters_key(self, batch_id: str) -> bytes:
        """Makes the 32 bytes that encrypt one batch of letters."""
        self._make_if_missing(self._letters_path(batch_id))
        return self.letters_key(batch_id)

    def letters_key(self, batch_id: str) -> bytes:
        """The key of a batch of letters. Raises FileNotFoundError once it is destroyed."""
        return self._letters_path(batch_id).read_bytes()

    def destroy_letters_key(self, batch_id: str) -> None:
        """Overwrites and removes it: no copy of the files can be read any more. Safe to repeat."""
        _destroy(self._letters_path(batch_id))

    def remember_checkpoint(self, round_id: str, note: bytes) -> None:
        """Keeps the last signed checkpoint of a round's register, durably, in place of the one before."""
        _replace(self._path(round_id, "checkpoint"), note)

    def remembered_checkpoint(self, round_id: str) -> bytes | None:
        """The last signed checkpoint of a round's register; None before the first."""
        path = self._path(round_id, "checkpoint")
        return path.read_bytes() if path.exists() else None

    def remembered_rounds(self) -> list[str]:
        """The rounds whose register was signed, sorted."""
        return sorted(path.stem for path in (self._dir / "rounds").glob("*.checkpoint"))

    def _refuse_destroyed(self, round_id: str) -> None:
        if self.is_destroyed(round_id):
            raise NotNowError("The votes of this round are sealed. Nobody can open or change a vote any more.")

    def _make_if_missing(self, path: Path) -> None:
        if not path.exists():
            _write_once(path, secrets.token_bytes(KEY_BYTES))

    def _letters_path(self, batch_id: str) -> Path:
        if not batch_id.isalnum():
            raise ValueError(f"not a batch's id: {batch_id!r}")
        return self._dir / "letters" / f"{batch_id}.key"

    def _path(self, round_id: str, kind: str) -> Path:
        if not is_round_or_paper_id(round_id):
            raise ValueError(f"not a round's id: {round_id!r}")
        return self._dir / "rounds" / f"{round_id}.{kind}"


def _read(path: Path, round_id: str) -> bytes:
    if not path.exists():
        raise KeyMissingError(
            f"The key of round {round_id} is not in the key directory. Put back a sealed copy before anything else."
        )
    return path.read_bytes()


def _write_once(path: Path, data: bytes) -> None:
    """Writes a whole file, durably, that only its owner reads; another process that was first wins."""
    draft = _write_draft(path, data)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    _sync_directory(path.parent)


def _replace(path: Path, data: bytes) -> None:
    """Writes a whole file, durably: a crash leaves the old one or the new one."""
    _write_draft(path, data).replace(path)
    _sync_directory(path.parent)


def _write_draft(path: Path, data: bytes) -> Path:
    """A whole file beside `path`, on the disk already, that only its owner reads."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(descriptor, data)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return draft


def _destroy(path: Path) -> None:
    """Overwrites before removing; on copy-on-write disks the snapshots on the list go too (docs/guides)."""
    if not path.exists():
        return
    descriptor = os.open(path, os.O_WRONLY)
    try:
        os.write(descriptor, secrets.token_bytes(KEY_BYTES))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    path.unlink()
    _sync_directory(path.parent)


def _sync_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
