"""``make bench-tally``: definition, engine and pabutools side by side, and how the engine grows with a city.

Every measurement is a process of its own. What was measured is kept beside the environment of
pabutools, so that a part can be measured again alone; RESULTS.md is written from all of it.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.machine import describe
from benchmarks.made import write_city
from benchmarks.measured import ROOT, Measured, measure
from benchmarks.report import write_report

DATA = ROOT.parent / "shared" / "data" / "pabulib"
THEIR_PYTHON = ROOT / ".venv" / "bench" / "bin" / "python"
KEPT = ROOT / ".venv" / "bench" / "measured.json"
FILES = (
    "Poland_Lodz_2022.pb",
    "Poland_Warszawa_2026.pb",
    "Poland_Wroclaw_2015_150_-_500.pb",
    "Hungary_Budapest_2024.pb",
    "Poland_Warszawa_2020_Bialoleka.pb",
    "Poland_Wieliczka_2023_Green_Budget.pb",
    "US_Stanford_Dataset_PB_Cambridge_2019_vote_approvals.pb",
)
_ADD1 = ["--completion", "add1", "--add1-start", "exact-share", "--add1-stop", "exhaustive"]
RULES = {
    "greedy": ["--rule", "greedy", "--unsupported", "fund"],
    "equal-shares": ["--rule", "equal-shares", "--satisfaction", "cost", "--completion", "none"],
    "add1": ["--rule", "equal-shares", "--satisfaction", "cost", *_ADD1],
    "phragmen": ["--rule", "phragmen", "--on-overspend", "stop", "--unsupported", "fund"],
}
STEPS = {"Hungary_Budapest_2024.pb": "100"}
"""What Add1 adds for each voter, in the currency's unit; 1 elsewhere. One forint is a 30,000th of a voter's share."""
_OURS = ("engine", "definition")
_SHORT_SECONDS, _RUNS = 2, 7
GROWTH = (10_000, 100_000, 1_000_000, 10_000_000)


def main() -> None:
    """Measure what is asked for, and write the report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--limit", type=float, default=300, help="seconds of processor time a process may take")
    parser.add_argument("--files", nargs="*", default=FILES, help="names in ../shared/data/pabulib")
    parser.add_argument("--rules", nargs="*", default=list(RULES), choices=list(RULES))
    parser.add_argument("--codes", nargs="*", default=["engine", "definition", "ungrouped", "grouped"])
    parser.add_argument("--ballots", nargs="*", type=int, default=GROWTH, help="sizes of made-up cities")
    args = parser.parse_args()
    measure([sys.executable, "-m", "tallying", "--version"], args.limit)  # compiled once, as on any machine
    for key, found in _all(args):
        kept = _kept() | {key: found | {"machine": describe(THEIR_PYTHON)}}
        KEPT.write_text(json.dumps(kept, indent=1))
        sys.stdout.write(f"{key:70} {_line(found)}\n")
        sys.stdout.flush()
    write_report(_kept(), ROOT / "benchmarks" / "RESULTS.md")


def _kept() -> dict[str, Any]:
    """All measurements of this and of earlier runs."""
    kept: dict[str, Any] = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    return kept


def _all(args: argparse.Namespace) -> Iterator[tuple[str, dict[str, Any]]]:
    for name in args.files:
        for rule in args.rules:
            for code, found in _in_turn(str(DATA / name), rule, args.codes, args.limit):
                yield f"{name} {rule} {code}", found
    for ballots in args.ballots:
        yield f"made {ballots}", _grown(ballots, 10 * args.limit)


def _in_turn(path: str, rule: str, codes: Sequence[str], limit: float) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every code in turn; short ones several times, so that whatever else the machine does slows all of them."""
    runs = {code: [measure(_command(path, rule, code), limit)] for code in codes}
    short = [code for code in codes if runs[code][0].wall < _SHORT_SECONDS]
    for _ in range(_RUNS - 1):
        for code in short:
            runs[code].append(measure(_command(path, rule, code), limit))
    for code in codes:
        middle = sorted(runs[code], key=lambda run: run.cpu)[len(runs[code]) // 2]
        is_ours = middle.is_done and code in _OURS
        steps = measure(_steps_command(path, rule, code), 3 * limit) if is_ours else middle
        yield code, _found(middle) | _steps(steps)


def _step(path: str) -> str:
    return STEPS.get(Path(path).name, "1")


def _options(path: str, rule: str) -> list[str]:
    return [*RULES[rule], *(["--add1-step", _step(path)] if rule == "add1" else [])]


def _command(path: str, rule: str, code: str) -> list[str]:
    """The whole process: ours as an auditor calls it, theirs as its users do."""
    if code not in _OURS:
        return [str(THEIR_PYTHON), str(ROOT / "benchmarks" / "theirs.py"), path, rule, code, _step(path)]
    ours = [str(Path(sys.executable).with_name("pb-tally")), "count", path, "--json", "--implementation", code]
    return [*ours, *_options(path, rule), "--ties", "listed"]


def _steps_command(path: str, rule: str, code: str) -> list[str]:
    return [sys.executable, "-m", "benchmarks.ours", path, code, *_options(path, rule), "--ties", "listed"]


def _grown(ballots: int, limit: float) -> dict[str, Any]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "city.pb"
        write_city(ballots, path)
        size = path.stat().st_size
        whole = measure([sys.executable, "-m", "benchmarks.ours", str(path), "engine", *_options("", "add1")], limit)
    return _found(whole) | _steps(whole) | {"bytes": size, "ballots": ballots}


def _found(whole: Measured) -> dict[str, Any]:
    found: dict[str, Any] = {"wall": whole.wall, "cpu": whole.cpu, "peak": whole.peak, "done": whole.is_done}
    return found if whole.is_done else found | {"error": whole.error[-300:]}


def _steps(measured: Measured) -> dict[str, Any]:
    return {"steps": json.loads(measured.printed)} if measured.is_done else {}


def _line(found: dict[str, Any]) -> str:
    count = found["steps"]["count"] if "steps" in found else float("nan")
    state = "" if found["done"] else "  stopped"
    return f"{found['wall']:8.2f} s {found['peak']:6.0f} MiB   count {count:9.4f} s{state}"


if __name__ == "__main__":
    main()
