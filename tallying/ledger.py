"""The ledger: for each paper, what became of every ballot that was received. It must balance.

``received`` (version rows and returned sheets, each in its own channel) = ``counted`` (the last
version of each tracker) + ``superseded`` (older versions) + ``refused`` (rows of voided trackers,
sheets set aside) + ``spoilt`` (sheets) + ``blank`` (withdrawn to blank).
``roll`` is how many may use the paper, ``marked`` how many did, ``by_area`` those by area of roll.
"""

from collections.abc import Mapping

from tallying import fields
from tallying.canonical import Json, Writable, dump_file, load_file
from tallying.values import frozen_value

SMALLEST_CELL = 5
"""A published cell stands for at least this many, or for all there are."""

_LEDGER = (
    "blank", "by_area", "counted", "marked", "received", "refused", "roll", "spoilt", "superseded",
)  # fmt: skip


@frozen_value
class Cell:
    """A count for one or more names; small counts are published merged (see ``merge_cells``)."""

    names: tuple[str, ...]
    count: int


@frozen_value
class Ledger:
    """What became of the ballots of one paper; numbers of ballots, ``marked`` and ``roll`` of rights
    to vote."""

    paper_id: str
    received: tuple[Cell, ...]
    counted: int
    superseded: int
    refused: int
    spoilt: int
    blank: int
    roll: int
    marked: int
    by_area: tuple[Cell, ...]


def merge_cells(counts: Mapping[str, int]) -> tuple[Cell, ...]:
    """Counts by name as cells that are safe to publish, names sorted inside and across cells.

    The smallest cell under 5 is merged with the next smallest, again and again. Because every cell
    is published, a total minus the rest is itself a cell: nothing under 5 can be worked out. A total
    under 5 stands alone in one cell.
    """
    cells: list[tuple[int, tuple[str, ...]]] = sorted((n, (name,)) for name, n in counts.items())
    while len(cells) > 1 and cells[0][0] < SMALLEST_CELL:
        (few, names), (more, others), *rest = cells
        cells = sorted([(few + more, tuple(sorted(names + others))), *rest])
    return tuple(sorted((Cell(names, count) for count, names in cells), key=lambda cell: cell.names))


def check_ledger(ledger: Ledger, ballots_per_voter: int = 1) -> list[str]:
    """Every reason why this ledger may not be published, as sentences; empty when it balances."""
    received = sum(cell.count for cell in ledger.received)
    became = sum((ledger.counted, ledger.superseded, ledger.refused, ledger.spoilt, ledger.blank))
    by_area = sum(cell.count for cell in ledger.by_area)
    trackers = ledger.counted + ledger.blank
    faults = {
        f"{received} received, but {became} accounted for": received != became,
        f"{trackers} ballots counted or blank from {ledger.marked} voters marked": (
            trackers > ballots_per_voter * ledger.marked
        ),
        f"{ledger.marked} voters marked, but only {trackers} ballots counted or blank and {ledger.spoilt} spoilt": (
            ledger.marked > trackers + ledger.spoilt
        ),
        f"{ledger.marked} voters marked on a roll of {ledger.roll}": ledger.marked > ledger.roll,
        f"{ledger.marked} voters marked, but {by_area} by area": by_area != ledger.marked,
        "a channel with fewer than 5 is not merged": _has_small_cell(ledger.received),
        "an area with fewer than 5 is not merged": _has_small_cell(ledger.by_area),
        "a channel in no cell, or in two": not _names_each_once(ledger.received),
        "an area in no cell, or in two": not _names_each_once(ledger.by_area),
        "sheets were spoilt, but none came in": ledger.spoilt > 0 and not has_sheets(ledger),
    }
    return [fault for fault, is_true in faults.items() if is_true]


def has_sheets(ledger: Ledger) -> bool:
    """Whether some ballots came in on paper: then sheets may have been spoilt or set aside."""
    return any("paper" in cell.names for cell in ledger.received)


def dump_ledgers(ledgers: tuple[Ledger, ...]) -> bytes:
    """The bytes of ``ledger.json``: ledgers in the order of the papers."""
    return dump_file({"papers": [[ledger.paper_id, _value(ledger)] for ledger in ledgers]})


def load_ledgers(data: bytes) -> tuple[Ledger, ...]:
    """The ledgers in the bytes of ``ledger.json``; raises ValueError for any other shape."""
    papers = fields.members(load_file(data), "the ledger", ("papers",))["papers"]
    return tuple(_read_ledger(ledger) for ledger in fields.items(papers, "papers"))


def _has_small_cell(cells: tuple[Cell, ...]) -> bool:
    return len(cells) > 1 and any(cell.count < SMALLEST_CELL for cell in cells)


def _names_each_once(cells: tuple[Cell, ...]) -> bool:
    names = [name for cell in cells for name in cell.names]
    return all(cell.names for cell in cells) and len(set(names)) == len(names)


def _value(ledger: Ledger) -> Writable:
    return {
        "blank": ledger.blank,
        "by_area": [[cell.names, cell.count] for cell in ledger.by_area],
        "counted": ledger.counted,
        "marked": ledger.marked,
        "received": [[cell.names, cell.count] for cell in ledger.received],
        "refused": ledger.refused,
        "roll": ledger.roll,
        "spoilt": ledger.spoilt,
        "superseded": ledger.superseded,
    }


def _read_ledger(value: Json) -> Ledger:
    paper_id, inside = _pair(value, "papers")
    where = fields.text(paper_id, "papers")
    ledger = fields.members(inside, where, _LEDGER)
    return Ledger(
        paper_id=where,
        received=_read_cells(ledger["received"], f"{where} received"),
        counted=fields.whole(ledger["counted"], where),
        superseded=fields.whole(ledger["superseded"], where),
        refused=fields.whole(ledger["refused"], where),
        spoilt=fields.whole(ledger["spoilt"], where),
        blank=fields.whole(ledger["blank"], where),
        roll=fields.whole(ledger["roll"], where),
        marked=fields.whole(ledger["marked"], where),
        by_area=_read_cells(ledger["by_area"], f"{where} by_area"),
    )


def _read_cells(value: Json, where: str) -> tuple[Cell, ...]:
    pairs = (_pair(item, where) for item in fields.items(value, where))
    return tuple(Cell(fields.texts(names, where), fields.whole(count, where)) for names, count in pairs)


def _pair(value: Json, where: str) -> tuple[Json, Json]:
    pair = fields.items(value, where)
    if len(pair) != 2:
        raise fields.FieldError(where, "write a pair here, two things in square brackets")
    return pair[0], pair[1]
