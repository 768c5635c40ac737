"""Letter numbers: `3-00042` is the 42nd letter of the round's third batch. Printed on a letter; no secret."""

from __future__ import annotations

import re
from dataclasses import dataclass

_WRITTEN = re.compile(r"([1-9][0-9]{0,3})\s*[-\u2010-\u2015]\s*0{0,5}([1-9][0-9]{0,5})", re.ASCII)


@dataclass(frozen=True, slots=True)
class LetterNumber:
    """A letter's place: batches and letters count from 1."""

    batch: int
    number: int

    def __str__(self) -> str:
        """As it is printed."""
        return f"{self.batch}-{self.number:05d}"


def read_letter_number(text: str) -> LetterNumber | None:
    """The number that somebody typed, with spaces and without leading zeros too; None if it cannot be one."""
    found = _WRITTEN.fullmatch(text.strip())
    return LetterNumber(int(found[1]), int(found[2])) if found else None


@dataclass(frozen=True, slots=True)
class NumberedCode:
    """A code in clear, 16 characters without spaces, and the number of its letter: on its way to paper, never kept."""

    number: LetterNumber
    code: str
