"""``pb-tally`` starts quickly: of a small file, the start is most of the time that a count takes."""

import subprocess
import sys
from pathlib import Path

SMALL = """META
key;value
description;Small
budget;100
vote_type;approval
PROJECTS
project_id;cost
1;100
2;90
VOTES
voter_id;vote
a;1
"""
SLOW_TO_LOAD = {"dataclasses", "inspect", "shutil", "pathlib", "csv", "zipfile", "datetime", "textwrap"}
COUNT = "import sys; from tallying.cli import main; code = main(sys.argv[1:]); sys.stderr.write(' '.join(sys.modules))"


def test_a_count_loads_no_module_that_takes_longer_than_a_small_count(tmp_path: Path) -> None:
    file = tmp_path / "small.pb"
    file.write_text(SMALL, encoding="utf-8")
    command = [sys.executable, "-c", COUNT, "count", str(file), "--rule", "phragmen", "--json"]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    assert '"funded"' in ended.stdout
    loaded = set(ended.stderr.split())
    assert "tallying.engine.phragmen" in loaded
    assert sorted(loaded & SLOW_TO_LOAD) == []
    assert "tallying.rules.max_welfare" not in loaded
