"""``make conformance PABULIB_DIR=…`` on a small folder: what agrees, what differs and why, what is refused."""

from pathlib import Path

import pytest

from tests.conformance import folder

FILE = """META
key;value
description;Small
budget;100
vote_type;{kind}
rule;{rule}
currency;PLN
PROJECTS
project_id;cost;name;selected
a;60;Benches;1
b;50;Trees;0
c;30;Café;{third}
VOTES
voter_id;vote
v1;a{more}
v2;a
v3;b,c
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "sub").mkdir()
    files = {
        "same.pb": FILE.format(kind="approval", rule="greedy", third="1", more=",c"),
        "sub/other.pb": FILE.format(kind="approval", rule="greedy-custom", third="0", more=""),
        "ranked.pb": FILE.format(kind="ordinal", rule="unknown", third="0", more=",b"),
        "junk.pb": "no election at all",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_a_folder_is_counted_by_every_rule_and_each_disagreement_has_its_reason(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert folder.main([str(place), "--jobs", "1"]) == 0
    shown = capsys.readouterr().out
    rows = {line.rsplit(maxsplit=5)[0].strip(): line.split()[-5:] for line in shown.splitlines() if line[-1:].isdigit()}
    assert rows["the file’s own"] == ["3", "0", "0", "1", "0"]
    assert rows["official result"] == ["1", "1", "0", "0", "0"]
    assert all(row[1] == row[4] == "0" for name, row in rows.items() if name != "official result")
    words = " ".join(shown.split())
    assert "other.pb, official result, differ: 1 differ, first c “Café”. The official result leaves it out." in words
    assert "By the rule: It came 3rd with 1 voter; 40 PLN was left by then, and it cost 30 PLN." in words
    assert "(Of the rule: its own variant of greedy is in words only: counted as plain greedy.)" in words
    assert "junk.pb, the file’s own, refused:" in words
    assert max(map(len, shown.splitlines())) <= 160


def test_two_implementations_that_differ_or_a_file_that_fails_give_exit_code_1(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = folder.check_file

    def broken(path: Path) -> list[folder.Line]:
        line = folder.Line(path.name, folder.OWN, folder.FAILED, "ZeroDivisionError: x")
        return [line] if path.name == "junk.pb" else real(path)

    lines = [line for path in sorted(place.rglob("*.pb")) for line in broken(path)]
    assert "junk.pb, the file’s own, failed: ZeroDivisionError: x" in folder.report(lines, "here", 4)
    assert folder.exit_code(lines) == 1
    assert folder.exit_code([line for line in lines if line.verdict != folder.FAILED]) == 0
    assert folder.exit_code([folder.Line("x.pb", "greedy", folder.DIFFERS, "…")]) == 1


def test_a_folder_without_files_is_refused_kindly(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert folder.main([str(tmp_path)]) == 2
    assert "there is no .pb file here" in capsys.readouterr().err
