"""What waits for officers and steering members: per round, and over all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from pb_app.services import errata
from pb_app.services.cancelling import CANCEL, CANCELLABLE, PERMISSION
from pb_app.services.composition import compose
from pb_app.services.double_entries import can_join, list_joinings
from pb_app.services.erasing import ERASE, OVER, erasing_tasks
from pb_app.services.erasing import PERMISSION as ERASING
from pb_app.services.errata import ERRATUM
from pb_app.services.key_copies import PERMISSION as KEY_COPIES
from pb_app.services.key_tasks import key_tasks
from pb_app.services.keys import KeyStore
from pb_app.services.later_outcomes import can_change, find_change
from pb_app.services.letter_batches import list_batches, rounds_with_letters_kept
from pb_app.services.opening import MOVE_CLOSING, OPEN, is_opening_asked
from pb_app.services.paper_channel import SEAL
from pb_app.services.paper_tasks import PERMISSION as PAPER_WORK
from pb_app.services.paper_tasks import paper_tasks
from pb_app.services.replacements import list_waiting
from pb_app.services.reviewing import REVIEW_PHASES, count_waiting
from pb_app.services.round_changes import CHANGE
from pb_app.services.round_changes import PERMISSION as CHANGING
from pb_app.services.rounds import RoundView, list_all_rounds
from pb_app.services.sealing import Stage, find_sealing
from pb_app.services.second_people import WaitingStep, find_step
from pb_app.services.tasks import Task
from pb_app.services.two_people import rounds_with_waiting
from pb_app.services.verification import waiting
from pb_app.services.voter_requests import waiting_requests
from voting.permissions import Actor, is_allowed
from voting.phases import BEFORE_VOTING, UNTIL_COUNTING, Phase

NEEDS: dict[str, str] = {
    "announce": "round:announce",
    "review": "proposal:review",
    "compose": "paper:compose",
    "open": "opening:confirm",
    "seal": "sealing:confirm",
    "carry-on": "sealing:confirm",
    "lot": "sealing:confirm",
    "publish": "record:publish",
    "decide": "record:publish",
    "people": "area:approve",
    "letters": "codes:print",
    "mix": PAPER_WORK,
    "type": PAPER_WORK,
    "type-again": PAPER_WORK,
    "settle": PAPER_WORK,
    "balance": PAPER_WORK,
    "key-prove": KEY_COPIES,
    "key-destroy": KEY_COPIES,
    ERASE: ERASING,
}
"""Kinds of task, and who may do them."""

_SEALING_TASKS = {
    Stage.NOT_ASKED: "seal",
    Stage.RUNNING: "carry-on",
    Stage.AWAITING_LOT: "lot",
    Stage.STAGED: "publish",
}
_STEPS: tuple[tuple[str, str, frozenset[Phase]], ...] = (
    (OPEN, "opening:confirm", CANCELLABLE - {Phase.VOTING}),
    (CHANGE, CHANGING, BEFORE_VOTING),
    (MOVE_CLOSING, "opening:confirm", frozenset({Phase.VOTING})),
    (CANCEL, PERMISSION, CANCELLABLE),
    (SEAL, "sealing:confirm", frozenset({Phase.COUNTING})),
    (ERRATUM, errata.PERMISSION, frozenset({Phase.VOTING, Phase.COUNTING})),
    (ERASE, ERASING, OVER),
)
"""Kinds of decision, what a second person needs, and the phases in which it can still be confirmed."""


@dataclass(frozen=True, slots=True)
class RoundStep:
    """A step of one round that waits for its second person."""

    round: RoundView
    step: WaitingStep


@dataclass(frozen=True, slots=True)
class WorkList:
    """Everything that waits. Tasks by when they are due, those without a date first; names to erase can wait: last."""

    tasks: tuple[Task, ...]
    steps: tuple[RoundStep, ...]


def work_list(session: Session, keys: KeyStore, *, by: Actor, now: datetime) -> WorkList:
    """What waits for somebody with the hats of `by`, over all rounds."""
    views = [view for view in list_all_rounds(session) if not view.is_imported]
    tasks = find_tasks(session, keys, views=views, by=by, now=now)
    if is_allowed(by.roles, NEEDS["people"]):
        tasks += _people_tasks(session, by)
    tasks.sort(key=lambda task: (task.kind == ERASE, task.due or now, task.kind, task.round_id))
    asked = rounds_with_waiting(session)
    steps = [step for view in views if view.id in asked for step in round_steps(session, view=view, by=by, now=now)]
    return WorkList(tuple(tasks), tuple(steps))


def find_tasks(session: Session, keys: KeyStore, *, views: Sequence[RoundView], by: Actor, now: datetime) -> list[Task]:
    """What these rounds need next from somebody with the hats of `by`."""
    own = [view for view in views if not view.is_imported]
    found = [task for view in own for task in _round_tasks(session, view, now)] + _review_tasks(session, own, now)
    kept = rounds_with_letters_kept(session)
    found += [task for view in own if view.id in kept for task in _letter_tasks(session, view, now)]
    found += paper_tasks(session, keys, views=own, by=by, now=now)
    found += key_tasks(session, views=own, by=by, now=now)
    found += erasing_tasks(session, views=own, now=now)
    return [task for task in found if is_allowed(by.roles, NEEDS[task.kind])]


def _round_tasks(session: Session, view: RoundView, now: datetime) -> list[Task]:
    phase = view.phase_at(now)
    found = _draft_tasks(view) if phase is Phase.DRAFT else []
    if phase is Phase.SHORTLISTING and view.decisions.opening_confirmed_at is None:
        found += _paper_tasks(session, view)
    if phase is Phase.COUNTING:
        found += _sealing_tasks(session, view)
    if phase is Phase.CHECKING:
        found.append(Task("decide", view.id, view.title, since=view.decisions.published_at))
    return found


def round_steps(session: Session, *, view: RoundView, by: Actor, now: datetime) -> list[RoundStep]:
    """The steps of one round that wait for a second person, and still can be confirmed."""
    phase = view.phase_at(now)
    found = [
        find_step(session, round_id=view.id, kind=kind, permission=permission, by=by)
        for kind, permission, phases in _STEPS
        if phase in phases
    ]
    lost = list_waiting(session, round_id=view.id, by=by) if phase in UNTIL_COUNTING else ()
    twice = list_joinings(session, round_id=view.id, by=by) if can_join(session, round_id=view.id, now=now) else ()
    changed = find_change(session, round_id=view.id, by=by) if can_change(session, round_id=view.id, now=now) else None
    found += [one.step for one in lost] + [one.step for one in twice] + ([changed[0]] if changed else [])
    return [RoundStep(view, step) for step in found if step is not None]


def _draft_tasks(view: RoundView) -> list[Task]:
    if view.decisions.announced_at is not None:
        return []
    return [Task("announce", view.id, view.title, due=view.timetable.proposing_opens_at)]


def _letter_tasks(session: Session, view: RoundView, now: datetime) -> list[Task]:
    """Letters that are void unless they are downloaded in time."""
    ready = [batch for batch in list_batches(session, round_id=view.id) if batch.state == "ready"]
    return [
        Task("letters", view.id, view.title, count=batch.size, due=batch.expires_at)
        for batch in ready
        if now < batch.expires_at
    ]


def _review_tasks(session: Session, views: Sequence[RoundView], now: datetime) -> list[Task]:
    """Proposals that wait for an answer: one query for all rounds."""
    open_to_it = {
        view.id: view
        for view in views
        if view.phase_at(now) in REVIEW_PHASES and view.decisions.opening_confirmed_at is None
    }
    waiting = count_waiting(session, round_ids=list(open_to_it)) if open_to_it else {}
    return [
        Task("review", view.id, view.title, count=count, since=since, due=view.timetable.reviewing_closes_at)
        for view, (count, since) in ((open_to_it[round_id], found) for round_id, found in waiting.items())
    ]


def _paper_tasks(session: Session, view: RoundView) -> list[Task]:
    tasks: list[Task] = []
    accepted, due = compose(session, round_id=view.id).waiting, view.timetable.voting_opens_at
    if accepted:
        tasks.append(Task("compose", view.id, view.title, count=len(accepted), due=due))
    if not is_opening_asked(session, view.id):
        tasks.append(Task("open", view.id, view.title, due=due))
    return tasks


def _sealing_tasks(session: Session, view: RoundView) -> list[Task]:
    kind = _SEALING_TASKS.get(find_sealing(session, round_id=view.id).stage)
    return [Task(kind, view.id, view.title, since=view.voting_closes_at)] if kind else []


def _people_tasks(session: Session, by: Actor) -> Sequence[Task]:
    """Requests to vote; a review waits for everybody but the officer who refused."""
    since = [one.asked_at for one in waiting(session) if one.may_answer(by)]
    since += [one.waits_since for one in waiting_requests(session) if one.may_answer(by)]
    return [Task("people", count=len(since), since=min(since))] if since else []
