"""Reading and writing ``.pb`` files: every trap of the real ones, and of those that no real one holds."""

from io import BytesIO

import pytest

from tallying import pabulib
from tallying.election import Approval, Points, Project, Ranking
from tallying.pabulib import PabulibError, PabulibFile

META = "META\nkey;value\ndescription;Test\ncurrency;PLN\nbudget;{budget}\nvote_type;{kind}\nrule;greedy\n"
PROJECTS = "PROJECTS\nproject_id;cost;name\n1;100;One\n2;200;Two\n"
VOTES = "VOTES\nvoter_id;vote\nv1;1\nv2;1,2\n"


def _read(
    projects: str = PROJECTS, votes: str = VOTES, budget: str = "300", kind: str = "approval", meta: str = ""
) -> PabulibFile:
    return pabulib.read(META.format(budget=budget, kind=kind) + meta + projects + votes, "test.pb")


def _codes(file: PabulibFile) -> list[str]:
    return [issue.code for issue in file.issues]


def test_a_plain_file_is_read_without_anything_to_note() -> None:
    file = _read()
    assert file.election.budget == 300
    assert file.projects == (Project("1", "One", 100), Project("2", "Two", 200))
    assert file.rows == (("v1", Approval(("1",))), ("v2", Approval(("1", "2"))))
    assert (file.issues, file.selected, file.unused) == ((), None, ())


@pytest.mark.parametrize("ends", ["\r\n", "\n", "\r"])
def test_line_ends_of_any_kind_give_the_same_election(ends: str) -> None:
    text = (META.format(budget="300", kind="approval") + PROJECTS + VOTES).replace("\n", ends)
    assert pabulib.read(text.encode(), "test.pb").election == _read().election
    assert pabulib.read(text.encode().removesuffix(ends.encode()), "test.pb").election == _read().election


def test_mixed_line_ends_byte_order_mark_and_blank_lines_are_read_and_reported() -> None:
    text = "\ufeff" + META.format(budget="300", kind="approval") + PROJECTS.replace("\n", "\r\n") + "\n" + VOTES
    file = pabulib.read(text.encode(), "test.pb")
    assert file.election == _read().election
    assert _codes(file) == ["byte_order_mark", "mixed_line_ends", "blank_line"]


def test_rare_line_breaks_inside_a_name_do_not_end_the_line() -> None:
    assert _read("PROJECTS\nproject_id;cost;name\n1;1;a\u2028b\x0bc\n2;2;d\n").projects[0].name == "a\u2028b\x0bc"


def test_quotes_inside_an_unquoted_field_are_text_and_doubled_ones_inside_a_quoted_field_are_one() -> None:
    rows = '1;5;Picnic "Stradom family"\n2;6;"Two; ""and"" three"\n'
    file = _read("PROJECTS\nproject_id;cost;name\n" + rows)
    assert [project.name for project in file.projects] == ['Picnic "Stradom family"', 'Two; "and" three']


def test_a_quoted_field_may_go_on_over_lines() -> None:
    file = _read('PROJECTS\nproject_id;cost;name\n1;5;"first\nsecond"\n2;6;x\n')
    assert file.projects[0].name == "first\nsecond"
    assert pabulib.read(pabulib.write(file), "again.pb").projects == file.projects


def test_amounts_are_whole_in_the_fewest_decimals() -> None:
    whole = _read("PROJECTS\nproject_id;cost\n1;4000.0\n2;5.00\n", budget="381500.0")
    assert (whole.election.exponent, whole.election.budget, whole.projects[0].cost) == (0, 381500, 4000)
    pence = _read("PROJECTS\nproject_id;cost\n1;4000.5\n2;5\n", budget="222176.85")
    assert (pence.election.exponent, pence.election.budget, pence.projects[0].cost) == (2, 22217685, 400050)


def test_a_decimal_comma_is_repaired_and_reported_and_a_comma_of_thousands_refused() -> None:
    file = _read("PROJECTS\nproject_id;cost\n1;12,50\n2;5\n")
    assert (file.projects[0].cost, _codes(file)) == (125, ["decimal_comma"])
    assert file.issues[0].line == 10
    with pytest.raises(PabulibError, match=r"test\.pb, line 10: the cost '1,000' is not a number"):
        _read("PROJECTS\nproject_id;cost\n1;1,000\n2;5\n")


def test_a_project_named_twice_in_a_ballot_counts_once() -> None:
    file = _read(votes="VOTES\nvoter_id;vote\nv1;2,1,2\nv2;1\n")
    assert file.rows[0][1] == Approval(("1", "2"))
    assert _codes(file) == ["named_twice"]


def test_empty_ballots_are_ballots() -> None:
    file = _read(votes="VOTES\nvoter_id;vote\nv1;\nv2;1\n")
    assert (file.election.voters, _codes(file)) == (2, ["empty_ballots"])


def test_points_rankings_and_choose_one_are_read_as_they_are() -> None:
    votes = "VOTES\nvoter_id;vote;points\nv1;2,1;3,0\nv2;1,1;1,2.0\n"
    file = _read(votes=votes, kind="cumulative")
    assert [ballot for _, ballot in file.rows] == [Points((("2", 3),)), Points((("1", 2),))]
    assert "zero_points" in _codes(file)
    assert _read(votes=votes, kind="scoring").election == file.election
    assert _read(votes="VOTES\nvoter_id;vote\nv1;2,1\n", kind="ordinal").rows[0][1] == Ranking(("2", "1"))
    assert _codes(_read(kind="choose-1")) == ["too_many"]


def test_ids_are_text_even_where_they_look_like_numbers() -> None:
    file = _read("PROJECTS\nproject_id;cost\n01;5\n1;6\n", "VOTES\nvoter_id;vote\nv1;01\n")
    assert file.rows[0][1] == Approval(("01",))


def test_totals_that_the_ballots_do_not_give_are_reported() -> None:
    file = _read("PROJECTS\nproject_id;cost;votes\n1;100;2\n2;200;7\n")
    assert [issue.text for issue in file.issues] == ["2: the column votes says 7, the ballots give 1"]


def test_odd_costs_are_read_and_reported() -> None:
    file = _read("PROJECTS\nproject_id;cost;selected\n1;999999999;1\n2;0;3\n3;301;x\n")
    assert _codes(file) == ["selected", "withdrawn_cost", "zero_cost", "over_budget"]
    assert file.selected == (("1", 1), ("2", 3), ("3", 0))


def test_columns_that_no_count_needs_are_named() -> None:
    file = _read("PROJECTS\nproject_id;cost;target\n1;5;x\n2;6;\n", "VOTES\nvoter_id;age;vote\nv1;30;1\n")
    assert file.unused == ("PROJECTS.target", "VOTES.age")


REFUSED = [
    ("", "line 1: the section META is missing"),
    ("no election at all", "the section META is missing"),
    (META.format(budget="1", kind="approval") + VOTES, "the section PROJECTS is missing"),
    (META.format(budget="1", kind="approval") + PROJECTS, "the section VOTES is missing"),
    (PROJECTS + "META\nkey;value\n" + VOTES, "out of order"),
    ("hello\nMETA\nkey;value\n" + PROJECTS + VOTES, "text before META"),
    ("META\n" + PROJECTS + VOTES, "the section META is empty"),
    ("META\nkey;value\nbudget;5\n" + PROJECTS + VOTES, "META has no vote_type"),
    ("META\nkey;value\nvote_type;approval\n" + PROJECTS + VOTES, "META has no budget"),
    ("META\nbudget;5\n" + PROJECTS + VOTES, "header key;value"),
    (META.format(budget="1", kind="dice") + PROJECTS + VOTES, "line 6: the vote type 'dice' is unknown"),
    (META.format(budget="lots", kind="approval") + PROJECTS + VOTES, "line 5: the budget 'lots' is not a number"),
    (META.format(budget="1", kind="approval") + "budget;2\n" + PROJECTS + VOTES, "line 8: the key budget stands twice"),
    (META.format(budget="1" + "0" * 20, kind="approval") + PROJECTS + VOTES, "too large"),
    (META.format(budget="0.1234567", kind="approval") + PROJECTS + VOTES, "more than 6 decimals"),
    (META.format(budget="1", kind="approval") + "num_votes;9\n" + PROJECTS + VOTES, "may be cut off"),
    (META.format(budget="1", kind="approval") + "num_projects;9\n" + PROJECTS + VOTES, "may be cut off"),
    ("META\0", "zero byte"),
]


@pytest.mark.parametrize(("text", "words"), REFUSED)
def test_a_file_that_cannot_be_read_is_refused_with_its_line(text: str, words: str) -> None:
    with pytest.raises(PabulibError, match=words) as refused:
        pabulib.read(text, "test.pb")
    assert str(refused.value).startswith("test.pb")
    assert refused.value.mend


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("project_id;name\n1;x\n", "PROJECTS has no column cost"),
        ("project_id;cost\n1;lots\n", "line 10: the cost 'lots' is not a number"),
        ("project_id;cost\n1;-5\n", "the cost '-5' is not a number"),
        ("project_id;cost\n1;\n", "the cost '' is not a number"),
        ("project_id;cost\n;5\n", "this project has no id"),
        ("project_id;cost\n1;5\n1;6\n", "line 11: the project 1 stands twice"),
        ("project_id;cost;name\n1;5;a;b\n", "this row has 4 fields, the header 3"),
        ('project_id;cost;name\n1;5;"a\n', "never closed"),
        ("project_id;cost;cost\n1;5;5\n", "the column 'cost' stands twice"),
    ],
)
def test_projects_that_cannot_be_read_are_refused_with_their_line(rows: str, words: str) -> None:
    with pytest.raises(PabulibError, match=words):
        _read("PROJECTS\n" + rows)


@pytest.mark.parametrize(
    ("rows", "kind", "words"),
    [
        ("voter_id\nv1\n", "approval", "VOTES has no column vote"),
        ("voter_id;vote\nv1;3\n", "approval", "line 14: this ballot names '3'"),
        ("voter_id;vote\nv1\n", "approval", "ends before its vote"),
        ("voter_id;vote\nv1;1\n", "cumulative", "VOTES has no column points"),
        ("voter_id;vote;points\nv1;1,2;5\n", "cumulative", "names 2 projects, but gives 1 points"),
        ("voter_id;vote;points\nv1;1;-5\n", "cumulative", "is not a number of points"),
        ("voter_id;vote;points\nv1;1;2.5\n", "cumulative", "is not a number of points"),
    ],
)
def test_ballots_that_cannot_be_read_are_refused_with_their_line(rows: str, kind: str, words: str) -> None:
    with pytest.raises(PabulibError, match=words):
        _read(votes="VOTES\n" + rows, kind=kind)


def test_text_that_is_not_utf_8_is_refused_with_its_line() -> None:
    with pytest.raises(PabulibError, match="line 2: the text is not UTF-8"):
        pabulib.read(b"META\nkey;\xff\n", "test.pb")


def test_the_record_s_ballots_are_sorted_by_tracker_and_hold_no_totals() -> None:
    data = pabulib.write_ballots(
        meta={"description": "Round; one", "currency": "GBP"},
        budget=500_00,
        exponent=2,
        projects=[Project("a", '"A"', 400_00, category="green")],
        rows=[("ZZ", Approval(("a",))), ("AA", Approval(()))],
    )
    assert data == (
        b'META\nkey;value\ndescription;"Round; one"\ncurrency;GBP\nnum_projects;1\nnum_votes;2\nbudget;500.00\n'
        b'vote_type;approval\nPROJECTS\nproject_id;cost;name;category\na;400.00;"""A""";green\n'
        b"VOTES\nvoter_id;vote\nAA;\nZZ;a\n"
    )
    assert pabulib.read(data, "ballots.pb").rows == (("AA", Approval(())), ("ZZ", Approval(("a",))))


def test_a_line_with_nothing_but_spaces_between_its_semicolons_is_no_ballot() -> None:
    file = _read(votes="VOTES\nvoter_id;vote\nv;1\n \t;\n w ;2\n")
    assert [voter for voter, _ in file.rows] == ["v", "w"]
    assert [issue.code for issue in file.issues] == ["blank_line"]


def test_a_file_read_in_parts_is_the_same_election_without_its_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """A part ends anywhere: here after nearly every line, also inside a quoted field."""
    rows = "".join(f"v{number};{'1,2' if number % 3 else '1'}\r\n" for number in range(40))
    text = META.format(budget="300", kind="approval") + PROJECTS + "VOTES\nvoter_id;vote\n" + rows + '"q\n;";2\nv3;1\n'
    whole = pabulib.read(text, "x.pb")
    monkeypatch.setattr("tallying.pabulib_lines.PART", 7)
    file = pabulib.read_grouped(BytesIO(text.encode()), "x.pb")
    assert (file.election, file.issues, file.rows) == (whole.election, whole.issues, ())
    assert {issue.code for issue in file.issues} == {"mixed_line_ends", "voter_twice"}


def test_of_very_many_voters_it_is_still_said_how_many_stand_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tallying.pabulib_voters.MOST_LINES", 2)
    monkeypatch.setattr("tallying.pabulib_lines.PART", 7)
    rows = "a;1\nb;1\nb;2\nc;1\na;2\nc;1,2\n"
    text = META.format(budget="300", kind="approval") + PROJECTS + "VOTES\nvoter_id;vote\n" + rows
    issues = pabulib.read_grouped(BytesIO(text.encode()), "x.pb").issues
    assert sum(issue.code == "voter_twice" for issue in issues) >= 1
    assert issues[-1].text.endswith("rows are of voters who stood there before; all ballots count")
