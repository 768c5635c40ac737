"""Exports with an outcome: what Pabulib's own checker wants, and no name of a rule that is not true.

The checker itself goes over exports of real files and records in ``make conformance``.
"""

from dataclasses import replace
from pathlib import Path

import pytest

from tallying import pabulib
from tallying.bundle import to_zip
from tallying.choices import OnOverspend, TieLink, Unsupported
from tallying.cli import main
from tallying.count import count
from tallying.file_rules import rulebook_of
from tallying.outcome import Funded
from tallying.pabulib_export import Export, export
from tallying.rulebook import Rulebook
from tests.tallying.elections import greedy, shares
from tests.tallying.records import example_files, signed

FILE = """META
key;value
unit;Westmere
country;United Kingdom
description;Small grants
budget;{budget}
vote_type;approval
rule;greedy
note;ours
max_length;9
currency;GBP
PROJECTS
cost;project_id;name;category
300;a;Benches;"green; play, green"
250;b;;
{last};c;Repair  café;art
VOTES
vote;voter_id
b,a;v1
a,c;v2
a;v3
b;v4
"""


def _exported(rulebook: Rulebook | None = None, last: str = "150", budget: str = "500") -> Export:
    file = pabulib.read(FILE.format(last=last, budget=budget), "x.pb")
    chosen = rulebook or rulebook_of(file).rulebook
    return export(file, chosen, count(file.election, chosen))


def _tied(last: str) -> str:
    """The projects a and c are level, and there is money for one of them."""
    return FILE.format(last=last, budget="300").split("VOTES")[0] + "VOTES\nvoter_id;vote\nv1;a\nv2;c\n"


def _value(exported: Export, key: str) -> str:
    return pabulib.read(exported.data, "x.pb").value(key)


def test_keys_stand_in_pabulib_s_order_and_everything_is_counted_anew() -> None:
    assert _exported().data.decode() == (
        "META\nkey;value\ndescription;Small grants\ncountry;United Kingdom\nunit;Westmere\nnum_projects;3\n"
        "num_votes;4\nbudget;500\nvote_type;approval\nrule;greedy\nmax_length;3\ncurrency;GBP\n"
        "PROJECTS\nproject_id;cost;votes;name;category;selected\n"
        'a;300;3;Benches;"green; play,green";1\nb;250;2;b;;0\nc;150;1;Repair café;art;1\n'
        "VOTES\nvoter_id;vote\nv1;a,b\nv2;a,c\nv3;a\nv4;b\n"
    )


def test_what_is_left_out_and_what_is_missing_is_said() -> None:
    assert _exported().notes == (
        "Pabulib also wants instance, date_begin, date_end: give them with --meta KEY=VALUE",
        "Left out, because Pabulib does not know these keys: note",
    )


def test_an_export_written_again_has_the_same_bytes() -> None:
    exported = _exported()
    file = pabulib.read(exported.data, "x.pb")
    assert pabulib.write(file) == exported.data
    rulebook = rulebook_of(file).rulebook
    assert export(file, rulebook, count(file.election, rulebook)).data == exported.data


CHAIN = (TieLink.LOWER_COST, TieLink.LISTED)


@pytest.mark.parametrize(
    ("rulebook", "last", "name"),
    [
        (greedy(), "150", "greedy"),
        (greedy(unsupported=Unsupported.FUND, on_overspend=OnOverspend.STOP), "150", "greedy-no-skip"),
        (shares(), "150", "equalshares"),
        (shares(), "150.50", "unknown"),  # Pabulib's checker rounds amounts down
        (greedy(), "200.50", "unknown"),  # rounded down, c would seem to fit
    ],
)
def test_a_rule_is_named_only_where_the_rule_of_that_name_funds_the_same(
    rulebook: Rulebook, last: str, name: str
) -> None:
    assert _value(_exported(rulebook, last), "rule") == name


def test_a_tie_that_our_chain_settles_in_another_way_makes_the_rule_unknown() -> None:
    file = pabulib.read(_tied("150"), "x.pb")
    listed, cheaper = greedy(), greedy(ties=CHAIN)
    assert count(file.election, listed).funded_ids != count(file.election, cheaper).funded_ids
    names = [_value(export(file, book, count(file.election, book)), "rule") for book in (listed, cheaper)]
    assert names == ["greedy", "unknown"]


def test_a_project_with_part_of_its_cost_has_pabulib_s_code_for_that() -> None:
    file = pabulib.read(FILE.format(last="150", budget="400"), "x.pb")
    outcome = count(file.election, greedy())
    assert outcome.funded_ids == ("a",)
    part = replace(outcome, funded=(*outcome.funded, Funded("c", 100)), unfunded=outcome.unfunded[:1])
    exported = pabulib.read(export(file, greedy(), part).data, "x.pb")
    assert (exported.selected, exported.value("rule")) == ((("a", 1), ("b", 0), ("c", 2)), "unknown")


def test_where_everything_fits_the_export_says_so() -> None:
    assert _value(_exported(budget="700"), "fully_funded") == "1"
    assert _value(_exported(), "fully_funded") == ""


def test_bounds_that_the_ballots_do_not_keep_are_left_out() -> None:
    text = FILE.format(last="150", budget="500").replace("max_length;9", "max_length;1\nmin_length;2")
    file = pabulib.read(text, "x.pb")
    meta = pabulib.read(export(file, greedy(), count(file.election, greedy())).data, "x.pb").meta
    assert not {"min_length", "max_length"} & {key for key, _ in meta}


def test_one_pick_each_is_choose_1_for_pabulib() -> None:
    text = FILE.format(last="150", budget="500").replace("max_length;9", "max_length;1")
    file = pabulib.read(text.replace("b,a;", "b;").replace("a,c;", "a;"), "x.pb")
    exported = export(file, greedy(), count(file.election, greedy()))
    assert [_value(exported, key) for key in ("vote_type", "min_length", "max_length")] == ["choose-1", "1", "1"]


def test_points_are_listed_from_the_most_down() -> None:
    text = FILE.format(last="150", budget="500").replace("approval", "cumulative").split("VOTES")[0]
    file = pabulib.read(text + "VOTES\nvoter_id;vote;points\nv1;a,b,c;1,5,2\n", "x.pb")
    data = export(file, rulebook_of(file).rulebook, count(file.election, rulebook_of(file).rulebook)).data
    assert data.endswith(b"v1;b,c,a;5,2,1\n")
    assert b"max_sum_points;8\n" in data


def test_a_paper_of_a_record_is_exported_with_its_dates_and_its_council(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "record.zip"
    place.write_bytes(to_zip(signed(example_files(digits="1234561234"))))
    target = tmp_path / "north.pb"
    assert main(["convert", str(place), str(target), "--paper", "north", "--with-outcome"]) == 0
    file = pabulib.read(target.read_bytes(), "north.pb")
    assert (file.value("country"), file.value("date_begin")[2::3]) == ("United Kingdom", "..2")
    assert file.selected is not None
    assert "Pabulib also wants" not in capsys.readouterr().out


def test_an_undecided_outcome_is_not_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, target = tmp_path / "tie.pb", tmp_path / "out.pb"
    source.write_text(_tied("300"), encoding="utf-8")
    options = ["--with-outcome", "--rule", "greedy", "--ties", "lower-cost,lot"]
    assert main(["convert", str(source), str(target), *options]) == 1
    assert "Draw a lot" in capsys.readouterr().out
    assert not target.exists()
