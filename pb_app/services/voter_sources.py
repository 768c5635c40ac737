"""Introductions and lists of numbers: rights to vote that an organisation hands out, each one roll entry.

An organisation that knows people (a school, a shelter) gets so many codes; a school's list of hashed numbers makes each
number a code. The entries are made here, long before anybody votes, and say nothing about who uses them.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from pb_app.models.area import Area
from pb_app.models.roll import RollEntry
from pb_app.models.voter import HeldCode, VoterSource
from pb_app.services.activity import Event, log
from pb_app.services.keys import KeyStore
from pb_app.services.roll import add_entries, standing
from pb_app.services.round_lock import hold_round
from pb_app.services.rounds import get_round
from pb_app.services.voter_requests import check_not_over
from pb_app.services.voter_words import UNDECLARED, consent_problems
from voting.codes import hash_code, make_code
from voting.eligibility import Evidence
from voting.errors import NotFoundError, Problem
from voting.listed_numbers import ListedNumber, read_hashes
from voting.permissions import Actor

MOST_INTRODUCTIONS = 500


@dataclass(frozen=True, slots=True)
class SourceView:
    """What an organisation brought: `ended` of its `size` rights to vote were taken back."""

    source_id: str
    kind: str
    name: str
    size: int
    ended: int
    holds_consent: bool
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Introduction:
    """One introduction to hand out: its number at the organisation, and the code in clear."""

    number: int
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceAdded(Event):
    """An organisation got introductions, or its list of numbers was taken."""

    kind: ClassVar[str] = "voter:source:added"
    source_id: str
    name: str
    size: int

    def objects(self) -> list[tuple[str, str]]:
        """The source."""
        return [("source", self.source_id)]

    def details(self) -> dict[str, str | int]:
        """Its name and size."""
        return {"name": self.name, "size": self.size}


@dataclass(frozen=True, slots=True, kw_only=True)
class IntroductionEnded(Event):
    """One right to vote of an organisation was taken back before it was used."""

    kind: ClassVar[str] = "voter:introduction:ended"
    source_id: str

    def objects(self) -> list[tuple[str, str]]:
        """The source."""
        return [("source", self.source_id)]


@dataclass(frozen=True, slots=True, kw_only=True)
class IntroductionTooLate(IntroductionEnded):
    """An officer tried to take one back, and learned that it was used."""

    kind: ClassVar[str] = "voter:introduction:too-late"


def introduce(
    session: Session,
    keys: KeyStore,
    *,
    round_id: str,
    name: str,
    area_id: str,
    count: int,
    holds_consent: bool,
    by: Actor,
    now: datetime,
) -> list[Introduction] | list[Problem]:
    """Gives an organisation `count` introductions for an area; their codes in clear, this once."""
    by.check("area:approve")
    check_not_over(session, round_id, now)
    problems = _source_problems(session, round_id, name, Evidence.INTRODUCTION, holds_consent)
    if not 0 < count <= MOST_INTRODUCTIONS:
        problems.append(Problem("count", f"Write how many people they may introduce, from 1 to {MOST_INTRODUCTIONS}"))
    if session.get(Area, area_id) is None:
        problems.append(Problem("area", "Choose the area"))
    if problems:
        return problems
    made = [Introduction(number, make_code(secrets.randbelow)) for number in range(1, count + 1)]
    source = _add_source(session, round_id, Evidence.INTRODUCTION, name, count, holds_consent, by, now)
    key = keys.code_key(round_id)
    _keep(session, source, [(hash_code(key, round_id, one.code), area_id) for one in made])
    return made


def take_list(
    session: Session,
    keys: KeyStore,
    *,
    round_id: str,
    name: str,
    data: bytes,
    holds_consent: bool,
    by: Actor,
    now: datetime,
) -> int | list[Problem]:
    """Takes a list of hashed numbers whole; how many it holds. Problems name the lines, and nothing is taken."""
    by.check("area:approve")
    check_not_over(session, round_id, now)
    problems = _source_problems(session, round_id, name, Evidence.LIST, holds_consent)
    areas = {row.id: row.name for row in session.scalars(select(Area))}
    read = read_hashes(data, areas)
    listed = [one for one in read if isinstance(one, ListedNumber)]
    problems += [one for one in read if isinstance(one, Problem)]
    key = keys.code_key(round_id)
    hashes = [(hash_listed(key, round_id, one.digest), one.area_id) for one in listed]
    problems += _known_problems(session, round_id, [code_hash for code_hash, _ in hashes])
    if problems:
        return problems
    source = _add_source(session, round_id, Evidence.LIST, name, len(hashes), holds_consent, by, now)
    _keep(session, source, hashes)
    return len(hashes)


def list_sources(session: Session, *, round_id: str) -> list[SourceView]:
    """Every organisation's introductions and lists, the newest first."""
    ended = (
        select(HeldCode.source_id, func.count())
        .join(RollEntry, RollEntry.id == HeldCode.roll_id)
        .where(HeldCode.round_id == round_id, RollEntry.voided_reason.is_not(None))
        .group_by(HeldCode.source_id)
    )
    counts = dict(session.execute(ended).all())
    rows = select(VoterSource).filter_by(round_id=round_id).order_by(VoterSource.made_at.desc(), VoterSource.id)
    return [
        SourceView(row.id, row.kind, row.name, row.size, counts.get(row.id, 0), row.holds_consent, row.made_at)
        for row in session.scalars(rows)
    ]


def end_introduction(
    session: Session, keys: KeyStore, *, source_id: str, number: int, by: Actor, now: datetime
) -> list[Problem]:
    """Takes one right to vote back: lost, given in error, or a guardian no longer agrees.

    A problem once it was used: the officer learns so that there is a vote, and that is logged too. Raises NotFoundError
    for a number that was not handed out.
    """
    by.check("area:approve")
    held = session.scalar(select(HeldCode).filter_by(source_id=source_id, number=number))
    if held is None or held.roll_id is None:
        raise NotFoundError("There is no introduction with this number. Look at the slip again.")
    check_not_over(session, held.round_id, now)
    hold_round(session, held.round_id)
    has_votes = keys.has_round_key(held.round_id)
    if has_votes and standing(session, keys, round_id=held.round_id, roll_id=held.roll_id):
        log(session, IntroductionTooLate(round_id=held.round_id, source_id=source_id), by=by, now=now)
        return [Problem("number", "A vote was cast with it, so it can’t be taken back")]
    entry = session.get_one(RollEntry, held.roll_id)
    entry.voided_reason = entry.voided_reason or "introduction_ended"
    session.flush()
    log(session, IntroductionEnded(round_id=held.round_id, source_id=source_id), by=by, now=now)
    return []


def number_salt(keys: KeyStore, *, round_id: str) -> str:
    """The salt that a round's numbers are hashed with: public, and another in every round."""
    return hmac.new(keys.code_key(round_id), f"pb-number-salt-v1\n{round_id}".encode(), hashlib.sha256).hexdigest()[:32]


def hash_listed(key: bytes, round_id: str, digest: str) -> str:
    """What is kept of a number's hash: keyed once more, so that a stolen table can't be searched for short numbers."""
    return hmac.new(key, f"pb-number-v1\n{round_id}\n{digest}".encode(), hashlib.sha256).hexdigest()


def _source_problems(
    session: Session, round_id: str, name: str, evidence: Evidence, holds_consent: bool
) -> list[Problem]:
    rule = get_round(session, round_id).eligibility or UNDECLARED
    problems = []
    if evidence not in rule.evidence:
        problems.append(Problem("", "The rule of this round does not take this. It was fixed when the round was made."))
    if not name.strip() or len(name.strip()) > 120:
        problems.append(Problem("name", "Write the name of the organisation, in 120 letters or fewer"))
    return problems + consent_problems(rule, holds_consent=holds_consent)


def _known_problems(session: Session, round_id: str, hashes: Sequence[str]) -> list[Problem]:
    known = 0
    for start in range(0, len(hashes), 500):
        part = hashes[start : start + 500]
        query = select(func.count()).where(HeldCode.round_id == round_id, HeldCode.code_hash.in_(part))
        known += session.scalar(query) or 0
    if not known:
        return []
    return [Problem("file", f"{known:,} of these numbers are on a list already. Take them out: each votes once")]


def _add_source(
    session: Session,
    round_id: str,
    kind: Evidence,
    name: str,
    size: int,
    holds_consent: bool,
    by: Actor,
    now: datetime,
) -> VoterSource:
    source = VoterSource(
        id=secrets.token_hex(16),
        round_id=round_id,
        kind=kind.value,
        name=name.strip(),
        size=size,
        holds_consent=holds_consent,
        made_at=now,
        made_by=by.person_id,
    )
    session.add(source)
    session.flush()
    event = SourceAdded(round_id=round_id, source_id=source.id, name=source.name, size=size)
    log(session, event, by=by, now=now)
    return source


def _keep(session: Session, source: VoterSource, hashes: Sequence[tuple[str, str]]) -> None:
    """A roll entry and a held code each; hashes in their own order, which tells nothing."""
    people = [(None, area_id) for _, area_id in hashes]
    made = add_entries(session, round_id=source.round_id, way="letter", people=people, shown_by=source.kind)
    if len(made) < len(people):
        raise NotFoundError("One of these areas has no ballot paper in this round, so nobody there could vote.")
    rows = [
        {"round_id": source.round_id, "code_hash": code_hash, "source_id": source.id, "number": number, "roll_id": roll}
        for number, ((code_hash, _), roll) in enumerate(zip(hashes, made, strict=True), start=1)
    ]
    session.execute(insert(HeldCode), sorted(rows, key=lambda row: str(row["code_hash"])))
