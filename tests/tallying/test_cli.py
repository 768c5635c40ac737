"""``pb-tally`` as people and programs meet it: output, exit codes, messages that say how to mend."""

import json
from pathlib import Path
from typing import Any

import pytest

from tallying import count, read_pabulib, rulebook_for
from tallying.cli import main
from tallying.outcome import Outcome
from tests.tallying.elections import greedy, shares

FILE = """META
key;value
description;Small grants evening
budget;500
currency;GBP
vote_type;approval
rule;greedy
PROJECTS
project_id;cost;name
a;300;Benches
b;250;Trees; and more
c;150;Repair café
VOTES
voter_id;vote
v1;a,b
v2;a,c
v3;a
v4;b
"""


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "grants.pb"
    path.write_text(FILE.replace("Trees; and more", '"Trees; and more"'), encoding="utf-8")
    return str(path)


def _json(capsys: pytest.CaptureFixture[str], *argv: str) -> Any:
    assert main([*argv, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_file_is_counted_under_the_rule_that_it_names_and_says_so(
    file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["count", file]) == 0
    shown = capsys.readouterr().out
    assert "Small grants evening\n4 voters, 3 projects, £500\nRule: greedy by votes, skip" in shown
    assert "the file’s rule is" in shown
    assert "greedy)" in shown
    assert "Funded: 2 of 3 projects, £450 spent, £50 left" in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_json_has_exact_amounts_hashes_and_the_implementation(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    value = _json(capsys, "count", file, "--rule", "equal-shares")
    assert (value["funded"], value["cost"], value["remaining"]) == (["a"], "300", "200")
    assert value["implementation"] == "engine"
    plain = _json(capsys, "count", file, "--rule", "equal-shares", "--implementation", "definition")
    assert plain == {**value, "implementation": "definition"}
    assert len(value["rulebook_sha256"]) == len(value["election_sha256"]) == 64
    assert value["ties"] == []


def test_add1_and_greedy_complete_equal_shares(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    add1 = _json(capsys, "count", file, "--rule", "equal-shares", "--completion", "add1", "--add1-step", "0.50")
    assert add1["add1"][1] == ["1255/1", "300.0"]
    both = _json(capsys, "count", file, "--rule", "equal-shares", "--completion", "add1-then-greedy")
    assert both["funded"] == ["a", "c"]


def test_a_rulebook_file_counts_as_the_options_do(
    file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rulebook = tmp_path / "rulebook.json"
    rulebook.write_text(json.dumps(json.loads(shares().to_json()), indent=2), encoding="utf-8")
    by_file = _json(capsys, "count", file, "--rulebook", str(rulebook))
    by_options = _json(capsys, "count", file, "--rule", "equal-shares")
    assert by_file["rulebook_sha256"] == by_options["rulebook_sha256"] == shares().sha256()


def test_an_undecided_count_exits_with_1_and_says_what_to_draw(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "tie.pb"
    path.write_text(FILE.replace("b;250;Trees; and more", "b;300;Trees").replace("v1;a,b", "v1;b"), encoding="utf-8")
    assert main(["count", str(path), "--rule", "greedy", "--ties", "more-supporters,lower-cost,lot"]) == 1
    assert "Undecided: “Benches” and “Trees” are level. Draw a lot" in capsys.readouterr().out


def test_an_outcome_is_written_and_explains_itself(
    file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "outcome.json"
    assert main(["count", file, "-o", str(target)]) == 0
    assert Outcome.from_json(target.read_bytes()).funded_ids == ("a", "c")
    capsys.readouterr()
    assert main(["explain", str(target), "b"]) == 0
    assert "It came 2nd with 2 voters; £200 was left by then, and it cost £250." in capsys.readouterr().out
    assert main(["explain", file, "b"]) == 0
    assert "\n\n· b  Trees; and more\n" in capsys.readouterr().out


def test_two_rules_are_compared_project_by_project(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", file, "--rule", "greedy", "--rule", "equal-shares"]) == 0
    shown = capsys.readouterr().out
    assert "Projects funded, of 3" in shown
    assert "Repair café" in shown
    value = _json(capsys, "compare", file, "--rule", "greedy", "--rule", "equal-shares")
    assert (value["only_first"], value["only_second"]) == (["c"], [])


@pytest.mark.parametrize("end", ["pb", "json", "csv"])
def test_a_converted_file_is_the_same_election(
    file: str, end: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / f"converted.{end}"
    assert main(["convert", file, str(target)]) == 0
    again = tmp_path / f"again.{end}"
    assert main(["convert", str(target), str(again)]) == 0
    assert again.read_bytes() == target.read_bytes()
    capsys.readouterr()
    assert _json(capsys, "check", str(target))["election_sha256"] == _json(capsys, "check", file)["election_sha256"]


def test_check_lists_what_was_repaired(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "odd.pb"
    path.write_text(FILE.replace("Trees; and more", "Trees").replace("v3;a", "v3;a,a"), encoding="utf-8")
    assert main(["check", str(path)]) == 0
    assert "line 17: a project stands twice in 'a,a'; it counts once" in capsys.readouterr().out


WRONG = [
    (["count", "{missing}"], "No such file"),
    (["count", "{folder}"], "Name one file in it, such as"),
    (["count", "{file}", "--rule", "phragmen", "--rank-by", "votes"], "--rank-by does not go with phragmen"),
    (["count", "{file}", "--rule", "max-welfare", "--compare", "greedy-strict"], "does not go with max-welfare"),
    (["count", "{file}", "--rule", "greedy", "--satisfaction", "cost"], "--satisfaction does not go with greedy"),
    (["count", "{file}", "--rule", "equal-shares", "--rank-by", "votes"], "--rank-by does not go with"),
    (["count", "{file}", "--rule", "equal-shares", "--satisfaction", "points"], "needs ballots of kind points"),
    (["count", "{file}", "--rule", "equal-shares", "--add1-step", "1"], "--add1-step does not go with"),
    (["count", "{file}", "--satisfaction", "cost"], "--satisfaction needs a rule"),
    (["count", "{file}", "--rule", "greedy", "--threshold", "many"], "'many' is not a whole number"),
    (["count", "{file}", "--rule", "greedy", "--ties", "dice"], "'dice' is no link"),
    (["count", "{file}", "--rule", "greedy", "--ties", "lower-cost"], "End it in lot or listed"),
    (["count", "{file}", "--rulebook", "{file}"], "this is not JSON"),
    (["count", "{file}", "--rulebook", "{euro}"], "the election is in GBP"),
    (["count", "{file}", "--paper", "x"], "a file has one election"),
    (["count", "{file}", "-o", "{folder}"], "Choose another place"),
    (["explain", "{file}", "nobody"], "it has no project 'nobody'"),
    (["compare", "{file}", "--rule", "greedy"], "Give it two to six times"),
    (["compare", "{file}", "--rule", "greedy", "--rule", "dice"], "'dice' is unknown"),
    (["convert", "{file}", "x.xlsx"], "this form is unknown"),
    (
        ["compare", "{file}", "--rule", "greedy", "--rule", "phragmen", "--completion", "add1"],
        "goes with none of these",
    ),
    (["explain", "{file}", "repair café"], "That is its name; its id is c."),
    (["explain", "{outcome}", "--rule", "greedy"], "--rule needs the ballots to count again"),
    (["count", "{outcome}"], "this is an outcome"),
    (["convert", "{file}", "{file}"], "this would overwrite what is read"),
    (["count", "{file}", "-o", "{file}"], "this would overwrite what is read"),
    (["convert", "{file}", "x.pb", "--rule", "greedy"], "Add --with-outcome, or leave it out"),
    (["check", "{zip}"], "zip"),
    (["count", "{spoilt}"], "is no zip that can be read"),
]


@pytest.mark.parametrize(("argv", "words"), WRONG)
def test_wrong_input_is_one_line_that_says_how_to_mend_it_and_exit_code_2(
    argv: list[str], words: str, file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "not.zip").write_bytes(b"PK\x03\x04 and then nothing")
    (tmp_path / "spoilt.zip").write_bytes(b"\xff\x00")
    (tmp_path / "outcome.json").write_bytes(
        count(read_pabulib(file).election, rulebook_for(read_pabulib(file))).to_json()
    )
    euro = greedy().to_json().replace(b'"GBP"', b'"EUR"')
    (tmp_path / "euro.json").write_bytes(euro)
    places = {
        "file": file,
        "missing": str(tmp_path / "missing.pb"),
        "folder": str(tmp_path),
        "zip": str(tmp_path / "not.zip"),
        "spoilt": str(tmp_path / "spoilt.zip"),
        "outcome": str(tmp_path / "outcome.json"),
        "euro": str(tmp_path / "euro.json"),
    }
    assert main([word.format(**places) for word in argv]) == 2
    written = capsys.readouterr()
    assert written.err.startswith("pb-tally: ")
    assert written.err.count("\n") == 1
    assert words in written.err
    assert not written.out


def test_an_unknown_option_is_refused_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["count", "x.pb", "--rule", "dice"])
    assert left.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith("pb-tally count: argument --rule: invalid choice: 'dice'")
    assert said.endswith("See pb-tally count --help\n")
    assert said.count("\n") == 1


def test_a_command_that_does_not_exist_is_answered_with_those_that_do(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["recount", "x.pb"])
    assert left.value.code == 2
    assert capsys.readouterr().err.startswith("pb-tally: there is no command 'recount'. Known: count, verify,")


def test_the_project_to_explain_may_stand_after_the_options(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", file, "--rule", "greedy", "b"]) == 0
    assert "· b  Trees; and more" in capsys.readouterr().out
    with pytest.raises(SystemExit) as left:
        main(["explain", file, "a", "--rule", "greedy", "b"])
    assert left.value.code == 2
    assert capsys.readouterr().err == "pb-tally explain: unknown here: b. See pb-tally explain --help\n"


@pytest.mark.parametrize("command", ["", "count", "verify", "explain", "compare", "check", "convert"])
def test_every_help_is_80_columns_wide_and_has_examples(
    command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    with pytest.raises(SystemExit) as left:
        main([*command.split(), "--help"])
    assert left.value.code == 0
    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= 80
    assert "examples:\n  pb-tally " in shown


def test_pb_tally_alone_says_what_it_can_do(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main([])
    assert left.value.code == 2
    assert "count a file or a record" in capsys.readouterr().err


def test_a_fault_of_ours_is_said_without_a_traceback(
    file: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("broken")

    monkeypatch.setattr("tallying.commands.counting.count", fail)
    assert main(["count", file]) == 2
    assert "this is a fault of pb-tally, not yours (ZeroDivisionError: broken)" in capsys.readouterr().err


def test_a_file_name_cannot_send_commands_to_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["count", "\x1b[31mred.pb"]) == 2
    assert "\x1b" not in capsys.readouterr().err
