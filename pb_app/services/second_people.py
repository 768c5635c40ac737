"""A step that waits for its second person, as one reader sees it: may I confirm it, if not why, and who may."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from pb_app.services.people import list_staff
from pb_app.services.two_people import DecisionView, check_second, find_waiting
from voting.errors import NotAllowedError, SecondPersonError
from voting.permissions import Actor


@dataclass(frozen=True, slots=True)
class WaitingStep:
    """What was asked for. `why_not` is "" where the reader may confirm it; `others` are the names of all who may."""

    decision: DecisionView
    is_own: bool
    why_not: str
    others: tuple[str, ...]


def find_step(session: Session, *, round_id: str, kind: str, permission: str, by: Actor) -> WaitingStep | None:
    """The step of this kind that waits, if any; `permission` is what its second person needs."""
    decision = find_waiting(session, round_id=round_id, kind=kind)
    if decision is None:
        return None
    staff = [(person.name, Actor(person.person_id, frozenset(person.roles))) for person in list_staff(session)]
    others = [
        name
        for name, actor in staff
        if actor.person_id != by.person_id and not _reason(session, round_id, decision, permission, actor)
    ]
    return WaitingStep(
        decision=decision,
        is_own=decision.asked_by == by.person_id,
        why_not=_reason(session, round_id, decision, permission, by),
        others=tuple(others),
    )


def _reason(session: Session, round_id: str, decision: DecisionView, permission: str, actor: Actor) -> str:
    try:
        actor.check(permission)
        check_second(session, round_id=round_id, asked_by=decision.asked_by, by=actor)
    except (NotAllowedError, SecondPersonError) as refusal:
        return str(refusal)
    return ""
