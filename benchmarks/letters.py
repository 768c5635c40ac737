"""``make bench-letters``: codes for a long list of addresses, as letters, labels and a list; time and peak memory.

`pb letters` runs as a process of its own on a fresh SQLite database, as on a council's machine. Memory is what its
whole tree of processes uses together, looked at ten times a second: shared pages are counted once (PSS).
"""

from __future__ import annotations

import argparse
import io
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

from benchmarks.machine import own_description
from benchmarks.measured import ROOT
from pb_app.db import make_engine, write
from pb_app.migrations import upgrade
from pb_app.services.address_lists import read_addresses
from pb_app.services.letter_batches import Kind
from pb_app.services.letter_downloads import open_download
from pb_app.services.letter_run import ask_letters
from tests.services.booths import DAY, OFFICER, OPENS, Booth, make_booth
from tests.services.printing import LETTER, batch_of, printer_of

REPORT = ROOT / "benchmarks" / "LETTERS.md"
KINDS: dict[str, Kind] = {"letters": "letters", "labels": "labels", "list": "list"}
AIM_SECONDS, AIM_MIB = 180, 500
_NOW = OPENS + DAY
_STREETS = ("Harbour Row", "Mill Lane", "Alder Quay", "St Swithin’s Terrace", "Old Tannery Yard")
_HEAD = f"""# How fast letters are made

Written by `make bench-letters`; nothing here is typed by hand.

* A list of addresses is asked for, then `pb letters` makes a code for each address as a process of its own, on a fresh
  SQLite database: PDF files of 1,000 letters, each set by a process of its own, and hashes in the database.
* **Time** is that of the whole process, from its start to its end. **Peak** is the memory of all its processes,
  together, looked at ten times a second; pages that they share are counted once.
* The aim is 100,000 letters in under {AIM_SECONDS // 60} minutes and {AIM_MIB} MB.

"""


@dataclass(frozen=True, slots=True)
class Run:
    """Seconds and MiB of one run; `ask` is the reading of the list and its encrypted storing, `fetch` the download."""

    kind: str
    letters: int
    ask: float
    made: float
    peak: float
    fetch: float
    files: int
    size: float

    def row(self) -> str:
        """A line of the table."""
        held = "yes" if self.made < AIM_SECONDS and self.peak < AIM_MIB else "**no**"
        cells = (
            self.kind,
            f"{self.letters:,}",
            f"{self.ask:.1f} s",
            f"**{self.made:.1f} s**",
            f"**{self.peak:.0f} MiB**",
        )
        more = (f"{self.fetch:.1f} s", str(self.files), f"{self.size:.0f} MiB", held)
        return "| " + " | ".join((*cells, *more)) + " |"


def main() -> None:
    """Measure what is asked for, and write the report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--letters", type=int, default=100_000, help="how many addresses")
    parser.add_argument("--kinds", nargs="*", default=list(KINDS), choices=list(KINDS))
    parser.add_argument("--report", type=Path, default=REPORT, help="where the report goes")
    args = parser.parse_args()
    rows = []
    for kind in args.kinds:
        rows.append(measure_kind(KINDS[kind], args.letters).row())
        sys.stdout.write(rows[-1] + "\n")
        sys.stdout.flush()
    head = "| | letters | list read and kept | made | peak | downloaded | files | size | aim held |"
    table = "\n".join([head, "|---|---|---|---|---|---|---|---|---|", *rows])
    args.report.write_text(f"{_HEAD}Machine: {own_description()}.\n\n{table}\n", encoding="utf-8")


def measure_kind(kind: Kind, count: int) -> Run:
    """One run in a folder of its own."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'commonpot.db'}"
        upgrade(make_engine(url))
        booth = make_booth(url, folder)
        start = time.perf_counter()
        batch_id = _ask(booth, kind, count)
        asked = time.perf_counter()
        peak = run_watched([sys.executable, "-m", "pb_app", "letters"], _settings(folder, url))
        made = time.perf_counter()
        if batch_of(booth, batch_id).state != "ready":
            raise SystemExit("The letters were not made.")
        data = b"".join(
            open_download(printer_of(booth), round_id="spring", batch_id=batch_id, by=OFFICER, now=_NOW).chunks
        )
        fetched = time.perf_counter()
    times = asked - start, made - asked, peak, fetched - made
    return Run(kind, count, *times, _count_files(kind, data), len(data) / 2**20)


def run_watched(command: list[str], settings: Mapping[str, str]) -> float:
    """The most memory, in MiB, that the command and all processes it starts used together at one time."""
    process = subprocess.Popen(command, env=os.environ | settings, cwd=ROOT)
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, sum(_memory(one) for one in _tree(process.pid)))
        time.sleep(0.1)
    if process.returncode:
        raise SystemExit(f"pb letters ended with code {process.returncode}.")
    return peak


def _ask(booth: Booth, kind: Kind, count: int) -> str:
    lines = (f"The occupier,{n % 997 + 1} {_STREETS[n % 5]},Westmere,WM{n % 9 + 1} {n % 10}AB" for n in range(count))
    listed = read_addresses(("name,street,town,postcode\n" + "\n".join(lines)).encode())
    addresses = [one for one in listed if isinstance(one, tuple)]
    with write(booth.engine) as session:
        return ask_letters(
            session, printer_of(booth).files, round_id="spring", area_id="north", kind=kind, count=0,
            addresses=addresses, letter=LETTER, by=OFFICER, now=_NOW,
        )  # fmt: skip


def _settings(folder: Path, url: str) -> dict[str, str]:
    return {
        "PB_INSTANCE": str(folder / "instance"),
        "DATABASE_URL": url,
        "KEY_DIR": str(folder / "keys"),
        "PB_CLOCK": f"file:{folder / 'clock'}",
    }


def _tree(pid: int) -> Iterator[int]:
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = task.read_text().split()
        except OSError:  # it has just ended
            continue
        for child in children:
            yield from _tree(int(child))


def _memory(pid: int) -> float:
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:  # it has just ended
        return 0
    return next((int(line.split()[1]) / 1024 for line in rollup.splitlines() if line.startswith("Pss:")), 0)


def _count_files(kind: str, data: bytes) -> int:
    if kind == "list":
        return 1
    with ZipFile(io.BytesIO(data)) as whole:
        return len(whole.namelist())


if __name__ == "__main__":
    main()
