"""Whatever a voter writes on whatever paper: a ballot that the record's checker accepts too, or something to mend."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tallying.ballot_fit import fits
from tallying.choices import BallotKind
from tallying.rule import BallotRule
from tests.voting.papers import PROJECTS, make
from voting.errors import Problem
from voting.paper import Mark

RULES = st.sampled_from(
    [
        BallotRule(min=1, max=2),
        BallotRule(min=1, max=1),
        BallotRule(min=2, max=2, bonus="Youth-led"),
        BallotRule(BallotKind.BUDGET, max=3),
        BallotRule(BallotKind.POINTS, min=1, max=3, points_total=7, point_min=2, point_max=5),
        BallotRule(BallotKind.POINTS, point_max=3),
        BallotRule(BallotKind.RANKING, min=2, max=3),
    ]
)
IDS = st.sampled_from([*(project.id for project in PROJECTS), "wifi"])
TEXTS = st.sampled_from(["", "0", "1", "2", "3", "5", "8", " 4", "x", "-1"])
MARKS = st.lists(st.tuples(IDS, TEXTS), max_size=6)


@given(rule=RULES, marks=MARKS, budget=st.sampled_from([0, 3_000_00, 6_000_00, 10_000_00]))
def test_marks_give_a_ballot_that_may_stand_or_a_sentence_that_says_what_to_do(
    rule: BallotRule, marks: list[Mark], budget: int
) -> None:
    paper = make(rule, budget)
    found = paper.mark(marks)
    if isinstance(found, list):
        assert found
        assert all(isinstance(problem, Problem) and problem.message.endswith(".") for problem in found)
        return
    assert paper.allows(found)
    assert fits(found, rule, paper.by_id, budget)
    assert paper.mark(paper.marks_of(found)) == found
