"""What a power cut leaves: every write of a process in its order, replayed without those that were never synced.

A disk may keep any of the writes that nobody waited for, or none; a cut picks among them by chance.
"""

from __future__ import annotations

import random
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

SOURCE = Path(__file__).with_name("record_writes.c")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing the process did: `op` is w (write), s (sync), t (truncate to `offset`) or a (answer)."""

    op: str
    offset: int
    data: bytes
    name: str


@dataclass(slots=True)
class _File:
    """What of a file is on the disk for certain, and what was written since the last sync."""

    kept: bytearray
    waiting: list[Entry] = field(default_factory=list)

    def sync(self) -> None:
        for entry in self.waiting:
            _apply(self.kept, entry)
        self.waiting.clear()


def build_recorder(folder: Path) -> Path:
    """Compile the recorder, or skip where no C compiler is."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("NO C COMPILER: power cuts are untested")
    library = folder / "record_writes.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, SOURCE, "-ldl", "-lpthread"], check=True)
    return library


def read_log(path: Path) -> list[Entry]:
    """Every whole entry of a recorder's log."""
    return list(_entries(path.read_bytes()))


def _entries(log: bytes) -> Iterator[Entry]:
    at = 0
    while (end := log.find(b"\n", at)) >= 0:
        op, offset, length, name = log[at:end].decode().split(" ", 3)
        at = end + 1 + int(length)
        if at > len(log):
            return
        yield Entry(op, int(offset), log[end + 1 : at], name)


def after_cut(before: Mapping[str, bytes], entries: Sequence[Entry], chance: random.Random) -> dict[str, bytes]:
    """The files after the power went when `entries` had been done. `before` is what stood there at first."""
    files = {name: _File(bytearray(data)) for name, data in before.items()}
    for entry in entries:
        if entry.op == "a":
            continue
        file = files.setdefault(entry.name, _File(bytearray()))
        if entry.op == "s":
            file.sync()
        else:
            file.waiting.append(entry)
    share = chance.choice((0.0, 0.0, 0.5, 0.9))
    for file in files.values():
        file.waiting = [entry for entry in file.waiting if chance.random() < share]
        file.sync()
    return {name: bytes(file.kept) for name, file in files.items()}


def _apply(content: bytearray, entry: Entry) -> None:
    if entry.op == "t":
        content[entry.offset :] = b"\0" * max(0, entry.offset - len(content))
        return
    content.extend(b"\0" * max(0, entry.offset - len(content)))
    content[entry.offset : entry.offset + len(entry.data)] = entry.data
