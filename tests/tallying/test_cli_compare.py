"""``pb-tally compare``: up to six rules side by side in 80 columns, with every measure and its certificate."""

import json
from pathlib import Path

import pytest

from tallying.cli import main

FILE = """META
key;value
description;Small grants
budget;{budget}
currency;{currency}
vote_type;approval
PROJECTS
project_id;cost;name;category
a;{half};Benches;green
b;{half};Street trees with a very long name that has to be cut somewhere;green,play
c;{fifth};Youth club;play
VOTES
voter_id;vote
"""
VOTES = "".join(f"v{number};a,b\n" for number in range(6)) + "".join(f"w{number};c\n" for number in range(4))
SIX = ("greedy", "equal-shares", "equal-shares+add1", "equal-shares+greedy", "max-welfare", "bounded-overspending")


def _file(tmp_path: Path, budget: int = 100, currency: str = "GBP") -> str:
    path = tmp_path / "small.pb"
    text = FILE.format(budget=budget, currency=currency, half=budget // 2, fifth=budget // 5) + VOTES
    path.write_text(text, encoding="utf-8")
    return str(path)


def _shown(capsys: pytest.CaptureFixture[str], file: str, *rules: str, step: str = "1") -> str:
    words = [word for rule in rules for word in ("--rule", rule)]
    add1 = ["--add1-step", step] if any("add1" in rule for rule in rules) else []
    assert main(["compare", file, *words, *add1]) == 0
    return capsys.readouterr().out


def _row(shown: str, label: str) -> list[str]:
    (line,) = (line for line in shown.splitlines() if line.startswith(label))
    return line.removeprefix(label).split()


def test_measures_stand_side_by_side(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shown = _shown(capsys, _file(tmp_path), "greedy", "equal-shares", "equal-shares+greedy")
    assert _row(shown, "Projects funded, of 3") == ["2", "2", "2"]
    assert _row(shown, "Money used") == ["£100", "£70", "£70"]
    assert _row(shown, "Voters with a pick that won") == ["60%", "100%", "100%"]
    assert _row(shown, "Money on a voter’s picks") == ["£60", "£38", "£38"]
    assert _row(shown, "  half have at most") == ["£100", "£50", "£50"]
    assert _row(shown, "Claims left open (EJR+)") == ["1", "0", "0"]
    assert shown.count("2 of 2") == 2
    assert _row(shown, "Voters better off than in A") == ["–", "40%", "40%"]
    assert _row(shown, "Voters worse off than in A") == ["–", "60%", "60%"]
    assert _row(shown, "green") == ["£100", "£50", "£50"]


def test_a_claim_comes_with_its_certificate(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shown = " ".join(_shown(capsys, _file(tmp_path), "greedy", "equal-shares").split())
    assert "A, claim left open: 4 voters picked “Youth club” (£20). Their share of the money is £40, " in shown
    assert "yet nothing that any of them picked won." in shown


@pytest.mark.parametrize(("budget", "currency"), [(100, "GBP"), (1_000_000_000, "HUF"), (9_999_990, "")])
def test_six_rules_fit_into_80_columns(
    budget: int, currency: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = _shown(capsys, _file(tmp_path, budget, currency), *SIX, step=str(budget // 100))
    assert max(map(len, shown.splitlines())) <= 80
    assert "Voters better off than in A " in shown
    assert ("Amounts in million HUF " in shown) == (currency == "HUF")
    assert ("Amounts in thousands " in shown) == (not currency)


def test_rules_that_agree_say_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shown = _shown(capsys, _file(tmp_path), "greedy", "greedy", "greedy")
    assert "All fund the same projects." in shown


def test_json_has_every_measure_exactly(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = _file(tmp_path)
    assert main(["compare", file, "--rule", "greedy", "--rule", "equal-shares", "--json"]) == 0
    value = json.loads(capsys.readouterr().out)
    first, second = value["rules"]
    assert (value["only_first"], value["only_second"]) == (["b"], ["c"])
    assert (first["voters_with_one"], first["mean"]) == ("3/5", "60/1")
    assert first["quartiles"] == ["0", "100", "100"]
    assert first["ejr_plus_violations"] == [
        {"project": "c", "cost": "20", "voters": 4, "share": "40/1", "has": 0, "due": "40/1"}
    ]
    assert first["price_system"] is None
    assert second["price_system"] == {"share": "10/1", "paid": ["a", "c"], "faults": []}
    assert second["than_first"] == {"better": 4, "same": 0, "worse": 6}
    assert first["categories"][1] == {"name": "play", "projects": 2, "funded": 1, "amount": "50"}


@pytest.mark.parametrize(("rules", "words"), [(["greedy"], "given once"), (["greedy"] * 7, "given 7 times")])
def test_too_few_and_too_many_rules_are_refused(
    rules: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", _file(tmp_path), *(word for rule in rules for word in ("--rule", rule))]) == 2
    assert words in capsys.readouterr().err
