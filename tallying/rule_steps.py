"""The steps of Phragmén, of the best choice, of bounded overspending, and of the comparison with greedy."""

from fractions import Fraction

from tallying import canonical, fields
from tallying.ratio import ratio_text
from tallying.values import frozen_value


@frozen_value
class Load:
    """Phragmén reaches a project: its ``voters`` supporters have been given its cost together.

    ``load`` is what each of them has been given by then (minor units), ``left`` the money of the vote
    before the step. It is not funded where it costs more than that.
    """

    id: str
    cost: int
    load: Fraction
    voters: int
    left: int
    is_funded: bool

    def written(self) -> dict[str, canonical.Writable]:
        """The step as JSON."""
        return {
            "kind": "load",
            "id": self.id,
            "cost": self.cost,
            "load": ratio_text(self.load),
            "voters": self.voters,
            "left": self.left,
            "is_funded": self.is_funded,
        }

    @classmethod
    def read(cls, value: canonical.Json) -> "Load":
        """The step of its JSON; raises FieldError."""
        step = fields.members(value, "steps", ("kind", "id", "cost", "load", "voters", "left", "is_funded"))
        return cls(
            id=fields.text(step["id"], "steps.id"),
            cost=fields.whole(step["cost"], "steps.cost"),
            load=fields.ratio(step["load"], "steps.load"),
            voters=fields.whole(step["voters"], "steps.voters"),
            left=fields.whole(step["left"], "steps.left"),
            is_funded=fields.truth(step["is_funded"], "steps.is_funded"),
        )


@frozen_value
class Optimum:
    """The best choice of projects: what they are ``worth`` to all voters, and whether it is the only one."""

    worth: Fraction
    is_unique: bool

    def written(self) -> dict[str, canonical.Writable]:
        """The step as JSON."""
        return {"kind": "optimum", "worth": ratio_text(self.worth), "is_unique": self.is_unique}

    @classmethod
    def read(cls, value: canonical.Json) -> "Optimum":
        """The step of its JSON; raises FieldError."""
        step = fields.members(value, "steps", ("kind", "worth", "is_unique"))
        return cls(fields.ratio(step["worth"], "steps.worth"), fields.truth(step["is_unique"], "steps.is_unique"))


@frozen_value
class Advance:
    """Bounded overspending buys a project of which its supporters pay at least a ``part``.

    ``part`` (above 0, at most 1; the alpha of the paper) is what they could pay at one price for all,
    ``price`` what each is asked for one unit of satisfaction (minor units; the rho), ``paid`` what came
    in at it: ``paid_full`` voters paid in full, ``paid_all`` all that they had. What is missing of
    ``cost`` comes out of the money of the vote, of which ``left`` (minor units) remains.
    """

    id: str
    cost: int
    part: Fraction
    price: Fraction
    paid: Fraction
    paid_full: int
    paid_all: int
    left: int

    def written(self) -> dict[str, canonical.Writable]:
        """The step as JSON."""
        return {
            "kind": "advance",
            "id": self.id,
            "cost": self.cost,
            "part": ratio_text(self.part),
            "price": ratio_text(self.price),
            "paid": ratio_text(self.paid),
            "paid_full": self.paid_full,
            "paid_all": self.paid_all,
            "left": self.left,
        }

    @classmethod
    def read(cls, value: canonical.Json) -> "Advance":
        """The step of its JSON; raises FieldError."""
        keys = ("kind", "id", "cost", "part", "price", "paid", "paid_full", "paid_all", "left")
        step = fields.members(value, "steps", keys)
        return cls(
            id=fields.text(step["id"], "steps.id"),
            cost=fields.whole(step["cost"], "steps.cost"),
            part=fields.ratio(step["part"], "steps.part"),
            price=fields.ratio(step["price"], "steps.price"),
            paid=fields.ratio(step["paid"], "steps.paid"),
            paid_full=fields.whole(step["paid_full"], "steps.paid_full"),
            paid_all=fields.whole(step["paid_all"], "steps.paid_all"),
            left=fields.whole(step["left"], "steps.left"),
        )


@frozen_value
class Comparison:
    """Equal shares beside greedy: how many voters are better off with each, and which stands."""

    better_with_shares: int
    better_with_greedy: int
    keeps_shares: bool

    def written(self) -> dict[str, canonical.Writable]:
        """The step as JSON."""
        return {
            "kind": "comparison",
            "better_with_shares": self.better_with_shares,
            "better_with_greedy": self.better_with_greedy,
            "keeps_shares": self.keeps_shares,
        }

    @classmethod
    def read(cls, value: canonical.Json) -> "Comparison":
        """The step of its JSON; raises FieldError."""
        step = fields.members(value, "steps", ("kind", "better_with_shares", "better_with_greedy", "keeps_shares"))
        return cls(
            better_with_shares=fields.whole(step["better_with_shares"], "steps.better_with_shares"),
            better_with_greedy=fields.whole(step["better_with_greedy"], "steps.better_with_greedy"),
            keeps_shares=fields.truth(step["keeps_shares"], "steps.keeps_shares"),
        )
