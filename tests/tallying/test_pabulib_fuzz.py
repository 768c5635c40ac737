"""No text makes the reader fail: a small run of ``make fuzz-pabulib``, and what its long runs found."""

import pytest

from tallying import pabulib
from tallying.file_rules import rulebook_of
from tallying.pabulib import PabulibError
from tests.fuzz.pabulib_reader import check, run_chunk

HEAD = "META\nkey;value\nbudget;300\nvote_type;approval\n"
PROJECTS = "PROJECTS\nproject_id;cost;name;votes\n1;100;One;1\n2;200;Two;0\n"
VOTES = "VOTES\nvoter_id;vote\nv;1\n"


def test_a_thousand_mutated_texts_are_read_and_written_again_or_refused_with_a_line() -> None:
    seen = run_chunk(seed=7, number=1_000, read=pabulib.read)  # time and memory: make fuzz-pabulib
    assert min(seen["read"], seen["refused"]) > 150


@pytest.mark.parametrize(
    "text",
    [
        HEAD + PROJECTS.replace("One;1", "One;²") + VOTES,
        HEAD + PROJECTS.replace("One;1", f"One;{'9' * 5000}") + VOTES,
        HEAD + f"num_votes;{'9' * 5000}\n" + PROJECTS + VOTES,
        HEAD + f"rule;greedy\nmin_project_score_threshold;{'9' * 5000}\n" + PROJECTS + VOTES,
        HEAD + PROJECTS.replace("votes", "selected").replace("One;1", f"One;{'9' * 5000}") + VOTES,
    ],
    ids=["superscript", "long total", "long num_votes", "long threshold", "long selected"],
)
def test_digits_that_are_no_numbers_of_ours_are_passed_over_or_reported(text: str) -> None:
    assert check(text.encode()) == "read"
    assert rulebook_of(pabulib.read(text, "x.pb")).rulebook


def test_a_ballot_without_voter_and_without_projects_is_not_lost_when_written() -> None:
    file = pabulib.read(HEAD + PROJECTS + 'VOTES\nvoter_id;vote;age\n;;30\n"";"";\n', "x.pb")
    assert file.election.voters == 2
    assert pabulib.read(pabulib.write(file), "y.pb").rows == file.rows


def test_a_key_that_reads_like_a_section_mark_is_written_as_a_key() -> None:
    file = pabulib.read(HEAD + '"VOTES";\n' + PROJECTS + VOTES, "x.pb")
    assert ("VOTES", "") in pabulib.read(pabulib.write(file), "y.pb").meta


def test_a_quote_that_is_opened_in_every_line_and_never_closed_is_refused_at_once() -> None:
    rows = '1;5;"a\n' + '""\n' * 30_000
    with pytest.raises(PabulibError, match="line 7: a quote is opened here"):
        pabulib.read(HEAD + "PROJECTS\nproject_id;cost;name\n" + rows + VOTES, "x.pb")
    check((HEAD + "PROJECTS\nproject_id;cost;name\n" + rows + VOTES).encode())


def test_a_header_of_very_many_columns_is_read_at_once() -> None:
    columns = ";".join(f"c{number}" for number in range(40_000))
    assert check((HEAD + f"PROJECTS\nproject_id;cost;{columns}\n1;5\n" + VOTES).encode()) == "read"
