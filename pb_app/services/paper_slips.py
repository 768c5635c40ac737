"""Slips first: each is looked up under the round's lock, and closes every other way in for its roll entry.

After the slip is taken the ballot is torn off and put with the others. From then on nothing joins the two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pb_app.models.paper import Paper
from pb_app.models.roll import LetterCode, RollEntry
from pb_app.models.sheet import PaperBatch, PaperSlip, SheetRun
from pb_app.services.activity import Event, log
from pb_app.services.area_choice import is_of_other_area
from pb_app.services.boxes import PAPER
from pb_app.services.casting import read_cast
from pb_app.services.entry_ways import entry_that_stands, is_double_voter
from pb_app.services.keys import KeyStore
from pb_app.services.paper_channel import Stands, check_paper_work
from pb_app.services.roll import paper_ids_of
from pb_app.services.round_lock import hold_round
from tallying.commitment import Blank
from voting.codes import LENGTH, hash_code, read_code, tidy_code
from voting.errors import Problem
from voting.permissions import Actor

ACCEPTED, SET_ASIDE, SPOILT = "accepted", "set_aside", "spoilt"
"""States of a slip."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one sheet; `why` says why it was set aside, "" otherwise."""

    paper_title: str
    state: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipEvent(Event):
    """Something happened to a slip. The chain names the paper alone; whose slip it was stands in the erasable part."""

    paper_id: str
    roll_id: str
    state: str
    reason: str = ""

    def objects(self) -> list[tuple[str, str]]:
        """The paper."""
        return [("paper", self.paper_id)]

    def details(self) -> dict[str, str]:
        """Whose, what became of it, and why."""
        return {"roll": self.roll_id, "state": self.state, "reason": self.reason}


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipTaken(SlipEvent):
    """A slip came in."""

    kind: ClassVar[str] = "paper:slip:taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipTakenBack(SlipEvent):
    """A slip was typed by mistake and taken back."""

    kind: ClassVar[str] = "paper:slip:taken-back"


def take_slip(
    session: Session,
    keys: KeyStore,
    *,
    round_id: str,
    code: str,
    paper_ids: Sequence[str],
    is_spoilt: bool,
    by: Actor,
    now: datetime,
) -> tuple[Taken, ...] | list[Problem]:
    """Takes the slips of one voter for these papers; what became of each sheet, or what to look at first.

    `is_spoilt`: the whole sheet was given back for a new one. Problems: "code", "papers". Raises NotNowError.
    """
    by.check("paper:work")
    hold_round(session, round_id)
    rule = check_paper_work(session, round_id=round_id, now=now)
    entry = _find_entry(session, keys, round_id, code)
    if isinstance(entry, Problem):
        return [entry]
    titles = _titles(session, round_id)
    if problems := _paper_problems(session, entry, paper_ids, titles):
        return problems
    taken = []
    stands = entry_that_stands(session, entry)
    for paper_id in (one for one in titles if one in paper_ids):
        state, why = _fate(session, keys, stands, paper_id, rule, is_spoilt=is_spoilt)
        roll_id = entry.id if state == SET_ASIDE or stands is None else stands.id
        slip = PaperSlip(round_id=round_id, paper_id=paper_id, roll_id=roll_id, state=state, taken_by=by.person_id)
        session.add(slip)
        session.flush()
        event = SlipTaken(round_id=round_id, paper_id=paper_id, roll_id=roll_id, state=state)
        log(session, event, by=by, now=now)
        taken.append(Taken(titles[paper_id], state, why))
    return tuple(taken)


def take_back_slip(
    session: Session,
    keys: KeyStore,
    *,
    round_id: str,
    code: str,
    paper_ids: Sequence[str],
    reason: str,
    by: Actor,
    now: datetime,
) -> list[Problem]:
    """Undoes slips that were typed by mistake, while the ballot can still be told from the mixed ones.

    Problems: "code", "papers", "reason". Raises NotNowError.
    """
    by.check("paper:work")
    hold_round(session, round_id)
    check_paper_work(session, round_id=round_id, now=now)
    entry = _find_entry(session, keys, round_id, code)
    if isinstance(entry, Problem):
        return [entry]
    if not reason.strip():
        return [Problem("reason", "Say what went wrong. It stands in the log.")]
    stands = entry_that_stands(session, entry) or entry
    slips = [_slip(session, paper_id, entry) or _slip(session, paper_id, stands) for paper_id in paper_ids]
    waiting = waiting_sheets(session, round_id=round_id)
    found = [slip for slip in slips if slip and (slip.state != ACCEPTED or waiting.get(slip.paper_id, 0))]
    if not found or len(found) < len(slips):
        return [Problem("papers", "No such slip was taken, or its ballot was mixed with the others already.")]
    for slip in found:
        session.delete(slip)
        session.flush()
        event = SlipTakenBack(
            round_id=round_id, paper_id=slip.paper_id, roll_id=slip.roll_id, state=slip.state, reason=reason.strip()
        )
        log(session, event, by=by, now=now)
    return []


def waiting_sheets(session: Session, *, round_id: str) -> dict[str, int]:
    """By paper: ballots whose slips were accepted and that are in no batch yet."""
    batched = select(PaperBatch.paper_id, func.sum(PaperBatch.size)).where(PaperBatch.round_id == round_id)
    in_batches = dict(session.execute(batched.group_by(PaperBatch.paper_id)).all())
    accepted = count_slips(session, round_id=round_id)
    return {
        paper_id: count - int(in_batches.get(paper_id) or 0)
        for (paper_id, state), count in accepted.items()
        if state == ACCEPTED
    }


def count_slips(session: Session, *, round_id: str) -> dict[tuple[str, str], int]:
    """How many slips there are by (paper, state)."""
    query = select(PaperSlip.paper_id, PaperSlip.state, func.count()).where(PaperSlip.round_id == round_id)
    rows = session.execute(query.group_by(PaperSlip.paper_id, PaperSlip.state).order_by(PaperSlip.paper_id))
    return {(paper_id, state): count for paper_id, state, count in rows}


def _find_entry(session: Session, keys: KeyStore, round_id: str, typed: str) -> RollEntry | Problem:
    """The roll entry of the sheet with this code; a letter that replaced it since changes nothing."""
    code = read_code(typed)
    if code is None:
        length = len(tidy_code(typed))
        words = "Type the code from the slip." if not length else f"A code has {LENGTH} letters and numbers."
        return Problem("code", words if length != LENGTH else "This code does not fit. Check each group of four.")
    letter = session.get(LetterCode, (round_id, hash_code(keys.code_key(round_id), round_id, code)))
    if letter is None:
        return Problem("code", "There is no such code in this round. Put the sheet aside and look at it together.")
    if session.get(SheetRun, letter.batch_id) is None:
        return Problem("code", "This code is from a letter, not from a ballot sheet. Put the sheet aside.")
    return session.get_one(RollEntry, letter.roll_id)


def _titles(session: Session, round_id: str) -> dict[str, str]:
    query = select(Paper.id, Paper.title).where(Paper.round_id == round_id).order_by(Paper.position)
    return dict(session.execute(query).all())


def _paper_problems(
    session: Session, entry: RollEntry, paper_ids: Sequence[str], titles: dict[str, str]
) -> list[Problem]:
    if not paper_ids:
        return [Problem("papers", "Tick the sheet or sheets that came with this code.")]
    own = paper_ids_of(session, entry.id)
    problems = [
        Problem("papers", f"This code has no sheet of “{titles.get(paper_id, paper_id)}”. Look at the slip again.")
        for paper_id in paper_ids
        if paper_id not in own
    ]
    problems += [
        Problem("papers", f"A sheet of “{titles[paper_id]}” with this code came before. Put this one aside.")
        for paper_id in paper_ids
        if paper_id in own and _slip(session, paper_id, entry)
    ]
    return problems


def _slip(session: Session, paper_id: str, entry: RollEntry) -> PaperSlip | None:
    return session.get(PaperSlip, (entry.round_id, paper_id, entry.id))


def _fate(
    session: Session, keys: KeyStore, entry: RollEntry | None, paper_id: str, rule: Stands, *, is_spoilt: bool
) -> tuple[str, str]:
    """The state of a sheet whose code leads to this entry, and why it is set aside.

    A vote that was taken back online is none. Of a person who was on the roll twice one sheet counts at most.
    """
    if entry is None or is_double_voter(session, entry.id):
        return SET_ASIDE, "This right to vote was struck off by two people."
    if _slip(session, paper_id, entry):
        return SET_ASIDE, "Another sheet of the same voter came before."
    if is_of_other_area(session, keys, round_id=entry.round_id, roll_id=entry.id, paper_id=paper_id):
        return SET_ASIDE, "A vote of the same voter in another area came before, and one area is all a voter has."
    online = read_cast(session, keys, round_id=entry.round_id, roll_id=entry.id, paper_id=paper_id, channel=PAPER)
    is_standing = online is not None and not isinstance(online, Blank)
    if is_standing and is_spoilt:
        return SET_ASIDE, "A vote was cast online with this code, and it stands. Do not give out a new sheet."
    if is_standing and rule is Stands.ONLINE:
        return SET_ASIDE, "A vote was cast online with this code before, and in this round it stands."
    return (SPOILT if is_spoilt else ACCEPTED), ""
