"""The steps that options of real rounds add: a project that is out of reach, money that is reserved."""

from tallying import canonical, fields
from tallying.values import frozen_value


@frozen_value
class Removal:
    """A project is out of reach from now on: ``by`` the id of the rival that was bought, or a ceiling.

    A ceiling is named by what it is for: "area North".
    """

    id: str
    reason: str
    by: str

    def written(self) -> dict[str, canonical.Writable]:
        """The step as JSON."""
        return {"kind": "removal", "id": self.id, "reason": self.reason, "by": self.by}

    @classmethod
    def read(cls, value: canonical.Json) -> "Removal":
        """The step of its JSON; raises FieldError."""
        step = fields.members(value, "steps", ("kind", "id", "reason", "by"))
        if step["reason"] not in ("excluded", "over_ceiling"):
            raise fields.FieldError("steps.reason", "a project is out of reach because excluded or over_ceiling")
        return cls(*(fields.text(step[key], f"steps.{key}") for key in ("id", "reason", "by")))


@frozen_value
class Reserve:
    """From here on greedy gives the ``amount`` (minor units) reserved for ``name`` ("area North").

    ``name`` empty: from here on all projects compete for all that is left, which is ``amount``.
    """

    name: str
    amount: int

    def written(self) -> dict[str, canonical.Writable]:
        """The step as JSON."""
        return {"kind": "reserve", "name": self.name, "amount": self.amount}

    @classmethod
    def read(cls, value: canonical.Json) -> "Reserve":
        """The step of its JSON; raises FieldError."""
        step = fields.members(value, "steps", ("kind", "name", "amount"))
        return cls(fields.text(step["name"], "steps.name"), fields.whole(step["amount"], "steps.amount"))
