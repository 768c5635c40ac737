"""Public arithmetic: everything about a round that can be checked from public bytes.

The counting library, on its own and with the standard library alone::

    from tallying import read_pabulib, rulebook_for, count

    file = read_pabulib("city.pb")
    outcome = count(file.election, rulebook_for(file, "equal-shares"))

See ``docs/guides/counting.md``.
"""

from tallying.count import count
from tallying.election import Election
from tallying.interface import read_pabulib, rulebook_for
from tallying.outcome import Outcome
from tallying.pabulib import PabulibError
from tallying.rulebook import Rulebook, RulebookError

__all__ = [
    "Election",
    "Outcome",
    "PabulibError",
    "Rulebook",
    "RulebookError",
    "count",
    "read_pabulib",
    "rulebook_for",
]
