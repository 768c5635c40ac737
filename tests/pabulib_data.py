"""The real elections of ../shared/data/pabulib, and how their expected results are spelt on our command line."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

DATA = Path(__file__).parents[2] / "shared" / "data" / "pabulib"
_GREEDY = ["--rule", "greedy", "--unsupported", "fund", "--ties", "listed"]
_SHARES = ["--rule", "equal-shares", "--ties", "listed"]
_ADD1 = ["--completion", "add1", "--add1-step", "1"]
_BY_COST = {"cumulative": "points-times-cost", "scoring": "points-times-cost"}
_BY_COUNT = {"cumulative": "points", "scoring": "points", "ordinal": "borda"}
_VARIANTS = {
    "mes_cost_add1": ["--add1-start", "exact-share", "--add1-stop", "exhaustive"],
    "mes_cost_add1_noexh": ["--add1-start", "exact-share", "--add1-stop", "first-overspend"],
    "mes_cost_add1_floor": ["--add1-start", "floored-share", "--add1-stop", "first-overspend"],
}


@cache
def expected() -> dict[str, Any]:
    """What expected.json says of each file; empty where the data is not at hand."""
    path = DATA / "expected.json"
    files: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["files"] if path.is_file() else {}
    return files


def names() -> list[Any]:
    """The file names as parameters; without the data one parameter that is skipped, and says so."""
    if not expected():
        return [pytest.param("none", marks=pytest.mark.skip(reason=f"{DATA} is not at hand: NOTHING was recounted"))]
    return sorted(expected())


def options(vote_type: str, threshold: str) -> dict[str, list[str]]:
    """The options of ``pb-tally count`` for each rule of expected.json."""
    by_cost = [*_SHARES, "--satisfaction", _BY_COST.get(vote_type, "cost")]
    return {
        "greedy": _GREEDY,
        "greedy_no_skip": [*_GREEDY, "--on-overspend", "stop"],
        "greedy_threshold": [*_GREEDY, "--threshold", threshold],
        "mes_cost": [*by_cost, "--completion", "none"],
        "mes_cardinality": [*_SHARES, "--satisfaction", _BY_COUNT.get(vote_type, "count"), "--completion", "none"],
        "phragmen": ["--rule", "phragmen", "--on-overspend", "stop", "--unsupported", "fund", "--ties", "listed"],
        **{name: [*by_cost, *_ADD1, *extra] for name, extra in _VARIANTS.items()},
    }


def wanted(name: str, *, add1: bool) -> dict[str, Any]:
    """The expected results of a file that we count, by rule: those of Add1, or the others."""
    rules = options("", "")
    results = expected()[name]["results"]
    return {
        rule: result
        for rule, result in results.items()
        if rule in rules and result.get("order") is not None and ("add1" in rule) == add1
    }
