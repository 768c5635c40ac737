"""Opening the vote and moving its end: two people each, under the round's lock.

Confirming the opening freezes the bytes of the round for ever and puts the verified people on the roll. The key is
there by then: two people have proved their sealed copies of it (`key_copies`).
Voting opens at the later of its date and the second confirmation. It ends by the clock; before that two people may
extend it or close it early.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

from sqlalchemy.orm import Session

from pb_app.models.round import Round
from pb_app.services.activity import Event, log
from pb_app.services.freezing import DEFAULT_TIMEZONE, freeze
from pb_app.services.key_copies import copy_problems
from pb_app.services.keys import KeyStore
from pb_app.services.paper_channel import find_rule
from pb_app.services.registers import register_decision, register_opening
from pb_app.services.roll import enrol_verified
from pb_app.services.round_lock import hold_round
from pb_app.services.rounds import (
    PaperView,
    ProjectView,
    find_round,
    get_round,
    list_projects,
    phase_of,
    timetable_of,
)
from pb_app.services.two_people import ask, confirm, find_waiting, withdraw_confirmed, withdraw_waiting
from tallying.canonical import sha256_hex
from tallying.fields import NONE
from tallying.register_order import WITHDRAWN_OPENING
from voting.errors import ChangedMeanwhileError, NotNowError, Problem
from voting.permissions import Actor
from voting.phases import Phase

OPEN, MOVE_CLOSING = "open", "closing"
"""Kinds of decision."""

_BEFORE_VOTING = (Phase.PROPOSING, Phase.REVIEWING, Phase.SHORTLISTING)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundFrozen(Event):
    """The bytes of a round were fixed; the hash is public from now on."""

    kind: ClassVar[str] = "round:bytes:frozen"
    sha256: str

    def objects(self) -> list[tuple[str, str]]:
        """The hash."""
        return [("frozen", self.sha256)]


def opening_checks(session: Session, round_id: str) -> list[Problem]:
    """What is missing before the opening can be asked for; nothing if all is there. Fields are paper ids, or ""."""
    view = get_round(session, round_id)
    projects = list_projects(session, round_id=round_id)
    problems: list[Problem] = []
    if view.decisions.announced_at is None:
        problems.append(Problem("", "Make the round public first."))
    for paper in view.papers:
        count, least = len(projects.get(paper.id, ())), max(1, paper.rulebook.ballot.min or 0)
        if count < least:
            have = f"It has {count}" if count else "It has none"
            problems.append(Problem(paper.id, f"Put {_least_words(least)} on “{paper.title}”. {have}."))
        problems += _bonus_problems(paper, projects.get(paper.id, ()))
    return problems + copy_problems(session, round_id=round_id)


def _least_words(least: int) -> str:
    return "a project" if least == 1 else f"at least {least} projects"


def _bonus_problems(paper: PaperView, projects: Sequence[ProjectView]) -> list[Problem]:
    """A bonus vote needs a project that it is for."""
    bonus = paper.rulebook.ballot.bonus
    if bonus == NONE or any(project.category == bonus for project in projects):
        return []
    words = f"No project on “{paper.title}” is marked “{bonus}”, and its bonus vote is for such projects."
    return [Problem(paper.id, f"{words} Take one off and put it on again with the mark.")]


def ask_opening(
    session: Session, *, round_id: str, by: Actor, now: datetime, timezone: str = DEFAULT_TIMEZONE
) -> list[Problem]:
    """The first of two people asks to open the vote. Problems: what is missing; none when it was asked.

    What they saw is fixed by its hash: if anything changes before the second person confirms, it must be asked again.
    """
    by.check("opening:confirm")
    row = find_round(session, round_id)
    _check_before_voting(row, now)
    problems = [*opening_checks(session, round_id), *date_problems(row, now)]
    if problems:
        return problems
    seen = sha256_hex(freeze(session, round_id, timezone))
    ask(session, round_id=round_id, kind=OPEN, payload={"frozen": seen}, reason="", by=by, now=now)
    return []


def confirm_opening(
    session: Session, keys: KeyStore, *, round_id: str, by: Actor, now: datetime, timezone: str = DEFAULT_TIMEZONE
) -> list[Problem]:
    """The second person confirms: the bytes are frozen, and the verified people are on the roll.

    Raises ChangedMeanwhileError if a text, cost or date changed since it was asked, KeyMissingError before the council
    has a signing key or if the round's key is lost, SecondPersonError, NotNowError.
    """
    by.check("opening:confirm")
    hold_round(session, round_id)
    row = find_round(session, round_id)
    _check_before_voting(row, now)
    problems = [*opening_checks(session, round_id), *date_problems(row, now)]
    if problems:
        return problems
    decision = confirm(session, round_id=round_id, kind=OPEN, by=by, now=now)
    frozen = freeze(session, round_id, timezone)
    if decision.payload.get("frozen") != sha256_hex(frozen):
        raise ChangedMeanwhileError("The round was changed since the opening was asked for. Withdraw it and ask again.")
    keys.fingerprint()
    keys.round_key(round_id)  # the one whose copies were proved, never another
    _store(session, row, frozen, now)
    register_opening(session, round_id=round_id, frozen_sha256=row.frozen_sha256 or "", key=keys.public_key())
    if rule := find_rule(session, round_id):
        register_decision(session, round_id=round_id, kind=rule.value, reason="", values={}, now=now)
    enrol_verified(session, round_id=round_id, by=by, now=now)
    log(session, RoundFrozen(round_id=round_id, sha256=row.frozen_sha256 or ""), by=by, now=now)
    return []


def withdraw(session: Session, *, round_id: str, by: Actor, now: datetime) -> None:
    """Takes the opening back, asked for or confirmed, until voting opens. Raises NotNowError from then on."""
    by.check("opening:confirm")
    hold_round(session, round_id)
    row = find_round(session, round_id)
    _refuse_started(row, now)
    if row.opening_confirmed_at is None:
        withdraw_waiting(session, round_id=round_id, kind=OPEN, by=by, now=now)
        return
    row.opening_confirmed_at = row.frozen = row.frozen_sha256 = None
    session.flush()
    register_decision(session, round_id=round_id, kind=WITHDRAWN_OPENING, reason="", values={}, now=now)
    withdraw_confirmed(session, round_id=round_id, kind=OPEN, by=by, now=now)


def ask_closing_change(
    session: Session, *, round_id: str, closes_at: datetime, reason: str, by: Actor, now: datetime
) -> list[Problem]:
    """The first of two people asks for another end of voting, earlier or later. Problems: "closes_at", "reason"."""
    by.check("opening:confirm")
    row = find_round(session, round_id)
    _check_voting(row, now)
    problems = _closing_problems(row, closes_at, reason, now)
    if problems:
        return problems
    payload = {"closes_at": closes_at.astimezone(UTC).isoformat()}
    ask(session, round_id=round_id, kind=MOVE_CLOSING, payload=payload, reason=reason.strip(), by=by, now=now)
    return []


def confirm_closing_change(session: Session, *, round_id: str, by: Actor, now: datetime) -> datetime:
    """The second person confirms another end of voting, while voting is open; gives the end that now holds.

    An end that has passed meanwhile means: now. Raises NotNowError, SecondPersonError.
    """
    by.check("opening:confirm")
    hold_round(session, round_id)
    row = find_round(session, round_id)
    _check_voting(row, now)
    decision = confirm(session, round_id=round_id, kind=MOVE_CLOSING, by=by, now=now)
    before = row.changed_closing_at or row.voting_closes_at
    row.changed_closing_at = max(datetime.fromisoformat(str(decision.payload["closes_at"])), now)
    session.flush()
    kind = "extend" if row.changed_closing_at > before else "close_early"
    values = {"closes_at": row.changed_closing_at.astimezone(UTC).isoformat(timespec="seconds")}
    register_decision(session, round_id=round_id, kind=kind, reason=decision.reason, values=values, now=now)
    return row.changed_closing_at


def withdraw_closing_change(session: Session, *, round_id: str, by: Actor, now: datetime) -> None:
    """Takes back another end of voting that waits for its second person."""
    by.check("opening:confirm")
    withdraw_waiting(session, round_id=round_id, kind=MOVE_CLOSING, by=by, now=now)


def is_opening_asked(session: Session, round_id: str) -> bool:
    """Whether the opening waits for its second person."""
    return find_waiting(session, round_id=round_id, kind=OPEN) is not None


def _store(session: Session, row: Round, frozen: bytes, now: datetime) -> None:
    row.frozen, row.frozen_sha256 = frozen, sha256_hex(frozen)
    row.opening_confirmed_at = now
    session.flush()


def _check_before_voting(row: Round, now: datetime) -> None:
    if row.opening_confirmed_at is not None:
        raise NotNowError("Two people have confirmed the opening already.")
    if phase_of(row, now) not in _BEFORE_VOTING:
        raise NotNowError("The opening can be confirmed between the announcement and the end of voting.")


def date_problems(row: Round, now: datetime) -> list[Problem]:
    """Why it is too early or too late to ask for the opening."""
    timetable = timetable_of(row)
    if now < timetable.proposing_closes_at:
        return [Problem("", "Wait until proposals are closed: the ballot papers could still change.")]
    if now >= timetable.voting_closes_at:
        return [Problem("", "The end of voting has passed. Change the round so that it ends later.")]
    return []


def _check_voting(row: Round, now: datetime) -> None:
    if phase_of(row, now) is not Phase.VOTING:
        raise NotNowError("The end of voting can be moved while voting is open.")


def _refuse_started(row: Round, now: datetime) -> None:
    if phase_of(row, now) not in _BEFORE_VOTING:
        raise NotNowError("Voting is open, so nothing on the ballot papers can change any more.")


def _closing_problems(row: Round, closes_at: datetime, reason: str, now: datetime) -> list[Problem]:
    problems: list[Problem] = []
    if closes_at <= now:
        problems.append(Problem("closes_at", "Choose a time that is still to come."))
    if closes_at == (row.changed_closing_at or row.voting_closes_at):
        problems.append(Problem("closes_at", "Voting ends at this time already. Choose another."))
    if not reason.strip():
        problems.append(Problem("reason", "Say why. Everybody will read it."))
    return problems
