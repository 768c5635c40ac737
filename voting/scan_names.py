"""Which ballot of a batch a scanned file shows: by the number in its name, or by its place among the others."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import PurePath

from voting.errors import Problem

FILES = "files"
"""The field of everything that is wrong with a file."""

_NUMBER = re.compile(r"[0-9]+")
_BATCH = re.compile(r"batch[ _-]*([0-9]{1,9})", re.IGNORECASE)
_LONGEST_SHOWN = 40


def number_files(
    names: Sequence[str], *, batch: int, size: int, first: int | None = None
) -> tuple[list[tuple[int, int]], list[Problem]]:
    """Pairs of a file's place in `names` and the ballot it shows, by ballot; and what is wrong with the others.

    The last number of a name is the ballot: `07.jpg`, `scan 007.png`, `batch-2-ballot-07.jpg`. With `first` the files
    are taken in the order of their names, from that ballot on. Two files for one ballot are both refused.
    """
    ballots = _by_name(names) if first is None else _in_order(names, first)
    found, problems = [], []
    times = Counter(ballot for ballot in ballots if ballot is not None)
    for place, (name, ballot) in enumerate(zip(names, ballots, strict=True)):
        fault = _fault(name, ballot, batch=batch, size=size)
        if ballot is not None and not fault and times[ballot] > 1:
            fault = f"{times[ballot]} files are for ballot {ballot}. Choose one of them"
        if ballot is None or fault:
            problems.append(Problem(FILES, f"{shown(name)}: {fault}"))
        else:
            found.append((place, ballot))
    return sorted(found, key=lambda pair: pair[1]), problems


def shown(name: str) -> str:
    """A file's name as a message has it."""
    return f"“{name if len(name) <= _LONGEST_SHOWN else name[:_LONGEST_SHOWN] + '…'}”"


def _by_name(names: Sequence[str]) -> list[int | None]:
    numbers = [_NUMBER.findall(_BATCH.sub("", PurePath(name).stem)) for name in names]
    return [int(found[-1][-9:]) if found else None for found in numbers]


def _in_order(names: Sequence[str], first: int) -> list[int | None]:
    order = sorted(range(len(names)), key=lambda place: _natural(names[place]))
    ballots: list[int | None] = [None] * len(names)
    for number, place in enumerate(order, start=first):
        ballots[place] = number
    return ballots


def _natural(name: str) -> list[tuple[int, str]]:
    """`scan 10` after `scan 9`."""
    parts = re.split(f"({_NUMBER.pattern})", name)
    return [(int(part[-18:]), "") if _NUMBER.fullmatch(part) else (-1, part.lower()) for part in parts]


def _fault(name: str, ballot: int | None, *, batch: int, size: int) -> str:
    named = _BATCH.search(PurePath(name).stem)
    if named and int(named[1]) != batch:
        return f"by its name this is of batch {int(named[1])}, and here is batch {batch}"
    if ballot is None:
        return "there is no number in its name. Name it by the number on the ballot, like 07.jpg"
    if not 1 <= ballot <= size:
        return f"this would be ballot {ballot}, and the batch has the ballots 1 to {size}"
    return ""
