"""Which of several level projects is taken, and whether a lot must say so.

A rule that buys one project after the other takes the first in the order of the chain. Where the chain
leaves the first ones level, it goes on with the one that is listed first, and notes that it did. At
the end every other pick is tried: only if one of them funds other projects must a lot be drawn.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol, TypeAlias

from tallying.election import Election
from tallying.rules.run import tie_of
from tallying.rules.ties import Arranged, TieChain
from tallying.steps import Tie
from tallying.values import frozen_value

MOST_ATTEMPTS = 32
"""Other picks that are tried for one run; beyond, a lot is asked for without knowing."""

Forced: TypeAlias = Mapping[int, int]
"""The place to take at a step, by step."""


@frozen_value
class Unsettled:
    """A choice that the chain did not settle: before which step, and between whom."""

    step: int
    group: tuple[int, ...]


class Picks:
    """The choices of one run. ``forced`` names other picks than the chain's, to see what they change."""

    def __init__(self, chain: TieChain, forced: Forced) -> None:
        self.chain = chain
        self.forced = forced
        self.met: list[tuple[int, Arranged]] = []
        self.unsettled: list[Unsettled] = []

    def choose(self, level: Sequence[int], step: int) -> int:
        """One of the level projects; several are noted as a tie before this step."""
        if len(level) == 1:
            return level[0]
        arranged = self.chain.arrange(level)
        self.met.append((step, arranged))
        if len(arranged.groups[0]) > 1:
            self.unsettled.append(Unsettled(step, arranged.groups[0]))
        return self.forced.get(step, arranged.order[0])


class Attempt(Protocol):
    """A run that went to its end."""

    @property
    def picks(self) -> Picks:
        """Its choices."""
        ...

    @property
    def funded(self) -> Sequence[int]:
        """What it funded."""
        ...


def ties_of(election: Election, attempt: Attempt, again: Callable[[Forced], Attempt]) -> tuple[Tie, ...]:
    """The ties that a run met, each with what its last instead of its first project would have changed."""
    return tuple(
        tie_of(election, (step, met.order, met.by), attempt.funded, again({step: met.order[-1]}).funded)
        for step, met in attempt.picks.met
    )


def lot_needed(first: Attempt, again: Callable[[Forced], Attempt]) -> Unsettled | None:
    """The first choice of a run on which it depends what is funded; None: no lot is needed.

    ``again`` makes the same run with other picks.
    """
    if not first.picks.unsettled:
        return None
    trial = _Trial(again)
    try:
        if len(trial.results(first, {}, -1)) == 1:
            return None
        for choice in first.picks.unsettled:
            by_pick = [trial.results(first, {}, choice.step), *trial.others({}, choice)]
            if any(results != by_pick[0] for results in by_pick):
                return choice
    except _TooManyError:
        pass
    return first.picks.unsettled[0]


class _TooManyError(Exception):
    """More picks than ``MOST_ATTEMPTS`` would have to be tried."""


class _Trial:
    """Runs with other picks, as many as are allowed; the same picks are tried once."""

    def __init__(self, again: Callable[[Forced], Attempt]) -> None:
        self._again = again
        self._made: dict[tuple[tuple[int, int], ...], Attempt] = {}

    def results(self, attempt: Attempt, forced: Forced, after: int) -> set[frozenset[int]]:
        """All that can be funded by other picks after this step."""
        found = {frozenset(attempt.funded)}
        for choice in attempt.picks.unsettled:
            if choice.step > after:
                found.update(*self.others(forced, choice))
        return found

    def others(self, forced: Forced, choice: Unsettled) -> Iterable[set[frozenset[int]]]:
        """For every other pick of this choice, all that can then be funded."""
        for place in choice.group[1:]:
            picks = {**forced, choice.step: place}
            yield self.results(self._attempt(picks), picks, choice.step)

    def _attempt(self, picks: Forced) -> Attempt:
        key = tuple(sorted(picks.items()))
        if key not in self._made:
            if len(self._made) == MOST_ATTEMPTS:
                raise _TooManyError
            self._made[key] = self._again(picks)
        return self._made[key]
