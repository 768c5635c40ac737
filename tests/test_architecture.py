"""The shape of the code, held as maxima. Each failure lists every offender and says what to do instead."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("tallying", "voting", "pb_app")
LONGEST_MODULE, LONGEST_FUNCTION = 300, 40
GRAB_BAGS = {"utils", "util", "helpers", "helper", "common", "shared", "manager", "managers", "misc", "base", "lib"}
DOCUMENTS = (
    "README.md", "ARCHITECTURE.md", "GLOSSARY.md", "CHANGELOG.md", "SECURITY.md", "CONTRIBUTING.md", "LICENSE",
    "Makefile", ".ci/run", "docs/decisions", "docs/formats", "docs/guides",
)  # fmt: skip
TOP_LEVEL = {
    "pyproject.toml", "pb_app", "voting", "tallying", "templates", "tests", "docs", "benchmarks", ".ci", ".gitignore",
    "README.md", "ARCHITECTURE.md", "GLOSSARY.md", "CHANGELOG.md", "SECURITY.md", "CONTRIBUTING.md", "LICENSE",
    "Makefile", "package.json", "package-lock.json", "requirements.txt", "requirements-dev.txt",
}  # fmt: skip
REGISTRY = re.compile(r"(?:pypi|pythonhosted|npmjs|yarnpkg)\.(?:org|com)|registry\.[a-z]+\.[a-z]+")
MACHINE_PATH = re.compile(r"""(?<![\w.:/>}*-])/(?:root|home|work|Users|opt)/[\w.]""")
EXCUSE = re.compile(r"#\s*(noqa|type:\s*ignore)(?P<codes>[:\[][^#]*?\]?)?(?P<reason>\s+(?:#|--)\s*\S.*)?$")
Definition = ast.FunctionDef | ast.AsyncFunctionDef


def committed(*others: str) -> list[Path]:
    """Every file that git has; with "--others", those too that it would have once added."""
    listing = ["git", "ls-files", "--cached", *others, "--exclude-standard", "-z"]
    names = subprocess.run(listing, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [path for name in sorted(names.split("\0")) if name and (path := ROOT / name).is_file()]


def modules(*folders: str) -> list[Path]:
    return [
        path for path in committed("--others") if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in folders
    ]


def where(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def definitions(path: Path) -> Iterator[Definition]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, Definition):
            yield node


def complain(offenders: list[str], advice: str) -> None:
    assert not offenders, f"{advice}\n  " + "\n  ".join(offenders)


def test_no_module_is_longer_than_one_can_hold_in_the_head() -> None:
    long = [
        f"{where(path)}: {lines} lines"
        for path in modules(*PACKAGES, "tests", ".ci")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_MODULE
    ]
    complain(long, f"At most {LONGEST_MODULE} lines: split where the module gains a second reason to change.")


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        f"{where(path)}:{function.lineno} {function.name}: {lines} lines"
        for path in modules(*PACKAGES, "tests", ".ci")
        if "migrations/versions" not in where(path)  # lists of columns, written once
        for function in definitions(path)
        if (lines := (function.end_lineno or 0) - function.lineno + 1) > LONGEST_FUNCTION
    ]
    complain(long, f"At most {LONGEST_FUNCTION} lines: name the steps and call them.")


def test_no_name_is_a_grab_bag() -> None:
    bags = [where(path) for path in modules(*PACKAGES, "tests") if GRAB_BAGS & {path.stem, path.parent.name}]
    complain(bags, "Name the module after what it is about; GLOSSARY.md has the words.")


def test_the_top_level_holds_only_what_every_reader_expects() -> None:
    # Only what git has: a note or a log that somebody keeps here is their own affair.
    strangers = {path.relative_to(ROOT).parts[0] for path in committed()} - TOP_LEVEL
    complain(sorted(strangers), "Put it where ARCHITECTURE.md says, or argue for it in docs/decisions/.")


def test_no_file_holds_the_marks_of_a_merge_that_was_not_settled() -> None:
    unsettled = [where(path) for path in committed("--others") if b"\n<<<<<<< " in path.read_bytes()]
    complain(unsettled, "Settle it: keep what is true, and take the marks out.")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_documents_that_readers_look_for_are_there(name: str) -> None:
    path = ROOT / name
    found = any(path.iterdir()) if path.is_dir() else path.is_file() and path.stat().st_size > 0
    assert found, f"{name} is missing or empty"


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """Line and top-level name of each import of a module."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name.partition(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module.partition(".")[0]


@pytest.mark.parametrize(("package", "neighbours"), [("tallying", {"tallying"}), ("voting", {"tallying", "voting"})])
def test_counting_and_the_act_of_voting_need_only_the_standard_library(package: str, neighbours: set[str]) -> None:
    foreign = [
        f"{where(path)}:{line} {name}"
        for path in modules(package)
        if not where(path).startswith("tallying/engine/")
        for line, name in imported(path)
        if name not in sys.stdlib_module_names | neighbours
    ]
    complain(foreign, "An auditor must be able to read and run this with Python alone: move it to pb_app.")


def test_every_exemption_from_a_check_says_its_reason_on_the_line() -> None:
    silent = [
        f"{where(path)}:{number} {line.strip()}"
        for path in modules(*PACKAGES, "tests", ".ci")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if (excuse := EXCUSE.search(line)) and not (excuse["reason"] and excuse["codes"])
    ]
    complain(silent, "Write `# noqa: CODE -- why` or `# type: ignore[code]  # why`.")


@pytest.mark.parametrize(
    ("pattern", "advice"),
    [
        (REGISTRY, "Name no package registry: each machine knows its own."),
        (MACHINE_PATH, "Name no path of one machine: derive it from __file__ or take it as a setting."),
    ],
)
def test_no_committed_file_names_a_place_of_one_machine(pattern: re.Pattern[str], advice: str) -> None:
    named = [
        f"{where(path)}:{number} {found.group()}"
        for path in committed()
        if path.suffix not in {".png", ".jpg", ".zip", ".woff2"} and path != Path(__file__)
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if (found := pattern.search(line))
    ]
    complain(named, advice)
