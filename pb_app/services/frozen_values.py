"""What was read from a round's frozen rows, kept in memory by the hash of its frozen bytes.

Papers, pots, projects and rulebooks never change once two people confirmed the opening, and `frozen_sha256` covers each
of them: the same hash is always the same value. So a process reads and checks them once, and not for every vote. A
round that is not frozen yet is read anew each time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, Row
from sqlalchemy.orm import Session

from pb_app.models.round import Round

Value = TypeVar("Value")


class FrozenValues(Generic[Value]):
    """Values of one sort, by database, round and `name`; the last hash's alone."""

    def __init__(self) -> None:
        self._by_engine: WeakKeyDictionary[Engine, dict[tuple[str, str], tuple[str, Value]]] = WeakKeyDictionary()

    def get(self, session: Session, frozen: tuple[str, str | None], name: str, read: Callable[[], Value]) -> Value:
        """The value kept for `frozen` (a round's id and hash), or what `read` gives."""
        round_id, sha256 = frozen
        if not sha256:
            return read()
        kept = self._by_engine.setdefault(session.get_bind().engine, {})
        found = kept.get((round_id, name))
        if found is None or found[0] != sha256:
            found = kept[round_id, name] = (sha256, read())
        return found[1]


def frozen_name(row: Round | Row[Any]) -> tuple[str, str | None]:
    """What `FrozenValues.get` asks for."""
    return row.id, row.frozen_sha256
