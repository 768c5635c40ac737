"""The only place where codes and addresses stand in clear for somebody with the key: encrypted files, a folder a batch.

A file is a random nonce of 12 bytes and ChaCha20-Poly1305 (RFC 8439) over its bytes, bound to its batch and its name.
The key is in the key directory, apart from the files and from the database. Once it is destroyed nothing can be read.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from pb_app.services.keys import KeyStore

_NONCE_BYTES = 12
_LONGEST_ASKING = 60 * 60


class FilesBusyError(Exception):
    """Another process or thread is making, sending or removing the files of this batch."""


class FilesGoneError(Exception):
    """The files of this batch, or their key, were destroyed."""


class LetterFiles:
    """The files of all batches under one folder, readable by its owner alone."""

    def __init__(self, folder: Path, keys: KeyStore) -> None:
        """`folder` is made at the first write."""
        self._folder, self._keys = folder, keys

    def create(self, batch_id: str) -> None:
        """Makes the key and the folder of a new batch."""
        self._keys.make_letters_key(batch_id)
        self._path(batch_id).mkdir(parents=True, mode=0o700)

    def put(self, batch_id: str, name: str, data: bytes) -> None:
        """Writes a whole file, durably, in place of the one before. Raises FilesGoneError."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = self._cipher(batch_id).encrypt(nonce, data, _bound(batch_id, name))
        path = self._path(batch_id) / name
        try:
            with open(path.with_suffix(".draft"), "wb") as draft:
                draft.write(nonce + sealed)
                draft.flush()
                os.fsync(draft.fileno())
            path.with_suffix(".draft").replace(path)
        except FileNotFoundError as error:
            raise FilesGoneError(batch_id) from error

    def get(self, batch_id: str, name: str) -> bytes:
        """What was put. Raises FilesGoneError; `cryptography.exceptions.InvalidTag` if somebody changed it."""
        cipher = self._cipher(batch_id)
        try:
            sealed = (self._path(batch_id) / name).read_bytes()
        except FileNotFoundError as error:
            raise FilesGoneError(batch_id) from error
        return cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], _bound(batch_id, name))

    def has(self, batch_id: str, name: str) -> bool:
        """Whether there is such a file."""
        return (self._path(batch_id) / name).exists()

    def is_forgotten(self, batch_id: str) -> bool:
        """Whether the folder is so old that whoever made it would have said so in the database by now."""
        return time.time() - self._path(batch_id).stat().st_mtime > _LONGEST_ASKING

    def batch_ids(self) -> list[str]:
        """The batches that have files here, sorted."""
        return sorted(path.name for path in self._folder.glob("*") if path.is_dir())

    def destroy(self, batch_id: str) -> None:
        """Destroys the key, then removes the files. Safe to repeat after a crash."""
        self._keys.destroy_letters_key(batch_id)
        shutil.rmtree(self._path(batch_id), ignore_errors=True)

    @contextmanager
    def hold(self, batch_id: str) -> Iterator[None]:
        """One holder at a time, over threads and processes; a crash lets go. Raises FilesBusyError, FilesGoneError."""
        try:
            descriptor = os.open(self._path(batch_id), os.O_RDONLY)
        except FileNotFoundError as error:
            raise FilesGoneError(batch_id) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(descriptor)
            raise FilesBusyError(batch_id) from error
        try:
            yield
        finally:
            os.close(descriptor)

    def _cipher(self, batch_id: str) -> ChaCha20Poly1305:
        try:
            return ChaCha20Poly1305(self._keys.letters_key(batch_id))
        except FileNotFoundError as error:
            raise FilesGoneError(batch_id) from error

    def _path(self, batch_id: str) -> Path:
        if not batch_id.isalnum():
            raise ValueError(f"not a batch's id: {batch_id!r}")
        return self._folder / batch_id


def _bound(batch_id: str, name: str) -> bytes:
    return f"pb-letters-v1\n{batch_id}\n{name}".encode()
