"""A made-up city of any size: 500 projects, local and for everyone, of very different popularity.

``python -m benchmarks.made 1000000 city.pb`` writes an election of a million ballots. The same number
gives the same bytes.
"""

import sys
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import TextIO

DISTRICTS, LOCAL, EVERYWHERE = 50, 8, 100
SHARE = 40
"""Currency units a voter."""
_BATCH = 10_000


def write_city(ballots: int, path: Path) -> None:
    """Write the election as a ``.pb`` file."""
    random = Random(ballots)
    with path.open("w", encoding="utf-8") as file:
        file.write(f"META\nkey;value\ndescription;Made-up city\ncurrency;GBP\nbudget;{SHARE * ballots}\n")
        file.write(f"vote_type;approval\nrule;greedy\nnum_projects;500\nnum_votes;{ballots}\n")
        file.write("PROJECTS\nproject_id;cost\n")
        for number in range(DISTRICTS * LOCAL + EVERYWHERE):
            is_local = number < DISTRICTS * LOCAL
            part = random.randint(20, 120) / (DISTRICTS * LOCAL if is_local else EVERYWHERE) / 25
            file.write(f"{number};{max(1, int(SHARE * ballots * part))}\n")
        file.write("VOTES\nvoter_id;vote\n")
        _write_votes(ballots, random, file)


def _write_votes(ballots: int, random: Random, file: TextIO) -> None:
    voter = 0
    for start in range(0, ballots, _BATCH):
        lines = []
        for vote in _votes(min(_BATCH, ballots - start), random):
            voter += 1
            lines.append(f"{voter};{vote}\n")
        file.write("".join(lines))


def _votes(number: int, random: Random) -> Iterator[str]:
    """Each voter picks up to four projects of one district, and up to three for everyone."""
    home = random.choices(range(DISTRICTS), cum_weights=_falling(DISTRICTS), k=number)
    near = random.choices(range(LOCAL), cum_weights=_falling(LOCAL), k=4 * number)
    far = random.choices(range(EVERYWHERE), cum_weights=_falling(EVERYWHERE), k=3 * number)
    sizes = random.choices([(1, 0), (1, 1), (2, 1), (3, 1), (4, 2), (2, 2), (4, 3), (0, 1)], k=number)
    for voter in range(number):
        locals_, others = sizes[voter]
        first = home[voter] * LOCAL
        picked = {first + project for project in near[4 * voter : 4 * voter + locals_]}
        picked |= {DISTRICTS * LOCAL + project for project in far[3 * voter : 3 * voter + others]}
        yield ",".join(map(str, sorted(picked)))


def _falling(number: int) -> list[float]:
    """The most popular one is named three times as often as the third."""
    return list(accumulate(1 / rank for rank in range(1, number + 1)))


if __name__ == "__main__":
    write_city(int(sys.argv[1]), Path(sys.argv[2]))
