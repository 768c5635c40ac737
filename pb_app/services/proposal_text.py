"""What a proposer writes, and what must be true of it before it is kept (a draft) or sent (a proposal)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

from voting.errors import Problem

LONGEST: dict[str, int] = {
    "title": 60,
    "summary": 200,
    "what": 3000,
    "who_benefits": 1500,
    "place": 200,
    "group_name": 120,
    "interest": 1000,
}
"""Letters that each text may have."""
LONGEST_LABEL = 120
MOST_LINES = 20
MOST_PENCE = 1_000_000_000_00

_CALLED: dict[str, str] = {
    "title": "title",
    "summary": "short summary",
    "what": "text about what you want to do",
    "who_benefits": "text about who it is for",
    "place": "place",
    "group_name": "name of your group",
    "interest": "text about what you would gain",
}
_MISSING: dict[str, str] = {
    "title": "Write a title, so that people can find your project",
    "summary": "Sum it up in one or two sentences",
    "what": "Say what you want to do",
    "who_benefits": "Say who it is for",
    "pot_id": "Choose the pot that should pay for it",
    "area_id": "Choose the area it is in",
    "place": "Say where it is, like “the green behind Foxmead School”",
}


@dataclass(frozen=True, slots=True)
class CostItem:
    """One thing to be paid for; `amount` in pence."""

    label: str
    amount: int


@dataclass(frozen=True, slots=True)
class ProposalText:
    """Everything a proposer writes, photos apart.

    `interest` is None while the question is unanswered, "" for "no", else what they would gain.
    Cost lines are in the proposer's order.
    """

    title: str = ""
    summary: str = ""
    what: str = ""
    who_benefits: str = ""
    pot_id: str | None = None
    area_id: str | None = None
    place: str = ""
    group_name: str = ""
    interest: str | None = None
    cost_lines: tuple[CostItem, ...] = ()

    @property
    def cost(self) -> int:
        """The sum of the cost lines, in pence."""
        return sum(line.amount for line in self.cost_lines)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written yet."""
        return not any(getattr(self, field.name) for field in fields(self))


def problems_keeping(text: ProposalText) -> list[Problem]:
    """What stops this text from being kept as a draft: only what could not be stored."""
    return [*_too_long(text), *_bad_lines(text)]


def problems_sending(text: ProposalText) -> list[Problem]:
    """What is still missing before this text can be sent; the pot's sum is checked where the pot is known."""
    found = [Problem(name, words) for name, words in _MISSING.items() if not getattr(text, name)]
    if not text.cost_lines:
        found.append(Problem("cost_lines", "Write at least one cost line, like “Benches” and 1,600"))
    elif text.cost == 0:
        found.append(Problem("cost_lines", "Write what the lines cost. Together they come to £0 now"))
    if text.interest is None:
        found.append(Problem("gains", "Say whether you or your family would gain from this project"))
    return [*found, *problems_keeping(text)]


def _too_long(text: ProposalText) -> Iterator[Problem]:
    for name, most in LONGEST.items():
        length = len(getattr(text, name) or "")
        if length > most:
            yield Problem(name, f"Make the {_CALLED[name]} {most:,} letters or shorter. It is {length:,} now")


def _bad_lines(text: ProposalText) -> Iterator[Problem]:
    if len(text.cost_lines) > MOST_LINES:
        yield Problem("cost_lines", f"Use {MOST_LINES} cost lines or fewer. There are {len(text.cost_lines)} now")
    for n, line in enumerate(text.cost_lines, start=1):
        if not line.label:
            yield Problem(f"label-{n}", f"Say what cost line {n} is for")
        if len(line.label) > LONGEST_LABEL:
            length = len(line.label)
            yield Problem(f"label-{n}", f"Make line {n} {LONGEST_LABEL} letters or shorter. It is {length:,} now")
        if not 0 <= line.amount <= MOST_PENCE:
            yield Problem(f"amount-{n}", f"Write the cost of “{line.label[:40]}” in pounds, like 1,600")
