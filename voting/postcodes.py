"""Postcodes: as people type them, and the look-up file that says which area each lies in.

A postcode that the file names with more than one area straddles them: then nobody but a person can say which it is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from voting.area_lists import read_area_list
from voting.errors import Problem

MOST_LINES = 200_000
_SHAPE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class LookUp:
    """What a file says: each postcode (written together, in capitals) with each of its areas' ids, sorted."""

    pairs: tuple[tuple[str, str], ...]

    @property
    def postcodes(self) -> int:
        """How many there are."""
        return len(self._areas_each)

    @property
    def straddling(self) -> int:
        """How many lie in more than one area."""
        return sum(count > 1 for count in self._areas_each.values())

    @property
    def _areas_each(self) -> Counter[str]:
        return Counter(postcode for postcode, _ in self.pairs)


def read_postcode(typed: str) -> str | None:
    """The postcode that somebody typed, written together in capitals; None if it can't be one."""
    postcode = "".join(typed.split()).replace("-", "").upper()
    return postcode if _SHAPE.fullmatch(postcode) else None


def read_look_up(data: bytes, areas: Mapping[str, str]) -> LookUp | list[Problem]:
    """Reads a CSV of postcode and area. `areas` maps an area's id to its name; the file may use either.

    All or nothing: with one line wrong nothing is taken. Each problem names its line. Field "file".
    """
    read = read_area_list(
        data,
        areas,
        heading="postcode",
        read=read_postcode,
        wrong=lambda text: f"“{text}” is not a postcode",
        most=MOST_LINES,
    )
    problems = [one for one in read if isinstance(one, Problem)]
    return problems or LookUp(tuple(sorted({one for one in read if isinstance(one, tuple)})))
