"""What a check of a record found."""

from tallying.record import Record
from tallying.record_error import RecordError
from tallying.report import Fault
from tallying.values import frozen_value

MOST_FAULTS = 10
"""Faults of one kind that are listed one by one."""


@frozen_value
class Finding:
    """What a check found: faults, and a note in figures."""

    faults: tuple[Fault, ...] = ()
    note: str = ""


def few(name: str, texts: list[str]) -> tuple[Fault, ...]:
    """The faults of one file, the first ten one by one."""
    shown = [Fault(name, text) for text in texts[:MOST_FAULTS]]
    more = len(texts) - len(shown)
    return tuple(shown) if not more else (*shown, Fault(name, f"and {more} more of the kind"))


def key_of(record: Record) -> bytes | None:
    """The key, or None where format.json is so damaged that it gives none."""
    try:
        return record.contents.key
    except RecordError:
        return None
