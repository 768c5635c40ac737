"""The parts of a rulebook: ballot, rule with its completion, threshold.

Each is checked when it is made, and each writes and reads its own part of the rulebook's JSON.
For equal shares the parameters of greedy speak of the greedy that completes it, or that it is compared
with.
"""

from fractions import Fraction

from tallying import canonical, fields
from tallying.choices import (
    Add1Start,
    Add1Stop,
    BallotKind,
    Compare,
    CompletionName,
    OnOverspend,
    RankBy,
    RuleName,
    Satisfaction,
    ThresholdCompare,
    ThresholdOf,
    Unsupported,
)
from tallying.ratio import ratio_text
from tallying.values import frozen_value

_NONE = fields.NONE


class RulebookError(ValueError):
    """A rulebook that cannot be counted: where, what, and how to mend it."""

    def __init__(self, where: str, what: str, mend: str) -> None:
        super().__init__(f"{where}: {what}" + (f" {mend}" if mend else ""))
        self.where = where
        self.what = what
        self.mend = mend


@frozen_value
class BallotRule:
    """What a ballot may hold; None: no bound, or of no use for this kind.

    ``min`` and ``max`` bound the projects on a ballot, ``points_total`` the points of one ballot,
    ``point_min`` and ``point_max`` those of one project. ``bonus`` is a category: one pick above
    ``max`` is allowed on a ballot that names a project of it.
    """

    kind: BallotKind = BallotKind.APPROVAL
    min: int | None = None
    max: int | None = None
    points_total: int | None = None
    point_min: int | None = None
    point_max: int | None = None
    bonus: str = _NONE
    ballots_per_voter: int = 1

    def __post_init__(self) -> None:
        if self.min is not None and self.max is not None and self.min > self.max:
            raise RulebookError("ballot.min", f"{self.min} is above max, {self.max}.", "Lower min or raise max.")
        if self.bonus != _NONE and (not self.bonus or self.kind is not BallotKind.APPROVAL or self.max is None):
            mend = 'Write "none", or a category and a ballot of kind approval with a max.'
            raise RulebookError("ballot.bonus", "a bonus is one pick above the max of an approval ballot.", mend)
        if self.ballots_per_voter < 1:
            raise RulebookError("ballot.ballots_per_voter", "every voter has a ballot.", "Write 1 or more.")
        self._check_points()

    def _check_points(self) -> None:
        if self.kind is not BallotKind.POINTS and (self.points_total, self.point_min, self.point_max) != (None,) * 3:
            raise RulebookError("ballot", f"a ballot of kind {self.kind} has no points.", 'Write "none" for them.')
        low = 1 if self.point_min is None else self.point_min
        if self.point_max is not None and low > self.point_max:
            raise RulebookError("ballot.point_min", f"{low} is above point_max, {self.point_max}.", "Lower it.")
        if self.points_total is not None and low * max(self.min or 0, 1) > self.points_total:
            mend = "Raise points_total, or lower point_min or min."
            raise RulebookError("ballot.points_total", "it does not reach for the least that a ballot needs.", mend)

    def written(self) -> dict[str, canonical.Writable]:
        """Its part of the JSON."""
        return {
            "kind": self.kind.value,
            "min": _or_none(self.min),
            "max": _or_none(self.max),
            "points_total": _or_none(self.points_total),
            "point_min": _or_none(self.point_min),
            "point_max": _or_none(self.point_max),
            "bonus": self.bonus,
            "ballots_per_voter": self.ballots_per_voter,
        }

    @classmethod
    def read(cls, value: canonical.Json) -> "BallotRule":
        """The value of its part of the JSON; raises FieldError and RulebookError."""
        ballot = fields.members(value, "ballot", _BALLOT_KEYS)
        bounds = {key: fields.whole_or_none(ballot[key], f"ballot.{key}") for key in _BOUNDS}
        return cls(
            kind=fields.choice(ballot["kind"], "ballot.kind", BallotKind),
            bonus=fields.text(ballot["bonus"], "ballot.bonus"),
            ballots_per_voter=fields.whole(ballot["ballots_per_voter"], "ballot.ballots_per_voter"),
            **bounds,
        )


@frozen_value
class Completion:
    """What equal shares does with the money it leaves, and whether it is compared with greedy.

    ``step`` is in currency units a voter.
    """

    name: CompletionName = CompletionName.NONE
    start: Add1Start = Add1Start.NONE
    step: str = _NONE
    stop: Add1Stop = Add1Stop.NONE
    compare: Compare = Compare.NONE

    def __post_init__(self) -> None:
        where = "rule.completion"
        given = (self.start is not Add1Start.NONE, self.step != _NONE, self.stop is not Add1Stop.NONE)
        if self.has_add1 and not all(given):
            raise RulebookError(where, f"{self.name} needs start, step and stop.", "Write all three.")
        if not self.has_add1 and any(given):
            raise RulebookError(where, f"{self.name} has no start, step and stop.", 'Write "none" for them.')
        if self.has_add1 and not Fraction(self.step):
            raise RulebookError(f"{where}.step", "a step of nothing never ends.", "Write an amount above 0.")

    @property
    def has_add1(self) -> bool:
        """Whether shares are raised step by step."""
        return self.name in (CompletionName.ADD1, CompletionName.ADD1_THEN_GREEDY)

    @property
    def has_greedy(self) -> bool:
        """Whether greedy goes over what is left."""
        return self.name in (CompletionName.GREEDY, CompletionName.ADD1_THEN_GREEDY)

    @property
    def needs_greedy(self) -> bool:
        """Whether greedy is run at all: over what is left, or to compare with."""
        return self.has_greedy or self.compare is not Compare.NONE

    def written(self) -> dict[str, canonical.Writable]:
        """Its part of the JSON."""
        return {
            "name": self.name.value,
            "start": self.start.value,
            "step": self.step,
            "stop": self.stop.value,
            "compare": self.compare.value,
        }

    @classmethod
    def read(cls, value: canonical.Json) -> "Completion":
        """The value of its part of the JSON; raises FieldError and RulebookError."""
        where = "rule.completion"
        completion = fields.members(value, where, ("name", "start", "step", "stop", "compare"))
        return cls(
            name=fields.choice(completion["name"], f"{where}.name", CompletionName),
            start=fields.choice(completion["start"], f"{where}.start", Add1Start),
            step=fields.decimal_or_none(completion["step"], f"{where}.step"),
            stop=fields.choice(completion["stop"], f"{where}.stop", Add1Stop),
            compare=fields.choice(completion["compare"], f"{where}.compare", Compare),
        )


@frozen_value
class Rule:
    """The rule and its parameters."""

    name: RuleName
    satisfaction: Satisfaction = Satisfaction.NONE
    rank_by: RankBy = RankBy.NONE
    on_overspend: OnOverspend = OnOverspend.NONE
    unsupported: Unsupported = Unsupported.NONE
    completion: Completion = Completion()

    def __post_init__(self) -> None:
        if self.name is not RuleName.EQUAL_SHARES and self.completion != Completion():
            raise RulebookError("rule.completion", "only equal_shares is completed.", 'Write "none".')
        needed = _PARAMETERS[self.name] + (_GREEDY if self.completion.needs_greedy else ())
        for key in _ALL:
            value = getattr(self, key)
            if (key in needed) == (value == _NONE):
                raise RulebookError(f"rule.{key}", f"{value} does not go with {self.name}.", _mend(key, key in needed))

    def written(self) -> dict[str, canonical.Writable]:
        """Its part of the JSON."""
        return {
            "name": self.name.value,
            "satisfaction": self.satisfaction.value,
            "rank_by": self.rank_by.value,
            "on_overspend": self.on_overspend.value,
            "unsupported": self.unsupported.value,
            "completion": self.completion.written(),
        }

    @classmethod
    def read(cls, value: canonical.Json) -> "Rule":
        """The value of its part of the JSON; raises FieldError and RulebookError."""
        keys = ("name", "satisfaction", "rank_by", "on_overspend", "unsupported", "completion")
        rule = fields.members(value, "rule", keys)
        return cls(
            name=fields.choice(rule["name"], "rule.name", RuleName),
            satisfaction=fields.choice(rule["satisfaction"], "rule.satisfaction", Satisfaction),
            rank_by=fields.choice(rule["rank_by"], "rule.rank_by", RankBy),
            on_overspend=fields.choice(rule["on_overspend"], "rule.on_overspend", OnOverspend),
            unsupported=fields.choice(rule["unsupported"], "rule.unsupported", Unsupported),
            completion=Completion.read(rule["completion"]),
        )


@frozen_value
class Threshold:
    """The least support: ``value`` votes, points, Borda points, or share of all ballots counted."""

    of: ThresholdOf = ThresholdOf.NONE
    value: Fraction | None = None
    compare: ThresholdCompare = ThresholdCompare.NONE

    def __post_init__(self) -> None:
        unused = self.of is ThresholdOf.NONE
        if unused != (self.value is None) or unused != (self.compare is ThresholdCompare.NONE):
            mend = 'Write all three, or "none" three times.'
            raise RulebookError("threshold", "of, value and compare go together.", mend)

    def written(self) -> dict[str, canonical.Writable]:
        """Its part of the JSON."""
        value = _NONE if self.value is None else ratio_text(self.value)
        return {"of": self.of.value, "value": value, "compare": self.compare.value}

    @classmethod
    def read(cls, value: canonical.Json) -> "Threshold":
        """The value of its part of the JSON; raises FieldError and RulebookError."""
        threshold = fields.members(value, "threshold", ("of", "value", "compare"))
        return cls(
            of=fields.choice(threshold["of"], "threshold.of", ThresholdOf),
            value=fields.ratio_or_none(threshold["value"], "threshold.value"),
            compare=fields.choice(threshold["compare"], "threshold.compare", ThresholdCompare),
        )


_GREEDY = ("rank_by", "on_overspend", "unsupported")
_ALL = ("satisfaction", *_GREEDY)
_PARAMETERS: dict[RuleName, tuple[str, ...]] = {
    RuleName.GREEDY: _GREEDY,
    RuleName.EQUAL_SHARES: ("satisfaction",),
    RuleName.PHRAGMEN: ("on_overspend", "unsupported"),
    RuleName.MAX_WELFARE: ("satisfaction",),
    RuleName.BOUNDED_OVERSPENDING: ("satisfaction",),
}
_BOUNDS = ("min", "max", "points_total", "point_min", "point_max")
_BALLOT_KEYS = ("kind", *_BOUNDS, "bonus", "ballots_per_voter")


def _mend(key: str, is_needed: bool) -> str:
    if key == "satisfaction":
        return "Say what a project is worth to a supporter." if is_needed else 'Write "none".'
    return "The rule needs it: choose one." if is_needed else 'No greedy pass here: write "none".'


def _or_none(number: int | None) -> canonical.Writable:
    return _NONE if number is None else number
