"""The ledger of each paper, from the opened rows and the roll: what became of every ballot received."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pb_app.services.ballot_box import OpenedRow, RollMark
from tallying.commitment import Blank
from tallying.ledger import Ledger, merge_cells


def make_ledger(paper_id: str, rows: Sequence[OpenedRow], roll: Sequence[RollMark]) -> Ledger:
    """The ledger of one paper: `rows` are all its versions, `roll` all who may use it.

    Voided entries are neither on the roll nor marked; all their rows are refused.
    """
    standing = [row for row in rows if not row.mark.is_voided]
    last = [row for row in standing if row.is_last]
    blank = sum(1 for row in last if isinstance(row.cast.marks, Blank))
    return Ledger(
        paper_id=paper_id,
        received=merge_cells(Counter(row.cast.channel for row in rows)),
        counted=len(last) - blank,
        superseded=len(standing) - len(last),
        refused=len(rows) - len(standing),
        spoilt=0,
        blank=blank,
        roll=sum(1 for mark in roll if not mark.is_voided),
        marked=len(last),
        by_area=merge_cells(Counter(row.mark.area_id for row in last)),
    )
