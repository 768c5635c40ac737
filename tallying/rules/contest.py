"""What every rule is given: the election, the rule with its parameters, and who is in the count."""

from collections.abc import Sequence

from tallying.election import Election
from tallying.rule import Rule
from tallying.rules.constraints import Limits, Reach
from tallying.rules.support import Support
from tallying.rules.ties import TieChain
from tallying.values import frozen_value


@frozen_value
class Contest:
    """One count: ``places`` are the projects that entered it, by their place on the paper, in paper order.

    ``limits`` are those of the rulebook on this election.
    """

    election: Election
    rule: Rule
    support: Support
    chain: TieChain
    places: tuple[int, ...]
    limits: Limits

    def reach(self, places: Sequence[int] | None = None) -> Reach:
        """What a new run over these places, or over all, can have."""
        return Reach(self.election, self.limits, self.places if places is None else places)
