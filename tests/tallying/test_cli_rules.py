"""Every rule and option on the command line: what it is called, what it prints, what it refuses."""

from pathlib import Path

import pytest

from tallying.cli import main
from tallying.draw import draw_seed
from tallying.rulebook import Rulebook
from tests.tallying.test_cli import FILE, _json

PARKS = FILE.replace("project_id;cost;name\n", "project_id;cost;name;category\n")
PARKS = PARKS.replace("Benches", "Benches;Parks").replace("Trees; and more", "Trees;Parks").replace("café", "café;Help")


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "parks.pb"
    path.write_text(PARKS, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("options", "funded"),
    [
        ("--rule greedy --rank-by votes-per-cost", ["a", "c"]),
        ("--rule phragmen", ["a", "c"]),
        ("--rule phragmen --on-overspend stop", ["a"]),
        ("--rule max-welfare", ["a", "c"]),
        ("--rule max-welfare --satisfaction cost", ["a", "c"]),
        ("--rule bounded-overspending", ["a", "c"]),
        ("--rule equal-shares --compare greedy-or-equal", ["a", "c"]),
        ("--rule greedy --ceiling category:Parks=1/2", ["b", "c"]),
        ("--rule greedy --ceiling category:*=260", ["b", "c"]),
        ("--rule greedy --floor category:Help=150", ["c", "a"]),
        ("--rule greedy --cap 1/2", ["b", "c"]),
        ("--rule greedy --cap 4/5 --auto-award all-fit", ["a", "c"]),
    ],
)
def test_every_rule_and_option_counts_as_it_is_spelt(
    options: str, funded: list[str], file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    value = _json(capsys, "count", file, *options.split())
    assert value["funded"] == funded
    assert Rulebook.from_value(value["rule"]).written() == value["rule"]
    assert main(["explain", file, *options.split()]) == 0
    assert len(capsys.readouterr().out.splitlines()) >= 3


def test_what_decided_about_all_together_is_printed(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["count", file, "--rule", "max-welfare"]) == 0
    assert "Best choice: worth 4 to all voters together; " in capsys.readouterr().out
    assert main(["count", file, "--rule", "equal-shares", "--compare", "greedy-strict"]) == 0
    shown = capsys.readouterr().out
    assert "Better off with equal shares: 0 voters; with greedy: 1 voter. Greedy stands." in shown
    assert "compared with greedy by votes" in " ".join(shown.split())


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("--rule greedy --ceiling Parks=1/2", "is not understood. Write OF:NAME=AMOUNT"),
        ("--rule greedy --cap half", "--cap: write a share as two whole numbers"),
        ("--rule greedy --cap 3/2", "cap: 3/2 is no part of the budget"),
        ("--rule phragmen --floor category:Help=150", "only greedy looks at one project after the other"),
        ("--rule equal-shares --part-offers at-turn", "part_offers: only greedy"),
        ("--rule greedy --ceiling category:Parks=10.50", "more decimals"),
        ("--rule greedy --ceiling category:Park=1/2", "no project of this election is of category 'Park'. It has: "),
        ("--cap 1/2", "--cap needs a rule"),
        ("--rule equal-shares --rank-by votes", "--rank-by does not go with equal-shares without greedy"),
    ],
)
def test_an_option_that_means_nothing_certain_is_one_line_and_exit_code_2(
    options: str, words: str, file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["count", file, *options.split()]) == 2
    shown = capsys.readouterr()
    assert words in shown.err
    assert len(shown.err.strip().splitlines()) == 1
    assert not shown.out


@pytest.mark.parametrize("pair", [("phragmen", "greedy"), ("max-welfare", "equal-shares+add1")])
def test_any_two_rules_can_be_compared(pair: tuple[str, str], file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", file, "--rule", pair[0], "--rule", pair[1]]) == 0
    assert capsys.readouterr().out


TIED = PARKS[: PARKS.index("v1;")].replace("b;250", "b;300") + "v1;a\nv2;a,c\nv3;b\nv4;b\n"
DRAW = (
    '{"close_root":"%s","draws":[{"at":"2026-03-14T10:00:00Z","digits":"1234561234","paper":"north",'
    '"people":[],"place":"Town hall"}]}\n'
)


def test_a_count_that_is_undecided_completes_with_the_seed_or_with_draw_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, draw = tmp_path / "tied.pb", tmp_path / "draw.json"
    path.write_text(TIED, encoding="utf-8")
    draw.write_text(DRAW % ("ab" * 32), encoding="utf-8")
    count = ["count", str(path), "--rule", "greedy", "--ties", "lot"]
    assert main(count) == 1
    assert "“Benches” and “Trees” are level. Draw a lot" in " ".join(capsys.readouterr().out.split())
    by_file = _json(capsys, *count, "--draw", str(draw))
    seed = draw_seed(bytes.fromhex("ab" * 32), "north", "1234561234").hex()
    assert _json(capsys, *count, "--draw", seed) == by_file
    assert (by_file["state"], by_file["ties"][0]["by"]) == ("decided", "lot")
    both = {_json(capsys, *count, "--draw", f"{number:064x}")["funded"][0] for number in range(9)}
    assert both == {"a", "b"}


@pytest.mark.parametrize(("draw", "words"), [("12ab", "64 hexadecimal digits"), ("no.json", "no.json: No such file")])
def test_a_lot_that_cannot_be_read_is_refused(
    draw: str, words: str, file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["count", file, "--draw", draw]) == 2
    assert words in capsys.readouterr().err
