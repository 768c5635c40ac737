"""RESULTS.md from what was measured."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

Found: TypeAlias = Mapping[str, Any]

_CODES = {
    "engine": "engine",
    "definition": "definition",
    "ungrouped": "pabutools",
    "grouped": "pabutools, ballots grouped",
}
_HEAD = """# How fast the count is

Written by `make bench-tally`; nothing here is typed by hand. Every row is a process of its own.

* **Whole process**: from the start of the interpreter to the printed result; wall clock, processor time, peak memory.
  Ours is `pb-tally count FILE --json`, with the explanation of every project; that of pabutools prints who is funded.
  In brackets: how many times as long as the engine. Processes of under two seconds are run
  seven times, in turn with the others, and the run in the middle stands here.
* **Count**: seconds of the count alone, with its whole trace: processor time, or wall clock under a second. For the
  engine the election has been read, hashed and indexed before (`tallying.count.prepare`; *Prepare* has those seconds);
  for the others it has been read.
* pabutools counts with exact fractions and breaks ties by the order of the file. Its users call it with ballots that
  are not grouped; grouped is its own best case.
* Add1 adds one unit of the currency for each voter; 100 forint in Budapest, where a voter's share is 34,551 forint.
* **Stopped**: it did not end within the limit; the times it had until then are lower bounds (≥).
"""


def write_report(kept: Mapping[str, Found], path: Path) -> None:
    """Write all that is kept."""
    machines = list(dict.fromkeys(found["machine"] for found in kept.values()))
    lines = [_HEAD, *(f"Machine: {machine}." for machine in machines), ""]
    cases = {key: found for key, found in kept.items() if not key.startswith("made ")}
    lines += _side_by_side(cases)
    grown = {key: found for key, found in kept.items() if key.startswith("made ")}
    lines += _growth(sorted(grown.values(), key=lambda found: int(found["ballots"])))
    path.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


def _side_by_side(cases: Mapping[str, Found]) -> Iterator[str]:
    seen: dict[tuple[str, str], dict[str, Found]] = {}
    for key, found in cases.items():
        name, rule, code = key.split(" ")
        seen.setdefault((name, rule), {})[code] = found
    last = ""
    for (name, rule), codes in seen.items():
        if name != last:
            yield from (f"## {name.removesuffix('.pb')}", "", *_voters(codes))
            last = name
        yield from (f"### {rule}", "")
        yield from _table(codes)
        yield ""


def _voters(codes: Mapping[str, Found]) -> Iterator[str]:
    steps = codes.get("engine", {}).get("steps")
    if steps:
        yield from (f"{steps['voters']:,} ballots, {steps['groups']:,} different ones.", "")


def _table(codes: Mapping[str, Found]) -> Iterator[str]:
    yield "| | whole: wall | processor | peak | read | prepare | count | count, beside the engine | same projects |"
    yield "|---|---|---|---|---|---|---|---|---|"
    engine = codes.get("engine")
    for code, name in _CODES.items():
        if code in codes:
            yield "| " + " | ".join(_cells(name, codes[code], engine)) + " |"


def _cells(name: str, found: Found, engine: Found | None) -> Iterator[str]:
    sign = "" if found["done"] else "≥ "
    steps = found.get("steps")
    ours = engine.get("steps") if engine else None
    yield name
    yield f"{sign}{found['wall']:.2f} s{_times(found['wall'], engine['wall'] if engine else None, sign)}"
    yield f"{sign}{found['cpu']:.2f} s{_times(found['cpu'], engine['cpu'] if engine else None, sign)}"
    yield f"{found['peak']:.0f} MiB"
    yield _seconds(steps, "read")
    yield _seconds(steps, "index") if name == "engine" else ""
    yield _seconds(steps, "count") if found["done"] else "stopped"
    least = steps["count"] if steps else found["cpu"]
    yield "" if ours is None or name == _CODES["engine"] else _times(least, ours["count"], sign).strip(" ()")
    yield "" if not steps or ours is None else "yes" if steps["funded"] == ours["funded"] else "**no**"


def _seconds(steps: Found | None, key: str) -> str:
    return f"{steps[key]:.4f} s" if steps and key in steps else ""


def _times(seconds: float, ours: float | None, sign: str) -> str:
    return f" ({sign}{seconds / ours:.1f}×)" if ours else ""


_MADE = (
    "Made-up cities (`benchmarks/made.py`): 500 projects, equal shares with Add1, by the engine. "
    "The whole process reads, hashes, indexes and counts."
)


def _growth(rows: list[Found]) -> Iterator[str]:
    if not rows:
        return
    yield from (
        "## How it grows",
        "",
        _MADE,
        "",
    )
    yield "| ballots | different | file | runs of Add1 | whole: wall | processor | peak | read | prepare | count |"
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for found in rows:
        steps = found.get("steps", {})
        cells = [f"{found['ballots']:,}", f"{steps.get('groups', 0):,}", f"{found['bytes'] / 2**20:.0f} MiB"]
        cells += [
            str(steps.get("runs", "")),
            f"{found['wall']:.1f} s",
            f"{found['cpu']:.1f} s",
            f"{found['peak']:.0f} MiB",
        ]
        cells += [_seconds(steps, key) for key in ("read", "index", "count")]
        yield "| " + " | ".join(cells) + " |"
