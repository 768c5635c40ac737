"""The order of a register's leaves, and what stands where in it.

::

    open, with decisions; taken back by a decision, it is followed by another
    night, then its ballots: again and again, with decisions between
    void, superseded_by_paper: sorted by tracker
    close
    decisions, count: once for each revision

An imported record has open and count alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from tallying.register import (
    BallotLeaf,
    Close,
    CountLeaf,
    DecisionLeaf,
    Leaf,
    Night,
    Open,
    SupersededByPaper,
    Void,
)

WITHDRAWN_OPENING = "withdraw_opening"
"""The word of the decision that takes an opening back."""

_AFTER_NIGHT = frozenset({"ballot", "night", "decision", "void", "superseded_by_paper", "close"})
_BEFORE_CLOSE: dict[str, frozenset[str]] = {
    "": frozenset({"open"}),
    "open": frozenset({"decision", "night", "count"}),
    "decision": frozenset({"decision", "open", "night"}),
    "night": _AFTER_NIGHT,
    "ballot": _AFTER_NIGHT,
    "void": frozenset({"void", "superseded_by_paper", "close"}),
    "superseded_by_paper": frozenset({"superseded_by_paper", "close"}),
}
_AFTER_CLOSE: dict[str, frozenset[str]] = {
    "close": frozenset({"decision", "count"}),
    "decision": frozenset({"decision", "count"}),
    "count": frozenset({"decision"}),
}


@dataclass(slots=True)
class RegisterContents:
    """What stands in a register: ``batches`` are each night's commitments, in their order.

    ``close_size`` is the number of leaves up to and with the close leaf; 0 where there is none (an imported record).
    """

    openings: list[Open] = field(default_factory=list)
    nights: list[str] = field(default_factory=list)
    batches: list[list[str]] = field(default_factory=list)
    decisions: list[DecisionLeaf] = field(default_factory=list)
    decisions_before_close: int = 0
    decisions_before_count: int = 0
    voids: list[Void] = field(default_factory=list)
    superseded: list[SupersededByPaper] = field(default_factory=list)
    close: Close | None = None
    close_size: int = 0
    counts: list[CountLeaf] = field(default_factory=list)

    @property
    def commitments(self) -> list[str]:
        """All of them, in their order."""
        return [c for batch in self.batches for c in batch]

    @property
    def night_of(self) -> dict[str, int]:
        """For each commitment the number of the night, from 0, on which it joined."""
        return {c: night for night, batch in enumerate(self.batches) for c in batch}

    @property
    def voided(self) -> frozenset[str]:
        """The trackers that are voided."""
        return frozenset(leaf.tracker for leaf in self.voids)

    @property
    def superseded_trackers(self) -> frozenset[str]:
        """The trackers that a paper vote superseded."""
        return frozenset(leaf.tracker for leaf in self.superseded)

    @property
    def refused(self) -> frozenset[str]:
        """The trackers none of whose versions is opened."""
        return self.voided | self.superseded_trackers


def read_contents(leaves: Iterable[Leaf]) -> RegisterContents:
    """What stands in the register, whatever its order."""
    found = RegisterContents()
    for place, leaf in enumerate(leaves):
        _put(found, leaf, place)
    return found


def order_faults(leaves: Sequence[Leaf]) -> list[str]:
    """What is wrong with the order of the leaves, as sentences; empty when it is as above."""
    found = read_contents(leaves)
    faults = [*_sequence_faults(leaves), *_opening_faults(leaves)]
    wrong = {
        "an entry stands twice": len(set(found.commitments)) < len(found.commitments),
        "its nights are not in order": found.nights != sorted(set(found.nights)),
        "its decisions are not numbered 1, 2, 3 …": not _counts_up([one.n for one in found.decisions]),
        "its counts are not numbered 1, 2, 3 …": not _counts_up([one.revision for one in found.counts]),
        "its voids are not sorted": not _rises([one.tracker for one in found.voids]),
        "its superseded trackers are not sorted": not _rises([one.tracker for one in found.superseded]),
        "a tracker is both voided and superseded": bool(found.voided & found.superseded_trackers),
        "it does not end in a count": not leaves or not isinstance(leaves[-1], CountLeaf),
    }
    return faults + [text for text, is_true in wrong.items() if is_true]


def _put(found: RegisterContents, leaf: Leaf, place: int) -> None:
    match leaf:
        case BallotLeaf(c):
            (found.batches[-1:] or [[]])[0].append(c)
        case Night(day):
            found.nights.append(day)
            found.batches.append([])
        case Close():
            found.close, found.close_size = leaf, place + 1
        case _:
            _put_rare(found, leaf)


def _put_rare(found: RegisterContents, leaf: Leaf) -> None:
    match leaf:
        case Open():
            found.openings.append(leaf)
        case DecisionLeaf():
            found.decisions.append(leaf)
            found.decisions_before_close += found.close is None
            found.decisions_before_count += not found.counts
        case Void():
            found.voids.append(leaf)
        case SupersededByPaper():
            found.superseded.append(leaf)
        case CountLeaf():
            found.counts.append(leaf)


def _sequence_faults(leaves: Sequence[Leaf]) -> list[str]:
    is_closed, before = False, ""
    for number, leaf in enumerate(leaves, start=1):
        allowed = (_AFTER_CLOSE if is_closed else _BEFORE_CLOSE).get(before, frozenset())
        if leaf.kind not in allowed:
            return [f"line {number}: {leaf.kind} may not follow {before or 'the beginning'}"]
        is_closed = is_closed or leaf.kind in ("close", "count")
        before = leaf.kind
    return []


def _opening_faults(leaves: Sequence[Leaf]) -> list[str]:
    """An opening is followed by another only where two people took it back, before any night."""
    is_open = is_voting = False
    for number, leaf in enumerate(leaves, start=1):
        if isinstance(leaf, Open):
            if is_open:
                return [f"line {number}: the opening before was not taken back"]
            if is_voting:
                return [f"line {number}: opened again after a night"]
            is_open = True
        elif isinstance(leaf, DecisionLeaf) and leaf.word == WITHDRAWN_OPENING:
            is_open = False
        elif isinstance(leaf, Night):
            if not is_open:
                return [f"line {number}: a night after the opening was taken back"]
            is_voting = True
    return []


def _counts_up(numbers: Sequence[int]) -> bool:
    return list(numbers) == list(range(1, len(numbers) + 1))


def _rises(texts: Sequence[str]) -> bool:
    return all(one < other for one, other in pairwise(texts))
