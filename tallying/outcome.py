"""The outcome: who is funded, why every other project is not, and the whole trace of the count.

Amounts are minor units; shares of money are exact fractions of minor units. The JSON is canonical:
the same election and rulebook give the same bytes on every machine. Sentences and measures are
functions of election and outcome, and stand outside these bytes. See ``docs/formats/outcome.md``.
"""

from collections.abc import Callable
from enum import StrEnum, unique
from fractions import Fraction
from typing import TypeAlias

from tallying import canonical, fields
from tallying.limit_steps import Removal, Reserve
from tallying.ratio import ratio_text
from tallying.rule_steps import Advance, Comparison, Load, Optimum
from tallying.steps import Add1Run, Purchase, Tie, Turn
from tallying.values import frozen_value

__all__ = [
    "FORMAT", "Add1Run", "Advance", "Comparison", "DecidedBy", "Funded", "Load", "Optimum", "Outcome", "OutcomeError",
    "Purchase", "Reason", "Removal", "Reserve", "Step", "Tie", "Turn", "Unfunded",
]  # fmt: skip

FORMAT = "pb-outcome-v1"
Step: TypeAlias = Purchase | Turn | Load | Optimum | Advance | Comparison | Removal | Reserve


class OutcomeError(ValueError):
    """These bytes are not the one canonical form of an outcome."""


@unique
class Reason(StrEnum):
    """Why a project is not funded; the figures that go with it in brackets."""

    WITHDRAWN = "withdrawn"
    OVER_BUDGET = "over_budget"
    """It costs more than all the money."""
    OVER_CAP = "over_cap"
    """It costs more than one project may have [cap]."""
    BELOW_THRESHOLD = "below_threshold"
    """[score, needed]"""
    NO_SUPPORT = "no_support"
    DID_NOT_FIT = "did_not_fit"
    """At its turn it cost more than what was left [left; greedy: score; Phragmén: load]."""
    STOPPED = "stopped"
    """An earlier project did not fit, and the rule stops there [left; greedy: score]."""
    SUPPORTERS_SHORT = "supporters_short"
    """Its supporters' shares did not add up to its cost [supporters_left]."""
    EXCLUDED = "excluded"
    """A project was funded that cannot stand beside it."""
    OVER_CEILING = "over_ceiling"
    """Its area, category or pot would have more than it may [most; room: what was left of that]."""
    NOT_BEST = "not_best"
    """It is not in the best choice [best: what that is worth; with_it: the best choice that has it]."""
    UNDECIDED = "undecided"
    """A lot must be drawn first."""


@unique
class DecidedBy(StrEnum):
    """What decided: the rule, or that all projects fit (``auto_award``)."""

    RULE = "rule"
    ALL_FIT = "all_fit"


@frozen_value
class Funded:
    """A funded project and its amount in minor units."""

    id: str
    amount: int


@frozen_value
class Unfunded:
    """A project without money, the reason, and its figures by name (see ``Reason``).

    ``cost`` is in minor units, ``supporters`` the number of ballots that name it.
    """

    id: str
    cost: int
    reason: Reason
    supporters: int
    figures: tuple[tuple[str, Fraction], ...] = ()

    def figure(self, name: str) -> Fraction:
        """The figure of this name; KeyError where the reason has none."""
        return dict(self.figures)[name]


@frozen_value
class Outcome:
    """The decision and its trace.

    ``funded`` is in funding order, ``unfunded`` in paper order. ``add1`` has the runs of Add1, the
    last one included that overspent; ``steps`` and ``ties`` are of the run that counts. ``drawn`` is
    the seed of the lot in hexadecimal, or "none". ``pending`` names the projects between which a lot
    must be drawn: an outcome with any is undecided.
    """

    election_sha256: str
    rulebook_sha256: str
    budget: int
    exponent: int
    currency: str
    voters: int
    by: DecidedBy
    funded: tuple[Funded, ...]
    unfunded: tuple[Unfunded, ...]
    steps: tuple[Step, ...]
    ties: tuple[Tie, ...]
    add1: tuple[Add1Run, ...]
    drawn: str
    pending: tuple[str, ...]

    @property
    def is_decided(self) -> bool:
        """Whether no lot is to be drawn."""
        return not self.pending

    @property
    def funded_ids(self) -> tuple[str, ...]:
        """The ids of the funded projects in funding order."""
        return tuple(item.id for item in self.funded)

    @property
    def cost(self) -> int:
        """The sum of the amounts, in minor units."""
        return sum(item.amount for item in self.funded)

    @property
    def remaining(self) -> int:
        """What is left of the budget, in minor units."""
        return self.budget - self.cost

    def to_json(self) -> bytes:
        """The canonical file, with one final newline."""
        return canonical.dump_file(self.written())

    def written(self) -> dict[str, canonical.Writable]:
        """The outcome as JSON."""
        return {
            "format": FORMAT,
            "election_sha256": self.election_sha256,
            "rulebook_sha256": self.rulebook_sha256,
            "state": "decided" if self.is_decided else "undecided",
            "by": self.by.value,
            "budget": self.budget,
            "exponent": self.exponent,
            "currency": self.currency,
            "voters": self.voters,
            "cost": self.cost,
            "remaining": self.remaining,
            "funded": [[item.id, item.amount] for item in self.funded],
            "unfunded": [_written_unfunded(item) for item in self.unfunded],
            "steps": [step.written() for step in self.steps],
            "ties": [tie.written() for tie in self.ties],
            "add1": [run.written() for run in self.add1],
            "drawn": self.drawn,
            "pending": self.pending,
        }

    @classmethod
    def from_json(cls, data: bytes) -> "Outcome":
        """The outcome of a canonical file; raises OutcomeError for any other bytes."""
        try:
            return cls._read(canonical.load_file(data), data)
        except (canonical.CanonicalError, fields.FieldError) as error:
            raise OutcomeError(f"not an outcome: {error}") from error

    @classmethod
    def _read(cls, value: canonical.Json, data: bytes) -> "Outcome":
        members = fields.members(value, "outcome", _KEYS)
        if members["format"] != FORMAT:
            raise fields.FieldError("format", f"this release reads {FORMAT!r}, not {members['format']!r}")
        outcome = cls(
            election_sha256=fields.text(members["election_sha256"], "election_sha256"),
            rulebook_sha256=fields.text(members["rulebook_sha256"], "rulebook_sha256"),
            budget=fields.whole(members["budget"], "budget"),
            exponent=fields.whole(members["exponent"], "exponent"),
            currency=fields.text(members["currency"], "currency"),
            voters=fields.whole(members["voters"], "voters"),
            drawn=fields.text(members["drawn"], "drawn"),
            by=fields.choice(members["by"], "by", DecidedBy),
            funded=tuple(_read_funded(item) for item in fields.items(members["funded"], "funded")),
            unfunded=tuple(_read_unfunded(item) for item in fields.items(members["unfunded"], "unfunded")),
            steps=tuple(_read_step(item) for item in fields.items(members["steps"], "steps")),
            ties=tuple(Tie.read(item) for item in fields.items(members["ties"], "ties")),
            add1=tuple(Add1Run.read(item) for item in fields.items(members["add1"], "add1")),
            pending=fields.texts(members["pending"], "pending"),
        )
        is_open = any(item.reason is Reason.UNDECIDED for item in outcome.unfunded)
        if outcome.remaining < 0 or outcome.to_json() != data or (is_open and outcome.is_decided):
            raise fields.FieldError("outcome", "state, cost and remaining do not follow from the rest")
        return outcome


_KEYS = (
    "format", "election_sha256", "rulebook_sha256", "state", "by", "budget", "exponent", "currency", "voters", "cost",
    "remaining", "funded", "unfunded", "steps", "ties", "add1", "drawn", "pending",
)  # fmt: skip


def _written_unfunded(item: Unfunded) -> dict[str, canonical.Writable]:
    return {
        "id": item.id,
        "cost": item.cost,
        "reason": item.reason.value,
        "supporters": item.supporters,
        "figures": {name: ratio_text(figure) for name, figure in item.figures},
    }


def _read_funded(value: canonical.Json) -> Funded:
    pair = fields.items(value, "funded")
    if len(pair) != 2:
        raise fields.FieldError("funded", "each is a pair of id and amount")
    return Funded(fields.text(pair[0], "funded.id"), fields.whole(pair[1], "funded.amount"))


def _read_unfunded(value: canonical.Json) -> Unfunded:
    item = fields.members(value, "unfunded", ("id", "cost", "reason", "supporters", "figures"))
    reason, figures = fields.choice(item["reason"], "unfunded.reason", Reason), item["figures"]
    if not isinstance(figures, dict):
        raise fields.FieldError("unfunded.figures", "write an object here, in braces")
    if tuple(sorted(figures)) not in _FIGURES.get(reason, ((),)):
        raise fields.FieldError("unfunded.figures", f"these are not the figures of {reason}")
    return Unfunded(
        id=fields.text(item["id"], "unfunded.id"),
        cost=fields.whole(item["cost"], "unfunded.cost"),
        reason=reason,
        supporters=fields.whole(item["supporters"], "unfunded.supporters"),
        figures=tuple((name, fields.ratio(figure, f"unfunded.{name}")) for name, figure in sorted(figures.items())),
    )


_FIGURES: dict[Reason, tuple[tuple[str, ...], ...]] = {
    Reason.OVER_CAP: (("cap",),),
    Reason.BELOW_THRESHOLD: (("needed", "score"),),
    Reason.DID_NOT_FIT: (("left", "score"), ("left", "load"), ("left",)),
    Reason.STOPPED: (("left", "score"), ("left",)),
    Reason.SUPPORTERS_SHORT: (("supporters_left",),),
    Reason.NOT_BEST: (("best", "with_it"),),
    Reason.OVER_CEILING: (("most", "room"),),
}
"""The names of the figures that a reason has, sorted; of some reasons other rules have others."""

_STEPS: dict[str, Callable[[canonical.Json], Step]] = {
    "purchase": Purchase.read,
    "turn": Turn.read,
    "load": Load.read,
    "optimum": Optimum.read,
    "advance": Advance.read,
    "comparison": Comparison.read,
    "removal": Removal.read,
    "reserve": Reserve.read,
}


def _read_step(value: canonical.Json) -> Step:
    kind = value.get("kind") if isinstance(value, dict) else None
    if not isinstance(kind, str) or kind not in _STEPS:
        raise fields.FieldError("steps", f"the kind of a step is one of: {', '.join(_STEPS)}")
    return _STEPS[kind](value)
