"""What the sealed copies of keys need next, over any number of rounds in one query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pb_app.models.ballot import SealingStep
from pb_app.models.round import KeyCopy
from pb_app.services.key_copies import KEY_GONE
from pb_app.services.rounds import RoundView
from pb_app.services.tasks import Task
from voting.permissions import Actor
from voting.phases import BEFORE_VOTING, Phase


def key_tasks(session: Session, *, views: Sequence[RoundView], by: Actor, now: datetime) -> list[Task]:
    """A holder's own copy that is not proved before the vote opens; any copy that outlives the key."""
    rows: dict[str, list[tuple[KeyCopy, datetime | None]]] = defaultdict(list)
    step = (SealingStep.round_id == KeyCopy.round_id) & (SealingStep.step == KEY_GONE)
    query = select(KeyCopy, SealingStep.done_at).join(SealingStep, step, isouter=True)
    for row, gone_at in session.execute(query.where(KeyCopy.destroyed_at.is_(None))):
        rows[row.round_id].append((row, gone_at))
    tasks = [_task(view, rows[view.id], by, now) for view in views if view.id in rows]
    return [task for task in tasks if task is not None]


def _task(view: RoundView, rows: list[tuple[KeyCopy, datetime | None]], by: Actor, now: datetime) -> Task | None:
    phase = view.phase_at(now)
    gone_at = view.decisions.cancelled_at if phase is Phase.CANCELLED else rows[0][1]
    if gone_at is not None:
        return Task("key-destroy", view.id, view.title, count=len(rows), since=gone_at)
    own = [row for row, _ in rows if row.holder_id == by.person_id and row.proved_at is None]
    if own and phase in BEFORE_VOTING and view.decisions.opening_confirmed_at is None:
        return Task("key-prove", view.id, view.title, since=own[0].made_at, due=view.timetable.voting_opens_at)
    return None
