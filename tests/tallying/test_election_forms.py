"""Elections as tables and as JSON: what an officer's spreadsheet makes of them, and what is refused."""

import json

import pytest

from tallying.election import Approval, Points, Ranking
from tallying.election_csv import from_csv, to_csv
from tallying.election_json import from_json, to_json
from tallying.pabulib import PabulibError, PabulibFile, read

TABLE = "budget,500,,\ncurrency,GBP,,\nvote_type,approval,,\nproject_id,a,b,c\ncost,300,250.50,150\nvoter_id,a,b,c\n"


def _table(rows: str, kind: str = "approval") -> PabulibFile:
    return from_csv((TABLE.replace("approval", kind) + rows).encode(), "city.csv")


def test_a_table_as_a_spreadsheet_saves_it_is_read_blank_cells_and_rows_included() -> None:
    file = _table("v1,1,,\n,,,\nv2,x,X,0\nv3,,,\n")
    assert file.rows == (("v1", Approval(("a",))), ("v2", Approval(("a", "b"))), ("v3", Approval(())))
    assert (file.election.budget, file.election.exponent) == (5_000, 1)


@pytest.mark.parametrize("separator", [";", "\t"])
def test_a_table_parted_by_semicolons_or_tabs_is_read_and_it_is_reported(separator: str) -> None:
    text = "\ufeff" + (TABLE + "v1,1,,1\n").replace(",", separator).replace("\n", "\r\n")
    file = from_csv(text.encode(), "city.csv")
    assert file.rows == (("v1", Approval(("a", "c"))),)
    assert file.issues[0].code == "separator"


def test_points_and_ranks_are_read_from_a_table() -> None:
    assert _table("v1,3,,0\n", "cumulative").rows == (("v1", Points((("a", 3),))),)
    assert _table("v1,2,,1\n", "ordinal").rows == (("v1", Ranking(("c", "a"))),)


@pytest.mark.parametrize(
    ("rows", "kind", "words"),
    [
        ("v1,1,,\nv2,yes,,\n", "approval", "line 8: 'yes' is no pick. Write 1 or x"),
        ("v1,1,,,1\n", "approval", "line 7: this row has 4 cells, but there are 3 projects"),
        ("v1,1,1,\n", "ordinal", "line 7: '1, 1' are no ranks of one ballot"),
        ("v1,first,,\n", "ordinal", "line 7: 'first' are no ranks of one ballot"),
        ("v1,2.5,,\n", "cumulative", "line 7: '2.5' is not a number of points"),
        ('v1,"1,,\n', "approval", "unexpected end of data|is no pick"),
    ],
)
def test_rows_that_cannot_be_read_are_refused_with_their_line_in_the_table(rows: str, kind: str, words: str) -> None:
    with pytest.raises(PabulibError, match=words):
        _table(rows, kind)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("cost,300", "cost,lots", "line 5: the cost 'lots' is not a number"),
        ("cost,300,250.50,150", "cost,300,250.50,150,7", "line 5: this row has 4 cells"),
        ("budget,500,,", "budget,500,600,", "line 1: the row 'budget' has more than one value"),
        ("currency,GBP", "budget,GBP", "line 2: the row 'budget' stands twice"),
        ("voter_id,a,b,c", "voter_id,a,c,b", "line 6: the row voter_id has other projects"),
        ("voter_id,a,b,c", "voters,a,b,c", "line 6: rows of the table are missing"),
        ("project_id,a,b,c", "project_id,a,b,a", "line 4: the project a stands twice"),
    ],
)
def test_a_head_that_cannot_be_read_is_refused_with_its_line(before: str, after: str, words: str) -> None:
    with pytest.raises(PabulibError, match=words) as refused:
        from_csv(TABLE.replace(before, after).encode(), "city.csv")
    assert refused.value.mend


def test_a_table_that_is_no_utf_8_is_refused_with_its_line() -> None:
    with pytest.raises(PabulibError, match=r"line 2: the text is not UTF-8\. Save it as “CSV UTF-8”"):
        from_csv(b"budget,500\nname,\xa3\n", "city.csv")


def test_what_no_table_can_hold_is_refused_and_not_lost() -> None:
    text = "META\nkey;value\nbudget;5\nvote_type;approval\n{}PROJECTS\nproject_id;cost\n1;5\nVOTES\nvoter_id;vote\n{}"
    with pytest.raises(PabulibError, match="the key 'cost' of META cannot stand in a table"):
        to_csv(read(text.format("cost;9\n", "v;1\n"), "x.pb"))
    with pytest.raises(PabulibError, match="a ballot without voter and without marks"):
        to_csv(read(text.format("", '"";""\n'), "x.pb"))


def _value(**changes: object) -> bytes:
    value = json.loads(to_json(_table("v1,1,,1\n")))
    return json.dumps({**value, **changes}).encode()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"{", "line 1: this is not JSON"),
        (b'{"a":\n"\xff"}', "line 2: the text is not UTF-8"),
        (b"[" * 100_000, "nested far too deep"),
        (b"9" * 5_000, "mend it|Exceeds the limit"),
        (b"[]", "write an object here"),
        (_value(extra=1), "unknown key 'extra'"),
        (_value(meta=[["budget"]]), "write pairs of two texts"),
        (_value(ballots=[["v", [["a", "x"]]]]), "write a whole number here"),
        (_value(ballots=[["v", [["a,b", 1]]]]), "the id 'a,b' holds a comma"),
        (_value(ballots=[["v", [["d", 1]]]]), "names 'd', which is no project"),
        (_value(ballots=[["v"]]), "write pairs of a voter and marks"),
    ],
)
def test_json_that_is_no_election_is_refused_with_what_is_wrong(data: bytes, words: str) -> None:
    with pytest.raises(PabulibError, match=words):
        from_json(data, "city.json")


def test_json_written_and_read_again_is_the_same() -> None:
    file = _table("v1,1,,1\nv2,,,\n")
    assert from_json(to_json(file), "city.json").rows == file.rows
    assert to_json(from_json(to_json(file), "city.json")) == to_json(file)
