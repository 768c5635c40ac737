"""What takes two people: one asks, another confirms; until then the first, or anybody who may confirm, can withdraw.

The second person is an officer or a steering member without an interest in the round, and never somebody who audits
it: an auditor must not audit an act of their own.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from pb_app.models.paper import Project
from pb_app.models.person import Person
from pb_app.models.proposal import Proposal
from pb_app.models.round import TwoPersonDecision
from pb_app.services.activity import Event, log
from pb_app.services.round_lock import hold_round
from tallying.canonical import Json, Writable, dumps, loads
from voting.errors import ChangedMeanwhileError, NotNowError, SecondPersonError
from voting.permissions import Actor, Role

_WAITS = "Somebody has asked for this already. A second person confirms it, or it is withdrawn first."
_NOTHING = "Nobody has asked for this, or it was withdrawn. Look at the round again."
_OTHER = "What you saw was confirmed or withdrawn meanwhile. Look at the page again before you confirm anything."
_SAME_PERSON = "You asked for this yourself. A second person must confirm it."
_AUDITOR = "You audit this council’s rounds, so you can’t be one of the two people who act. Somebody else must."
_INTEREST = "You have a project on a ballot paper of this round, so somebody without an interest must confirm."


@dataclass(frozen=True, slots=True)
class DecisionView:
    """Something asked for. `payload` says what exactly; `confirmed_at` is None while it waits."""

    id: str
    kind: str
    payload: Mapping[str, Json]
    reason: str
    asked_by: str
    asked_by_name: str
    asked_at: datetime
    confirmed_by_name: str
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionEvent(Event):
    """A step of a decision that takes two people."""

    decision: str
    payload: Mapping[str, Writable]
    reason: str = ""

    def objects(self) -> list[tuple[str, str]]:
        """What kind of decision."""
        return [("decision", self.decision)]

    def details(self) -> Mapping[str, Writable]:
        """What exactly, and why."""
        return {"payload": self.payload, "reason": self.reason}


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionAsked(DecisionEvent):
    """The first of two people asked."""

    kind: ClassVar[str] = "round:decision:asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionConfirmed(DecisionEvent):
    """The second of two people confirmed: it takes effect."""

    kind: ClassVar[str] = "round:decision:confirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionWithdrawn(DecisionEvent):
    """It was withdrawn and never takes effect."""

    kind: ClassVar[str] = "round:decision:withdrawn"


def find_waiting(session: Session, *, round_id: str, kind: str) -> DecisionView | None:
    """What waits for a second person, if anything."""
    row = session.scalars(_waiting_query(round_id, kind)).first()
    return _view(session, row) if row else None


def find_confirmed(session: Session, *, round_id: str, kind: str) -> DecisionView | None:
    """The last decision of this kind that two people made, if any."""
    query = _of_kind(round_id, kind).where(TwoPersonDecision.confirmed_at.is_not(None))
    row = session.scalars(query.order_by(TwoPersonDecision.confirmed_at.desc())).first()
    return _view(session, row) if row else None


def list_confirmed(session: Session, *, round_id: str, kinds: Collection[str]) -> list[DecisionView]:
    """Every decision of these kinds that two people made, the oldest first."""
    row = TwoPersonDecision
    made = row.round_id == round_id, row.kind.in_(kinds), row.confirmed_at.is_not(None), row.withdrawn_at.is_(None)
    return [_view(session, one) for one in session.scalars(select(row).where(*made).order_by(row.confirmed_at))]


def check_waits(session: Session, decision_id: str) -> None:
    """Raises ChangedMeanwhileError unless exactly this waits: nobody confirms what they have not read."""
    row = session.get(TwoPersonDecision, decision_id)
    if row is None or row.confirmed_at is not None or row.withdrawn_at is not None:
        raise ChangedMeanwhileError(_OTHER)


def waiting_kinds(session: Session, *, round_id: str, prefix: str) -> list[str]:
    """The kinds that begin so and wait for a second person, the oldest first."""
    query = select(TwoPersonDecision.kind).where(
        TwoPersonDecision.round_id == round_id,
        TwoPersonDecision.kind.startswith(prefix, autoescape=True),
        TwoPersonDecision.confirmed_at.is_(None),
        TwoPersonDecision.withdrawn_at.is_(None),
    )
    return list(session.scalars(query.order_by(TwoPersonDecision.asked_at, TwoPersonDecision.kind)))


def rounds_with_waiting(session: Session) -> frozenset[str]:
    """The rounds in which anything waits for a second person: one query for all."""
    query = select(TwoPersonDecision.round_id).where(
        TwoPersonDecision.confirmed_at.is_(None), TwoPersonDecision.withdrawn_at.is_(None)
    )
    return frozenset(session.scalars(query.distinct()))


def ask(
    session: Session,
    *,
    round_id: str,
    kind: str,
    payload: Mapping[str, Writable],
    reason: str,
    by: Actor,
    now: datetime,
) -> None:
    """The first of two people asks. Raises NotNowError while it waits already, SecondPersonError for an auditor."""
    _refuse_auditor(by)
    session.flush()
    hold_round(session, round_id)
    if _waiting(session, round_id, kind) is not None:
        raise NotNowError(_WAITS)
    session.add(
        TwoPersonDecision(
            id=secrets.token_hex(16),
            round_id=round_id,
            kind=kind,
            payload=dumps(payload).decode(),
            reason=reason,
            asked_by=by.person_id,
            asked_at=now,
        )
    )
    session.flush()
    event = DecisionAsked(round_id=round_id, decision=kind, payload=payload, reason=reason)
    log(session, event, by=by, now=now)


def confirm(session: Session, *, round_id: str, kind: str, by: Actor, now: datetime) -> DecisionView:
    """The second of two people confirms what waits. Raises NotNowError, SecondPersonError."""
    row = _waiting(session, round_id, kind)
    if row is None:
        raise NotNowError(_NOTHING)
    check_second(session, round_id=round_id, asked_by=row.asked_by, by=by)
    row.confirmed_by, row.confirmed_at = by.person_id, now
    session.flush()
    view = _view(session, row)
    event = DecisionConfirmed(round_id=round_id, decision=kind, payload=view.payload, reason=view.reason)
    log(session, event, by=by, now=now)
    return view


def withdraw_waiting(session: Session, *, round_id: str, kind: str, by: Actor, now: datetime) -> None:
    """Takes back what waits. Raises NotNowError if nothing does."""
    row = _waiting(session, round_id, kind)
    if row is None:
        raise NotNowError(_NOTHING)
    row.withdrawn_at = now
    session.flush()
    view = _view(session, row)
    event = DecisionWithdrawn(round_id=round_id, decision=kind, payload=view.payload, reason=view.reason)
    log(session, event, by=by, now=now)


def withdraw_confirmed(session: Session, *, round_id: str, kind: str, by: Actor, now: datetime) -> None:
    """Takes back what was confirmed but has not taken effect yet; the caller knows that it has not."""
    rows = session.scalars(_of_kind(round_id, kind).where(TwoPersonDecision.confirmed_at.is_not(None))).all()
    for row in rows:
        row.withdrawn_at = now
    session.flush()
    log(session, DecisionWithdrawn(round_id=round_id, decision=kind, payload={}), by=by, now=now)


def check_second(session: Session, *, round_id: str, asked_by: str, by: Actor) -> None:
    """Whether `by` may confirm what `asked_by` asked for: SecondPersonError says why not, in the page's words."""
    if asked_by == by.person_id and Role.AUDITOR not in by.roles:
        raise SecondPersonError(_SAME_PERSON)
    check_disinterested(session, round_id=round_id, by=by)


def check_disinterested(session: Session, *, round_id: str, by: Actor) -> None:
    """Raises SecondPersonError for an auditor, and for whoever has a project on a ballot paper of the round."""
    _refuse_auditor(by)
    own = (
        select(Project.id)
        .join(Proposal, Proposal.id == Project.proposal_id)
        .where(Project.round_id == round_id, Proposal.proposer_id == by.person_id)
    )
    if session.scalars(own).first() is not None:
        raise SecondPersonError(_INTEREST)


def _refuse_auditor(by: Actor) -> None:
    if Role.AUDITOR in by.roles:
        raise SecondPersonError(_AUDITOR)


def _waiting(session: Session, round_id: str, kind: str) -> TwoPersonDecision | None:
    """Locked, so that two second people do not both confirm."""
    return session.scalars(_waiting_query(round_id, kind).with_for_update()).first()


def _waiting_query(round_id: str, kind: str) -> Select[TwoPersonDecision]:
    return _of_kind(round_id, kind).where(TwoPersonDecision.confirmed_at.is_(None))


def _of_kind(round_id: str, kind: str) -> Select[TwoPersonDecision]:
    return select(TwoPersonDecision).where(
        TwoPersonDecision.round_id == round_id,
        TwoPersonDecision.kind == kind,
        TwoPersonDecision.withdrawn_at.is_(None),
    )


def _view(session: Session, row: TwoPersonDecision) -> DecisionView:
    payload = loads(row.payload.encode())
    if not isinstance(payload, dict):
        raise TypeError("a decision's payload is an object")
    return DecisionView(
        id=row.id,
        kind=row.kind,
        payload=payload,
        reason=row.reason,
        asked_by=row.asked_by,
        asked_by_name=_name(session, row.asked_by),
        asked_at=row.asked_at,
        confirmed_by_name=_name(session, row.confirmed_by),
        confirmed_at=row.confirmed_at,
    )


def _name(session: Session, person_id: str | None) -> str:
    person = session.get(Person, person_id) if person_id else None
    return person.name if person else ""
