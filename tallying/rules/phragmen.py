"""Sequential Phragmén: all voters are given money at the same pace, and buy together what they can.

Phragmén 1894, as in Brill, Freeman, Janson, Lackner: "Phragmén's Voting Methods and Justified
Representation" (AAAI 2017, arXiv 2102.12305), in the section on Phragmén's methods; with costs: Los, Christoff,
Grossi: "Proportional Budget Allocations: Towards a Systematization" (IJCAI 2022, arXiv 2203.12324).
A project is bought as soon as its supporters have its cost together; it takes all that they have
earned by then, which is their load. So each round buys the project with the least new load:
(its cost + the loads of its supporters) / (number of its supporters).
"""

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import Protocol

from tallying.choices import OnOverspend, Satisfaction, Unsupported
from tallying.election import Election
from tallying.limit_steps import Removal
from tallying.outcome import Reason
from tallying.rule_steps import Load
from tallying.rules.backing import backing_of
from tallying.rules.constraints import order_of_free
from tallying.rules.contest import Contest
from tallying.rules.picks import Forced, Picks, Unsettled, lot_needed, ties_of
from tallying.rules.purses import Supporters
from tallying.rules.run import Refusal, Run
from tallying.rules.unsupported import fund_unsupported
from tallying.rules.waiting import Waiting
from tallying.values import frozen_value, replace


class Track(Protocol):
    """What the voters of one run carry: worked out plainly here, and fast in ``tallying.engine``."""

    @property
    def places(self) -> tuple[int, ...]:
        """All projects that still wait, in paper order."""
        ...

    def least(self) -> dict[int, Fraction]:
        """Take out the projects with the least new load, each with this load; empty: none waits."""
        ...

    def put_back(self, load: Fraction, places: Iterable[int]) -> None:
        """These were taken out with this load and not bought: they wait again."""
        ...

    def carry(self, place: int, load: Fraction) -> None:
        """The supporters of this project carry this load from now on."""
        ...

    def drop(self, place: int) -> None:
        """The project is out of reach: it is in no later ``least``."""
        ...


@frozen_value
class Field:
    """The places that entered: ``open`` sets up a run with those that have supporters and a cost.

    ``free`` are supported projects that cost nothing, with the number of their supporters.
    """

    supported: tuple[int, ...]
    free: dict[int, int]
    unsupported: tuple[int, ...]
    open: Callable[[], Track]


def field_of(election: Election, places: Sequence[int]) -> Field:
    """Collect, once for all runs, who supports each project."""
    backing = backing_of(election, Satisfaction.COUNT, places)
    return Field(
        supported=tuple(backing.supporters),
        free=backing.free,
        unsupported=backing.unsupported,
        open=lambda: PlainTrack(backing.supporters, len(election.groups)),
    )


class PlainTrack:
    """Loads added up voter by voter.

    A load is always one of the loads at which something was bought: ``_reached`` lists these, and
    ``_at`` says for each group which one it carries.
    """

    def __init__(self, supporters: dict[int, Supporters], groups: int) -> None:
        self._supporters = supporters
        self._reached = [Fraction(0)]
        self._at = [0] * groups
        self._dropped: set[int] = set()
        self._waiting: Waiting[Fraction] = Waiting((self._load_with(place), place) for place in supporters)

    @property
    def places(self) -> tuple[int, ...]:
        """See ``Track``."""
        return self._waiting.places

    def least(self) -> dict[int, Fraction]:
        """See ``Track``."""
        return self._waiting.cheapest(self._look)

    def put_back(self, load: Fraction, places: Iterable[int]) -> None:
        """See ``Track``."""
        self._waiting.put_back(load, places)

    def carry(self, place: int, load: Fraction) -> None:
        """See ``Track``."""
        self._reached.append(load)
        for group in self._supporters[place].groups:
            self._at[group] = len(self._reached) - 1

    def drop(self, place: int) -> None:
        """See ``Track``."""
        self._dropped.add(place)

    def _look(self, place: int) -> tuple[Fraction, Fraction] | None:
        if place in self._dropped:
            return None
        load = self._load_with(place)
        return load, load

    def _load_with(self, place: int) -> Fraction:
        """The load of its supporters if the project were bought now."""
        supporters = self._supporters[place]
        carrying = [0] * len(self._reached)
        for group, voters in zip(supporters.groups, supporters.voters, strict=True):
            carrying[self._at[group]] += voters
        loads = sum((load * voters for load, voters in zip(self._reached, carrying, strict=True)), Fraction(0))
        return (loads + supporters.cost) / sum(supporters.voters)


def phragmen(contest: Contest, field: Field) -> Run:
    """Phragmén over the projects of the contest.

    A project that does not fit at its turn is passed over (``skip``), or ends the rule (``stop``): then
    one of several level projects that does not fit is enough. Supported projects that cost nothing
    come first. Those that nobody supports come last, or are left.
    """
    race = _Race(contest, field)
    race.buy_all()
    choice = lot_needed(race, race.again)
    if choice is not None:
        race = _Race(contest, field, until=choice)
        race.buy_all()
    run = race.run()
    if run.pending or contest.rule.unsupported is Unsupported.LEAVE:
        return run
    return fund_unsupported(run, contest, field.unsupported, has_stopped=race.has_stopped)


class _Race:
    """One run: the load of each group of voters, what was bought, and the trace.

    ``forced`` names other picks than the chain's; ``until``: stop before the choice at this step, which
    needs a lot.
    """

    def __init__(
        self, contest: Contest, field: Field, forced: Forced | None = None, until: Unsettled | None = None
    ) -> None:
        self.has_stopped = False
        self.picks = Picks(contest.chain, forced or {})
        self._contest = contest
        self._field = field
        self._until = until
        self._left = contest.election.budget
        self._track = field.open()
        self.funded: list[int] = []
        self._steps: list[Load | Removal] = []
        self._refusals: dict[int, Refusal] = dict.fromkeys(field.unsupported, (Reason.NO_SUPPORT, ()))
        self._pending: tuple[int, ...] = ()
        self._reach = contest.reach((*field.supported, *field.free))

    def buy_all(self) -> None:
        """Buy until nothing is left to buy, the rule stops, or a lot is needed."""
        self._remove(self._reach.open())
        order, self._pending = order_of_free(self._field.free, self._contest.limits, self._contest.chain)
        for place in () if self._pending else order:
            if place not in self._reach.out:
                self._record(place, Fraction(0), self._field.free[place], is_funded=True)
        while not (self._pending or self.has_stopped) and (level := self._track.least()):
            self._take(level[min(level)], sorted(level))

    def _take(self, load: Fraction, level: Sequence[int]) -> None:
        """Buy one of the level projects; those that do not fit are passed over, or stop the rule."""
        fitting = [place for place in level if self._contest.election.projects[place].cost <= self._left]
        too_dear = [place for place in level if place not in fitting]
        self.has_stopped = bool(too_dear) and self._contest.rule.on_overspend is OnOverspend.STOP
        for place in too_dear:
            self._refuse(place, load, Reason.DID_NOT_FIT)
        if self.has_stopped:
            self._stop(load, fitting)
        elif fitting:
            self._buy(load, fitting)

    def _buy(self, load: Fraction, level: Sequence[int]) -> None:
        if self._until is not None and len(self._steps) == self._until.step:
            self._pending = self._until.group
            return
        place = self.picks.choose(level, len(self._steps))
        self._track.put_back(load, (other for other in level if other != place))
        self._record(place, load, self._contest.support.votes[place], is_funded=True)
        self._track.carry(place, load)

    def _record(self, place: int, load: Fraction, voters: int, *, is_funded: bool) -> None:
        project = self._contest.election.projects[place]
        self._steps.append(Load(project.id, project.cost, load, voters, self._left, is_funded))
        if is_funded:
            self._left -= project.cost
            self.funded.append(place)
            self._remove(self._reach.give(place, project.cost))

    def _remove(self, removed: Sequence[tuple[int, Removal]]) -> None:
        for place, step in removed:
            self._track.drop(place)
            if place not in self._refusals:
                self._refusals[place] = self._reach.out[place]
                self._steps.append(step)

    def _refuse(self, place: int, load: Fraction, reason: Reason) -> None:
        self._record(place, load, self._contest.support.votes[place], is_funded=False)
        self._refusals[place] = (reason, (("left", Fraction(self._left)), ("load", load)))

    def _stop(self, load: Fraction, level: Sequence[int]) -> None:
        """Nothing after this is bought: neither the level ones that would fit, nor any later one."""
        self._track.put_back(load, level)
        for place in self._track.places:
            if place in self._refusals:
                continue
            self._refusals[place] = (Reason.STOPPED, (("left", Fraction(self._left)),))

    def run(self) -> Run:
        """The decision with its trace; ties say what another choice would have changed."""
        run = Run(tuple(self.funded), tuple(self._steps), refusals=self._refusals, pending=self._pending)
        return run if self._pending else replace(run, ties=ties_of(self._contest.election, self, self.again))

    def again(self, forced: Forced) -> "_Race":
        """The same with these picks."""
        other = _Race(self._contest, self._field, forced)
        other.buy_all()
        return other
