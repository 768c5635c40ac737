"""What everybody can read of a round's register: its pages, its files, and proofs for who saved a checkpoint."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pb_app.models.register import RegisterCheckpoint, RegisterDecision
from pb_app.services.checkpoints import CheckpointView, list_checkpoints
from pb_app.services.registers import register_lines
from tallying.canonical import Json, loads, sha256_hex, to_base64
from tallying.merkle import Tree
from tallying.register import BallotLeaf, DecisionLeaf, Leaf, Night, read_leaf
from voting.errors import NotFoundError

_NONE = "This round has no register yet. It begins when two people confirm the opening of the vote."
_NO_ENTRY = "The register has no such entry, or not yet. Look at its newest checkpoint."


@dataclass(frozen=True, slots=True)
class NightLine:
    """One night: its day, its place in the register (from 0), and how many ballots joined."""

    day: date
    place: int
    ballots: int


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """A decision of two people, as the register names it."""

    n: int
    kind: str
    reason: str
    values: tuple[tuple[str, str], ...]
    decided_at: datetime
    is_as_logged: bool
    """Whether its text is the one whose hash stands in the register."""


@dataclass(frozen=True, slots=True)
class RegisterPage:
    """The register up to its newest checkpoint."""

    newest: CheckpointView
    checkpoints: tuple[CheckpointView, ...]
    nights: tuple[NightLine, ...]
    decisions: tuple[DecisionLine, ...]
    ballots: int


def has_register(session: Session, round_id: str) -> bool:
    """Whether a checkpoint was published."""
    query = select(RegisterCheckpoint.size).where(RegisterCheckpoint.round_id == round_id).limit(1)
    return session.scalar(query) is not None


def show_register(session: Session, *, round_id: str) -> RegisterPage:
    """The page's contents. Raises NotFoundError before the first checkpoint."""
    checkpoints = _checkpoints(session, round_id)
    leaves = [read_leaf(line) for line in register_lines(session, round_id, checkpoints[0].size)]
    return RegisterPage(
        newest=checkpoints[0],
        checkpoints=tuple(checkpoints),
        nights=_nights(leaves),
        decisions=tuple(_decision(row, leaves) for row in _decisions(session, round_id)),
        ballots=sum(isinstance(leaf, BallotLeaf) for leaf in leaves),
    )


def register_file(session: Session, *, round_id: str) -> tuple[bytes, CheckpointView]:
    """The bytes of register.jsonl up to the newest checkpoint, and that checkpoint. Raises NotFoundError."""
    newest = _checkpoints(session, round_id)[0]
    return b"".join(line + b"\n" for line in register_lines(session, round_id, newest.size)), newest


def checkpoint_of(session: Session, *, round_id: str, size: int | None = None) -> CheckpointView:
    """The newest checkpoint, or the one of this size. Raises NotFoundError."""
    for checkpoint in _checkpoints(session, round_id):
        if size is None or checkpoint.size == size:
            return checkpoint
    raise NotFoundError(_NO_ENTRY)


def inclusion(session: Session, *, round_id: str, place: int) -> dict[str, Json]:
    """That the entry at a place is in the newest checkpoint: its line and the proof (base64). Raises NotFoundError."""
    newest = _checkpoints(session, round_id)[0]
    lines = register_lines(session, round_id, newest.size)
    if not 0 <= place < newest.size:
        raise NotFoundError(_NO_ENTRY)
    proof: list[Json] = [to_base64(one) for one in Tree.of(lines).inclusion_proof(place, newest.size)]
    return {"checkpoint": newest.note.decode(), "index": place, "leaf": lines[place].decode(), "proof": proof}


def consistency(session: Session, *, round_id: str, first: int) -> dict[str, Json]:
    """That the first entries, as somebody saved them, begin the newest checkpoint. Raises NotFoundError."""
    newest = _checkpoints(session, round_id)[0]
    if not 1 <= first <= newest.size:
        raise NotFoundError(_NO_ENTRY)
    tree = Tree.of(register_lines(session, round_id, newest.size))
    proof: list[Json] = [to_base64(one) for one in tree.consistency_proof(first, newest.size)]
    return {"checkpoint": newest.note.decode(), "first": first, "proof": proof}


def decision_file(session: Session, *, round_id: str, n: int) -> bytes:
    """The text whose hash a decision's leaf holds. Raises NotFoundError."""
    row = session.get(RegisterDecision, (round_id, n))
    if row is None:
        raise NotFoundError(_NO_ENTRY)
    return row.text.encode()


def _checkpoints(session: Session, round_id: str) -> list[CheckpointView]:
    found = list_checkpoints(session, round_id)
    if not found:
        raise NotFoundError(_NONE)
    return found


def _decisions(session: Session, round_id: str) -> list[RegisterDecision]:
    query = select(RegisterDecision).where(RegisterDecision.round_id == round_id).order_by(RegisterDecision.n)
    return list(session.scalars(query))


def _decision(row: RegisterDecision, leaves: list[Leaf]) -> DecisionLine:
    value = loads(row.text.encode())
    inside = value.get("values") if isinstance(value, dict) else None
    reason = value.get("reason") if isinstance(value, dict) else ""
    pairs = tuple((key, str(inside[key])) for key in sorted(inside)) if isinstance(inside, dict) else ()
    logged = [leaf for leaf in leaves if isinstance(leaf, DecisionLeaf)]
    own = DecisionLeaf(row.n, row.kind, sha256_hex(row.text.encode()))
    is_as_logged = row.n > len(logged) or logged[row.n - 1] == own  # the last one may wait for its checkpoint
    return DecisionLine(row.n, row.kind, str(reason), pairs, row.decided_at, is_as_logged)


def _nights(leaves: list[Leaf]) -> tuple[NightLine, ...]:
    found: list[NightLine] = []
    for place, leaf in enumerate(leaves):
        if isinstance(leaf, Night):
            found.append(NightLine(date.fromisoformat(leaf.day), place, _run_of_ballots(leaves, place + 1)))
    return tuple(found)


def _run_of_ballots(leaves: list[Leaf], start: int) -> int:
    end = start
    while end < len(leaves) and isinstance(leaves[end], BallotLeaf):
        end += 1
    return end - start
