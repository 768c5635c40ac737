"""The pages of a new round that say how people vote: the kind of ballot paper, then its limits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from wtforms import Form, IntegerField, RadioField
from wtforms.validators import ValidationError

from pb_app.officer.kind_choices import BASKET, KIND_HINTS, KINDS, ONE, PICK, POINTS, RANKING
from pb_app.web.choosing import choice_field, whole_number
from pb_app.web.fields import Validator, at_most, text_field
from pb_app.web.forms import BaseForm
from tallying.choices import BallotKind
from tallying.fields import NONE
from tallying.rule import BallotRule
from tallying.vote_word import VoteWord
from voting.errors import Problem
from voting.own_word import read_own_word

ONE_BALLOT = "1"
BALLOTS = {ONE_BALLOT: "One", "2": "Two: one online, and one in person, at an event or on paper"}

_MOST_PICKS = 50
_MOST_POINTS = 1000


def _number(label: str, check: Validator, hint: str = "") -> IntegerField:
    return IntegerField(label, description=hint, validators=[check])


def _or_empty(check: Validator) -> Validator:
    """Nothing typed is an answer too."""

    def validate(form: Form, field: Any) -> None:
        if any(text.strip() for text in field.raw_data or []) or field.data is not None:
            check(form, field)
        else:
            field.errors = []
            field.process_errors = []

    return validate


class KindForm(BaseForm):
    """How people vote."""

    kind = choice_field("How do people vote?", KINDS, "Choose how people vote")
    ballots = RadioField(
        "How many ballots has a voter?",
        choices=dict(BALLOTS),
        default=ONE_BALLOT,
        description="Two are told apart in the ledger of the result. Both count alike.",
        validate_choice=False,
    )
    one = text_field("Word for one", hint="Like star, heart or choice.")
    many = text_field("Word for several", hint="Like stars, hearts or choices.")
    hints = KIND_HINTS

    def word(self) -> VoteWord | None:
        """The paper's own word for the vote. Only of a valid page."""
        read = self._read_word()
        return None if isinstance(read, list) else read

    def validate_one(self, field: Any) -> None:
        """A word that can stand on the paper, or nothing."""
        self._check_word(field)

    def validate_many(self, field: Any) -> None:
        """The same for several."""
        self._check_word(field)

    def _check_word(self, field: Any) -> None:
        read = self._read_word()
        words = [one.message for one in read if one.field == field.name] if isinstance(read, list) else []
        if words:
            raise ValidationError(words[0])

    def _read_word(self) -> VoteWord | list[Problem] | None:
        kind = BallotKind.RANKING if self.kind.data == RANKING else BallotKind.APPROVAL
        return read_own_word(self.one.data or "", self.many.data or "", kind)

    def validate_ballots(self, field: RadioField) -> None:
        """One, unless two were chosen."""
        field.errors = []
        field.data = field.data or ONE_BALLOT
        if field.data not in BALLOTS:
            raise ValidationError("Choose one ballot or two")


class _BoundsForm(BaseForm):
    """The least is never above the most."""

    def validate_least(self, field: IntegerField) -> None:
        """No more than the most."""
        most = self["most"]
        if not most.errors and most.data and field.data and field.data > most.data:
            raise ValidationError(f"Write {most.data} or less: a voter can’t pick more than that")


class PickForm(_BoundsForm):
    """How many projects a voter ticks."""

    most = _number(
        "Pick up to",
        whole_number("the most a voter may pick", "3", 1, _MOST_PICKS),
        "Three to five is usual. Long ballots can give a voter away: with up to 3 picks almost no ballot is "
        "the only one of its kind, with up to 5 about one in five is.",
    )
    least = _number("Pick at least", whole_number("the fewest a voter must pick", "1", 1, _MOST_PICKS), "1 is usual.")
    bonus = text_field(
        "One more pick for a kind of project (optional)",
        hint="Like “Led by young people”. Whoever picks a project that you mark so has one pick more. "
        "Leave it empty if every pick is alike.",
        validators=[at_most(60, "the kind")],
    )


class PointsForm(_BoundsForm):
    """How many points a voter shares out, and how."""

    total = _number(
        "Points for each voter", whole_number("the points of a voter", "10", 1, _MOST_POINTS), "10 is usual."
    )
    high = _number(
        "Most points for one project",
        _or_empty(whole_number("the most points for one project", "5", 1, _MOST_POINTS)),
        "Leave it empty if all points may go to one.",
    )
    low = _number("Fewest points for a project that gets some", whole_number("the fewest points", "1", 1, _MOST_POINTS))
    most = _number(
        "Projects that may get points, at most",
        whole_number("the most projects", "5", 1, _MOST_PICKS),
        "The fewer, the less a ballot can give its voter away.",
    )
    least = _number("Projects that must get points, at least", whole_number("the fewest projects", "1", 1, _MOST_PICKS))

    def validate_high(self, field: IntegerField) -> None:
        """Within the voter's points."""
        if self.total.data and field.data and field.data > self.total.data:
            raise ValidationError(f"Write {self.total.data} or less: a voter has no more points than that")

    def validate_low(self, field: IntegerField) -> None:
        """A ballot with the fewest projects must be possible."""
        if self.high.data and field.data and field.data > self.high.data:
            raise ValidationError(f"Write {self.high.data} or less: that is the most for one project")
        needed = (field.data or 0) * (self.least.data or 1)
        if self.total.data and not field.errors and needed > self.total.data:
            raise ValidationError(f"Write less: with at least {self.least.data} projects a voter would need {needed}")


class RankingForm(_BoundsForm):
    """How many projects a voter puts in order."""

    most = _number(
        "Put up to so many in order",
        whole_number("the most a voter may put in order", "5", 1, _MOST_PICKS),
        "Five is usual. The shorter the order, the less it can give its voter away.",
    )
    least = _number("Put at least so many in order", whole_number("the fewest", "1", 1, _MOST_PICKS), "1 is usual.")


class BasketForm(_BoundsForm):
    """A basket's limit is the money; a number of projects may limit it too."""

    most = _number(
        "Projects in a basket, at most",
        _or_empty(whole_number("the most projects in a basket", "10", 1, _MOST_PICKS)),
        "Leave it empty if only the money is the limit. With a limit fewer ballots are the only one of their kind.",
    )
    least = _number(
        "Projects in a basket, at least", whole_number("the fewest projects", "1", 1, _MOST_PICKS), "1 is usual."
    )


MARKING: dict[str, type[BaseForm]] = {PICK: PickForm, POINTS: PointsForm, RANKING: RankingForm, BASKET: BasketForm}
"""The page with the limits of each kind; choosing one has none."""


def make_ballot(kind: str, limits: Any, ballots: str = ONE_BALLOT) -> BallotRule:
    """The ballot rule of a kind, its valid page of limits (None where there is no such page), and how many ballots."""
    return replace(_one_ballot(kind, limits), ballots_per_voter=int(ballots))


def _one_ballot(kind: str, limits: Any) -> BallotRule:
    if kind == ONE:
        return BallotRule(min=1, max=1)
    most, least = limits.most.data, limits.least.data
    if kind == POINTS:
        return BallotRule(
            BallotKind.POINTS,
            min=least,
            max=most,
            points_total=limits.total.data,
            point_min=limits.low.data,
            point_max=limits.high.data,
        )
    if kind == PICK:
        return BallotRule(min=least, max=most, bonus=limits.bonus.data.strip() or NONE)
    return BallotRule(BallotKind.RANKING if kind == RANKING else BallotKind.BUDGET, min=least, max=most)


def kind_of(rule: BallotRule) -> str:
    """The choice on the form that makes such a rule."""
    if rule.kind is BallotKind.APPROVAL:
        return ONE if rule.max == 1 and rule.bonus == NONE else PICK
    return {BallotKind.POINTS: POINTS, BallotKind.RANKING: RANKING, BallotKind.BUDGET: BASKET}[rule.kind]


def read_marking(rule: BallotRule) -> list[tuple[str, str]]:
    """What the page with the limits would hold, as a browser posts it."""
    found: list[tuple[str, object]] = [("most", rule.max or ""), ("least", rule.min or 1)]
    if rule.kind is BallotKind.POINTS:
        found += [("total", rule.points_total or ""), ("low", rule.point_min or 1), ("high", rule.point_max or "")]
    if rule.kind is BallotKind.APPROVAL:
        found += [("bonus", "" if rule.bonus == NONE else rule.bonus)]
    return [(name, str(value)) for name, value in found]
