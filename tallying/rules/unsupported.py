"""Projects that nobody supports, where Phragmén funds them: last, with the money that is left.

``skip``: one after the other, what fits. ``stop``: one after the other for as long as every one that
remains fits, as pabutools reads the rule: they all have the same endless load, and a level project
that does not fit stops it.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from tallying.choices import OnOverspend
from tallying.election import Project
from tallying.limit_steps import Removal
from tallying.outcome import Reason
from tallying.rules.constraints import Reach
from tallying.rules.contest import Contest
from tallying.rules.run import Refusal, Run, tie_of, total_cost
from tallying.rules.ties import Arranged
from tallying.steps import Turn
from tallying.values import replace


def fund_unsupported(run: Run, contest: Contest, places: Sequence[int], *, has_stopped: bool) -> Run:
    """The run, and then the turns of these projects; ``has_stopped``: none of them is funded any more."""
    if not places:
        return run
    arranged = contest.chain.arrange(places)
    last = _last_of(contest, run.funded, list(arranged.order), has_stopped)
    pending = _go_through(last, arranged)
    ties = run.ties
    if len(places) > 1 and not pending:
        other = _last_of(contest, run.funded, list(reversed(arranged.order)), has_stopped)
        other.take_all(tuple(other.remaining))
        at = (len(run.steps), arranged.order, arranged.by)
        ties = (*run.ties, tie_of(contest.election, at, last.funded, other.funded))
    return replace(
        run,
        funded=(*run.funded, *last.funded),
        steps=(*run.steps, *last.steps),
        ties=() if pending else ties,
        refusals={place: why for place, why in {**run.refusals, **last.refusals}.items() if place not in last.funded},
        pending=pending,
    )


def _go_through(last: "_Last", arranged: Arranged) -> tuple[int, ...]:
    """Take every turn; the places that need a lot, or none."""
    for group in arranged.groups:
        if len(group) > 1 and last.depends_on_order(group):
            return group
        last.take_all(group)
    return ()


def _last_of(contest: Contest, before: Sequence[int], order: list[int], has_stopped: bool) -> "_Last":
    money = contest.election.budget - total_cost(contest.election, before)
    last = _Last(contest, money, order, contest.reach(order), has_stopped=has_stopped)
    for place in before:
        last.remove(last.reach.give(place, contest.election.projects[place].cost))
    last.remove(last.reach.open())
    return last


class _Last:
    """The money left, who still waits, and what was decided so far."""

    def __init__(self, contest: Contest, left: int, remaining: list[int], reach: Reach, *, has_stopped: bool) -> None:
        self.contest = contest
        self.left = left
        self.remaining = remaining
        self.has_stopped = has_stopped
        self.reach = reach
        self.funded: list[int] = []
        self.steps: list[Turn | Removal] = []
        self.refusals: dict[int, Refusal] = {}

    def take_all(self, places: Iterable[int]) -> None:
        """Each in its turn: fund it, or say why not."""
        for place in places:
            if place in self.remaining:
                self._take(place)

    def remove(self, removed: Iterable[tuple[int, Removal]]) -> None:
        """These are out of reach."""
        for place, step in removed:
            if place in self.remaining:
                self.remaining.remove(place)
                self.refusals[place] = self.reach.out[place]
                self.steps.append(step)

    def _take(self, place: int) -> None:
        project = self._project(place)
        self.has_stopped = self.has_stopped or (self._stops and self._dearest > self.left)
        fits = not self.has_stopped and project.cost <= self.left
        self.remaining.remove(place)
        self.steps.append(Turn(project.id, project.cost, Fraction(0), self.left, fits))
        if fits:
            self.funded.append(place)
            self.left -= project.cost
            self.remove(self.reach.give(place, project.cost))
        else:
            reason = Reason.DID_NOT_FIT if project.cost > self.left else Reason.STOPPED
            self.refusals[place] = (reason, (("left", Fraction(self.left)), ("score", Fraction(0))))

    def depends_on_order(self, group: Sequence[int]) -> bool:
        """Whether some but not all of these would be funded: then their order decides."""
        costs = [self._project(place).cost for place in group if place in self.remaining]
        if len(costs) < 2 or self.has_stopped or min(costs) > self.left or (self._stops and self._dearest > self.left):
            return False
        if self._stops and self._dearest > self.left - (sum(costs) - min(costs)):
            return True
        can = [place for place in group if place in self.remaining and self._project(place).cost <= self.left]
        return not self.reach.takes_all(can, self.left)

    @property
    def _stops(self) -> bool:
        return self.contest.rule.on_overspend is OnOverspend.STOP

    @property
    def _dearest(self) -> int:
        return max(self._project(place).cost for place in self.remaining)

    def _project(self, place: int) -> Project:
        return self.contest.election.projects[place]
