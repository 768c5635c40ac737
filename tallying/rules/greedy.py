"""Greedy: look at the projects from the highest score down and fund what still fits.

The rule that most cities use; see Faliszewski, Flis, Peters, Pierczyński, Skowron, Stolicki, Szufa,
Talmon: "Participatory Budgeting: Data, Tools, and Analysis" (IJCAI 2023), section 2. Where a project
does not fit, the rulebook says whether it is passed over (``skip``) or ends the count (``stop``).
Money that is reserved for an area or a category (floors) is given first, among its own projects.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import groupby

from tallying.choices import OnOverspend, Unsupported
from tallying.limit_steps import Removal, Reserve
from tallying.outcome import Reason
from tallying.rules.contest import Contest
from tallying.rules.run import Refusal, Run, tie_of
from tallying.rules.support import scores
from tallying.rules.ties import Arranged
from tallying.steps import Tie, Turn
from tallying.values import frozen_value


def greedy(contest: Contest, places: Sequence[int], money: int, before: Sequence[int] = ()) -> Run:
    """Greedy over these places with this money, in minor units; ``before`` are funded already.

    A tie is put in order by the chain. Where only a lot could settle it, the run ends undecided,
    unless their order changes nothing.
    """
    task = _Task.of(contest, places, money, before)
    walk = _Walk(task)
    walk.go()
    return Run(
        funded=tuple(walk.amounts),
        steps=tuple(walk.steps),
        ties=() if walk.pending else tuple(_tie(task, walk, met) for met in walk.met),
        refusals={**task.unsupported, **walk.refusals},
        pending=walk.pending,
        amounts={place: part for place, part in walk.amounts.items() if part < task.cost(place)},
    )


@frozen_value
class _Task:
    """What is to be decided: the places in levels of equal score, highest first, and the money."""

    contest: Contest
    money: int
    before: tuple[int, ...]
    score: Sequence[Fraction]
    levels: tuple[tuple[int, ...], ...]
    unsupported: dict[int, Refusal]

    @classmethod
    def of(cls, contest: Contest, places: Sequence[int], money: int, before: Sequence[int]) -> "_Task":
        score = scores(contest.election, contest.support, contest.rule.rank_by)
        leaves = contest.rule.unsupported is Unsupported.LEAVE
        left = [place for place in places if leaves and not contest.support.votes[place]]
        order = sorted((place for place in places if place not in left), key=lambda place: (-score[place], place))
        levels = tuple(tuple(level) for _, level in groupby(order, key=lambda place: score[place]))
        return cls(contest, money, tuple(before), score, levels, dict.fromkeys(left, (Reason.NO_SUPPORT, ())))

    def cost(self, place: int) -> int:
        return self.contest.election.projects[place].cost


@frozen_value
class _Met:
    """A level of several projects: the number of the meeting, the step before which it was, its order."""

    number: int
    step: int
    arranged: Arranged


class _Walk:
    """One run: the money left and what was decided so far.

    ``turned``: take the level of this meeting the other way round, to see what its order changes.
    """

    def __init__(self, task: _Task, turned: int | None = None) -> None:
        self.amounts: dict[int, int] = {}
        self.steps: list[Turn | Removal | Reserve] = []
        self.refusals: dict[int, Refusal] = {}
        self.met: list[_Met] = []
        self.pending: tuple[int, ...] = ()
        self._task = task
        self._turned = turned
        self._left = task.money
        self._has_stopped = False
        self._reach = task.contest.reach([place for level in task.levels for place in level])
        self._gone = [item for place in task.before for item in self._reach.give(place, task.cost(place))]

    def go(self) -> None:
        """Give what is reserved, then all that is left."""
        self._remove([*self._gone, *self._reach.open()])
        reserves = self._task.contest.limits.reserves
        for bound in reserves:
            money, reserved = self._left, min(bound.amount, self._left)
            self.steps.append(Reserve(bound.name, reserved))
            self._left = reserved
            self._pass(tuple(place for place in level if place in bound.places) for level in self._task.levels)
            self._left += money - reserved
            self.refusals = dict(self._reach.out)
        if reserves and not self.pending:
            self.steps.append(Reserve("", self._left))
        self._pass(self._task.levels)

    def _pass(self, levels: Iterable[Sequence[int]]) -> None:
        """Level after level, until a lot is needed."""
        for level in levels:
            open_places = [place for place in level if place not in self.amounts and place not in self._reach.out]
            if self.pending or not open_places:
                continue
            arranged = self._task.contest.chain.arrange(open_places)
            if len(open_places) > 1:
                self.met.append(_Met(len(self.met), len(self.steps), arranged))
            if len(open_places) > 1 and self._turned == len(self.met) - 1:
                self._take(tuple(reversed(arranged.order)))
            else:
                self._take_level(arranged)

    def _take_level(self, arranged: Arranged) -> None:
        for group in arranged.groups:
            if self._turned is None and self._depends_on_order(group):
                self.pending = group
                return
            self._take(group)

    def _take(self, places: Iterable[int]) -> None:
        for place in places:
            if place not in self._reach.out:
                self._turn(place)

    def _turn(self, place: int) -> None:
        """Fund the project if it fits; otherwise say why not."""
        project = self._task.contest.election.projects[place]
        amount = None if self._has_stopped else self._reach.offer(place, self._left)
        self.steps.append(Turn(project.id, project.cost, self._task.score[place], self._left, amount is not None))
        if amount is not None:
            self.amounts[place] = amount
            self._left -= amount
            self._remove(self._reach.give(place, amount))
        else:
            reason = Reason.STOPPED if self._has_stopped else Reason.DID_NOT_FIT
            self.refusals[place] = (reason, (("left", Fraction(self._left)), ("score", self._task.score[place])))
            self._has_stopped = self._task.contest.rule.on_overspend is OnOverspend.STOP

    def _remove(self, removed: Iterable[tuple[int, Removal]]) -> None:
        """Note who is out of reach; a project that had its turn before keeps the reason that it got then."""
        for place, step in removed:
            if place not in self.refusals:
                self.refusals[place] = self._reach.out[place]
                self.steps.append(step)

    def _depends_on_order(self, group: Sequence[int]) -> bool:
        """Whether their order decides who of these is funded.

        Those that fit by themselves do so in any order if they all fit together; the others never do,
        but stop the ones after them where the rule stops.
        """
        if len(group) == 1 or self._has_stopped:
            return False
        can = [place for place in group if self._reach.offer(place, self._left) is not None]
        stops = self._task.contest.rule.on_overspend is OnOverspend.STOP and len(can) < len(group)
        return bool(can) and (stops or not self._reach.takes_all(can, self._left))


def _tie(task: _Task, walk: _Walk, met: _Met) -> Tie:
    """The tie, with what the reverse order would have changed."""
    other = _Walk(task, turned=met.number)
    other.go()
    order = met.arranged.order
    at = (met.step, order, met.arranged.by)
    return tie_of(task.contest.election, at, tuple(walk.amounts), tuple(other.amounts))
