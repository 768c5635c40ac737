"""Ceilings and floors of a rulebook: the most and the least that an area, a category or a pot may have.

Amounts are written as a share of the budget ("1/4") or in currency units ("25000.00").
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import TypeAlias

from tallying import canonical, fields
from tallying.choices import LimitOf
from tallying.election import Election, Project
from tallying.money import read_amount
from tallying.ratio import read_ratio
from tallying.rule import RulebookError
from tallying.values import frozen_value

EACH = "*"
"""In place of a name: one ceiling for each area, category or pot that a project of the paper has."""


@frozen_value
class Ceiling:
    """The projects of ``name`` get at most ``most`` together."""

    of: LimitOf
    name: str
    most: str

    def __post_init__(self) -> None:
        _check_amount(self.most, "ceilings.most")
        _check_name(self.name, "ceilings.name")

    def written(self) -> dict[str, canonical.Writable]:
        """Its part of the JSON."""
        return {"of": self.of.value, "name": self.name, "most": self.most}

    @classmethod
    def read(cls, value: canonical.Json) -> "Ceiling":
        """The value of its part of the JSON; raises FieldError and RulebookError."""
        item = fields.members(value, "ceilings", ("of", "name", "most"))
        return cls(
            of=fields.choice(item["of"], "ceilings.of", LimitOf),
            name=fields.text(item["name"], "ceilings.name"),
            most=fields.text(item["most"], "ceilings.most"),
        )


@frozen_value
class Floor:
    """``least`` is reserved for the projects of ``name``: they compete for it before all others."""

    of: LimitOf
    name: str
    least: str

    def __post_init__(self) -> None:
        _check_amount(self.least, "floors.least")
        _check_name(self.name, "floors.name")
        if self.of is LimitOf.POT:
            what = "floors are for areas and categories, not for pots."
            raise RulebookError("floors.of", what, "Choose area or category, or make another paper.")
        if self.name == EACH:
            what = "floors are reserved in the order in which they stand, and * has none."
            raise RulebookError("floors.name", what, "Write one floor for each, in order.")

    def written(self) -> dict[str, canonical.Writable]:
        """Its part of the JSON."""
        return {"of": self.of.value, "name": self.name, "least": self.least}

    @classmethod
    def read(cls, value: canonical.Json) -> "Floor":
        """The value of its part of the JSON; raises FieldError and RulebookError."""
        item = fields.members(value, "floors", ("of", "name", "least"))
        return cls(
            of=fields.choice(item["of"], "floors.of", LimitOf),
            name=fields.text(item["name"], "floors.name"),
            least=fields.text(item["least"], "floors.least"),
        )


Limit: TypeAlias = Ceiling | Floor


def limit_amount(text: str, election: Election, where: str) -> int:
    """The amount in minor units, rounded down; raises RulebookError where it is too fine for the election."""
    if "/" in text:
        return int(read_ratio(text) * election.budget)
    try:
        return read_amount(text, election.exponent)
    except ValueError as error:
        raise RulebookError(where, f"{error}.", "") from error


def belongs(project: Project, of: LimitOf, name: str) -> bool:
    """Whether a project counts for this area or category, or can be paid from this pot alone."""
    match of:
        case LimitOf.AREA:
            return project.area == name
        case LimitOf.CATEGORY:
            return project.category == name
        case LimitOf.POT:
            return project.pots == (name,)


def names_of(election: Election, of: LimitOf) -> tuple[str, ...]:
    """The areas, categories or lone pots that projects of the paper have, sorted."""
    match of:
        case LimitOf.AREA:
            found = {project.area for project in election.projects}
        case LimitOf.CATEGORY:
            found = {project.category for project in election.projects}
        case LimitOf.POT:
            found = {project.pots[0] for project in election.projects if len(project.pots) == 1}
    return tuple(sorted(found - {""}))


def check_distinct(limits: Sequence[Limit], where: str) -> None:
    """Each area, category or pot is limited once; raises RulebookError."""
    for number, limit in enumerate(limits):
        for other in limits[:number]:
            if limit.of is other.of and (limit.name == other.name or EACH in (limit.name, other.name)):
                raise RulebookError(where, f"{limit.of} {limit.name!r} is limited twice.", "Take one out.")


def check_shares(floors: Sequence[Floor]) -> None:
    """Floors do not reserve more than all the money; raises RulebookError."""
    if sum((read_ratio(floor.least) for floor in floors if "/" in floor.least), Fraction(0)) > 1:
        raise RulebookError("floors", "together they reserve more than all the money.", "Lower them.")


def _check_amount(text: str, where: str) -> None:
    try:
        share = read_ratio(text) if "/" in text else None
        if share is None:
            fields.decimal(text, where)
    except fields.FieldError as error:
        raise RulebookError(where, f"{error.what}.", "") from error
    except ValueError as error:
        raise RulebookError(where, f"{error}.", "") from error
    if share is not None and not 0 < share <= 1:
        raise RulebookError(where, f"{text} is no part of the budget.", "Write a share above 0 and at most 1/1.")


def _check_name(name: str, where: str) -> None:
    if not name:
        raise RulebookError(where, "it names nothing.", 'Write an area, a category or a pot, or "*" for each.')
