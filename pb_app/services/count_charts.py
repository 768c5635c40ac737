"""The count as tables with bars: one row a step, from the published projects and outcome alone.

Widths are shares of the drawing in percent, for `<rect width="…%">`. They only draw: every number stands beside
them as text. Amounts are minor units of the outcome's currency.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from tallying.choices import RankBy, Satisfaction
from tallying.money import shown, shown_share
from tallying.outcome import Outcome, Purchase, Reason, Turn, Unfunded
from tallying.rulebook import Rulebook
from tallying.vote_word import VoteWord, unit_of

NEAREST = 3
"""How many projects that came close are drawn below those that equal shares bought."""

_END_OF_POT = Fraction(5, 6)
"""Where the pot ends in a drawing of greedy; the rest of the width shows by how much a project did not fit."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One rectangle: `kind` is good, mid, spent or miss; `start` and `width` in percent of the drawing."""

    kind: str
    start: str
    width: str


@dataclass(frozen=True, slots=True)
class ChartRow:
    """One step of the count. `figure` is the last column: cost, or what was left after it."""

    id: str
    title: str
    note: str
    bars: tuple[Bar, ...]
    figure: str


@dataclass(frozen=True, slots=True)
class Chart:
    """`shares`: who paid for each project, with those that came nearest; or `turns`: how the money was used up.

    `counted` is what decided whose turn it was, like votes or stars.
    """

    kind: str
    rows: tuple[ChartRow, ...]
    nearest: tuple[ChartRow, ...] = ()
    counted: str = ""


@dataclass(frozen=True, slots=True)
class _Words:
    """What rows are written with: titles and costs by project id, the currency, the paper's own word for the vote."""

    titles: Mapping[str, str]
    costs: Mapping[str, int]
    outcome: Outcome
    word: VoteWord | None

    def money(self, minor: int) -> str:
        return shown(minor, self.outcome.exponent, self.outcome.currency)

    def share(self, minor: Fraction) -> str:
        return shown_share(minor, self.outcome.exponent, self.outcome.currency)


def draw_count(
    outcome: Outcome,
    rulebook: Rulebook,
    *,
    titles: Mapping[str, str],
    costs: Mapping[str, int],
    word: VoteWord | None = None,
) -> tuple[Chart, ...]:
    """The charts of one paper in the order of its steps: shares, turns, both, or none where nothing was counted."""
    words = _Words(titles, costs, outcome, word)
    bought = [step for step in outcome.steps if isinstance(step, Purchase)]
    turns = [step for step in outcome.steps if isinstance(step, Turn)]
    charts = []
    if bought:
        charts.append(_shares_chart(bought, rulebook, words, with_nearest=not turns))
    if turns:
        charts.append(_turns_chart(turns, rulebook, words))
    return tuple(charts)


def percent(part: Fraction | int, whole: Fraction | int) -> str:
    """`part` of `whole` as percent of a drawing, never beyond its edges: "0%" to "100%"."""
    share = Fraction(part) / Fraction(whole) if whole else Fraction(0)
    return f"{float(min(max(share, Fraction(0)), Fraction(1)) * 100):.4g}%"


def _shares_chart(bought: Sequence[Purchase], rulebook: Rulebook, words: _Words, *, with_nearest: bool) -> Chart:
    missed = _nearest(words.outcome.unfunded, words) if with_nearest else []
    dearest: int = max([step.cost for step in bought] + [words.costs[item.id] for item in missed])
    rows = [_purchase_row(step, rulebook, dearest, words) for step in bought]
    return Chart("shares", tuple(rows), tuple(_missed_row(item, dearest, words) for item in missed))


def _purchase_row(step: Purchase, rulebook: Rulebook, dearest: int, words: _Words) -> ChartRow:
    each = _full_payment(step, rulebook)
    whole = Fraction(step.cost)
    by_full = whole if each is None or not step.paid_all else min(each * step.paid_full, whole)
    bars = [Bar("good", "0%", percent(by_full, dearest))]
    if by_full < step.cost:
        bars.append(Bar("mid", percent(by_full, dearest), percent(step.cost - by_full, dearest)))
    return ChartRow(step.id, words.titles[step.id], _who_paid(step, each, words), tuple(bars), words.money(step.cost))


def _full_payment(step: Purchase, rulebook: Rulebook) -> Fraction | None:
    """What a voter who paid in full gave, in minor units; None where that differs from voter to voter."""
    if rulebook.rule.satisfaction is Satisfaction.COST:
        return step.price * step.cost
    return step.price if rulebook.rule.satisfaction is Satisfaction.COUNT else None


def _who_paid(step: Purchase, each: Fraction | None, words: _Words) -> str:
    amount = f" {words.share(each)}" if each is not None else " a full share"
    full = f"{step.paid_full:,} paid{amount}" if step.paid_full else ""
    less = f"{step.paid_all:,} paid {'less' if full else 'all they had'}" if step.paid_all else ""
    return ", ".join(part for part in (full, less) if part) or "free of charge"


def _nearest(unfunded: Sequence[Unfunded], words: _Words) -> list[Unfunded]:
    """Those whose supporters could pay the largest part of the cost; on equal parts in paper order."""
    short = [item for item in unfunded if item.reason is Reason.SUPPORTERS_SHORT and words.costs[item.id]]
    short.sort(key=lambda item: item.figure("supporters_left") / words.costs[item.id], reverse=True)
    return short[:NEAREST]


def _missed_row(item: Unfunded, dearest: int, words: _Words) -> ChartRow:
    cost, had = words.costs[item.id], item.figure("supporters_left")
    bars = (Bar("mid", "0%", percent(had, dearest)), Bar("miss", percent(had, dearest), percent(cost - had, dearest)))
    missing = cost - had.numerator // had.denominator
    return ChartRow(item.id, words.titles[item.id], f"{words.money(missing)} too little", bars, words.money(cost))


def _turns_chart(turns: Sequence[Turn], rulebook: Rulebook, words: _Words) -> Chart:
    scale = Fraction(words.outcome.budget) / _END_OF_POT
    rows = [_turn_row(place, step, scale, rulebook, words) for place, step in enumerate(turns, start=1)]
    unit = _unit(rulebook, words.word)
    return Chart("turns", tuple(rows), counted=unit.many if unit else "measure")


def _turn_row(place: int, step: Turn, scale: Fraction, rulebook: Rulebook, words: _Words) -> ChartRow:
    spent = words.outcome.budget - step.left
    bars = (
        Bar("spent", "0%", percent(spent, scale)),
        Bar(
            "good" if step.is_funded else "miss",
            percent(spent, scale),
            percent(min(Fraction(step.cost), scale - spent), scale),
        ),
    )
    score = _score(step.score, _unit(rulebook, words.word))
    note = f"{score}, {words.money(step.cost)}" + ("" if step.is_funded else ": did not fit")
    left = step.left - step.cost if step.is_funded else step.left
    return ChartRow(step.id, f"{place}. {words.titles[step.id]}", note, bars, words.money(left))


_POINTS = {RankBy.VOTES: False, RankBy.POINTS: True, RankBy.BORDA: True}
"""What a project's turn goes by, where that is a plain number: whether it is one of points."""


def _unit(rulebook: Rulebook, word: VoteWord | None) -> VoteWord | None:
    """What a project's turn is counted in; None where it goes by a measure, like votes for its cost."""
    is_points = _POINTS.get(rulebook.rule.rank_by)
    return None if is_points is None else unit_of(word, rulebook.ballot.kind, is_points=is_points)


def _score(score: Fraction, unit: VoteWord | None) -> str:
    if unit is not None and score.denominator == 1:
        return unit.of(score.numerator)
    number = f"{score.numerator:,}" if score.denominator == 1 else f"{float(score):.3g}"
    return f"{number} by the measure of the rules"
