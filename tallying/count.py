"""The one door to every count: ``count(election, rulebook) -> Outcome``."""

from tallying.election import Election
from tallying.outcome import Outcome
from tallying.rulebook import Rulebook


def count(election: Election, rulebook: Rulebook, draw: bytes | None = None) -> Outcome:
    """The outcome of the election under the rulebook: exact, and the same on every machine.

    ``draw`` is the seed of a lot drawn in public. Without it a tie that the chain of the rulebook
    does not settle gives an undecided outcome, which names the projects to draw between.
    Raises RulebookError where the rulebook does not fit the election (currency, kind of ballot).
    """
    raise NotImplementedError
