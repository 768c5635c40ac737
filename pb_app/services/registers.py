"""The register of each round: an append-only log of what was opened, cast, decided, closed and counted.

Leaves are added under the round's lock and never changed. A checkpoint is signed in a later transaction
(`checkpoints`), so that whatever is signed has been stored for good.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import func, insert, or_, select
from sqlalchemy.orm import Session

from pb_app.models.register import RegisterDecision, RegisterLeaf
from pb_app.models.roll import RollEntry
from pb_app.models.sheet import PaperSlip
from tallying.canonical import Writable, sha256_hex
from tallying.merkle import Tree
from tallying.register import DecisionLeaf, Leaf, Night, Open, decision_text, dump_leaf, read_leaf
from tallying.roll_root import roll_commitment


def append_leaves(session: Session, round_id: str, leaves: Iterable[Leaf]) -> int:
    """Adds leaves at the end; the size then. The caller holds the round."""
    place = register_size(session, round_id)
    rows = [
        {"round_id": round_id, "place": place + number, "line": dump_leaf(leaf).decode()}
        for number, leaf in enumerate(leaves)
    ]
    if rows:
        session.execute(insert(RegisterLeaf), rows)
    return place + len(rows)


def register_size(session: Session, round_id: str) -> int:
    """How many leaves there are."""
    query = select(func.count()).select_from(RegisterLeaf).where(RegisterLeaf.round_id == round_id)
    return session.scalar(query) or 0


def register_lines(session: Session, round_id: str, size: int | None = None) -> list[bytes]:
    """The first `size` lines (None: all) without their newlines, in their order."""
    query = select(RegisterLeaf.line).where(RegisterLeaf.round_id == round_id).order_by(RegisterLeaf.place)
    if size is not None:
        query = query.where(RegisterLeaf.place < size)
    return [line.encode() for line in session.scalars(query)]


def register_tree(session: Session, round_id: str) -> Tree:
    """The log's tree, ready for roots and proofs."""
    return Tree.of(register_lines(session, round_id))


def last_leaf(session: Session, round_id: str, kind: str) -> Leaf | None:
    """The last leaf of a kind ("open", "night", "close", "count"), if any."""
    query = (
        select(RegisterLeaf.line)
        .where(RegisterLeaf.round_id == round_id, RegisterLeaf.line.like(f'{{"{kind}":%'))
        .order_by(RegisterLeaf.place.desc())
        .limit(1)
    )
    line = session.scalar(query)
    return read_leaf(line.encode()) if line else None


def last_night(session: Session, round_id: str) -> Night | None:
    """The last night that was logged, if any."""
    leaf = last_leaf(session, round_id, Night.kind)
    return leaf if isinstance(leaf, Night) else None


def register_opening(session: Session, *, round_id: str, frozen_sha256: str, key: bytes) -> None:
    """Logs that the opening was confirmed."""
    append_leaves(session, round_id, [Open(frozen_sha256, key)])


def register_decision(
    session: Session, *, round_id: str, kind: str, reason: str, values: Mapping[str, Writable], now: datetime
) -> int:
    """Logs what two people decided, keeps its text, which is public, and gives its number."""
    last = select(func.max(RegisterDecision.n)).where(RegisterDecision.round_id == round_id)
    n = (session.scalar(last) or 0) + 1
    text = decision_text(round_id, kind, reason, dict(values))
    session.add(RegisterDecision(round_id=round_id, n=n, kind=kind, text=text.decode(), decided_at=now))
    append_leaves(session, round_id, [DecisionLeaf(n, kind, sha256_hex(text))])
    session.flush()
    return n


def commitments_of(session: Session, round_id: str) -> dict[str, bytes]:
    """By id of each standing roll entry: what stands for it in the register's roots. Erased salts leave it out.

    An entry whose ballot came on paper stands though it be voided: that ballot can't be taken out any more.
    """
    on_paper = select(PaperSlip.roll_id).where(PaperSlip.round_id == round_id, PaperSlip.state == "accepted")
    stands = or_(RollEntry.voided_reason.is_(None), RollEntry.id.in_(on_paper))
    query = select(RollEntry.id, RollEntry.salt).where(
        RollEntry.round_id == round_id, stands, RollEntry.salt.is_not(None)
    )
    return {roll_id: roll_commitment(round_id, salt, roll_id) for roll_id, salt in session.execute(query) if salt}
