"""What Phragmén, the best choice and bounded overspending say of one project: parts of its sentence."""

from tallying.explain_words import exact, people
from tallying.money import shown, shown_missing, shown_share
from tallying.outcome import Advance, Load, Outcome, Unfunded


def loaded(step: Load, outcome: Outcome) -> str:
    """When each voter had been given £3.41, its 412 voters could pay its £1,400 together."""
    if not step.cost:
        return f"{people(step.voters)} picked it, and it costs nothing."
    return f"{_when(step, outcome)} could pay its {_money(step.cost, outcome)} together."


def load_misfit(step: Load, outcome: Outcome) -> str:
    """When each voter had been given £3.41, its 412 voters could pay for it; but £900 was left, and it cost £1,400."""
    left = f"{_money(step.left, outcome)} was left by then, and it cost {_money(step.cost, outcome)}"
    return f"{_when(step, outcome)} could pay for it together; but {left}."


def advanced(step: Advance, outcome: Outcome) -> str:
    """Its 5 voters could pay £260 of its £300; the other £40 came from money that was left."""
    if not step.cost:
        return f"{people(step.paid_full)} picked it, and it costs nothing."
    voters, cost = people(step.paid_full + step.paid_all), _money(step.cost, outcome)
    if step.paid == step.cost:
        return f"Its {voters} could pay its {cost} together."
    paid = shown_share(step.paid, outcome.exponent, outcome.currency)
    rest = shown_missing(step.cost, step.paid, outcome.exponent, outcome.currency)
    return f"Its {voters} paid {paid} of its {cost}; the other {rest} came from money that was left."


def too_dear(item: Unfunded, outcome: Outcome) -> str:
    """£900 was left by then, and it cost £1,400."""
    left = shown_share(item.figure("left"), outcome.exponent, outcome.currency)
    return f"{left} was left by then, and it cost {_money(item.cost, outcome)}."


def not_best(item: Unfunded) -> str:
    """The best choice with it was worth 766 to the voters; the one that won, 772."""
    best, with_it = item.figure("best"), item.figure("with_it")
    if best == with_it:
        return f"A choice with it was worth just as much to the voters, {exact(best)}, as the one that won."
    return f"The best choice with it was worth {exact(with_it)} to the voters; the one that won, {exact(best)}."


BEST = "It is part of the choice that is worth most to all the voters together."
UNPICKED = "Nobody picked it; "


def _when(step: Load, outcome: Outcome) -> str:
    share = shown_share(step.load, outcome.exponent, outcome.currency)
    return f"When each voter had been given {share}, its {people(step.voters)}"


def _money(minor: int, outcome: Outcome) -> str:
    return shown(minor, outcome.exponent, outcome.currency)
