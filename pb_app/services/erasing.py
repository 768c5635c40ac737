"""Erasing a round's personal data when it is over: who was on its roll, and what people wrote to get there.

Two people decide, and one list says what goes; it goes in one transaction. What stays is what the record needs and what
names nobody: how many were on the roll, in which area, and by which way in. The activity log keeps its chain; the
details and salts of events about voters go, and with the roll's salts every link from the register to a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import ClassVar

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.orm import DeclarativeBase, Session

from pb_app.models.activity import ActivityDetails, ActivityEvent
from pb_app.models.area import AreaVerification
from pb_app.models.event import CheckIn, GroupCode, Slip
from pb_app.models.roll import LetterCode, RollEntry
from pb_app.models.round import TwoPersonDecision
from pb_app.models.voter import HeldCode, VoterRequest
from pb_app.services.activity import Event, log
from pb_app.services.round_lock import hold_round
from pb_app.services.rounds import RoundView, get_round
from pb_app.services.tasks import Task
from pb_app.services.two_people import ask, confirm, find_confirmed, withdraw_waiting
from voting.errors import NotNowError
from voting.permissions import Actor
from voting.phases import Phase

ERASE = "erase"
PERMISSION = "roll:erase"
OVER = frozenset({Phase.DECIDED, Phase.DELIVERING, Phase.CLOSED, Phase.CANCELLED})
"""The phases in which nothing of it is needed any more, unless somebody complains."""

_NAGGING = OVER - {Phase.DECIDED}
"""Just after the decision an auditor may still ask people on the list."""

_NOT_OVER = "Names are kept until the result is decided: until then an auditor draws from them."
_GONE = "The personal data of this round was erased already."
_ABOUT_VOTERS = ("voter:", "roll:", "event:", "codes:letter:", "paper:slip:", "help:")
"""Kinds of event whose details say something about one voter."""
_ABOUT_ENTRIES = ("join:", "replace:")
"""Kinds of decision about one entry of the roll: their reasons do, too."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The checklist: how many rows of each kind still hold something personal."""

    requests: int
    """Requests to vote with what people wrote, when they asked for a review too, their contact and age."""
    area_words: int
    """What people wrote about their tie to an area, in requests that were answered before voting closed."""
    checked_in: int
    """Names and places noted at a check-in desk."""
    entries: int
    """Entries of the roll that lead to a person."""
    codes: int
    """Codes of letters, slips, groups, introductions and lists, which lead to an entry."""
    details: int
    """Details of events and decisions about voters."""

    @property
    def total(self) -> int:
        """All of them."""
        return sum(int(getattr(self, one.name)) for one in fields(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalDataErased(Event):
    """The personal data of a round is gone."""

    kind: ClassVar[str] = "round:personal-data:erased"
    rows: int

    def details(self) -> dict[str, int]:
        """How many rows."""
        return {"rows": self.rows}


def what_is_kept(session: Session, *, round_id: str) -> Kept:
    """The checklist of a round. Raises NotFoundError."""
    view = get_round(session, round_id)
    return Kept(
        requests=_count(session, VoterRequest, VoterRequest.round_id == round_id, _says_something()),
        area_words=_count(session, AreaVerification, *_answered_before(view)),
        checked_in=_count(session, CheckIn, CheckIn.round_id == round_id, CheckIn.name != ""),
        entries=_count(session, RollEntry, RollEntry.round_id == round_id, _leads_to_somebody()),
        codes=sum(_count(session, table, table.round_id == round_id) for table in _CODES),
        details=_count(session, ActivityDetails, ActivityDetails.n.in_(_about_voters(round_id)))
        + _count(session, TwoPersonDecision, *_about_entries(round_id)),
    )


def is_erased(session: Session, *, round_id: str) -> bool:
    """Whether two people have erased this round's personal data."""
    return find_confirmed(session, round_id=round_id, kind=ERASE) is not None


def ask_erasing(session: Session, *, round_id: str, by: Actor, now: datetime) -> None:
    """The first of two people asks. Raises NotNowError before the result is decided, and once it is done."""
    _check(session, round_id, by, now)
    ask(session, round_id=round_id, kind=ERASE, payload={}, reason="", by=by, now=now)


def confirm_erasing(session: Session, *, round_id: str, by: Actor, now: datetime) -> None:
    """The second person confirms, and all that the checklist counted is gone. Raises NotNowError, SecondPersonError."""
    _check(session, round_id, by, now)
    confirm(session, round_id=round_id, kind=ERASE, by=by, now=now)
    found = what_is_kept(session, round_id=round_id)
    _erase(session, get_round(session, round_id))
    log(session, PersonalDataErased(round_id=round_id, rows=found.total), by=by, now=now)


def withdraw_erasing(session: Session, *, round_id: str, by: Actor, now: datetime) -> None:
    """Takes it back while it waits for its second person. Raises NotNowError if nothing waits."""
    by.check(PERMISSION)
    withdraw_waiting(session, round_id=round_id, kind=ERASE, by=by, now=now)


def erasing_tasks(session: Session, *, views: Sequence[RoundView], now: datetime) -> list[Task]:
    """Rounds that are over, whose roll still leads to people, and that nobody asked to erase: one query for all."""
    over = {view.id: view for view in views if view.phase_at(now) in _NAGGING and view.decisions.announced_at}
    asked = select(TwoPersonDecision.round_id).where(
        TwoPersonDecision.kind == ERASE, TwoPersonDecision.withdrawn_at.is_(None)
    )
    query = select(RollEntry.round_id).where(RollEntry.round_id.in_(over), RollEntry.round_id.not_in(asked))
    left = set(session.scalars(query.where(_leads_to_somebody()).distinct()))
    return [Task(ERASE, view.id, view.title) for view in over.values() if view.id in left]


_CODES = (LetterCode, HeldCode, GroupCode, Slip)


def _check(session: Session, round_id: str, by: Actor, now: datetime) -> None:
    by.check(PERMISSION)
    hold_round(session, round_id)
    if get_round(session, round_id).phase_at(now) not in OVER:
        raise NotNowError(_NOT_OVER)
    if is_erased(session, round_id=round_id):
        raise NotNowError(_GONE)


def _erase(session: Session, view: RoundView) -> None:
    of_requests, of_entries = VoterRequest.round_id == view.id, RollEntry.round_id == view.id
    for table in _CODES:
        session.execute(delete(table).where(table.round_id == view.id))
    session.execute(delete(ActivityDetails).where(ActivityDetails.n.in_(_about_voters(view.id))))
    texts = dict.fromkeys(("statement", "contact", "reason", "shown_to", "review_words", "doubt"), "")
    facts = dict.fromkeys(("person_id", "age", "area_id", "looked_up", "shown_on", "consent_on", "consent_by"))
    session.execute(update(VoterRequest).where(of_requests).values({**texts, **facts}))
    session.execute(update(CheckIn).where(CheckIn.round_id == view.id).values(name="", search_name="", place=""))
    session.execute(update(RollEntry).where(of_entries).values(person_id=None, salt=None, voided_reason=None))
    session.execute(update(AreaVerification).where(*_answered_before(view)).values(statement=""))
    session.execute(update(TwoPersonDecision).where(*_about_entries(view.id)).values(reason="", payload="{}"))
    session.flush()
    session.expire_all()


def _count(session: Session, table: type[DeclarativeBase], *conditions: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(table).where(*conditions)) or 0


def _says_something() -> ColumnElement[bool]:
    row = VoterRequest
    texts = (row.statement, row.contact, row.reason, row.shown_to, row.review_words, row.doubt)
    facts = (row.person_id, row.age, row.area_id, row.looked_up, row.shown_on, row.consent_on, row.consent_by)
    return or_(*(one != "" for one in texts), *(one.is_not(None) for one in facts))


def _leads_to_somebody() -> ColumnElement[bool]:
    return RollEntry.person_id.is_not(None) | RollEntry.salt.is_not(None) | RollEntry.voided_reason.is_not(None)


def _answered_before(view: RoundView) -> tuple[ColumnElement[bool], ...]:
    """Requests for an area that did their work for this round: the answer stays, the words go."""
    row = AreaVerification
    return row.statement != "", row.status != "asked", row.decided_at < view.voting_closes_at


def _about_voters(round_id: str) -> ColumnElement[int]:
    kinds = [ActivityEvent.kind.startswith(one, autoescape=True) for one in _ABOUT_VOTERS]
    kinds += [ActivityEvent.object_ids.contains(f'"{one}', autoescape=True) for one in _ABOUT_ENTRIES]
    return select(ActivityEvent.n).where(ActivityEvent.round_id == round_id, or_(*kinds)).scalar_subquery()


def _about_entries(round_id: str) -> tuple[ColumnElement[bool], ...]:
    row = TwoPersonDecision
    kinds = or_(*(row.kind.startswith(one, autoescape=True) for one in _ABOUT_ENTRIES))
    return row.round_id == round_id, kinds, (row.reason != "") | (row.payload != "{}")
