"""Count one file step by step and print seconds of each as JSON: ``ours.py FILE engine|definition OPTION …``.

``count`` is the count alone, with its whole trace, after reading, hashing and indexing.
"""

import gc
import json
import sys
import time
from argparse import Namespace
from collections.abc import Callable
from typing import TypeVar

from tallying.choices import Implementation
from tallying.cli import build_parser
from tallying.commands.rule_options import choose_rulebook, finer
from tallying.commands.sources import open_source
from tallying.count import count, prepare

Value = TypeVar("Value")

_QUICK, _MOST = 1.0, 20
"""Counts are run again until they took a second together, at most so many times; the least time stands."""


def main() -> None:
    """Measure, and print."""
    path, code, *options = sys.argv[1:]
    args: Namespace = build_parser().parse_args(["count", path, *options])
    gc.disable()  # as the command does
    paper, read = _timed(lambda: finer(args, open_source(path).papers[0]))
    rulebook = choose_rulebook(args, paper).rulebook
    implementation = Implementation(code)
    prepared, index = _timed(lambda: prepare(paper.election))
    counted = prepared if implementation is Implementation.ENGINE else paper.election
    outcome, seconds = _timed(lambda: count(counted, rulebook, implementation=implementation))
    times = [seconds]
    while sum(times) < _QUICK and len(times) < _MOST:
        times.append(_timed(lambda: count(counted, rulebook, implementation=implementation))[1])
    found = {"read": read, "index": index, "count": min(times), "funded": sorted(outcome.funded_ids)}
    found |= {"groups": len(paper.election.groups), "voters": paper.election.voters, "runs": len(outcome.add1)}
    sys.stdout.write(json.dumps(found) + "\n")


def _timed(step: Callable[[], Value]) -> tuple[Value, float]:
    """Processor time; wall clock where the step is short, because systems count processor time coarsely."""
    wall, processor = time.perf_counter(), time.process_time()
    value = step()
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    return value, processor if processor > _QUICK else wall


if __name__ == "__main__":
    main()
