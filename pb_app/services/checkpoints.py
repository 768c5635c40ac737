"""Signed checkpoints: what anybody can save, and how a database set back is noticed.

The last checkpoint of each register is also kept in the key directory, outside the database and its backups, and is
written there before it is published. A log that is smaller than it, or differs, is a restored backup or a forgery:
then nothing is signed any more, and the pages can only be read until people have looked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from pb_app.db import write
from pb_app.models.register import RegisterCheckpoint, RegisterLeaf
from pb_app.services.keys import KeyStore
from pb_app.services.registers import register_tree
from pb_app.services.round_lock import hold_round
from tallying.checkpoint import Checkpoint, origin, read_checkpoint, sign_checkpoint
from tallying.merkle import Tree
from tallying.signed_note import NoteError


class RolledBackError(Exception):
    """A register is not the one that was signed before; the message says which, and what to do."""


@dataclass(frozen=True, slots=True)
class CheckpointView:
    """A published checkpoint: its size in leaves, its signed text, and when it was signed."""

    size: int
    note: bytes
    signed_at: datetime


def publish_checkpoint(engine: Engine, keys: KeyStore, *, round_id: str, now: datetime) -> None:
    """Signs the register as it is stored and publishes the checkpoint. Safe to repeat; nothing happens where it is.

    Raises RolledBackError.
    """
    with write(engine) as session:
        hold_round(session, round_id)
        sign_register(session, keys, round_id=round_id, now=now)


def publish_checkpoints(engine: Engine, keys: KeyStore, *, now: datetime) -> int:
    """Publishes the checkpoints that are waited for, of every round; how many rounds have a register."""
    with write(engine) as session:
        round_ids = list(session.scalars(select(RegisterLeaf.round_id).where(RegisterLeaf.place == 0)))
    for round_id in sorted(round_ids):
        publish_checkpoint(engine, keys, round_id=round_id, now=now)
    return len(round_ids)


def sign_register(session: Session, keys: KeyStore, *, round_id: str, now: datetime) -> bytes:
    """The signed checkpoint of the whole register, kept in the key directory first and then in the database.

    The leaves were committed before: whatever is signed can no longer be lost by a crash. The caller holds the round.
    """
    tree = register_tree(session, round_id)
    fault = rollback_of(keys, round_id, tree)
    if fault:
        raise RolledBackError(fault)
    note = sign_tree(keys, round_id, tree)
    keys.remember_checkpoint(round_id, note)
    store_checkpoint(session, round_id=round_id, size=tree.size, note=note, now=now)
    return note


def sign_tree(keys: KeyStore, round_id: str, tree: Tree) -> bytes:
    """The signed checkpoint of a tree. The same tree gives the same bytes."""
    return sign_checkpoint(Checkpoint(origin(round_id), tree.size, tree.root()), keys.public_key(), keys.sign)


def store_checkpoint(session: Session, *, round_id: str, size: int, note: bytes, now: datetime) -> None:
    """Publishes a signed checkpoint, once."""
    if session.get(RegisterCheckpoint, (round_id, size)) is None:
        session.add(RegisterCheckpoint(round_id=round_id, size=size, note=note, signed_at=now))
        session.flush()


def list_checkpoints(session: Session, round_id: str) -> list[CheckpointView]:
    """Every published checkpoint of a round, the newest first."""
    query = select(RegisterCheckpoint).where(RegisterCheckpoint.round_id == round_id)
    rows = session.scalars(query.order_by(RegisterCheckpoint.size.desc()))
    return [CheckpointView(row.size, row.note, row.signed_at) for row in rows]


def find_rollback(session: Session, keys: KeyStore) -> str:
    """Why the database is not the one whose registers were signed before; "" if it is."""
    for round_id in keys.remembered_rounds():
        fault = rollback_of(keys, round_id, register_tree(session, round_id))
        if fault:
            return fault
    return ""


def rollback_of(keys: KeyStore, round_id: str, tree: Tree) -> str:
    """How a register differs from the last checkpoint in the key directory; "" if it begins with it."""
    data = keys.remembered_checkpoint(round_id)
    if data is None:
        return ""
    try:
        saved, _ = read_checkpoint(data)
    except NoteError as error:
        return f"The last checkpoint of round {round_id} in the key directory cannot be read: {error}."
    if tree.size < saved.size:
        what = f"has {tree.size} entries, but {saved.size} were signed"
    elif tree.root(saved.size) != saved.root:
        what = f"differs from the first {saved.size} entries that were signed"
    else:
        return ""
    return (
        f"The register of round {round_id} {what}. This database is an older copy or was changed. "
        "Put the newest database back."
    )
