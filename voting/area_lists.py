"""Lists that officers upload, a thing and its area on each line: taken whole or not at all, each wrong line named."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping

from voting.errors import Problem

_MOST_TOLD = 20

ReadFirst = Callable[[str], str | None]
"""What the first cell of a line says, or None where it can't be that."""


def read_area_list(
    data: bytes, areas: Mapping[str, str], *, heading: str, read: ReadFirst, wrong: Callable[[str], str], most: int
) -> list[tuple[str, str]] | list[Problem]:
    """(thing, area id) of each line, in the file's order. `areas` maps ids to names; the file may use either.

    A first line that begins with `heading` is passed over, and so are empty ones. `wrong` says what is wrong with a
    first cell. Problems are of the field "file"; the last one says how many more there are.
    """
    try:
        lines = data.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        return [Problem("file", "Save the file as CSV in UTF-8: we can’t read its letters")]
    if len(lines) > most:
        return [Problem("file", f"Use at most {most:,} lines. This file has {len(lines):,}")]
    known = {name.strip().casefold(): area_id for area_id, name in areas.items()}
    known |= {area_id: area_id for area_id in areas}
    found: list[tuple[str, str]] = []
    faults: list[str] = []
    for number, text in enumerate(lines, start=1):
        line = _cells(text)
        if not any(line) or (number == 1 and line[0].casefold() == heading):
            continue
        first, area_id = read(line[0]), known.get(line[1].casefold()) if len(line) > 1 else None
        if first is not None and area_id and not any(line[2:]):
            found.append((first, area_id))
        else:
            faults.append(f"Line {number}: {_fault(line, first is None, heading, wrong)}")
    return _told(faults) or found or [Problem("file", f"There is no {heading} in this file")]


def _cells(text: str) -> list[str]:
    """The cells of one line: each is read by itself, so that a stray quote mark can't swallow those after it."""
    try:
        return [cell.strip() for cell in next(csv.reader([text]), [])]
    except csv.Error:
        return [text[:20]]


def _fault(line: list[str], is_wrong: bool, heading: str, wrong: Callable[[str], str]) -> str:
    if len(line) < 2 or any(line[2:]):
        return f"write a {heading}, a comma and an area"
    return wrong(line[0][:20]) if is_wrong else f"there is no area “{line[1][:60]}”"


def _told(faults: list[str]) -> list[Problem]:
    told = [Problem("file", words) for words in faults[:_MOST_TOLD]]
    more = len(faults) - len(told)
    return told + ([Problem("file", f"And {more:,} more lines like these")] if more else [])
