"""``make conformance PABULIB_DIR=…``: every .pb file of a folder, by every rule, both implementations.

Each pair of outcomes must have the same bytes. Where the rule that a file names is greedy, its outcome is
also held against the official result of the file (``selected`` 1). Each disagreement is printed with its
reason. Exit code 1: the two implementations differ somewhere, or a file made the count fail.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tallying.choices import Implementation
from tallying.cli import build_parser
from tallying.commands.rule_options import choose_rulebook, finer
from tallying.commands.sources import Countable, InputError, open_source
from tallying.commands.tables import hanging, table
from tallying.commands.terminal import one_line
from tallying.count import count, implementation_for
from tallying.explain import explain
from tallying.outcome import Outcome
from tallying.pabulib import PabulibError
from tallying.rulebook import Rulebook, RulebookError
from tests.pabulib_data import options

OWN, OFFICIAL = "the file’s own", "official result"
EQUAL, DIFFERS, ONE_ONLY, REFUSED, FAILED = "equal", "differ", "one only", "refused", "failed"
VERDICTS = (EQUAL, DIFFERS, ONE_ONLY, REFUSED, FAILED)
_NAMES = {
    "greedy": "greedy",
    "greedy_no_skip": "greedy that stops",
    "mes_cost": "equal shares by cost",
    "mes_cardinality": "equal shares by count",
    "mes_cost_add1": "Add1, exhaustive",
    "mes_cost_add1_noexh": "Add1 to the overspend",
    "mes_cost_add1_floor": "Add1 from B/n rounded",
    "phragmen": "Phragmén",
}
_KNOWN = (InputError, PabulibError, RulebookError)


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one file under one rule; ``reason`` is empty where there is nothing to say."""

    file: str
    rule: str
    verdict: str
    reason: str = ""


def rules_for(vote_type: str) -> dict[str, list[str]]:
    """The options of ``pb-tally count`` by rule; none for the rule that the file names."""
    expected = options(vote_type, "")
    spelt = {shown: expected[name] for name, shown in _NAMES.items()}
    if vote_type not in ("approval", "choose-1"):
        del spelt["Phragmén"]  # it is defined for approvals alone
    return {OWN: [], **spelt, "best choice": ["--rule", "max-welfare"], "bounded": ["--rule", "bounded-overspending"]}


def check_file(path: Path) -> list[Line]:
    """Every rule on one file."""
    try:
        paper = open_source(str(path)).papers[0]
    except PabulibError as error:
        return [Line(path.name, OWN, REFUSED, str(error))]
    except Exception as error:  # noqa: BLE001 -- whatever it is, the other files are still to be counted
        return [Line(path.name, OWN, FAILED, f"{type(error).__name__}: {error}")]
    vote_type = paper.file.vote_type if paper.file else ""
    return [line for rule, words in rules_for(vote_type).items() for line in _check_rule(path, paper, rule, words)]


def _check_rule(path: Path, paper: Countable, rule: str, words: Sequence[str]) -> Iterator[Line]:
    try:
        args = build_parser().parse_args(["count", "FILE", *words])
        fine = finer(args, paper)
        rulebook = choose_rulebook(args, fine).rulebook
        outcome = count(fine.election, rulebook, implementation=Implementation.DEFINITION)
        yield Line(path.name, rule, *_other(fine, rulebook, outcome))
        if rule == OWN:
            yield from _official(path, fine, outcome)
    except _KNOWN as error:
        yield Line(path.name, rule, REFUSED, str(error))
    except Exception as error:  # noqa: BLE001 -- as above
        yield Line(path.name, rule, FAILED, f"{type(error).__name__}: {error}")


def _other(paper: Countable, rulebook: Rulebook, outcome: Outcome) -> tuple[str, str]:
    if implementation_for(rulebook) is not Implementation.ENGINE:
        return ONE_ONLY, ""
    engine = count(paper.election, rulebook, implementation=Implementation.ENGINE)
    if engine.to_json() == outcome.to_json():
        return EQUAL, ""
    only = _difference(engine.funded_ids, outcome.funded_ids)
    return DIFFERS, only or "both fund the same projects; their traces differ"


def _difference(first: Sequence[str], second: Sequence[str]) -> str:
    more = [project_id for project_id in first if project_id not in second]
    less = [project_id for project_id in second if project_id not in first]
    return f"the engine funds {more or 'nothing'} more and {less or 'nothing'} less" if more or less else ""


def _official(path: Path, paper: Countable, outcome: Outcome) -> Iterator[Line]:
    file = paper.file
    if file is None or file.selected is None or not file.value("rule").lower().startswith("greedy"):
        return
    official = {project_id for project_id, code in file.selected if code == 1}
    changed = official.symmetric_difference(outcome.funded_ids)
    if not changed:
        yield Line(path.name, OFFICIAL, EQUAL)
        return
    told = next(sentence for sentence in explain(paper.election, outcome) if sentence.id in changed)
    city = "leaves it out" if told.is_funded else "funds it"
    reasons = [f"{len(changed)} differ, first {told.id} “{told.name}”. The official result {city}. By the rule:"]
    reasons.append(told.text)
    if paper.rule_note.partition("; ")[2]:
        reasons.append(f"(Of the rule: {paper.rule_note.partition('; ')[2]}.)")
    if any(code > 1 for _, code in file.selected):
        reasons.append("(Projects funded from elsewhere, selected 2 or 3, are not compared.)")
    yield Line(path.name, OFFICIAL, DIFFERS, " ".join(reasons))


def report(lines: Sequence[Line], folder: str, files: int) -> str:
    """The table of agreements, then each disagreement with its reason."""
    seen = Counter((line.rule, line.verdict) for line in lines)
    rules = dict.fromkeys([*rules_for("approval"), OFFICIAL])
    rows: list[Sequence[str]] = [("", "Rule", *VERDICTS)]
    rows += [("", rule, *(f"{seen[rule, verdict]:,}" for verdict in VERDICTS)) for rule in rules]
    head = f"{files} files in {folder}: the definition against the engine, and the official results of greedy"
    text = [*hanging(head), ""]
    text += table(rows, right=range(2, 2 + len(VERDICTS)), indent=0)
    text.append("one only: the engine does not count this rule; refused: with a reason, see below")
    for line in lines:
        if line.reason:
            text += ["", *hanging(one_line(f"{line.file}, {line.rule}, {line.verdict}: {line.reason}"))]
    return "\n".join(text) + "\n"


def main(argv: Sequence[str] | None = None) -> int:
    """Run a folder; 0: the implementations agree wherever both count, and nothing failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--jobs", type=int, default=2)
    args = parser.parse_args(argv)
    paths = sorted(args.folder.rglob("*.pb"), key=lambda path: path.name)
    if not paths:
        sys.stderr.write(f"{args.folder}: there is no .pb file here. Give a folder that has some.\n")
        return 2
    lines: list[Line] = []
    with ProcessPoolExecutor(args.jobs) as pool:
        for number, found in enumerate(pool.map(check_file, paths), start=1):
            lines += found
            if sys.stderr.isatty():
                sys.stderr.write(f"\r{number} of {len(paths)} files ")
    sys.stdout.write(report(lines, str(args.folder), len(paths)))
    return exit_code(lines)


def exit_code(lines: Sequence[Line]) -> int:
    """1: the implementations differ somewhere, or a file made the count fail."""
    bad = [line for line in lines if line.verdict == FAILED or (line.verdict == DIFFERS and line.rule != OFFICIAL)]
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
