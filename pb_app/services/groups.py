"""Supervised groups, such as a school class: numbered codes on a sheet, and a log of which were given out.

A code opens papers only while it is given out, and only in the group's own time. Nobody writes down who had which.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Literal

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from pb_app.models.area import Area
from pb_app.models.event import GroupCode, GroupIssue, VoterGroup
from pb_app.models.roll import RollEntry
from pb_app.services.activity import Event, log
from pb_app.services.activity_reading import staff_names
from pb_app.services.codes import CodeEntry, open_entry
from pb_app.services.entry_ways import entry_that_stands
from pb_app.services.keys import KeyStore
from pb_app.services.roll import add_entries
from pb_app.services.rounds import RoundView, get_round
from pb_app.services.slips import PERMISSION
from pb_app.services.voter_words import consent_problems
from voting.codes import GROUP_LENGTH, hash_code, make_code, read_code
from voting.errors import CodeUnknownError, NotFoundError, NotNowError, Problem
from voting.number_lists import read_numbers, write_numbers
from voting.permissions import Actor
from voting.phases import UNTIL_COUNTING

CHANNEL = "group"
MOST_CODES = 200
LONGEST_NAME = 80
LONGEST = timedelta(hours=12)
"""A group's time: a school day, not a week."""

State = Literal["kept", "out", "back"]
_UNKNOWN = "We can’t find this code. Look at your card again, or ask the person who gave it to you."
_NOT_OUT = "This code is not given out. Ask the person who gave it to you."
_NO_NUMBERS = "Write the numbers like 1-12, 15"


@dataclass(frozen=True, slots=True)
class NewGroup:
    """A group as an officer describes it."""

    name: str
    area_id: str
    size: int
    starts_at: datetime
    ends_at: datetime
    holds_consent: bool = False
    """Whether the group said that it holds a guardian's consent for everybody who needs it."""


@dataclass(frozen=True, slots=True)
class NumberedGroupCode:
    """A code in clear, 12 characters without spaces, and its number in the group."""

    number: int
    code: str


@dataclass(frozen=True, slots=True)
class IssueLine:
    """One line of the issue log."""

    line: int
    numbers: str
    state: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Group:
    """A group and where its numbers are, as lists like `1–12, 15` ("" for none)."""

    id: str
    round_id: str
    name: str
    area_id: str
    area_name: str
    size: int
    starts_at: datetime
    ends_at: datetime
    numbers: dict[str, str]
    counts: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupMade(Event):
    """Codes for a supervised group were made."""

    kind: ClassVar[str] = "event:group:made"
    group_id: str
    name: str
    size: int
    holds_consent: bool

    def objects(self) -> list[tuple[str, str]]:
        """The group."""
        return [("group", self.group_id)]

    def details(self) -> dict[str, str | int]:
        """Its name, how many codes, and whether it was said that guardians agreed."""
        return {"name": self.name, "count": self.size, "consent": int(self.holds_consent)}


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupIssued(Event):
    """Numbers of a group were given out or came back."""

    kind: ClassVar[str] = "event:group:issued"
    group_id: str
    numbers: str
    state: str

    def objects(self) -> list[tuple[str, str]]:
        """The group."""
        return [("group", self.group_id)]

    def details(self) -> dict[str, str]:
        """Which numbers, and where they are now."""
        return {"numbers": self.numbers, "state": self.state}


def make_group(
    session: Session,
    keys: KeyStore,
    *,
    round_id: str,
    new: NewGroup,
    by: Actor,
    now: datetime,
    random: Callable[[int], int] = secrets.randbelow,
) -> list[NumberedGroupCode] | list[Problem]:
    """Makes a group's codes, each with a roll entry of its own, and gives them in clear, this once.

    Problems are of the fields "name", "area", "size", "starts", "ends", "holds_consent". Raises NotNowError once voting
    is over.
    """
    by.check(PERMISSION)
    view = get_round(session, round_id)
    if view.phase_at(now) not in UNTIL_COUNTING:
        raise NotNowError("Voting is over, so no more codes can be made.")
    problems = _problems(session, view, new)
    if problems:
        return problems
    group = VoterGroup(
        id=secrets.token_hex(16), round_id=round_id, area_id=new.area_id, name=_tidy(new.name), size=new.size,
        starts_at=new.starts_at, ends_at=new.ends_at, made_by=by.person_id,
    )  # fmt: skip
    session.add(group)
    session.flush()
    codes = [NumberedGroupCode(number, make_code(random, GROUP_LENGTH)) for number in range(1, new.size + 1)]
    _keep(session, keys, group, codes)
    event = GroupMade(
        round_id=round_id, group_id=group.id, name=group.name, size=group.size, holds_consent=new.holds_consent
    )
    log(session, event, by=by, now=now)
    return codes


def list_groups(session: Session, *, round_id: str) -> list[Group]:
    """The groups of a round by the time they start."""
    rows = session.scalars(
        select(VoterGroup).where(VoterGroup.round_id == round_id).order_by(VoterGroup.starts_at, VoterGroup.name)
    )
    return [_view(session, row) for row in rows]


def get_group(session: Session, *, round_id: str, group_id: str) -> Group:
    """One group. Raises NotFoundError."""
    return _view(session, _row(session, round_id, group_id))


def issue_log(session: Session, *, group_id: str) -> Sequence[IssueLine]:
    """What was given out and came back, the oldest line first."""
    names = staff_names(session)
    rows = session.scalars(select(GroupIssue).where(GroupIssue.group_id == group_id).order_by(GroupIssue.line))
    return [
        IssueLine(row.line, row.numbers, row.state, row.at, names.get(row.by, "somebody no longer on the staff"))
        for row in rows
    ]


def issue_numbers(
    session: Session, *, round_id: str, group_id: str, numbers: str, state: str, by: Actor, now: datetime
) -> list[Problem]:
    """Notes that numbers were given out ("out") or came back ("back"). Problems: "numbers", "state"."""
    by.check(PERMISSION)
    row = _row(session, round_id, group_id)
    wanted = read_numbers(numbers, row.size)
    if wanted is None:
        return [Problem("numbers", f"{_NO_NUMBERS}, from 1 to {row.size}")]
    if state not in ("out", "back"):
        return [Problem("state", "Say whether they were given out or came back")]
    already = _numbers_in(session, group_id, state) & set(wanted)
    if already:
        return [Problem("numbers", f"{write_numbers(already)}: noted already as {_WORDS[state]}")]
    of_group = GroupCode.group_id == group_id, GroupCode.number.in_(wanted)
    session.execute(update(GroupCode).where(*of_group).values(state=state))
    last = session.scalar(select(func.max(GroupIssue.line)).where(GroupIssue.group_id == group_id)) or 0
    written = write_numbers(wanted)
    session.add(GroupIssue(group_id=group_id, line=last + 1, numbers=written, state=state, at=now, by=by.person_id))
    session.flush()
    log(session, GroupIssued(round_id=round_id, group_id=group_id, numbers=written, state=state), by=by, now=now)
    return []


def resolve_group_code(
    session: Session, keys: KeyStore, *, round_id: str, code: str, tracker: str, now: datetime
) -> CodeEntry:
    """What a group's code opens now, as `codes.resolve_code` for a letter. Raises CodeUnknownError, CodeUsedError."""
    read = read_code(code, GROUP_LENGTH)
    found = session.get(GroupCode, (round_id, hash_code(keys.code_key(round_id), round_id, read))) if read else None
    entry = entry_that_stands(session, session.get_one(RollEntry, found.roll_id)) if found else None
    if found is None or entry is None:
        raise CodeUnknownError(_UNKNOWN)
    group = session.get_one(VoterGroup, found.group_id)
    if found.state != "out":
        raise CodeUnknownError(_NOT_OUT)
    if not group.starts_at <= now < group.ends_at:
        raise CodeUnknownError("This code is for another time. Ask the person who gave it to you.")
    return open_entry(session, keys, entry, tracker, channel=CHANNEL)


_WORDS = {"out": "given out", "back": "come back"}


def _keep(session: Session, keys: KeyStore, group: VoterGroup, codes: Sequence[NumberedGroupCode]) -> None:
    key = keys.code_key(group.round_id)
    people = [(None, group.area_id)] * len(codes)
    roll_ids = add_entries(session, round_id=group.round_id, way="letter", people=people)
    rows = [
        {
            "round_id": group.round_id,
            "code_hash": hash_code(key, group.round_id, one.code),
            "group_id": group.id,
            "number": one.number,
            "roll_id": roll_id,
        }
        for one, roll_id in zip(codes, roll_ids, strict=True)
    ]
    session.execute(insert(GroupCode), sorted(rows, key=lambda row: str(row["code_hash"])))


def _problems(session: Session, view: RoundView, new: NewGroup) -> list[Problem]:
    problems, name = consent_problems(view.eligibility, holds_consent=new.holds_consent), _tidy(new.name)
    if not 0 < len(name) <= LONGEST_NAME:
        problems.append(
            Problem("name", f"Write a name of up to {LONGEST_NAME} letters, like “Year 6, Mill Lane School”")
        )
    elif session.scalar(select(VoterGroup.id).where(VoterGroup.round_id == view.id, VoterGroup.name == name)):
        problems.append(Problem("name", "There is a group of this name already. Write another name"))
    if session.get(Area, new.area_id) is None or not any(paper.is_for(new.area_id) for paper in view.papers):
        problems.append(Problem("area", "Choose an area that has a ballot paper in this round"))
    if not 0 < new.size <= MOST_CODES:
        problems.append(Problem("size", f"Write a number from 1 to {MOST_CODES}"))
    if not timedelta() < new.ends_at - new.starts_at <= LONGEST:
        problems.append(Problem("ends", "Let it end after it starts, and 12 hours later at most"))
    return problems


def _numbers_in(session: Session, group_id: str, state: str) -> set[int]:
    return set(
        session.scalars(select(GroupCode.number).where(GroupCode.group_id == group_id, GroupCode.state == state))
    )


def _row(session: Session, round_id: str, group_id: str) -> VoterGroup:
    row = session.get(VoterGroup, group_id)
    if row is None or row.round_id != round_id:
        raise NotFoundError("We can’t find this group. Look at the round’s list of groups.")
    return row


def _view(session: Session, row: VoterGroup) -> Group:
    numbers = {state: _numbers_in(session, row.id, state) for state in ("kept", "out", "back")}
    return Group(
        id=row.id, round_id=row.round_id, name=row.name, area_id=row.area_id,
        area_name=session.get_one(Area, row.area_id).name, size=row.size, starts_at=row.starts_at, ends_at=row.ends_at,
        numbers={state: write_numbers(found) for state, found in numbers.items()},
        counts={state: len(found) for state, found in numbers.items()},
    )  # fmt: skip


def _tidy(text: str) -> str:
    return " ".join(text.split())
