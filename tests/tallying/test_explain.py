"""One sentence for each project, with its numbers; the rules in plain words."""

from fractions import Fraction

import pytest

from tallying.choices import (
    AutoAward,
    BallotKind,
    CompletionName,
    OnOverspend,
    RankBy,
    Satisfaction,
    ThresholdCompare,
    ThresholdOf,
    Unsupported,
)
from tallying.count import count
from tallying.election import Ballot, Election, Points
from tallying.explain import explain, explain_alone
from tallying.outcome import Outcome
from tallying.plain_words import plain_words
from tallying.rule import BallotRule, Threshold
from tallying.rulebook import ROUND_TIES, Rulebook
from tallying.vote_word import VoteWord
from tests.tallying.elections import election, greedy, shares


def _said(cast: Election, rulebook: Rulebook) -> dict[str, str]:
    return {sentence.id: sentence.text for sentence in explain(cast, count(cast, rulebook))}


def test_greedy_says_place_voters_money_left_cost_and_how_many_votes_short() -> None:
    said = _said(election(500, {"a": 365, "b": 149, "c": 70}, {"a": 9, "b": 6, "c": 3}), greedy())
    assert said["a"] == "It came 1st with 9 voters; £500 was left by then, and it cost £365."
    assert said["b"] == (
        "It came 2nd with 6 voters; £135 was left by then, and it cost £149. With 4 more votes it would have won."
    )
    assert said["c"] == "It came 3rd with 3 voters; £135 was left by then, and it cost £70."


@pytest.mark.parametrize("more", [3, 4])
def test_the_votes_said_to_be_missing_are_enough_and_one_fewer_is_not(more: int) -> None:
    cast = election(500, {"a": 365, "b": 149, "c": 70}, {"a": 9, "b": 6 + more, "c": 3})
    assert ("b" in count(cast, greedy()).funded_ids) == (more == 4)


def test_equal_shares_says_what_the_supporters_had_and_what_was_missing() -> None:
    said = _said(election(40, {"a": 18, "b": 15}, {"ab": 2, "a": 1, "": 1}), shares())
    assert said["a"] == "Its 3 voters could pay its £18 together, each in full."
    assert said["b"] == "Its 2 voters had £8 left, and it cost £15: £7 too little."
    unequal = _said(election(40, {"a": 12, "b": 20}, {"ab": 2, "a": 1, "b": 1}), shares())
    assert unequal["b"] == "Its 3 voters could pay its £20 together: 1 in full, 2 with all they had left."


def test_what_greedy_funds_after_equal_shares_says_so() -> None:
    cast = election(40, {"a": 18, "b": 15, "c": 15}, {"ab": 2, "a": 1, "c": 1})
    said = _said(cast, shares(completion=CompletionName.GREEDY))
    assert said["b"] == (
        "Its voters’ shares did not pay for it, but money was left over. "
        "It came 1st with 2 voters; £22 was left by then, and it cost £15."
    )


def test_every_other_reason_has_its_sentence() -> None:
    least = Threshold(ThresholdOf.VOTES, Fraction(2), ThresholdCompare.AT_LEAST)
    cast = election(20, {"a": 15, "b": 6, "c": 5, "d": 50, "e": 1}, {"abcd": 2, "bc": 1, "e": 1})
    said = _said(cast, greedy(on_overspend=OnOverspend.STOP, threshold=least))
    assert said["a"].startswith("It came 3rd with 2 voters; £9 was left by then, and it cost £15.")
    assert said["d"] == "It came 4th with 2 voters and cost £50; the money had ended at a project before it."
    assert said["e"] == "1 voter picked it; it needed 2."
    plain = _said(election(20, {"d": 50, "e": 1}, {"d": 2}), greedy())
    assert plain["d"] == "It cost £50, more than all the money: £20."
    assert plain["e"] == "Nobody picked it."
    share = Threshold(ThresholdOf.SHARE, Fraction(1, 2), ThresholdCompare.ABOVE)
    assert _said(election(9, {"a": 5}, {"a": 2, "": 2}), greedy(threshold=share)) == {
        "a": "2 of 4 voters picked it; it needed more than 50% of all voters."
    }


def test_points_are_said_beside_voters() -> None:
    ballots: dict[Ballot, int] = {Points((("a", 3),)): 2}
    said = _said(election(9, {"a": 5}, ballots), greedy(BallotKind.POINTS, rank_by=RankBy.POINTS))
    assert said["a"] == "It came 1st with 6 points from 2 voters; £9 was left by then, and it cost £5."
    more: dict[Ballot, int] = {Points((("a", 3),)): 2, Points((("b", 1), ("c", 1))): 2, Points((("c", 2),)): 1}
    said = _said(election(9, {"a": 5, "b": 7, "c": 4}, more), greedy(BallotKind.POINTS, rank_by=RankBy.POINTS))
    assert said["b"].startswith("It came 3rd with 2 points from 2 voters; £0 was left by then, and it cost £7.")
    assert said["b"].endswith(" With 5 more points it would have won.")


def test_a_tie_that_decided_and_a_lot_that_must_be_drawn_are_said() -> None:
    settled = _said(election(10, {"a": 8, "b": 7}, {"ab": 1}), greedy(ties=ROUND_TIES))
    assert settled["b"].endswith(" It was level with “A”; the lower cost decided.")
    pending = _said(election(10, {"a": 6, "b": 6, "c": 9}, {"ab": 2, "c": 1}), greedy(ties=ROUND_TIES))
    assert pending["a"] == "Not decided yet: “A” and “B” are level, and a lot must be drawn between them."
    assert pending["c"] == "Not decided yet: a lot must be drawn first, between “A” and “B”."


def test_an_outcome_explains_itself_without_its_election() -> None:
    cast = election(40, {"a": 18, "b": 15}, {"ab": 2, "a": 1, "": 1})
    outcome = Outcome.from_json(count(cast, shares()).to_json())
    assert [item.text for item in explain_alone(outcome)] == [item.text for item in explain(cast, outcome)]


def test_an_outcome_of_another_election_is_refused() -> None:
    outcome = count(election(30, {"a": 18}, {"a": 2}), greedy())
    with pytest.raises(ValueError, match="another election"):
        explain(election(30, {"a": 18}, {"a": 3}), outcome)


def test_the_rules_of_a_round_in_plain_words() -> None:
    plain = shares(completion=CompletionName.ADD1, step="1.00", ties=ROUND_TIES)
    least = Threshold(ThresholdOf.SHARE, Fraction(1, 40), ThresholdCompare.AT_LEAST)
    ballot = BallotRule(min=1, max=5)
    words = plain_words(Rulebook("GBP", ballot, plain.rule, least, auto_award=AutoAward.ALL_FIT))
    assert words == [
        "You have one vote: pick up to 5 projects. Each pick counts the same.",
        "A project needs at least 2.5% of all voters behind it. Otherwise it cannot win.",
        "If there is money for all the projects, all of them win and no count is needed.",
        (
            "Every voter is given an equal share of the money. A project wins when the people who picked it can pay "
            "for it together. They all pay the same amount, and who has less than that left pays what they have. "
            "The project whose voters each pay the smallest part of its cost wins first."
        ),
        (
            "So that little money is left over, every share is then raised by £1 at a time and the count made again, "
            "as long as the cost stays within the money."
        ),
        "If two projects are equal, this decides: the one with more voters, then the cheaper one, then a public draw.",
    ]


def test_greedy_in_plain_words_says_what_happens_to_what_does_not_fit() -> None:
    skip = plain_words(greedy())
    assert "Money goes first to the project with the most votes, then to the next." in skip[1]
    assert skip[1].endswith("is passed over.")
    assert skip[2] == "A project that nobody picked cannot win."
    stop = plain_words(greedy(on_overspend=OnOverspend.STOP, unsupported=Unsupported.FUND))
    assert stop[1].endswith("ends the count: nothing after it wins.")
    assert stop[2].startswith("A project that nobody picked comes last")


@pytest.mark.parametrize(
    ("ballot", "words"),
    [
        (BallotRule(max=1), "You have one vote: pick one project."),
        (BallotRule(min=3, max=3), "You have one vote: pick exactly 3 projects. Each pick counts the same."),
        (
            BallotRule(min=2, max=4),
            "You have one vote: pick at least 2 and up to 4 projects. Each pick counts the same.",
        ),
        (BallotRule(min=2), "You have one vote: pick at least 2 projects. Each pick counts the same."),
        (BallotRule(ballots_per_voter=2, max=1), "You have 2 votes: pick one project."),
        (BallotRule(BallotKind.RANKING, max=3), "You have one vote: put up to 3 projects in order, the best first."),
        (
            BallotRule(BallotKind.POINTS, max=5, points_total=10, point_max=4),
            "You have one vote: share out up to 10 points between up to 5 projects. One project can have up to 4.",
        ),
    ],
)
def test_every_kind_of_ballot_in_plain_words(ballot: BallotRule, words: str) -> None:
    rank_by = {BallotKind.POINTS: RankBy.POINTS, BallotKind.RANKING: RankBy.BORDA}.get(ballot.kind, RankBy.VOTES)
    book = greedy(ballot.kind, rank_by=rank_by)
    assert plain_words(Rulebook("GBP", ballot, book.rule, ties=book.ties))[0] == words


def test_every_satisfaction_has_words() -> None:
    kinds = {
        Satisfaction.POINTS: BallotKind.POINTS,
        Satisfaction.POINTS_TIMES_COST: BallotKind.POINTS,
        Satisfaction.BORDA: BallotKind.RANKING,
    }
    rules = {
        plain_words(shares(satisfaction, kind=kinds.get(satisfaction, BallotKind.APPROVAL)))[1]
        for satisfaction in Satisfaction
        if satisfaction is not Satisfaction.NONE
    }
    assert len(rules) == 5


STAR = VoteWord("star", "stars")


def test_a_papers_own_word_stands_in_the_sentences_for_what_its_voters_give() -> None:
    cast = election(500, {"a": 365, "b": 149, "c": 70}, {"a": 9, "b": 6, "c": 1})
    said = {item.id: item.text for item in explain(cast, count(cast, greedy()), STAR)}
    assert said["b"].startswith("It came 2nd with 6 stars; ")
    assert said["b"].endswith("With 4 more stars it would have won.")
    assert said["c"].startswith("It came 3rd with 1 star; ")
    ballots: dict[Ballot, int] = {Points((("a", 3),)): 2, Points((("b", 1),)): 2}
    shared = election(9, {"a": 5, "b": 7}, ballots)
    outcome = count(shared, greedy(BallotKind.POINTS, rank_by=RankBy.POINTS))
    said = {item.id: item.text for item in explain(shared, outcome, STAR)}
    assert said["a"].startswith("It came 1st with 6 stars from 2 voters; ")
    assert said["b"].endswith("With 5 more stars it would have won.")


@pytest.mark.parametrize(
    ("ballot", "first"),
    [
        (BallotRule(BallotKind.APPROVAL, max=1), "You have one vote: pick one project. It gets your star."),
        (
            BallotRule(BallotKind.APPROVAL, max=3),
            "You have one vote: pick up to 3 projects. Each gets one star from you. All stars count the same.",
        ),
        (
            BallotRule(BallotKind.POINTS, points_total=10),
            "You have one vote: share out up to 10 stars between as many projects as you like.",
        ),
    ],
)
def test_a_papers_own_word_stands_in_the_rules(ballot: BallotRule, first: str) -> None:
    rank_by = RankBy.POINTS if ballot.kind is BallotKind.POINTS else RankBy.VOTES
    least = Threshold(
        ThresholdOf.POINTS if ballot.kind is BallotKind.POINTS else ThresholdOf.VOTES,
        Fraction(1),
        ThresholdCompare.AT_LEAST,
    )
    book = greedy(ballot.kind, rank_by=rank_by)
    words = plain_words(Rulebook("GBP", ballot, book.rule, least, ties=book.ties), STAR)
    assert words[0] == first
    assert words[1] == "A project needs at least 1 star. Otherwise it cannot win."
    assert words[2].startswith("Money goes first to the project with the most stars, then")
    assert not [text for text in words[1:] if "vote" in text.replace("voters", "") or "point" in text]
