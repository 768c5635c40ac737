"""What caps, rivals, ceilings, floors and part-offers say of one project, and of the rules."""

from collections.abc import Callable
from fractions import Fraction

from tallying.choices import Exclusive, LimitOf, PartOffers
from tallying.explain_words import percent
from tallying.limit_steps import Removal
from tallying.limits import EACH
from tallying.money import read_amount, shown, shown_share
from tallying.outcome import Outcome, Reason, Turn, Unfunded
from tallying.ratio import read_ratio
from tallying.rulebook import Rulebook

LEFT_OUT = (Reason.OVER_CAP, Reason.EXCLUDED, Reason.OVER_CEILING)
"""The reasons that ``left_out`` puts into words."""

_PLURAL = {
    LimitOf.AREA: "Projects in {name}",
    LimitOf.CATEGORY: "Projects of the kind {name}",
    LimitOf.POT: "Projects that only the pot {name} can pay for",
}
_EACH = {
    LimitOf.AREA: "The projects of any one area",
    LimitOf.CATEGORY: "The projects of any one kind",
    LimitOf.POT: "The projects that only one pot can pay for",
}


def left_out(item: Unfunded, outcome: Outcome, name_of: Callable[[str], str]) -> str:
    """Why a project could not be had; ``name_of`` gives the name of a project in quotes."""
    if item.reason is Reason.OVER_CAP:
        cap = shown_share(item.figure("cap"), outcome.exponent, outcome.currency)
        return f"It cost {_money(item.cost, outcome)}, more than one project may have: {cap}."
    by = next(step.by for step in outcome.steps if isinstance(step, Removal) and step.id == item.id)
    if item.reason is Reason.EXCLUDED:
        return f"{name_of(by)} won, and only one of the two can be done."
    most, room = (shown_share(item.figure(key), outcome.exponent, outcome.currency) for key in ("most", "room"))
    cost = _money(item.cost, outcome)
    return f"{group_of(by)} can have {most} together; {room} of that was left, and it cost {cost}."


def group_of(limit: str) -> str:
    """The projects of "area North" in words."""
    of, _, name = limit.partition(" ")
    return _PLURAL[LimitOf(of)].format(name=name)


def in_part(step: Turn, amount: int, outcome: Outcome) -> str:
    """It gets £13,500 of its £14,900, which its proposer said is enough."""
    if amount == step.cost:
        return ""
    part = f"{_money(amount, outcome)} of its {_money(step.cost, outcome)}"
    return f" It gets {part}: its proposer said that this is enough."


def limits_in_words(rulebook: Rulebook) -> list[str]:
    """What the rules say before the count: cap, rivals, ceilings, floors."""
    words = []
    if rulebook.cap is not None:
        words.append(f"A project that costs more than {percent(rulebook.cap)} of the money cannot win.")
    if rulebook.exclusive is Exclusive.DECLARED:
        words.append("Some projects exclude each other, as their pages say: when one of them wins, the others are out.")
    for ceiling in rulebook.ceilings:
        whose = _EACH[ceiling.of] if ceiling.name == EACH else group_of(f"{ceiling.of} {ceiling.name}")
        most = _amount(ceiling.most, rulebook.currency)
        words.append(f"{whose} get at most {most} together. A project that would go over that is out.")
    for floor in rulebook.floors:
        whose, least = group_of(f"{floor.of} {floor.name}"), _amount(floor.least, rulebook.currency)
        words.append(f"{whose} first compete among themselves for {least}. What they do not use goes back.")
    return words


def parts_in_words(rulebook: Rulebook) -> list[str]:
    """What the rules say of part-offers."""
    if rulebook.part_offers is PartOffers.NONE:
        return []
    return ["If too little is left for a project, it gets what is left, if its proposer said that this is enough."]


def _amount(text: str, currency: str) -> str:
    if "/" in text:
        return f"{percent(Fraction(read_ratio(text)))} of the money"
    exponent = len(text.partition(".")[2])
    return shown(read_amount(text, exponent), exponent, currency)


def _money(minor: int, outcome: Outcome) -> str:
    return shown(minor, outcome.exponent, outcome.currency)
