"""The ledger of each paper, from the opened rows, the sheets and the roll: what became of every ballot received."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pb_app.services.ballot_box import OpenedRow, RollMark
from pb_app.services.boxes import PAPER
from tallying.commitment import Blank
from tallying.ledger import Ledger, merge_cells


@dataclass(frozen=True, slots=True)
class UncountedSheets:
    """Sheets that came back and have no row: set aside unopened, and spoilt."""

    set_aside: int = 0
    spoilt: int = 0


def make_ledger(
    paper_id: str, rows: Sequence[OpenedRow], roll: Sequence[RollMark], sheets: UncountedSheets | None = None
) -> Ledger:
    """The ledger of one paper: `rows` are all its versions, those from paper too; `roll` all who may use it.

    Voided entries are neither on the roll nor marked, and all their rows are refused; but a ballot on paper stays in
    the count, because nobody knows which it is, and so does its voter.
    """
    sheets = sheets or UncountedSheets()
    voided = sum(1 for row in rows if row.is_voided)
    last = [row for row in rows if row.stands]
    blank = sum(1 for row in last if isinstance(row.cast.marks, Blank))
    channels = Counter(row.cast.channel for row in rows)
    if uncounted := sheets.set_aside + sheets.spoilt:
        channels[PAPER] += uncounted
    voters = marked_voters(rows, roll)
    return Ledger(
        paper_id=paper_id,
        received=merge_cells(channels),
        counted=len(last) - blank,
        superseded=len(rows) - voided - len(last),
        refused=voided + sheets.set_aside,
        spoilt=sheets.spoilt,
        blank=blank,
        roll=sum(1 for mark in roll if mark.is_on_roll),
        marked=len(voters),
        by_area=merge_cells(Counter(mark.area_id for mark in voters)),
    )


def marked_voters(rows: Sequence[OpenedRow], roll: Sequence[RollMark]) -> list[RollMark]:
    """Who voted on a paper, online or by a slip that was accepted, in roll order; never how."""
    online = {row.mark.roll_id for row in rows if row.mark is not None and not row.is_voided}
    return [mark for mark in roll if mark.has_slip or mark.roll_id in online]
