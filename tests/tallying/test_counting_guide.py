"""docs/guides/counting.md: its file, its commands and its Python are run, and give what the page shows."""

import doctest
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tallying.cli import main

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "guides" / "counting.md").read_text(encoding="utf-8")
(SMALL,) = re.findall(r"```text\n(META.*?)```", PAGE, flags=re.DOTALL)
COMMANDS = re.findall(r"```console\n\$ pb-tally (.*?)\n(.*?)```", PAGE, flags=re.DOTALL)
PYTHON = "\n".join(re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL))


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "small.pb").write_text(SMALL, encoding="utf-8")
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(("command", "shown"), COMMANDS, ids=[command for command, _ in COMMANDS])
def test_every_command_prints_what_the_page_shows(command: str, shown: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A line with … alone stands for the lines with hashes, which change with every word of a rulebook."""
    main(shlex.split(command))
    printed = capsys.readouterr()
    pattern = re.escape(shown).replace("…\\\n", r"(?:\S.*\n)+")
    assert re.fullmatch(pattern, printed.out + printed.err)
    assert max(map(len, shown.splitlines())) <= 80 or "pb-tally: " in shown


def test_the_examples_in_python_give_what_the_page_shows() -> None:
    example = doctest.DocTestParser().get_doctest(PYTHON, {}, "counting.md", "counting.md", 0)
    said: list[str] = []
    result = doctest.DocTestRunner().run(example, out=said.append)
    assert (result.failed, result.attempted > 15) == (0, True), "".join(said)


def test_the_page_compares_four_rules_and_says_why_a_project_was_not_funded() -> None:
    assert len(COMMANDS) >= 8
    assert any(command.count("--rule") == 4 for command, _ in COMMANDS)
    assert "were not funded by equal shares, because" in PAGE


STEPS = [
    ["check", "small.pb"],
    ["count", "small.pb", "--rule", "equal-shares", "--completion", "add1", "-o", "outcome.json"],
    ["count", "small.pb", "--rule", "max-welfare", "--json"],
    ["explain", "outcome.json", "trees"],
    ["explain", "small.pb", "--rule", "phragmen", "--margin"],
    ["compare", "small.pb", "--rule", "greedy", "--rule", "bounded-overspending"],
    ["convert", "small.pb", "small.csv"],
    ["convert", "small.csv", "small.json"],
    ["convert", "small.json", "small-again.pb", "--with-outcome"],
]


def test_every_command_works_with_the_standard_library_alone(tmp_path: Path) -> None:
    """Python without site-packages and without its settings sees nothing but our package."""
    alone = tmp_path / "alone"
    shutil.copytree(ROOT / "tallying", alone / "tallying", ignore=shutil.ignore_patterns("__pycache__"))
    start = f"import runpy, sys; sys.path.insert(0, {str(alone)!r}); runpy.run_module('tallying', run_name='__main__')"
    for words in STEPS:
        command = [sys.executable, "-I", "-S", "-c", start, *words]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, ""), words
        assert done.stdout
