"""The officers' desk for votes on paper, through the real services: sheets, slips, batches, typing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pb_app.db import read, write
from pb_app.models.roll import LetterCode
from pb_app.services.ballot_sheets import issue_sheets
from pb_app.services.codes import resolve_code
from pb_app.services.paper_batches import make_batch
from pb_app.services.paper_slips import Taken, take_slip
from pb_app.services.reconciling import PaperSheets, count_missing, reconcile
from pb_app.services.sheet_typing import type_sheet
from tests.services.booths import CLOSES, DAY, OFFICER, OPENS, Booth
from voting.codes import hash_code
from voting.errors import Problem
from voting.permissions import Actor, Role

TYPIST = Actor(f"{1:032x}", frozenset({Role.OFFICER}))
READER = Actor(f"{2:032x}", frozenset({Role.OFFICER}))
DURING, AFTER = OPENS + DAY, CLOSES + DAY


@dataclass(frozen=True, slots=True)
class PaperDesk:
    """The desk of one booth."""

    booth: Booth

    def print(self, count: int, area: str = "south") -> list[str]:
        """Codes of a run; in the south every voter has the paper "everywhere" alone."""
        with write(self.booth.engine) as session:
            codes = issue_sheets(
                session, self.booth.keys, round_id="spring", area_id=area, look="standard", count=count, by=OFFICER,
                now=DURING,
            )  # fmt: skip
        return [one.code for one in codes]

    def take(
        self, code: str, *papers: str, is_spoilt: bool = False, at: object = DURING
    ) -> tuple[Taken, ...] | list[Problem]:
        """Takes one slip."""
        with write(self.booth.engine) as session:
            return take_slip(
                session, self.booth.keys, round_id="spring", code=code, paper_ids=papers or ("everywhere",),
                is_spoilt=is_spoilt, by=OFFICER, now=AFTER if at is AFTER else DURING,
            )  # fmt: skip

    def state(self, code: str, *, is_spoilt: bool = False, at: object = DURING) -> str:
        """What became of one sheet of "everywhere"."""
        taken = self.take(code, is_spoilt=is_spoilt, at=at)
        assert isinstance(taken, tuple), taken
        return taken[0].state

    def roll_id(self, code: str) -> str:
        """The roll entry of a code, whatever stands there."""
        with read(self.booth.engine) as session:
            key = self.booth.keys.code_key("spring")
            return session.get_one(LetterCode, ("spring", hash_code(key, "spring", code))).roll_id

    def opens(self, code: str) -> tuple[str, ...]:
        """The papers that the code opens online."""
        with read(self.booth.engine) as session:
            return resolve_code(session, self.booth.keys, round_id="spring", code=code).paper_ids

    def mix(self, size: int, paper: str = "everywhere", *, now: object = AFTER) -> str | list[Problem]:
        """A batch."""
        with write(self.booth.engine) as session:
            at = AFTER if now is AFTER else DURING
            return make_batch(session, round_id="spring", paper_id=paper, size=size, by=OFFICER, now=at)

    def type(self, batch_id: str, texts: Sequence[str], by: Actor, turn: int) -> None:
        """Types the first ballots of a batch, 1, 2, 3 …"""
        for sheet, text in enumerate(texts, start=1):
            assert self.type_one(batch_id, (sheet, turn), text, by) == []

    def type_one(self, batch_id: str, place: tuple[int, int], text: str, by: Actor) -> list[Problem]:
        """Types one ballot; `place` is its number and the turn."""
        with write(self.booth.engine) as session:
            sheet, turn = place
            keys = self.booth.keys
            return type_sheet(session, keys, batch_id=batch_id, sheet=sheet, turn=turn, text=text, by=by, now=AFTER)

    def count(self, left_over: int, lost: int, paper: str = "everywhere") -> None:
        """Sheets that did not come back."""
        with write(self.booth.engine) as session:
            count_missing(
                session, round_id="spring", paper_id=paper, left_over=left_over, lost=lost, by=OFFICER, now=AFTER
            )

    @property
    def sheets(self) -> PaperSheets:
        """The reconciliation of "everywhere"."""
        with read(self.booth.engine) as session:
            return next(
                one for one in reconcile(session, self.booth.keys, round_id="spring") if one.paper_id == "everywhere"
            )

    def fill(self, codes: Sequence[str], texts: Sequence[str]) -> str:
        """These slips are accepted, and these ballots of theirs mixed and typed twice; the batch."""
        assert [self.state(code) for code in codes] == ["accepted"] * len(codes)
        batch = self.mix(len(texts))
        assert isinstance(batch, str), batch
        self.type(batch, texts, OFFICER, 1)
        self.type(batch, texts, TYPIST, 2)
        return batch


def picks(count: int) -> Iterator[str]:
    """Typed ballots, of up to three of the five projects."""
    for number in range(count):
        yield " ".join(str(place) for place in range(1, 6) if (number + place) % (2 + number % 3) == 0) or "5"
