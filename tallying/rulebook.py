"""The rulebook: every choice that can change a result, as one canonical, hashed document.

It holds no money and no projects, so that the rules of two years can be compared. Its hash is
published before voting opens. What cannot be counted is refused when the rulebook is made.
The JSON is described in ``docs/formats/rulebook.md``.
"""

from collections.abc import Callable
from fractions import Fraction
from typing import TypeVar

from tallying import canonical, fields
from tallying.choices import (
    AutoAward,
    BallotKind,
    Exclusive,
    OnOverspend,
    PartOffers,
    RankBy,
    RuleName,
    Satisfaction,
    ThresholdOf,
    TieLink,
)
from tallying.limits import Ceiling, Floor, check_distinct, check_shares
from tallying.money import decimals_needed
from tallying.ratio import ratio_text
from tallying.rule import BallotRule, Completion, Rule, RulebookError, Threshold
from tallying.values import frozen_value

__all__ = [
    "FORMAT", "ROUND_TIES", "BallotRule", "Ceiling", "Completion", "Floor", "Rule", "Rulebook", "RulebookError",
    "Threshold", "too_fine",
]  # fmt: skip

FORMAT = "pb-rulebook-v1"
ROUND_TIES = (TieLink.MORE_SUPPORTERS, TieLink.LOWER_COST, TieLink.LOT)
"""The tie chain of our own rounds, unless they declare another."""

_KEYS = (
    "format", "currency", "ballot", "rule", "threshold", "auto_award", "ties", "cap", "exclusive", "ceilings", "floors",
    "part_offers",
)  # fmt: skip
_POINTS_ONLY = {
    Satisfaction.POINTS, Satisfaction.POINTS_TIMES_COST, RankBy.POINTS, RankBy.POINTS_PER_COST, ThresholdOf.POINTS,
}  # fmt: skip
_RANKING_ONLY = {Satisfaction.BORDA, RankBy.BORDA, RankBy.BORDA_PER_COST, ThresholdOf.BORDA}


@frozen_value
class Rulebook:
    """All choices of one paper. Making one raises RulebookError for what cannot be counted.

    ``ties`` is the chain that settles a tie, first link first; it ends in ``lot`` or ``listed``. ``cap``
    is the largest share of the budget that one project may have, above 0 and at most 1; None: no cap.
    """

    currency: str
    ballot: BallotRule
    rule: Rule
    threshold: Threshold = Threshold()
    ties: tuple[TieLink, ...] = ROUND_TIES
    auto_award: AutoAward = AutoAward.NONE
    cap: Fraction | None = None
    exclusive: Exclusive = Exclusive.NONE
    ceilings: tuple[Ceiling, ...] = ()
    floors: tuple[Floor, ...] = ()
    part_offers: PartOffers = PartOffers.NONE

    def __post_init__(self) -> None:
        self._check_limits()
        self._check_greedy_only()
        self._check_kind()
        self._check_picks()
        self._check_ties()

    @classmethod
    def from_json(cls, data: bytes) -> "Rulebook":
        """The rulebook of a canonical file; RulebookError says which member and how to mend it."""
        try:
            return cls.from_value(canonical.load_file(data))
        except canonical.CanonicalError as error:
            raise RulebookError("rulebook", f"{error}.", "Write canonical JSON, as in docs/formats.") from error

    @classmethod
    def from_value(cls, value: canonical.Json) -> "Rulebook":
        """The rulebook of parsed JSON, however it was spaced; raises RulebookError."""
        try:
            return cls._read(value)
        except fields.FieldError as error:
            raise RulebookError(error.where, error.what, "") from error

    @classmethod
    def _read(cls, value: canonical.Json) -> "Rulebook":
        book = fields.members(value, "rulebook", _KEYS)
        if book["format"] != FORMAT:
            raise fields.FieldError("format", f"this release reads {FORMAT!r}, not {book['format']!r}")
        return cls(
            currency=fields.text(book["currency"], "currency"),
            ballot=BallotRule.read(book["ballot"]),
            rule=Rule.read(book["rule"]),
            threshold=Threshold.read(book["threshold"]),
            ties=tuple(fields.choice(link, "ties", TieLink) for link in fields.items(book["ties"], "ties")),
            auto_award=fields.choice(book["auto_award"], "auto_award", AutoAward),
            cap=fields.ratio_or_none(book["cap"], "cap"),
            exclusive=fields.choice(book["exclusive"], "exclusive", Exclusive),
            ceilings=_read_limits(book["ceilings"], "ceilings", Ceiling.read),
            floors=_read_limits(book["floors"], "floors", Floor.read),
            part_offers=fields.choice(book["part_offers"], "part_offers", PartOffers),
        )

    def written(self) -> dict[str, canonical.Writable]:
        """The rulebook as JSON: every key, "none" when unused."""
        return {
            "format": FORMAT,
            "currency": self.currency,
            "ballot": self.ballot.written(),
            "rule": self.rule.written(),
            "threshold": self.threshold.written(),
            "auto_award": self.auto_award.value,
            "ties": [link.value for link in self.ties],
            "cap": fields.NONE if self.cap is None else ratio_text(self.cap),
            "exclusive": self.exclusive.value,
            "ceilings": [ceiling.written() for ceiling in self.ceilings] or fields.NONE,
            "floors": [floor.written() for floor in self.floors] or fields.NONE,
            "part_offers": self.part_offers.value,
        }

    def to_json(self) -> bytes:
        """The canonical file: with one final newline, which the hash leaves out."""
        return canonical.dump_file(self.written())

    def sha256(self) -> str:
        """The hash that is published before voting opens."""
        return canonical.sha256_hex(canonical.dumps(self.written()))

    def _check_limits(self) -> None:
        if self.cap is not None and not 0 < self.cap <= 1:
            raise RulebookError("cap", f"{ratio_text(self.cap)} is no part of the budget.", "Write a share up to 1/1.")
        check_distinct(self.ceilings, "ceilings")
        check_distinct(self.floors, "floors")
        check_shares(self.floors)

    def _check_greedy_only(self) -> None:
        """Floors and part-offers mean nothing under other rules, and nothing certain together."""
        is_greedy = self.rule.name is RuleName.GREEDY
        parts = self.part_offers is not PartOffers.NONE
        for key, used in (("floors", bool(self.floors)), ("part_offers", parts)):
            if used and not is_greedy:
                what = f"only greedy looks at one project after the other; {self.rule.name} has no turns for them."
                raise RulebookError(key, what, 'Write "none", or choose greedy.')
        if self.floors and self.rule.on_overspend is OnOverspend.STOP:
            what = "whether a project that does not fit what is reserved stops the whole count is not defined."
            raise RulebookError("floors", what, "Choose skip, or no floors.")
        if self.floors and parts:
            what = "whether a part is one of what is reserved or of all the money is not defined."
            raise RulebookError("part_offers", what, "Choose floors or part-offers.")

    def _check_kind(self) -> None:
        for where, choice in (
            ("rule.satisfaction", self.rule.satisfaction),
            ("rule.rank_by", self.rule.rank_by),
            ("threshold.of", self.threshold.of),
        ):
            for words, kind in ((_POINTS_ONLY, BallotKind.POINTS), (_RANKING_ONLY, BallotKind.RANKING)):
                if choice in words and choice != fields.NONE and self.ballot.kind is not kind:
                    what = f"{choice} needs ballots of kind {kind}, not {self.ballot.kind}."
                    raise RulebookError(where, what, "Choose another, or another kind of ballot.")

    def _check_picks(self) -> None:
        has_picks = self.ballot.kind in (BallotKind.APPROVAL, BallotKind.BUDGET)
        if self.rule.name is RuleName.PHRAGMEN and not has_picks:
            what = f"phragmen is defined for ballots of kind approval and budget, not {self.ballot.kind}."
            raise RulebookError("rule.name", what, "Choose another rule, or another kind of ballot.")

    def _check_ties(self) -> None:
        if not self.ties or self.ties[-1] not in (TieLink.LOT, TieLink.LISTED):
            mend = "End it in lot or listed."
            raise RulebookError("ties", "this chain can leave a tie unsettled.", mend)
        if {TieLink.LOT, TieLink.LISTED} & set(self.ties[:-1]) or len(set(self.ties)) < len(self.ties):
            raise RulebookError("ties", "a link of this chain can never be reached.", "Take it out.")


Item = TypeVar("Item")


def _read_limits(value: canonical.Json, where: str, read: Callable[[canonical.Json], Item]) -> tuple[Item, ...]:
    """The items of a list that is not empty; "none" where there are none."""
    if value == fields.NONE:
        return ()
    found = tuple(read(item) for item in fields.items(value, where))
    if not found:
        raise fields.FieldError(where, 'an empty list is written "none"')
    return found


def too_fine(rulebook: Rulebook, exponent: int) -> list[str]:
    """The amounts of the rulebook that are no whole minor units of a currency with so many decimals, as sentences."""
    limits = [*(one.most for one in rulebook.ceilings), *(one.least for one in rulebook.floors)]
    step = rulebook.rule.completion.step
    amounts = [text for text in (*limits, step) if "/" not in text and text != fields.NONE]
    return [
        f"{text} is finer than the currency, which has {exponent} decimals"
        for text in amounts
        if decimals_needed(text) > exponent
    ]
