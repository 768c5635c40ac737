"""The steps of a count: purchases of equal shares, turns of greedy, ties, and runs of Add1."""

from fractions import Fraction

from tallying import canonical, fields
from tallying.choices import TieLink
from tallying.ratio import ratio_text
from tallying.values import frozen_value

NOT_NEEDED = "not_needed"
"""In place of a link: the chain left the projects level, and their order changes nothing."""


@frozen_value
class Purchase:
    """Equal shares buys a project.

    ``price`` is what its supporters pay for one unit of satisfaction (minor units; the rho of the
    paper); ``paid_full`` voters pay it in full, ``paid_all`` voters less: all that they had.
    ``left`` is what all voters together have afterwards, in minor units.
    """

    id: str
    cost: int
    price: Fraction
    paid_full: int
    paid_all: int
    left: Fraction

    def written(self) -> dict[str, canonical.Writable]:
        """The step as JSON."""
        return {
            "kind": "purchase",
            "id": self.id,
            "cost": self.cost,
            "price": ratio_text(self.price),
            "paid_full": self.paid_full,
            "paid_all": self.paid_all,
            "left": ratio_text(self.left),
        }

    @classmethod
    def read(cls, value: canonical.Json) -> "Purchase":
        """The step of its JSON; raises FieldError."""
        step = fields.members(value, "steps", ("kind", "id", "cost", "price", "paid_full", "paid_all", "left"))
        return cls(
            id=fields.text(step["id"], "steps.id"),
            cost=fields.whole(step["cost"], "steps.cost"),
            price=fields.ratio(step["price"], "steps.price"),
            paid_full=fields.whole(step["paid_full"], "steps.paid_full"),
            paid_all=fields.whole(step["paid_all"], "steps.paid_all"),
            left=fields.ratio(step["left"], "steps.left"),
        )


@frozen_value
class Turn:
    """Greedy looks at a project: its score, the money left before, and whether it was funded."""

    id: str
    cost: int
    score: Fraction
    left: int
    is_funded: bool

    def written(self) -> dict[str, canonical.Writable]:
        """The step as JSON."""
        return {
            "kind": "turn",
            "id": self.id,
            "cost": self.cost,
            "score": ratio_text(self.score),
            "left": self.left,
            "is_funded": self.is_funded,
        }

    @classmethod
    def read(cls, value: canonical.Json) -> "Turn":
        """The step of its JSON; raises FieldError."""
        step = fields.members(value, "steps", ("kind", "id", "cost", "score", "left", "is_funded"))
        return cls(
            id=fields.text(step["id"], "steps.id"),
            cost=fields.whole(step["cost"], "steps.cost"),
            score=fields.ratio(step["score"], "steps.score"),
            left=fields.whole(step["left"], "steps.left"),
            is_funded=fields.truth(step["is_funded"], "steps.is_funded"),
        )


@frozen_value
class Tie:
    """Projects that stood level, in the order in which the chain put them.

    ``by`` is the link of the chain that settled it, or ``not_needed`` where the order changes
    nothing. Had the order been the other way round, ``gains`` would have been funded as well and
    ``loses`` not; both empty: the tie changed nothing. ``step`` counts steps from 0.
    """

    step: int
    ids: tuple[str, ...]
    by: str
    gains: tuple[str, ...]
    loses: tuple[str, ...]

    @property
    def matters(self) -> bool:
        """Whether another order would have funded other projects."""
        return bool(self.gains or self.loses)

    def written(self) -> dict[str, canonical.Writable]:
        """The tie as JSON."""
        return {"step": self.step, "ids": self.ids, "by": self.by, "gains": self.gains, "loses": self.loses}

    @classmethod
    def read(cls, value: canonical.Json) -> "Tie":
        """The tie of its JSON; raises FieldError."""
        tie = fields.members(value, "ties", ("step", "ids", "by", "gains", "loses"))
        return cls(
            step=fields.whole(tie["step"], "ties.step"),
            ids=fields.texts(tie["ids"], "ties.ids"),
            by=NOT_NEEDED if tie["by"] == NOT_NEEDED else fields.choice(tie["by"], "ties.by", TieLink).value,
            gains=fields.texts(tie["gains"], "ties.gains"),
            loses=fields.texts(tie["loses"], "ties.loses"),
        )


@frozen_value
class Add1Run:
    """One run of Add1: the share of each voter and what the run's projects cost, in minor units."""

    endowment: Fraction
    total: int

    def written(self) -> dict[str, canonical.Writable]:
        """The run as JSON."""
        return {"endowment": ratio_text(self.endowment), "total": self.total}

    @classmethod
    def read(cls, value: canonical.Json) -> "Add1Run":
        """The run of its JSON; raises FieldError."""
        run = fields.members(value, "add1", ("endowment", "total"))
        return cls(fields.ratio(run["endowment"], "add1.endowment"), fields.whole(run["total"], "add1.total"))
