"""Reconciliation: every sheet that was issued is accounted for, and every slip has its ballot, before sealing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy.orm import Session

from pb_app.models.sheet import PaperBatch, SheetTally
from pb_app.services.activity import Event, log
from pb_app.services.ballot_sheets import count_issued
from pb_app.services.keys import KeyStore
from pb_app.services.paper_batches import batches_of
from pb_app.services.paper_channel import check_paper_work, find_rule
from pb_app.services.paper_slips import ACCEPTED, SET_ASIDE, SPOILT, count_slips
from pb_app.services.round_lock import hold_round
from pb_app.services.rounds import get_round
from pb_app.services.sheet_typing import SECOND, SheetState, read_batch
from tallying.canonical import Writable
from voting.errors import Problem
from voting.permissions import Actor
from voting.sheets import LEAST_MIXED, Reason, Spoilt


@dataclass(frozen=True, slots=True)
class BatchCount:
    """How far one batch is."""

    id: str
    number: int
    size: int
    typed_once: int
    typed_twice: int
    differing: int

    @property
    def is_done(self) -> bool:
        """Whether two agree on every ballot, or a third has settled it."""
        return self.typed_twice == self.size and not self.differing


@dataclass(frozen=True, slots=True)
class PaperSheets:
    """The sheets of one paper. `left_over` and `lost` are None until somebody counted them.

    `reasons` are the ballots found spoilt while typing; `spoilt` counts sheets given back whole, too.
    """

    paper_id: str
    title: str
    issued: int
    accepted: int
    set_aside: int
    given_back: int
    left_over: int | None
    lost: int | None
    batches: tuple[BatchCount, ...]
    reasons: Mapping[Reason, int]

    @property
    def batched(self) -> int:
        """Ballots in batches."""
        return sum(batch.size for batch in self.batches)

    @property
    def waiting(self) -> int:
        """Ballots whose slips were accepted, in no batch yet."""
        return self.accepted - self.batched

    @property
    def spoilt(self) -> int:
        """All spoilt sheets: given back whole, and found while typing."""
        return self.given_back + sum(self.reasons.values())

    @property
    def returned(self) -> int:
        """Sheets that came back and are not spoilt."""
        return self.accepted + self.set_aside + self.given_back - self.spoilt

    @property
    def missing(self) -> int:
        """Sheets that did not come back: left over, or handed out."""
        return (self.left_over or 0) + (self.lost or 0)

    @property
    def written(self) -> dict[str, Writable]:
        """As it is kept with the sealing."""
        reasons: list[Writable] = [[reason.value, self.reasons.get(reason, 0)] for reason in Reason]
        return {
            "issued": self.issued,
            "returned": self.returned,
            "spoilt": self.spoilt,
            "missing": self.missing,
            "set_aside": self.set_aside,
            "reasons": reasons,
        }

    @property
    def problems(self) -> list[str]:
        """Why sealing may not be asked for yet, as sentences; empty when all balances."""
        at = f"Paper votes on “{self.title}”:"
        off = self.issued - self.returned - self.spoilt - self.missing
        faults = {
            f"{at} count the sheets that did not come back, and write the numbers down.": self.left_over is None
            and self.issued > 0,
            f"{at} {self.issued} sheets were issued, and {abs(off)} too {'few' if off > 0 else 'many'} are accounted "
            "for.": self.left_over is not None and off != 0,
            f"{at} {_accepted(self.waiting)} in no batch.": self.waiting > 0,
            f"{at} a batch has fewer than {LEAST_MIXED} ballots. Mix it into another.": len(self.batches) > 1
            and any(batch.size < LEAST_MIXED for batch in self.batches),
        }
        faults |= {f"{at} batch {one.number} is not typed twice and settled.": not one.is_done for one in self.batches}
        return [words for words, is_true in faults.items() if is_true]


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetsCounted(Event):
    """Sheets that did not come back were counted."""

    kind: ClassVar[str] = "paper:sheets:counted"
    paper_id: str
    left_over: int
    lost: int

    def objects(self) -> list[tuple[str, str]]:
        """The paper."""
        return [("paper", self.paper_id)]

    def details(self) -> dict[str, int]:
        """How many."""
        return {"left_over": self.left_over, "lost": self.lost}


def reconcile(session: Session, keys: KeyStore, *, round_id: str) -> tuple[PaperSheets, ...]:
    """The sheets of every paper, in paper order; none where nobody votes on paper. While the key lives."""
    if find_rule(session, round_id) is None:
        return ()
    issued, slips = count_issued(session, round_id=round_id), count_slips(session, round_id=round_id)
    return tuple(
        _paper(session, keys, (round_id, paper.id, paper.title), issued.get(paper.id, 0), slips)
        for paper in get_round(session, round_id).papers
    )


def paper_problems(session: Session, keys: KeyStore, *, round_id: str) -> list[Problem]:
    """What stands against sealing: nothing where nobody votes on paper."""
    papers = reconcile(session, keys, round_id=round_id)
    return [Problem("", words) for paper in papers for words in paper.problems]


def count_missing(
    session: Session, *, round_id: str, paper_id: str, left_over: int, lost: int, by: Actor, now: datetime
) -> None:
    """Writes down how many sheets were never handed out, and how many were and did not come back."""
    by.check("paper:work")
    hold_round(session, round_id)
    check_paper_work(session, round_id=round_id, now=now)
    get_round(session, round_id).paper(paper_id)
    row = session.get(SheetTally, (round_id, paper_id))
    if row is None:
        row = SheetTally(round_id=round_id, paper_id=paper_id, left_over=0, lost=0, counted_by=by.person_id)
        session.add(row)
    row.left_over, row.lost, row.counted_by = left_over, lost, by.person_id
    session.flush()
    event = SheetsCounted(round_id=round_id, paper_id=paper_id, left_over=left_over, lost=lost)
    log(session, event, by=by, now=now)


def count_batch(batch: PaperBatch, states: tuple[SheetState, ...]) -> BatchCount:
    """How far a batch is."""
    return BatchCount(
        id=batch.id,
        number=batch.number,
        size=batch.size,
        typed_once=sum(1 for state in states if state.typists),
        typed_twice=sum(1 for state in states if SECOND in state.typists),
        differing=sum(1 for state in states if state.is_differing),
    )


def _accepted(waiting: int) -> str:
    return "1 slip was accepted whose ballot is" if waiting == 1 else f"{waiting} slips were accepted whose ballots are"


def _paper(
    session: Session, keys: KeyStore, paper: tuple[str, str, str], issued: int, slips: Mapping[tuple[str, str], int]
) -> PaperSheets:
    round_id, paper_id, title = paper
    rows = batches_of(session, round_id=round_id, paper_id=paper_id)
    read = [(row, read_batch(session, keys.round_key(round_id), batch=row)) for row in rows]
    settled = [state.settled for _, states in read for state in states]
    tally = session.get(SheetTally, (round_id, paper_id))
    return PaperSheets(
        paper_id=paper_id,
        title=title,
        issued=issued,
        accepted=slips.get((paper_id, ACCEPTED), 0),
        set_aside=slips.get((paper_id, SET_ASIDE), 0),
        given_back=slips.get((paper_id, SPOILT), 0),
        left_over=tally.left_over if tally else None,
        lost=tally.lost if tally else None,
        batches=tuple(count_batch(row, states) for row, states in read),
        reasons=Counter(typed.reason for typed in settled if isinstance(typed, Spoilt)),
    )
