"""Typing mixed ballots in, twice, by two people who don't see each other's; a third settles where they differ."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from pb_app.models.sheet import PaperBatch, TypedSheet
from pb_app.services.activity import Event, log
from pb_app.services.ballot_reading import get_ballot_paper
from pb_app.services.keys import KeyStore
from pb_app.services.paper_batches import find_batch
from pb_app.services.paper_channel import check_paper_work
from pb_app.services.round_lock import hold_round
from pb_app.services.sheet_boxes import SheetName, open_sheet, seal_sheet
from voting.errors import NotFoundError, NotNowError, Problem
from voting.paper import BallotPaper
from voting.permissions import Actor
from voting.sheets import Typed, read_typed, written

FIRST, SECOND, THIRD = 1, 2, 3
"""Turns: the third settles."""

_TAKEN = "Somebody else has typed this sheet meanwhile. Go on with the next one."
_NOT_YOURS = "You typed this sheet yourself. Somebody else types it the second time, and a third settles."


@dataclass(frozen=True, slots=True)
class SheetState:
    """One ballot of a batch as far as it was typed. Who typed each turn; `settled` once two agree or a third has."""

    sheet: int
    typists: Mapping[int, str]
    settled: Typed | None

    @property
    def is_differing(self) -> bool:
        """Whether two typed it and read it differently, and nobody has settled it."""
        return SECOND in self.typists and self.settled is None


@dataclass(frozen=True, slots=True)
class Difference:
    """A ballot that two people read differently, each as they typed it."""

    sheet: int
    first: str
    second: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetsSettled(Event):
    """A third person settled what two typed differently. Which ballot, never what is on it."""

    kind: ClassVar[str] = "paper:sheet:settled"
    batch_id: str
    sheet: int

    def objects(self) -> list[tuple[str, str]]:
        """The batch."""
        return [("paper_batch", self.batch_id)]

    def details(self) -> dict[str, int]:
        """Which ballot."""
        return {"sheet": self.sheet}


def read_batch(session: Session, round_key: bytes, *, batch: PaperBatch) -> tuple[SheetState, ...]:
    """Every ballot of a batch, 1 to its size."""
    turns: dict[int, dict[int, tuple[str, Typed]]] = defaultdict(dict)
    for row in session.scalars(select(TypedSheet).where(TypedSheet.batch_id == batch.id)):
        typed = open_sheet(round_key, SheetName(batch.id, row.sheet, row.turn), row.box)
        turns[row.sheet][row.turn] = (row.typed_by, typed)
    return tuple(_state(sheet, turns.get(sheet, {})) for sheet in range(1, batch.size + 1))


def next_sheet(states: tuple[SheetState, ...], by: Actor, after: int = 0) -> tuple[int, int] | None:
    """The sheet and turn that this person types next, after this sheet first; None if nothing is left for them."""
    order = sorted(states, key=lambda state: (state.sheet <= after, state.sheet))
    for state in order:
        if FIRST not in state.typists:
            return state.sheet, FIRST
    for state in order:
        if SECOND not in state.typists and state.typists[FIRST] != by.person_id:
            return state.sheet, SECOND
    return None


def type_sheet(
    session: Session, keys: KeyStore, *, batch_id: str, sheet: int, turn: int, text: str, by: Actor, now: datetime
) -> list[Problem]:
    """Keeps what one officer read on one ballot; "typed" is what to mend. Typing it again replaces one's own.

    One's own first typing stands once the second is there, the second once the whole batch is typed twice. Raises
    NotNowError where somebody else has this turn, NotFoundError for a sheet that the batch has not.
    """
    by.check("paper:work")
    batch = find_batch(session, batch_id)
    hold_round(session, batch.round_id)
    check_paper_work(session, round_id=batch.round_id, now=now)
    if not 1 <= sheet <= batch.size or turn not in (FIRST, SECOND, THIRD):
        raise NotFoundError(f"This batch has the sheets 1 to {batch.size}.")
    states = read_batch(session, keys.round_key(batch.round_id), batch=batch)
    check_turn(states, sheet, turn, by)
    typed = read_typed(get_ballot_paper(session, round_id=batch.round_id, paper_id=batch.paper_id), text)
    if isinstance(typed, list):
        return typed
    box = seal_sheet(keys.round_key(batch.round_id), SheetName(batch_id, sheet, turn), typed)
    row = session.get(TypedSheet, (batch_id, sheet, turn))
    if row is None:
        session.add(TypedSheet(batch_id=batch_id, sheet=sheet, turn=turn, typed_by=by.person_id, box=box))
    else:
        row.box = box
    session.flush()
    if turn == THIRD:
        log(session, SheetsSettled(round_id=batch.round_id, batch_id=batch_id, sheet=sheet), by=by, now=now)
    return []


def differences(
    session: Session, keys: KeyStore, *, batch: PaperBatch, by: Actor
) -> tuple[tuple[Difference, ...], int]:
    """What this person may settle, and how many differing ballots are left that they typed themselves."""
    paper = get_ballot_paper(session, round_id=batch.round_id, paper_id=batch.paper_id)
    round_key = keys.round_key(batch.round_id)
    states = [state for state in read_batch(session, round_key, batch=batch) if state.is_differing]
    mine = [state for state in states if by.person_id in state.typists.values()]
    found = [_difference(session, keys, batch, state.sheet, paper) for state in states if state not in mine]
    return tuple(found), len(mine)


def own_text(session: Session, keys: KeyStore, *, batch: PaperBatch, sheet: int, turn: int, by: Actor) -> str:
    """What this person typed of a ballot in this turn, to be corrected; "" for anything else."""
    row = session.get(TypedSheet, (batch.id, sheet, turn))
    if row is None or row.typed_by != by.person_id:
        return ""
    paper = get_ballot_paper(session, round_id=batch.round_id, paper_id=batch.paper_id)
    return written(paper, open_sheet(keys.round_key(batch.round_id), SheetName(batch.id, sheet, turn), row.box))


def check_turn(states: tuple[SheetState, ...], sheet: int, turn: int, by: Actor) -> None:
    """Raises NotNowError unless this person types this ballot in this turn now, the first time or to correct it."""
    state = states[sheet - 1]
    if state.typists.get(turn, by.person_id) != by.person_id:
        raise NotNowError(_TAKEN)
    if by.person_id in [person for other, person in state.typists.items() if other != turn]:
        raise NotNowError(_NOT_YOURS)
    is_typed_twice = all(SECOND in one.typists for one in states)
    allowed = {
        FIRST: SECOND not in state.typists,
        SECOND: FIRST in state.typists and not (is_typed_twice and SECOND in state.typists),
        THIRD: SECOND in state.typists and (state.is_differing or THIRD in state.typists),
    }
    if not allowed[turn]:
        raise NotNowError(_TAKEN)


def _state(sheet: int, turns: dict[int, tuple[str, Typed]]) -> SheetState:
    typists = {turn: person for turn, (person, _) in sorted(turns.items())}
    settled = None
    if THIRD in turns:
        settled = turns[THIRD][1]
    elif SECOND in turns and turns[FIRST][1] == turns[SECOND][1]:
        settled = turns[FIRST][1]
    return SheetState(sheet, typists, settled)


def _difference(session: Session, keys: KeyStore, batch: PaperBatch, sheet: int, paper: BallotPaper) -> Difference:
    key = keys.round_key(batch.round_id)
    texts = []
    for turn in (FIRST, SECOND):
        row = session.get_one(TypedSheet, (batch.id, sheet, turn))
        texts.append(written(paper, open_sheet(key, SheetName(batch.id, sheet, turn), row.box)))
    return Difference(sheet, *texts)
