"""The words of a rulebook: every value that a choice can take, spelt as in the rulebook's JSON.

``none`` says that a choice does not apply to the rule; it is written, never left out.
"""

from enum import StrEnum, unique


@unique
class BallotKind(StrEnum):
    """What a voter marks: ``approval`` is "pick up to k", and "choose one" is an approval of one.

    ``budget`` is "spend the pot": an approval whose projects together cost no more than the paper's money.
    """

    APPROVAL = "approval"
    POINTS = "points"
    RANKING = "ranking"
    BUDGET = "budget"


@unique
class RuleName(StrEnum):
    """The rules that this release counts."""

    GREEDY = "greedy"
    EQUAL_SHARES = "equal_shares"
    PHRAGMEN = "phragmen"
    MAX_WELFARE = "max_welfare"
    BOUNDED_OVERSPENDING = "bounded_overspending"


@unique
class RankBy(StrEnum):
    """What greedy puts projects in order by; ``…_per_cost`` divides it by the cost."""

    NONE = "none"
    VOTES = "votes"
    POINTS = "points"
    BORDA = "borda"
    VOTES_PER_COST = "votes_per_cost"
    POINTS_PER_COST = "points_per_cost"
    BORDA_PER_COST = "borda_per_cost"


@unique
class OnOverspend(StrEnum):
    """Greedy and Phragmén, when the next project does not fit: pass over it, or stop."""

    NONE = "none"
    SKIP = "skip"
    STOP = "stop"


@unique
class Unsupported(StrEnum):
    """Greedy and Phragmén, when nobody supports a project that fits: fund it, or leave it."""

    NONE = "none"
    FUND = "fund"
    LEAVE = "leave"


@unique
class Satisfaction(StrEnum):
    """What a funded project is worth to one of its supporters."""

    NONE = "none"
    COST = "cost"
    COUNT = "count"
    POINTS = "points"
    POINTS_TIMES_COST = "points_times_cost"
    BORDA = "borda"


@unique
class CompletionName(StrEnum):
    """Equal shares: what is done with the money that it leaves."""

    NONE = "none"
    ADD1 = "add1"
    GREEDY = "greedy"
    ADD1_THEN_GREEDY = "add1_then_greedy"


@unique
class Add1Start(StrEnum):
    """Add1's second share a voter: B/n and a step, or B/n rounded down to a whole step and a step."""

    NONE = "none"
    EXACT_SHARE = "exact_share"
    FLOORED_SHARE = "floored_share"


@unique
class Add1Stop(StrEnum):
    """Add1 ends before the first overspending run; ``exhaustive``: also when nothing more fits."""

    NONE = "none"
    FIRST_OVERSPEND = "first_overspend"
    EXHAUSTIVE = "exhaustive"


@unique
class Compare(StrEnum):
    """Equal shares, compared with greedy: which stands.

    Greedy replaces it where more voters are better off with greedy; ``greedy_or_equal``: also where
    as many are.
    """

    NONE = "none"
    GREEDY_STRICT = "greedy_strict"
    GREEDY_OR_EQUAL = "greedy_or_equal"


@unique
class ThresholdOf(StrEnum):
    """What must reach the threshold; ``share`` is ballots naming the project over all counted."""

    NONE = "none"
    VOTES = "votes"
    POINTS = "points"
    BORDA = "borda"
    SHARE = "share"


@unique
class ThresholdCompare(StrEnum):
    """Whether reaching the threshold is enough."""

    NONE = "none"
    AT_LEAST = ">="
    ABOVE = ">"


@unique
class AutoAward(StrEnum):
    """``all_fit``: where all projects fit together, all are funded without a count."""

    NONE = "none"
    ALL_FIT = "all_fit"


@unique
class TieLink(StrEnum):
    """The links of a tie chain; ``listed``: earlier on the paper wins; ``lot``: a public draw."""

    MORE_SUPPORTERS = "more_supporters"
    LOWER_COST = "lower_cost"
    LOT = "lot"
    LISTED = "listed"


@unique
class Implementation(StrEnum):
    """Which code counts; both give the same bytes, so no rulebook names it."""

    ENGINE = "engine"
    DEFINITION = "definition"


@unique
class Exclusive(StrEnum):
    """``declared``: of projects that exclude each other on the paper, buying one removes its rivals."""

    NONE = "none"
    DECLARED = "declared"


@unique
class PartOffers(StrEnum):
    """``at_turn``: greedy gives what is left to a project at its turn, if its proposer accepts that little."""

    NONE = "none"
    AT_TURN = "at_turn"


@unique
class LimitOf(StrEnum):
    """What a ceiling or a floor is for: the projects of an area, of a category, or of one pot alone."""

    AREA = "area"
    CATEGORY = "category"
    POT = "pot"
