"""A paper's own word for the vote: what may be written, and where it is read."""

from __future__ import annotations

import pytest

from tallying.choices import BallotKind
from tallying.rule import BallotRule
from tallying.vote_word import VoteWord
from tests.voting.papers import PROJECTS, messages, ticks
from voting.kinds import make_paper
from voting.own_word import given, giving, read_own_word
from voting.paper import BallotPaper
from voting.paper_words import heading, mark_words, rules, so_far, still_free, summary
from voting.print_words import print_rules

STAR = VoteWord("star", "stars")


def make(rule: BallotRule) -> BallotPaper:
    return make_paper(rule, PROJECTS, budget=5_000_00, word=STAR)


@pytest.mark.parametrize(("one", "many"), [("", ""), (" vote ", "votes")])
def test_nothing_written_and_the_usual_word_are_the_same(one: str, many: str) -> None:
    assert read_own_word(one, many, BallotKind.APPROVAL) is None


@pytest.mark.parametrize(
    ("one", "many"), [("star", "stars"), ("Pfund", "Pfund"), ("green  heart", "green hearts"), ("bo’ness", "bo’nesses")]
)
def test_a_word_of_letters_is_taken_with_single_spaces(one: str, many: str) -> None:
    assert read_own_word(one, many, BallotKind.POINTS) == VoteWord(" ".join(one.split()), many)


@pytest.mark.parametrize(
    ("one", "many", "field", "said"),
    [
        ("star", "", "many", "Write the word for several too"),
        ("", "stars", "one", "Write the word for one too"),
        ("a" * 21, "stars", "one", "Shorten this to 20 letters: it has 21"),
        ("star", "<b>stars</b>", "many", "Use letters alone"),
        ("1 star", "stars", "one", "Use letters alone"),
        ("Receipt", "receipts", "one", "means something else"),
    ],
)
def test_what_cannot_be_a_word_is_refused_with_how_to_mend_it(one: str, many: str, field: str, said: str) -> None:
    found = read_own_word(one, many, BallotKind.APPROVAL)
    assert isinstance(found, list)
    assert any(problem.field == field and said in problem.message for problem in found), found


def test_an_order_of_projects_needs_no_word() -> None:
    assert isinstance(read_own_word("star", "stars", BallotKind.RANKING), list)


def test_ticks_are_counted_in_the_word() -> None:
    paper = make(BallotRule(min=1, max=2))
    assert heading(paper) == "Give stars to up to 2 projects"
    assert rules(paper) == ["A mark gives a project one star. Each star counts the same."]
    assert so_far(paper, ticks("bench")) == "1 of 2 stars given"
    assert summary(paper, ticks("bench")) == "You gave 1 star"
    assert still_free(paper, ticks("bench")).startswith("You can give 1 more.")
    assert mark_words(paper, ("bench", "")) == "1 star"
    assert "You can give 2 stars" in messages(paper, ticks("bench", "trees", "path"))[0]


def test_what_is_left_to_give_counts_the_bonus_and_a_least_number_is_said_in_the_word() -> None:
    paper = make(BallotRule(min=2, max=2, bonus="Youth-led"))
    assert still_free(paper, ticks("trees")).startswith("You can give 1 more and one more that is marked “Youth-led”.")
    assert still_free(paper, ticks("youth", "trees")).startswith("You can give 1 more.")
    assert still_free(paper, ticks("trees", "path")).startswith("You can give one more that is marked “Youth-led”.")
    assert still_free(paper, ticks("youth", "trees", "path")) == ""
    assert rules(paper)[-1] == "Give stars to at least 2 projects."


def test_points_and_one_choice_are_read_in_the_word_too() -> None:
    points = make(BallotRule(BallotKind.POINTS, points_total=10))
    assert heading(points) == "Share out 10 stars"
    assert so_far(points, [("bench", "3")]) == "3 of 10 stars given"
    assert mark_words(points, ("bench", "1")) == "1 star"
    assert print_rules(points)[0].startswith("Write the stars in the boxes")
    one = make(BallotRule(min=1, max=1))
    assert (heading(one), rules(one)) == ("Give your star to one project", ["You have one star."])


def test_what_one_voter_gives_is_one_where_the_paper_takes_one() -> None:
    assert given(STAR, BallotRule(BallotKind.APPROVAL, max=1)) == "star"
    for ballot in (BallotRule(max=2), BallotRule(max=1, bonus="green"), BallotRule(BallotKind.POINTS, max=1)):
        assert given(STAR, ballot) == "stars"


def test_a_round_says_what_to_do_with_its_word_however_many_projects_there_are() -> None:
    token = VoteWord("token", "tokens")
    assert giving(token, BallotRule(min=1, max=1)) == "Give your token to one project"
    assert giving(token, BallotRule(min=1, max=3)) == "Give tokens to up to 3 projects"
    assert giving(token, BallotRule(max=3, bonus="Youth-led")) == "Give tokens to projects"
