"""What every rule is given: the election, the rule with its parameters, and who is in the count."""

from dataclasses import dataclass

from tallying.election import Election
from tallying.rule import Rule
from tallying.rules.support import Support
from tallying.rules.ties import TieChain


@dataclass(frozen=True, slots=True)
class Contest:
    """One count: ``places`` are the projects that entered it, by their place on the paper, in paper order."""

    election: Election
    rule: Rule
    support: Support
    chain: TieChain
    places: tuple[int, ...]
