"""The rules at city speed: the same outcomes as the definitions in ``tallying.rules``, byte for byte.

Standard library only. Exact: floats only say where a look is not needed, and know how wrong they
can be; whatever they cannot tell is worked out in whole numbers.
"""

from tallying.choices import RuleName
from tallying.engine.equal_shares import market_of
from tallying.engine.index import Index, index_of
from tallying.engine.phragmen import field_of
from tallying.rulebook import Rulebook

__all__ = ["Index", "covers", "field_of", "index_of", "market_of"]

_COVERED = (RuleName.GREEDY, RuleName.EQUAL_SHARES, RuleName.PHRAGMEN)


def covers(rulebook: Rulebook) -> bool:
    """Whether the engine counts this rulebook."""
    return rulebook.rule.name in _COVERED
