"""``make bench-cast``: how fast ballots are cast, on the real server and on both engines, written to CASTING.md.

Each cast is the whole request of the check page: it is answered when the ballot is on the disk, with the page of its
signed receipt. Beside it stands the baseline of the same run: `casting.cast` alone, called without any page.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import cast_load as load
from benchmarks.cast_town import Town, open_town, serving
from benchmarks.machine import own_description
from benchmarks.measured import ROOT
from tests.faults.caster import cast_once

ENGINES = ("sqlite", "postgresql")
CONNECTIONS, SLOW_RATE, TWINS = 16, 50, 8
_SYNC_SECONDS = 5
_HEAD = f"""# How fast ballots are cast

Written by `make bench-cast`; nothing here is typed by hand.

* **Cast**: one POST of the check page to `pb serve`, answered with the page of the signed receipt when the ballot is
  on the disk. {CONNECTIONS} connections cast as fast as they are answered; then {SLOW_RATE} casts begin each second.
* **Without pages**: `casting.cast` alone in one process of 8 threads: the baseline.
* **Syncs**: how often the engine waited for the disk, for each acknowledged cast (SQLite: counted by strace in a run
  of its own; PostgreSQL: `pg_stat_wal`, which lets casts of the same moment share one).
* **Pressed {TWINS} times**: every voter's cast is sent {TWINS} times at once; so many ballots are then in the box.
"""


@dataclass(frozen=True, slots=True)
class Found:
    """What was measured on one engine."""

    engine: str
    alone: float
    fast: load.Tally
    slow: load.Tally
    syncs: str
    pressed: str


def main() -> None:
    """Measure both engines, print, and write the report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60, help="of each of the two loads")
    parser.add_argument("--voters", type=int, default=1000)
    parser.add_argument("--engines", nargs="*", default=ENGINES, choices=ENGINES)
    args = parser.parse_args()
    found = []
    for engine in args.engines:
        found.append(measure(engine, args.seconds, args.voters))
        sys.stdout.write("\n".join(lines(found[-1])) + "\n\n")
        sys.stdout.flush()
    (ROOT / "benchmarks" / "CASTING.md").write_text(report(found, args.seconds), encoding="utf-8")
    if any(one.fast.refused or one.slow.refused for one in found):
        raise SystemExit("Some casts were not acknowledged: see above.")


def measure(engine: str, seconds: float, voters: int) -> Found:
    """Everything on one engine."""
    with _town(engine, 100) as town:
        alone = cast_alone(town, min(seconds, 10))
    with _town(engine, voters) as town:
        before = town.wal_syncs if engine == "postgresql" else 0
        with serving(town) as door:
            casts = load.requests(door, town.cookies)
            fast = asyncio.run(load.keep_casting(door, casts, seconds, CONNECTIONS))
            slow = asyncio.run(load.cast_at(door, casts, seconds, SLOW_RATE))
        acknowledged = len(fast.seconds) + len(slow.seconds)
        _hold(town.rows == acknowledged, f"{acknowledged} were acknowledged, {town.rows} are in the box")
        syncs = f"{(town.wal_syncs - before) / acknowledged:.2f}" if engine == "postgresql" else ""
    with _town(engine, voters) as town:
        pressed = press_often(town)
    return Found(engine, alone, fast, slow, syncs or traced_syncs(), pressed)


@contextmanager
def _town(engine: str, voters: int) -> Iterator[Town]:
    with TemporaryDirectory() as folder, open_town(engine, Path(folder), voters) as town:
        yield town


def cast_alone(town: Town, seconds: float) -> float:
    """Casts a second without pages."""
    booth, end = town.booth, time.perf_counter() + seconds
    roll_ids = [booth.roll_id(number) for number in range(TWINS)]

    def go_on(roll_id: str) -> int:
        casts = 0
        while time.perf_counter() < end:
            cast_once(booth.engine, booth.keys, booth.clock, roll_id, f"alone {casts}")
            casts += 1
        return casts

    with ThreadPoolExecutor(len(roll_ids)) as pool:
        return sum(pool.map(go_on, roll_ids)) / seconds


def press_often(town: Town) -> str:
    """Every voter's cast so often at once."""
    with serving(town) as door:
        casts = (
            load.request(door, cookie, key=f"press {number}", mark=number)
            for number, cookie in enumerate(town.cookies)
            for _ in range(TWINS)
        )
        tally = asyncio.run(load.cast_all(door, casts, at_once=TWINS))
    _hold(not tally.refused, f"some presses were not acknowledged: {tally.refused[:3]}")
    _hold(town.rows == len(town.cookies), f"{len(town.cookies)} voted, {town.rows} ballots are in the box")
    return f"{len(town.cookies):,} voters, {len(tally.seconds):,} acknowledgements, {town.rows:,} ballots"


def traced_syncs() -> str:
    """Syncs for each acknowledgement on SQLite, one connection; words where strace is missing."""
    if shutil.which("strace") is None:
        return "not measured: no strace"
    with _town("sqlite", 50) as town:
        trace = Path(town.env["PB_INSTANCE"]) / "trace"
        with serving(town, "strace", "-f", "-o", str(trace), "-e", "trace=fsync,fdatasync") as door:
            started = _syncs(trace)
            casts = load.requests(door, town.cookies)
            tally = asyncio.run(load.keep_casting(door, casts, _SYNC_SECONDS, 1))
            found = _syncs(trace) - started
    return f"{found / len(tally.seconds):.2f}"


def _syncs(trace: Path) -> int:
    return len(re.findall(r"(?:fsync|fdatasync)\(.*= 0$", trace.read_text(), re.MULTILINE))


def _hold(is_so: bool, what: str) -> None:
    if not is_so:
        raise SystemExit(what)


def lines(found: Found) -> Iterator[str]:
    """One engine's part of the report."""
    yield f"## {found.engine}"
    yield ""
    yield "| | casts a second | p50 | p95 | p99 | casts |"
    yield "|---|---|---|---|---|---|"
    yield f"| as fast as possible | {_row(found.fast)}"
    yield f"| {SLOW_RATE} a second | {_row(found.slow)}"
    yield f"| without pages | {found.alone:,.0f} | | | | |"
    yield ""
    yield f"* Syncs for each acknowledgement: {found.syncs}"
    yield f"* Pressed {TWINS} times: {found.pressed}"
    refused = [*found.fast.refused, *found.slow.refused]
    yield f"* Not acknowledged: {len(refused)}{f', first {refused[0]}' if refused else ''}"


def _row(tally: load.Tally) -> str:
    times = " | ".join(f"{tally.share(part):,.0f} ms" for part in (0.5, 0.95, 0.99))
    return f"{tally.rate:,.0f} | {times} | {len(tally.seconds):,} |"


def report(found: Sequence[Found], seconds: float) -> str:
    """The whole of CASTING.md."""
    parts = [_HEAD, f"Machine: {own_description()}. Each load {seconds:.0f} s.", ""]
    for one in found:
        parts += [*lines(one), ""]
    return "\n".join(parts)


if __name__ == "__main__":
    main()
