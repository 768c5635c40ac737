"""What finished steps of sealing kept, read again."""

from __future__ import annotations

from dataclasses import dataclass

from pb_app.services.ledgers import UncountedSheets
from tallying.canonical import Json, loads


@dataclass(frozen=True, slots=True)
class Reconciled:
    """Sheets of one paper: issued = returned + spoilt + missing."""

    issued: int
    returned: int
    spoilt: int
    missing: int


def read_close(result: bytes) -> str:
    """The close root, from the result of `close`."""
    match loads(result):
        case {"close_root": str(root), "size": int()}:
            return root
    raise ValueError("not the result of the step close")


def read_marked(result: bytes) -> tuple[str, dict[str, list[str]]]:
    """The head of the activity log, and by paper the roll ids of those who voted, from the result of `marked`."""
    match loads(result):
        case {"log_head": str(log_head), "papers": list(papers)}:
            return log_head, dict(_pair(pair) for pair in papers)
    raise ValueError("not the result of the step marked")


def _pair(value: Json) -> tuple[str, list[str]]:
    match value:
        case [str(paper_id), list(ids)]:
            return paper_id, [str(roll_id) for roll_id in ids]
    raise ValueError("not a paper and its voters")


def read_log_head(result: bytes) -> str:
    """The head of the activity log, from the result of `sheets`."""
    match loads(result):
        case {"log_head": str(log_head)}:
            return log_head
    raise ValueError("not the result of the step sheets")


def read_scans(result: bytes) -> int:
    """How many scans of ballots went with the key, from the result of `key_destroyed`; older results name none."""
    match loads(result):
        case {"scans": int(scans)}:
            return scans
    return 0


def read_sheets(result: bytes) -> dict[str, UncountedSheets]:
    """By paper the sheets that came back and have no ballot, from the result of `sheets`."""
    match loads(result):
        case {"papers": list(papers)}:
            return dict(_sheets(pair) for pair in papers)
    raise ValueError("not the result of the step sheets")


def read_reconciled(result: bytes) -> dict[str, Reconciled]:
    """By paper how its sheets were accounted for when the count was sealed, from the result of `sheets`."""
    match loads(result):
        case {"papers": list(papers)}:
            return dict(_reconciled(pair) for pair in papers)
    raise ValueError("not the result of the step sheets")


def _reconciled(value: Json) -> tuple[str, Reconciled]:
    match value:
        case [
            str(paper_id),
            {"issued": int(issued), "returned": int(back), "spoilt": int(spoilt), "missing": int(gone)},
        ]:
            return paper_id, Reconciled(issued, back, spoilt, gone)
    raise ValueError("not a paper and its sheets")


def _sheets(value: Json) -> tuple[str, UncountedSheets]:
    match value:
        case [str(paper_id), {"set_aside": int(set_aside), "spoilt": int(spoilt)}]:
            return paper_id, UncountedSheets(set_aside, spoilt)
    raise ValueError("not a paper and its sheets")
