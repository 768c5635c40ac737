"""The lock of a round: casting shares it, whatever ends or moves the voting takes it alone.

On SQLite `BEGIN IMMEDIATE` lets one writer in at a time, so that there is nothing more to lock.
"""

from __future__ import annotations

import hashlib

from sqlalchemy import text
from sqlalchemy.orm import Session


def share_round(session: Session, round_id: str) -> None:
    """Waits until nobody is ending or moving the voting; held until the transaction ends."""
    _lock(session, "pg_advisory_xact_lock_shared", round_id)


def hold_round(session: Session, round_id: str) -> None:
    """Waits until no vote is being cast; no cast begins until the transaction ends."""
    _lock(session, "pg_advisory_xact_lock", round_id)


def hold_voter(session: Session, roll_id: str) -> None:
    """Waits until no other cast of this roll entry is under way; held until the transaction ends."""
    _lock(session, "pg_advisory_xact_lock", f"voter {roll_id}")


def _lock(session: Session, function: str, name: str) -> None:
    session.expire_all()  # what was read before the lock may have changed since
    if session.get_bind().dialect.name != "postgresql":
        return
    digest = hashlib.sha256(f"pb-round-lock\n{name}".encode()).digest()
    number = int.from_bytes(digest[:8], "big", signed=True)
    session.execute(text(f"SELECT {function}(:number)"), {"number": number})
