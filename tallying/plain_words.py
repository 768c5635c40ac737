"""The rules of a paper in plain English, made from its rulebook: what the public page says.

Each sentence follows from the choices alone, so that the words and the count cannot differ.
"""

from fractions import Fraction

from tallying.choices import (
    Add1Start,
    Add1Stop,
    AutoAward,
    BallotKind,
    Compare,
    OnOverspend,
    RankBy,
    RuleName,
    Satisfaction,
    ThresholdCompare,
    ThresholdOf,
    TieLink,
    Unsupported,
)
from tallying.explain_limits import limits_in_words, parts_in_words
from tallying.explain_words import percent
from tallying.fields import NONE
from tallying.money import decimals_needed, read_amount, shown
from tallying.rule import BallotRule, Completion, Rule, Threshold
from tallying.rulebook import Rulebook
from tallying.values import frozen_value
from tallying.vote_word import VoteWord, unit_of

_RANKED = {
    RankBy.VOTES: "the most {votes}",
    RankBy.POINTS: "the most {points}",
    RankBy.BORDA: "the best places",
    RankBy.VOTES_PER_COST: "the most {votes} for its cost",
    RankBy.POINTS_PER_COST: "the most {points} for its cost",
    RankBy.BORDA_PER_COST: "the best places for its cost",
}
_SAME = "They all pay the same amount, and who has less than that left pays what they have."
_MORE = "Who gave it more {points} pays more for it."
_WORTH = {
    Satisfaction.COST: f"{_SAME} The project whose voters each pay the smallest part of its cost wins first.",
    Satisfaction.COUNT: f"{_SAME} The project whose voters each pay the least wins first.",
    Satisfaction.POINTS: f"{_MORE} Who has too little left pays what they have.",
    Satisfaction.POINTS_TIMES_COST: f"{_MORE} Who has too little left pays all of it.",
    Satisfaction.BORDA: "Who put it higher pays more for it. Who has too little left pays what they have.",
}
_SHARE = (
    "Every voter is given an equal share of the money. A project wins when the people who picked it can pay for it "
    "together."
)
_UNSPENT = "Money that is left after that is not spent in this vote."
_PHRAGMEN = (
    "Every voter is given money, little by little and all at the same pace. As soon as the people who picked a "
    "project have enough for it together, it wins, and they pay with all they have been given so far."
)
_PART = (
    "A project can also win when the people who picked it can pay only part of it. Then each pays the full amount "
    "asked, or all they have, and the rest comes from money that is left. The larger the part, the better its chance."
)
_BEST = "Of all the choices of projects that the money can pay for, the one wins that is worth most to all the voters."
_TOTAL = {
    Satisfaction.COST: "A project is worth its cost to each person who picked it.",
    Satisfaction.COUNT: "A project is worth the same to each person who picked it.",
    Satisfaction.POINTS: "A project is worth to each person the {points} they gave it.",
    Satisfaction.POINTS_TIMES_COST: "A project is worth to each person its cost, times the {points} they gave it.",
    Satisfaction.BORDA: "A project is worth more to the people who put it higher.",
}
_TIES = {
    TieLink.MORE_SUPPORTERS: "the one with more voters",
    TieLink.LOWER_COST: "the cheaper one",
    TieLink.LOT: "a public draw",
    TieLink.LISTED: "the one listed earlier",
}


@frozen_value
class _Units:
    """What votes, points and a pick are called on the paper. ``own`` is its own word, where it has one."""

    votes: VoteWord
    points: VoteWord
    own: VoteWord | None

    def put(self, text: str) -> str:
        """The text with the words for several in it."""
        return text.format(votes=self.votes.many, points=self.points.many)


def plain_words(rulebook: Rulebook, word: VoteWord | None = None) -> list[str]:
    """The rules, one sentence or two an item, in the order in which they apply. `word`: the paper's own."""
    votes, points = (unit_of(word, rulebook.ballot.kind, is_points=is_points) for is_points in (False, True))
    units = _Units(votes, points, word)
    words = [_marking(rulebook.ballot, units)]
    if rulebook.threshold.of is not ThresholdOf.NONE:
        words.append(_threshold(rulebook.threshold, units))
    if rulebook.auto_award is AutoAward.ALL_FIT:
        words.append("If there is money for all the projects, all of them win and no count is needed.")
    words += limits_in_words(rulebook)
    words += _rule(rulebook.rule, rulebook.currency, units)
    words += parts_in_words(rulebook)
    words.append(_ties(rulebook.ties))
    return words


def _marking(ballot: BallotRule, units: _Units) -> str:
    votes = "You have one vote" if ballot.ballots_per_voter == 1 else f"You have {ballot.ballots_per_voter} votes"
    bounds = _bounds(ballot.min, ballot.max)
    match ballot.kind:
        case BallotKind.APPROVAL if ballot.max == 1 and ballot.bonus == NONE:
            return f"{votes}: pick one project." + (f" It gets your {units.own.one}." if units.own else "")
        case BallotKind.APPROVAL:
            return f"{votes}: pick {bounds}{_bonus(ballot)}. {_each(units)}"
        case BallotKind.RANKING:
            return f"{votes}: put {bounds} in order, the best first."
        case BallotKind.POINTS:
            many = units.points.many
            total = many if ballot.points_total is None else f"up to {units.points.of(ballot.points_total)}"
            return f"{votes}: share out {total} between {bounds}.{_point_bounds(ballot)}"
        case BallotKind.BUDGET:
            return f"{votes}: pick {bounds} that together cost no more than the money. {_each(units)}"


def _each(units: _Units) -> str:
    if units.own is None:
        return "Each pick counts the same."
    return f"Each gets one {units.own.one} from you. All {units.own.many} count the same."


def _bonus(ballot: BallotRule) -> str:
    return "" if ballot.bonus == NONE else f", and one more that is marked “{ballot.bonus}”"


def _bounds(least: int | None, most: int | None) -> str:
    if least and least == most:
        return f"exactly {_projects(least)}"
    at_least = f"at least {least}" if least and least > 1 else ""
    if most is None:
        return f"{at_least} projects" if at_least else "as many projects as you like"
    return f"{at_least} and up to {_projects(most)}" if at_least else f"up to {_projects(most)}"


def _projects(number: int) -> str:
    return "1 project" if number == 1 else f"{number} projects"


def _point_bounds(ballot: BallotRule) -> str:
    least, most = ballot.point_min or 1, ballot.point_max
    if least > 1 and most is not None:
        return f" A project can have none, or from {least} to {most}."
    if least > 1:
        return f" A project can have none, or at least {least}."
    return "" if most is None else f" One project can have up to {most}."


def _threshold(threshold: Threshold, units: _Units) -> str:
    least = threshold.value or 0
    needs = "at least" if threshold.compare is ThresholdCompare.AT_LEAST else "more than"
    if threshold.of is ThresholdOf.SHARE:
        share = percent(Fraction(least))
        return f"A project needs {needs} {share} of all voters behind it. Otherwise it cannot win."
    unit = units.votes if threshold.of is ThresholdOf.VOTES else units.points
    return (
        f"A project needs {needs} {float(least):,g} {unit.one if least == 1 else unit.many}. Otherwise it cannot win."
    )


def _rule(rule: Rule, currency: str, units: _Units) -> list[str]:
    match rule.name:
        case RuleName.GREEDY:
            return ["Money goes first to the project with " + _greedy(rule, units), *_unsupported(rule)]
        case RuleName.EQUAL_SHARES:
            return _shares(rule, currency, units)
        case RuleName.PHRAGMEN:
            return [f"{_PHRAGMEN} A project that costs more than is left {_misfit(rule)}.", *_unsupported(rule)]
        case RuleName.MAX_WELFARE:
            return [f"{_BEST} {units.put(_TOTAL[rule.satisfaction])}"]
        case RuleName.BOUNDED_OVERSPENDING:
            return [f"{_SHARE} {units.put(_WORTH[rule.satisfaction])}", _PART, _UNSPENT]


def _shares(rule: Rule, currency: str, units: _Units) -> list[str]:
    words = [f"{_SHARE} {units.put(_WORTH[rule.satisfaction])}"]
    if rule.completion.has_add1:
        words.append(_add1(rule.completion, currency))
    if rule.completion.has_greedy:
        words += ["Money still left then goes first to the project with " + _greedy(rule, units), *_unsupported(rule)]
    if rule.completion.name == NONE:
        words.append(_UNSPENT)
    if rule.completion.compare != NONE:
        words.append(_compared(rule, units))
    return words


def _compared(rule: Rule, units: _Units) -> str:
    as_many = ", or if as many are" if rule.completion.compare is Compare.GREEDY_OR_EQUAL else ""
    stands = f"If more voters are better off with that{as_many}, it stands instead."
    simpler = f"money goes first to the project with {_greedy(rule, units)}"
    return f"The result is then compared with a simpler one: {simpler} {stands}"


def _greedy(rule: Rule, units: _Units) -> str:
    ranked = units.put(_RANKED[rule.rank_by])
    return f"{ranked}, then to the next. A project that costs more than is left {_misfit(rule)}."


def _misfit(rule: Rule) -> str:
    return "is passed over" if rule.on_overspend is OnOverspend.SKIP else "ends the count: nothing after it wins"


def _unsupported(rule: Rule) -> list[str]:
    if rule.unsupported is Unsupported.LEAVE:
        return ["A project that nobody picked cannot win."]
    return ["A project that nobody picked comes last, and wins if there is money left for it."]


def _add1(completion: Completion, currency: str) -> str:
    exponent = decimals_needed(completion.step)
    step = shown(read_amount(completion.step, exponent), exponent, currency)
    rounded = " (from the first share rounded down)" if completion.start is Add1Start.FLOORED_SHARE else ""
    early = ", or until nothing more fits" if completion.stop is Add1Stop.EXHAUSTIVE else ""
    return (
        f"So that little money is left over, every share is then raised by {step} at a time{rounded} and the count "
        f"made again, as long as the cost stays within the money{early}."
    )


def _ties(links: tuple[TieLink, ...]) -> str:
    return f"If two projects are equal, this decides: {', then '.join(_TIES[link] for link in links)}."
