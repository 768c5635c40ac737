"""The roll: who may vote in a round. Every way in resolves to a roll entry, and only its id votes.

Entries are made in bulk at the opening, when an officer approves somebody, or when codes are printed: never in the
minutes before a cast. "Has voted" is no column; it is asked of the ballots, looking under the entry's private keys.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import bindparam, func, insert, select
from sqlalchemy.orm import Session

from pb_app.models.area import AreaVerification
from pb_app.models.ballot import BallotRow
from pb_app.models.paper import Paper, PaperArea
from pb_app.models.roll import RollEntry, RollPaper
from pb_app.models.round import Round
from pb_app.services.activity import Event, log
from pb_app.services.ballot_slots import count_ballots
from pb_app.services.entry_ways import entry_that_stands
from pb_app.services.keys import KeyStore
from pb_app.services.rounds import get_round, phase_of
from pb_app.services.voter_rules import rule_of
from voting.eligibility import Eligibility
from voting.permissions import Actor
from voting.phases import Phase
from voting.slots import slot_of, slots_of
from voting.trackers import row_key

_PAPERS_OF = (
    select(Paper.id, Paper.rulebook)
    .join(RollPaper, (Paper.round_id == RollPaper.round_id) & (Paper.id == RollPaper.paper_id))
    .where(RollPaper.roll_id == bindparam("roll_id"))
    .order_by(Paper.position)
)
_VERSIONS_UNDER = (
    select(BallotRow.k, func.max(BallotRow.version))
    .where(BallotRow.round_id == bindparam("round_id"), BallotRow.k.in_(bindparam("row_keys", expanding=True)))
    .group_by(BallotRow.k)
)
"""The last version under each of these private keys."""


@dataclass(frozen=True, slots=True)
class RollEntryView:
    """A right to vote: the papers it opens, in paper order."""

    roll_id: str
    area_id: str
    paper_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RollMade(Event):
    """The verified people were put on the roll."""

    kind: ClassVar[str] = "roll:entries:made"
    entries: int

    def details(self) -> dict[str, int]:
        """How many; never who."""
        return {"entries": self.entries}


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonEnrolled(Event):
    """A person was put on the roll of a round that is open already."""

    kind: ClassVar[str] = "roll:person:enrolled"
    person_id: str

    def details(self) -> dict[str, str]:
        """Who: in the erasable part alone."""
        return {"person": self.person_id}


def enrol_verified(session: Session, *, round_id: str, by: Actor, now: datetime) -> int:
    """Puts everybody with an approved area on the roll, once, in the order of random ids. How many were new.

    People whose area opens no paper of this round get no entry, nor those whose tie the round's rule does not take.
    Where it asks for an age, everybody says it on the round's own page (`services.way_in`), so nobody is put on here.
    """
    routes = _routes_at_once(session.get_one(Round, round_id))
    enrolled = select(RollEntry.person_id).where(RollEntry.round_id == round_id, RollEntry.person_id.is_not(None))
    approved = select(AreaVerification.person_id, AreaVerification.area_id).where(
        AreaVerification.status == "approved",
        AreaVerification.person_id.not_in(enrolled),
        AreaVerification.route.in_(routes),
    )
    people = [(person, area) for person, area in session.execute(approved.order_by(AreaVerification.person_id))]
    made = add_entries(session, round_id=round_id, way="account", people=people)
    log(session, RollMade(round_id=round_id, entries=len(made)), by=by, now=now)
    return len(made)


def enrol_person(session: Session, *, person_id: str, by: Actor, now: datetime) -> list[str]:
    """Puts a person approved just now on the roll of every round that is open for voting. The rounds' ids."""
    checked = session.scalar(select(AreaVerification).filter_by(person_id=person_id, status="approved"))
    if checked is None:
        return []
    person = (person_id, checked.area_id)
    fitting = [row.id for row in _open_rounds(session, now) if checked.route in _routes_at_once(row)]
    return [round_id for round_id in fitting if _enrol_into(session, round_id, person, by, now)]


def add_entries(
    session: Session,
    *,
    round_id: str,
    way: str,
    people: Sequence[tuple[str | None, str]],
    shown_by: str = "",
    has_chosen: bool = False,
) -> list[str]:
    """Adds an entry for each `(person_id, area_id)` whose area opens a paper; their ids, in the same order.

    Where voters choose their area, an entry opens the papers of every area, unless it `has_chosen` its own.
    """
    papers_of = papers_by_area(session, round_id=round_id, area_ids={area_id for _, area_id in people})
    new = [(secrets.token_hex(16), person_id, area_id) for person_id, area_id in people if papers_of[area_id]]
    if not new:
        return []
    if not has_chosen and get_round(session, round_id).chooses_area:
        papers = select(Paper.id).where(Paper.round_id == round_id).order_by(Paper.position)
        papers_of = dict.fromkeys(papers_of, tuple(session.scalars(papers)))
    same = {"round_id": round_id, "way": way, "shown_by": shown_by}
    entries = [
        {"id": roll_id, "person_id": person_id, "area_id": area_id, **same}
        for roll_id, person_id, area_id in sorted(new)
    ]
    links = [
        {"roll_id": roll_id, "round_id": round_id, "paper_id": paper_id}
        for roll_id, _, area_id in sorted(new)
        for paper_id in papers_of[area_id]
    ]
    session.execute(insert(RollEntry), entries)
    session.execute(insert(RollPaper), links)
    return [roll_id for roll_id, _, _ in new]


def entry_of_person(session: Session, *, round_id: str, person_id: str) -> RollEntryView | None:
    """The person's right to vote in the round; None without one, or if it was struck off and no other stands."""
    row = session.scalar(select(RollEntry).where(RollEntry.round_id == round_id, RollEntry.person_id == person_id))
    entry = entry_that_stands(session, row) if row else None
    return entry_view(session, entry) if entry else None


def entry_view(session: Session, row: RollEntry) -> RollEntryView:
    """The entry with its papers."""
    return RollEntryView(row.id, row.area_id, paper_ids_of(session, row.id))


def paper_ids_of(session: Session, roll_id: str) -> tuple[str, ...]:
    """The papers a roll entry opens, in paper order."""
    return tuple(row.id for row in session.execute(_PAPERS_OF, {"roll_id": roll_id}))


def standing(
    session: Session, keys: KeyStore, *, round_id: str, roll_id: str, channel: str | None = None
) -> dict[str, int]:
    """The version that stands on each paper of this entry; a paper not voted on is not a key.

    Where a voter has two ballots, that of this channel; without a channel the higher one, to tell whether there is any.
    Raises NotNowError after sealing: from then on nobody can tell.
    """
    papers = session.connection().execute(_PAPERS_OF, {"roll_id": roll_id})
    ballots = {row.id: count_ballots(row.rulebook) for row in papers}
    held = versions_held(session, keys, round_id, roll_id, ballots, channel=channel)
    return {paper_id: version for paper_id, version in held.items() if version}


def versions_held(
    session: Session, keys: KeyStore, round_id: str, roll_id: str, ballots: Mapping[str, int], *, channel: str | None
) -> dict[str, int]:
    """As `standing`, by one query, with 0 for a paper not voted on; `ballots` counts those of a voter, by paper."""
    key = keys.round_key(round_id)
    keys_of = {
        row_key(key, round_id, paper_id, roll_id, slot): paper_id
        for paper_id, count in ballots.items()
        for slot in _slots(count, channel)
    }
    versions = dict.fromkeys(ballots, 0)
    named = {"round_id": round_id, "row_keys": list(keys_of)}
    for k, version in session.connection().execute(_VERSIONS_UNDER, named):
        versions[keys_of[k]] = max(version, versions[keys_of[k]])
    return versions


def _slots(ballots: int, channel: str | None) -> tuple[int, ...]:
    return slots_of(ballots) if channel is None else (slot_of(ballots, channel),)


def papers_by_area(session: Session, *, round_id: str, area_ids: Collection[str]) -> dict[str, tuple[str, ...]]:
    """For each area the papers its voters may use, in paper order."""
    papers = session.scalars(select(Paper.id).where(Paper.round_id == round_id).order_by(Paper.position)).all()
    limits: dict[str, set[str]] = {paper_id: set() for paper_id in papers}
    links = select(PaperArea.paper_id, PaperArea.area_id).where(PaperArea.round_id == round_id)
    for paper_id, area_id in session.execute(links):
        limits[paper_id].add(area_id)
    return {
        area_id: tuple(paper for paper in papers if not limits[paper] or area_id in limits[paper])
        for area_id in area_ids
    }


def _routes_at_once(row: Round) -> tuple[str, ...]:
    """The ties that put a person on the roll whose area an officer has checked once and for all."""
    rule = rule_of(row) or Eligibility()
    return () if rule.asks_age else tuple(route.value for route in rule.routes)


def _open_rounds(session: Session, now: datetime) -> list[Round]:
    """Rounds whose opening was confirmed and that still take votes, or will at their date."""
    query = select(Round).where(Round.opening_confirmed_at.is_not(None)).order_by(Round.id)
    return [row for row in session.scalars(query) if _takes_voters(row, now)]


def _takes_voters(row: Round, now: datetime) -> bool:
    closes_at = row.changed_closing_at or row.voting_closes_at
    return now < closes_at and phase_of(row, now) is not Phase.CANCELLED


def _enrol_into(session: Session, round_id: str, person: tuple[str, str], by: Actor, now: datetime) -> bool:
    person_id, _ = person
    on_roll = select(RollEntry.id).where(RollEntry.round_id == round_id, RollEntry.person_id == person_id)
    if session.scalar(on_roll) is not None:
        return False
    if not add_entries(session, round_id=round_id, way="account", people=[person]):
        return False
    log(session, PersonEnrolled(round_id=round_id, person_id=person_id), by=by, now=now)
    return True
