"""Two people who hold a proved copy of a round's key, as every opening needs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from pb_app.services.key_copies import TakenCopy, prove_copy, take_copy
from pb_app.services.keys import KeyStore
from voting.permissions import Actor

PASSPHRASE = "four plain words here"


def hold_key(
    session: Session, keys: KeyStore, round_id: str, holders: tuple[Actor, ...], now: datetime
) -> list[TakenCopy]:
    """Each takes a copy, cheap to open, and proves it; the copies."""
    copies = []
    for by in holders:
        made = take(session, keys, round_id, by, now)
        assert prove_copy(session, keys, round_id=round_id, text=made.text, passphrase=PASSPHRASE, by=by, now=now) == []
        copies.append(made)
    return copies


def take(session: Session, keys: KeyStore, round_id: str, by: Actor, now: datetime) -> TakenCopy:
    """A copy that opens quickly."""
    made = take_copy(session, keys, round_id=round_id, passphrase=PASSPHRASE, by=by, now=now, cost=1)
    assert isinstance(made, TakenCopy), made
    return made
