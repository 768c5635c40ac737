"""Lists of numbers as people write them: `1-12, 15`."""

from __future__ import annotations

import re
from collections.abc import Iterable

_PART = re.compile(r"([1-9][0-9]{0,3})(?:\s*[-\u2010-\u2015]\s*([1-9][0-9]{0,3}))?", re.ASCII)


def read_numbers(text: str, most: int) -> list[int] | None:
    """The numbers in order, each once; None for anything else and for numbers over `most`."""
    found: set[int] = set()
    for part in text.replace(";", ",").split(","):
        match = _PART.fullmatch(part.strip())
        if match is None:
            return None
        first, last = int(match[1]), int(match[2] or match[1])
        if not first <= last <= most:
            return None
        found.update(range(first, last + 1))
    return sorted(found)


def write_numbers(numbers: Iterable[int]) -> str:
    """The shortest writing of these numbers: `1–12, 15`."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)
