"""What paper votes need next from one officer, over any number of rounds in always the same number of queries."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, distinct, func, select
from sqlalchemy.orm import Session, aliased

from pb_app.models.roll import LetterCode, RollPaper
from pb_app.models.round import TwoPersonDecision
from pb_app.models.sheet import PaperBatch, PaperRule, PaperSlip, SheetRun, SheetTally, TypedSheet
from pb_app.services.keeping import Kept
from pb_app.services.keys import KeyStore
from pb_app.services.paper_channel import SEAL
from pb_app.services.paper_slips import ACCEPTED
from pb_app.services.rounds import RoundView
from pb_app.services.sheet_boxes import SheetName, open_sheet
from pb_app.services.sheet_typing import FIRST, SECOND, THIRD
from pb_app.services.tasks import Task
from voting.permissions import Actor
from voting.phases import Phase
from voting.sheets import LEAST_MIXED

PERMISSION = "paper:work"

_Paper = tuple[str, str]
"""A round and one of its papers."""


_compared: Kept[bool] = Kept(50_000)
"""Whether two boxes differ, by the hash of both: boxes never change, so each pair is opened once for all pages."""


@dataclass(frozen=True, slots=True)
class _Typed:
    """How far a batch is: ballots typed once, those of them that wait for this officer's second look."""

    first: int = 0
    second: int = 0


def paper_tasks(
    session: Session, keys: KeyStore, *, views: Sequence[RoundView], by: Actor, now: datetime
) -> list[Task]:
    """Ballots to mix, to type, to type again and to settle, and sheets to be counted before the count is sealed.

    Only what this officer may do: nobody types a ballot twice, or settles what they typed. None once somebody asked to
    seal the count.
    """
    rounds = {view.id: view for view in views if view.phase_at(now) in (Phase.VOTING, Phase.COUNTING)}
    found = {round_id: rounds[round_id] for round_id in _rounds_with_paper(session, rounds)}
    if not found:
        return []
    batches = session.scalars(
        select(PaperBatch)
        .where(PaperBatch.round_id.in_(found))
        .order_by(PaperBatch.round_id, PaperBatch.paper_id, PaperBatch.number)
    ).all()
    slips = _slips(session, found)
    tasks = [*_to_mix(found, batches, slips, now), *_to_type(session, keys, found, batches, by)]
    return tasks + _to_balance(session, found, slips, now)


def _rounds_with_paper(session: Session, round_ids: Collection[str]) -> list[str]:
    """Those of them that take votes on paper, and in which nobody asked to seal the count."""
    asked = select(TwoPersonDecision.round_id).where(
        TwoPersonDecision.kind == SEAL, TwoPersonDecision.withdrawn_at.is_(None)
    )
    query = select(PaperRule.round_id).where(PaperRule.round_id.in_(round_ids), PaperRule.round_id.not_in(asked))
    return list(session.scalars(query.order_by(PaperRule.round_id)))


def _slips(session: Session, round_ids: Collection[str]) -> Mapping[tuple[_Paper, str], int]:
    query = select(PaperSlip.round_id, PaperSlip.paper_id, PaperSlip.state, func.count())
    query = query.where(PaperSlip.round_id.in_(round_ids))
    rows = session.execute(query.group_by(PaperSlip.round_id, PaperSlip.paper_id, PaperSlip.state))
    return {((round_id, paper_id), state): count for round_id, paper_id, state, count in rows}


def _to_mix(
    rounds: Mapping[str, RoundView],
    batches: Sequence[PaperBatch],
    slips: Mapping[tuple[_Paper, str], int],
    now: datetime,
) -> Iterator[Task]:
    """Ballots in no batch. While votes are taken they wait until they are enough to be mixed among themselves."""
    batched: Counter[_Paper] = Counter()
    for batch in batches:
        batched[batch.round_id, batch.paper_id] += batch.size
    for view in rounds.values():
        waiting = [slips.get(((view.id, one.id), ACCEPTED), 0) - batched[view.id, one.id] for one in view.papers]
        least = LEAST_MIXED if view.phase_at(now) is Phase.VOTING else 1
        count = sum(number for number in waiting if number >= least)
        if count:
            yield Task("mix", view.id, view.title, count=count)


def _to_type(
    session: Session, keys: KeyStore, rounds: Mapping[str, RoundView], batches: Sequence[PaperBatch], by: Actor
) -> Iterator[Task]:
    typed, differing = _typed(session, rounds, by), _differing(session, keys, rounds, by)
    for batch in batches:
        title, done = rounds[batch.round_id].title, typed.get(batch.id, _Typed())
        counts = {"type": batch.size - done.first, "type-again": done.second, "settle": differing[batch.id]}
        for kind, count in counts.items():
            if count:
                yield Task(kind, batch.round_id, title, count=count, at=batch.id)


def _typed(session: Session, round_ids: Collection[str], by: Actor) -> Mapping[str, _Typed]:
    """By batch. A ballot waits for the second look of everybody but who typed it first."""
    second = aliased(TypedSheet)
    waits = second.turn.is_(None) & (TypedSheet.typed_by != by.person_id)
    query = (
        select(TypedSheet.batch_id, func.count(), func.sum(case((waits, 1), else_=0)))
        .join(PaperBatch, PaperBatch.id == TypedSheet.batch_id)
        .join(second, _same_sheet(TypedSheet, second, SECOND), isouter=True)
        .where(PaperBatch.round_id.in_(round_ids), TypedSheet.turn == FIRST)
        .group_by(TypedSheet.batch_id)
    )
    return {batch_id: _Typed(first, int(again)) for batch_id, first, again in session.execute(query)}


def _differing(session: Session, keys: KeyStore, round_ids: Collection[str], by: Actor) -> Counter[str]:
    """By batch: ballots that two others read differently and nobody has settled. Only the boxes know."""
    second, third = aliased(TypedSheet), aliased(TypedSheet)
    query = (
        select(PaperBatch.round_id, TypedSheet.batch_id, TypedSheet.sheet, TypedSheet.box, second.box)
        .join(PaperBatch, PaperBatch.id == TypedSheet.batch_id)
        .join(second, _same_sheet(TypedSheet, second, SECOND))
        .join(third, _same_sheet(TypedSheet, third, THIRD), isouter=True)
        .where(PaperBatch.round_id.in_(round_ids), TypedSheet.turn == FIRST, third.turn.is_(None))
        .where(TypedSheet.typed_by != by.person_id, second.typed_by != by.person_id)
    )
    found: Counter[str] = Counter()
    for round_id, batch_id, sheet, *boxes in session.execute(query):
        name = hashlib.sha256(b"".join(boxes)).hexdigest()
        differs = _compared.get(name)
        if differs is None:
            key = keys.round_key(round_id)
            one, other = (
                open_sheet(key, SheetName(batch_id, sheet, turn), box)
                for turn, box in zip((FIRST, SECOND), boxes, strict=True)
            )
            differs = _compared.put(name, one != other)
        found[batch_id] += differs
    return found


def _same_sheet(one: type[TypedSheet], other: type[TypedSheet], turn: int) -> ColumnElement[bool]:
    return (other.batch_id == one.batch_id) & (other.sheet == one.sheet) & (other.turn == turn)


def _to_balance(
    session: Session, rounds: Mapping[str, RoundView], slips: Mapping[tuple[_Paper, str], int], now: datetime
) -> list[Task]:
    """Rounds whose voting is over with papers of which not every issued sheet is accounted for."""
    issued = _issued(session, rounds)
    tallies = session.scalars(select(SheetTally).where(SheetTally.round_id.in_(rounds)))
    missing = {(row.round_id, row.paper_id): row.left_over + row.lost for row in tallies}
    returned: Counter[_Paper] = Counter()
    for (paper, _), count in slips.items():
        returned[paper] += count
    tasks = []
    for view in (one for one in rounds.values() if one.phase_at(now) is Phase.COUNTING):
        papers = [(view.id, one.id) for one in view.papers]
        off = [one for one in papers if issued.get(one, 0) != returned[one] + missing.get(one, 0)]
        uncounted = [one for one in papers if issued.get(one, 0) and one not in missing]
        if count := len({*off, *uncounted}):
            tasks.append(Task("balance", view.id, view.title, count=count))
    return tasks


def _issued(session: Session, round_ids: Collection[str]) -> Mapping[_Paper, int]:
    query = (
        select(SheetRun.round_id, RollPaper.paper_id, func.count(distinct(RollPaper.roll_id)))
        .join(LetterCode, LetterCode.batch_id == SheetRun.batch_id)
        .join(RollPaper, RollPaper.roll_id == LetterCode.roll_id)
        .where(SheetRun.round_id.in_(round_ids))
        .group_by(SheetRun.round_id, RollPaper.paper_id)
    )
    return {(round_id, paper_id): count for round_id, paper_id, count in session.execute(query)}
