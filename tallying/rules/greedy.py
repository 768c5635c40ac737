"""Greedy: look at the projects from the highest score down and fund what still fits.

The rule that most cities use; see Faliszewski, Flis, Peters, Pierczyński, Skowron, Stolicki, Szufa,
Talmon: "Participatory Budgeting: Data, Tools, and Analysis" (IJCAI 2023), section 2. Where a project
does not fit, the rulebook says whether it is passed over (``skip``) or ends the count (``stop``).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import groupby

from tallying.choices import OnOverspend, Unsupported
from tallying.election import Election
from tallying.outcome import Reason
from tallying.rules.contest import Contest
from tallying.rules.run import Refusal, Run, tie_of
from tallying.rules.support import scores
from tallying.rules.ties import Arranged, TieChain
from tallying.steps import Tie, Turn


def greedy(contest: Contest, places: Sequence[int], money: int) -> Run:
    """Greedy over these places with this money, in minor units.

    A tie is put in order by the chain. Where only a lot could settle it, the run ends undecided,
    unless all the level projects fit, or none does: then their order changes nothing.
    """
    election, rule = contest.election, contest.rule
    score = scores(election, contest.support, rule.rank_by)
    leaves = rule.unsupported is Unsupported.LEAVE
    refusals: dict[int, Refusal] = {
        place: (Reason.NO_SUPPORT, ()) for place in places if leaves and not contest.support.votes[place]
    }
    levels = _levels([place for place in places if place not in refusals], score, contest.chain)
    walk = _Walk(election, score, money, rule.on_overspend is OnOverspend.STOP, refusals=refusals)
    pending = _go_through(walk, levels)
    return Run(
        funded=tuple(walk.funded),
        steps=tuple(walk.steps),
        ties=() if pending else _ties(walk, levels, money),
        refusals=walk.refusals,
        pending=pending,
    )


def _levels(places: Sequence[int], score: Sequence[Fraction], chain: TieChain) -> list[Arranged]:
    """Places of equal score, highest score first, each level arranged by the chain."""
    order = sorted(places, key=lambda place: (-score[place], place))
    return [chain.arrange(level) for _, level in groupby(order, key=lambda place: score[place])]


def _go_through(walk: "_Walk", levels: Iterable[Arranged]) -> tuple[int, ...]:
    """Take every turn; the places that need a lot, or none."""
    for level in levels:
        for group in level.groups:
            if len(group) > 1 and walk.depends_on_order(group):
                return group
            for place in group:
                walk.turn(place)
    return ()


@dataclass(slots=True)
class _Walk:
    """The money left and what was decided so far."""

    election: Election
    score: Sequence[Fraction]
    left: int
    stops: bool
    has_stopped: bool = False
    funded: list[int] = field(default_factory=list)
    steps: list[Turn] = field(default_factory=list)
    refusals: dict[int, Refusal] = field(default_factory=dict)

    def turn(self, place: int) -> None:
        """Fund the project if it fits; otherwise say why not."""
        project = self.election.projects[place]
        fits = not self.has_stopped and project.cost <= self.left
        self.steps.append(Turn(project.id, project.cost, self.score[place], self.left, fits))
        if fits:
            self.funded.append(place)
            self.left -= project.cost
        else:
            reason = Reason.STOPPED if self.has_stopped else Reason.DID_NOT_FIT
            self.refusals[place] = (reason, (("left", Fraction(self.left)), ("score", self.score[place])))
            self.has_stopped = self.stops

    def depends_on_order(self, level: Iterable[int]) -> bool:
        """Whether some but not all of these fit: then their order decides."""
        costs = [self.election.projects[place].cost for place in level]
        return not self.has_stopped and sum(costs) > self.left and min(costs) <= self.left


def _ties(walk: _Walk, levels: Sequence[Arranged], money: int) -> tuple[Tie, ...]:
    """Every level of several projects, with what its reverse would have changed."""
    ties, before = [], list[int]()
    for number, level in enumerate(levels):
        order = level.order
        if len(order) > 1:
            after = [place for later in levels[number + 1 :] for place in later.order]
            otherwise = _funded([*before, *reversed(order), *after], walk, money)
            ties.append(tie_of(walk.election, (len(before), order, level.by), walk.funded, otherwise))
        before.extend(order)
    return tuple(ties)


def _funded(order: Iterable[int], walk: _Walk, money: int) -> list[int]:
    again = _Walk(walk.election, walk.score, money, walk.stops)
    for place in order:
        again.turn(place)
    return again.funded
