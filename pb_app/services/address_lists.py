"""A council's list of addresses, as it comes: a CSV file with a line a household. It is read and passed on, never kept.

The first line names the columns. A column named "letters" says how many letters a household gets (one without it); all
other columns are the lines of the address in their order, and empty ones are left out.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence

from voting.errors import Problem

MOST_LETTERS = 100_000
MOST_LINES = 6
"""As many as the window of an envelope shows."""

LONGEST_LINE = 60
MOST_FOR_ONE = 20
"""Letters to one address."""

Address = tuple[str, ...]

_COUNT_COLUMN = "letters"
_MOST_SHOWN = 5
_POSTCODE = re.compile(r"\b[A-Za-z]{1,2}[0-9][0-9A-Za-z]?\s?[0-9][A-Za-z]{2}\b")
_UNREADABLE = "We can’t read this file. Save the list as CSV (UTF-8) in your spreadsheet, then choose that file"
_NO_HEAD = "Let the first line name the columns, like: name, address 1, address 2, town, postcode"
_EMPTY = "There is no address in this file. Its first line names the columns; each line after it is a household"
_TOO_MANY = f"A list can have {MOST_LETTERS:,} letters at most. Split it, and make one batch after the other"


class _LineError(Exception):
    """What is wrong with a line."""


def read_addresses(data: bytes) -> list[Address] | list[Problem]:
    """One address a letter, in the order of the file; or what to mend, the first five lines of it.

    Problems name a line by its number and quote nothing of it.
    """
    text = _decoded(data)
    if text is None:
        return [Problem("addresses", _UNREADABLE)]
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        head = [name.strip().casefold() for name in next(rows, [])]
        if not any(head) or any(_POSTCODE.search(name) for name in head):
            return [Problem("addresses", _NO_HEAD if any(head) else _EMPTY)]
        return _read_rows(head, rows)
    except csv.Error:
        return [Problem("addresses", _UNREADABLE)]


def _read_rows(head: Sequence[str], rows: Iterator[list[str]]) -> list[Address] | list[Problem]:
    found: list[Address] = []
    faults: list[str] = []
    for number, row in enumerate(rows, start=2):
        if not any(cell.strip() for cell in row):
            continue
        try:
            address, count = _read_row(head, row)
        except _LineError as fault:
            faults.append(f"Line {number:,}: {fault}")
            continue
        found.extend([address] * count)
        if len(found) > MOST_LETTERS:
            return [Problem("addresses", _TOO_MANY)]
    if faults:
        return [Problem("addresses", words) for words in _first(faults)]
    return found or [Problem("addresses", _EMPTY)]


def _first(faults: list[str]) -> list[str]:
    rest = len(faults) - _MOST_SHOWN
    return [*faults[:_MOST_SHOWN], *([f"{rest:,} more lines need mending"] if rest > 0 else [])]


def _read_row(head: Sequence[str], row: Sequence[str]) -> tuple[Address, int]:
    if len(row) > len(head) and any(cell.strip() for cell in row[len(head) :]):
        raise _LineError(f"it has {len(row)} columns, but the first line names {len(head)}")
    cells = list(zip(head, row, strict=False))
    lines = tuple(line for name, cell in cells if name != _COUNT_COLUMN and (line := _tidy(cell)))
    if not lines:
        raise _LineError("write an address in it, or take it out")
    if len(lines) > MOST_LINES:
        raise _LineError(f"put the address on {MOST_LINES} lines at most. It has {len(lines)} now")
    if max(map(len, lines)) > LONGEST_LINE:
        raise _LineError(f"make each part of the address {LONGEST_LINE} letters or shorter")
    return lines, _count(next((cell for name, cell in cells if name == _COUNT_COLUMN), ""))


def _count(cell: str) -> int:
    text = cell.strip() or "1"
    if not (text.isascii() and text.isdecimal() and len(text) < 3 and 1 <= int(text) <= MOST_FOR_ONE):
        raise _LineError(f"write how many letters as a number from 1 to {MOST_FOR_ONE}, or leave it empty for one")
    return int(text)


def _tidy(cell: str) -> str:
    """One line without outer spaces and without characters that print nothing."""
    return " ".join("".join(character if character.isprintable() else " " for character in cell).split())


def _decoded(data: bytes) -> str | None:
    """UTF-8, or what Excel writes on Windows in Britain; None for anything else, such as a workbook."""
    if b"\x00" in data:
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _delimiter(text: str) -> str:
    """A semicolon or a tab, where the first line has more of those than of commas."""
    head = text.split("\n", 1)[0]
    return max(",;\t", key=head.count)
