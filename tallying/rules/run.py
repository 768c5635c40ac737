"""What a rule returns: its decision by places on the paper, with the trace."""

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import Any, TypeAlias

from tallying.election import Election
from tallying.outcome import Reason, Step
from tallying.steps import Add1Run, Tie
from tallying.values import frozen_value

Refusal: TypeAlias = tuple[Reason, tuple[tuple[str, Fraction], ...]]
"""Why a project is not funded, and the figures that say so."""
EMPTY: Mapping[int, Any] = MappingProxyType({})


@frozen_value
class Run:
    """Places funded in order, the steps, the ties, and why each other entered project is not funded.

    ``pending`` are the places that a lot must separate; the run ends there, undecided. ``amounts`` are
    in minor units, of those that get less than their cost.
    """

    funded: tuple[int, ...] = ()
    steps: tuple[Step, ...] = ()
    ties: tuple[Tie, ...] = ()
    refusals: Mapping[int, Refusal] = EMPTY
    pending: tuple[int, ...] = ()
    add1: tuple[Add1Run, ...] = ()
    amounts: Mapping[int, int] = EMPTY


def total_cost(election: Election, places: Collection[int]) -> int:
    """What these projects cost together, in minor units."""
    return sum(election.projects[place].cost for place in places)


def ids_of(election: Election, places: Collection[int]) -> tuple[str, ...]:
    """The ids of these places, in the order given."""
    return tuple(election.projects[place].id for place in places)


def tie_of(election: Election, at: tuple[int, Sequence[int], str], funded: Sequence[int], other: Sequence[int]) -> Tie:
    """The tie ``at`` (step, order, link); ``other`` is what its reverse order would have funded."""
    step, order, by = at
    gains = sorted(set(other) - set(funded))
    loses = sorted(set(funded) - set(other))
    return Tie(step, ids_of(election, order), by, ids_of(election, gains), ids_of(election, loses))
