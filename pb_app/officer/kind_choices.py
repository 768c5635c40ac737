"""The kinds of ballot paper for rounds of ours, and what each allows the rule to go by, with the reason."""

from __future__ import annotations

from collections.abc import Mapping

PICK, ONE, POINTS, RANKING, BASKET = "pick", "one", "points", "ranking", "basket"

KINDS = {
    PICK: "Tick up to a number of projects",
    ONE: "Choose one project",
    POINTS: "Share out points",
    RANKING: "Put projects in order",
    BASKET: "Fill a basket that the money can pay for",
}
KIND_HINTS = {
    PICK: "The quickest to explain and to fill in. Most councils do this.",
    ONE: "For a vote between a few designs. With many projects most votes win nothing.",
    POINTS: "People say how much they like a project. It takes longer, and a ballot with many numbers is often the "
    "only one of its kind, which can give a voter away.",
    RANKING: "People say what they like best, next and so on. Long orders can give a voter away too.",
    BASKET: "People see what things cost and stay within the money, as the council must. Many cheap projects do well.",
}

_TICKS = {"cost": "A project counts by its cost", "count": "Every project counts the same"}
WORTHS: Mapping[str, Mapping[str, str]] = {
    PICK: _TICKS,
    ONE: _TICKS,
    BASKET: _TICKS,
    POINTS: {
        "points_times_cost": "A project counts by its points and its cost",
        "points": "A project counts by its points",
    },
    RANKING: {"borda": "A project counts by its place"},
}
"""What equal shares may go by on each kind of paper; what is not here the count does not define."""

ALL_WORTHS = frozenset(worth for worths in WORTHS.values() for worth in worths)

_TICKS_HINT = "By cost, larger projects that many people want do better. The same for all, cheap projects do better."
WORTH_HINTS = {
    PICK: _TICKS_HINT,
    ONE: _TICKS_HINT,
    BASKET: _TICKS_HINT,
    POINTS: "By points and cost, larger projects that people give many points do better.",
    RANKING: "The last place on a ballot counts 1, the place before it 2, and so on.",
}
_TICKS_REASON = "Choose cost or the same for all: on this paper people tick, so there are no points and no places"
WORTH_REASONS = {
    PICK: _TICKS_REASON,
    ONE: _TICKS_REASON,
    BASKET: _TICKS_REASON,
    POINTS: "Choose one with points: on this paper people share out points, and the count goes by them",
    RANKING: "Choose the place: on this paper people put projects in order, and the count goes by that",
}
"""Why another choice is refused."""

THRESHOLDS = {
    "none": "No, any project can win",
    "votes": "Yes, a number of votes",
    "share": "Yes, a share of all ballots",
}
