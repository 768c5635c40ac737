"""Who enters the count: the first step of every rule.

Withdrawn projects, those above the budget, above the cap and below the threshold leave first. The number of
voters, and so everyone's share, does not change.
"""

from fractions import Fraction

from tallying.choices import OnOverspend, RuleName, ThresholdCompare, ThresholdOf
from tallying.election import Election, Project
from tallying.outcome import Reason, Unfunded
from tallying.rule import Threshold
from tallying.rulebook import Rulebook
from tallying.rules.support import Support
from tallying.values import frozen_value


@frozen_value
class Entry:
    """The places on the paper that are counted, in paper order, and the projects that left first."""

    places: tuple[int, ...]
    left_out: tuple[Unfunded, ...]


def enter(election: Election, rulebook: Rulebook, support: Support) -> Entry:
    """Part the projects.

    A project above the budget leaves first, unless the rule is greedy that stops where a project
    does not fit: read strictly, this one stops it at its turn.
    """
    places, left_out = [], []
    for place, project in enumerate(election.projects):
        refused = _reason(election, rulebook, support, place, project)
        if refused is None:
            places.append(place)
        else:
            reason, figures = refused
            left_out.append(Unfunded(project.id, project.cost, reason, support.votes[place], figures))
    return Entry(tuple(places), tuple(left_out))


_Refusal = tuple[Reason, tuple[tuple[str, Fraction], ...]]


def barred(project: Project, budget: int, rulebook: Rulebook) -> _Refusal | None:
    """Why the project may not enter, whatever the ballots say, with the figures; None where only they can tell."""
    if project.withdrawn:
        return Reason.WITHDRAWN, ()
    rule = rulebook.rule
    is_strict = rule.name is RuleName.GREEDY and rule.on_overspend is OnOverspend.STOP
    if project.cost > budget and not is_strict:
        return Reason.OVER_BUDGET, ()
    if rulebook.cap is not None and project.cost > rulebook.cap * budget:
        return Reason.OVER_CAP, (("cap", rulebook.cap * budget),)
    return None


def _reason(election: Election, rulebook: Rulebook, support: Support, place: int, project: Project) -> _Refusal | None:
    refused = barred(project, election.budget, rulebook)
    if refused is not None:
        return refused
    threshold = rulebook.threshold
    if threshold.value is not None:
        score = _score(threshold, support, place)
        if not _reaches(score, threshold.value, threshold.compare):
            return Reason.BELOW_THRESHOLD, (("needed", threshold.value), ("score", score))
    return None


def _score(threshold: Threshold, support: Support, place: int) -> Fraction:
    match threshold.of:
        case ThresholdOf.POINTS:
            return Fraction(support.points[place])
        case ThresholdOf.BORDA:
            return Fraction(support.borda[place])
        case ThresholdOf.SHARE:
            return Fraction(support.votes[place], support.voters) if support.voters else Fraction(0)
        case _:
            return Fraction(support.votes[place])


def _reaches(score: Fraction, needed: Fraction, compare: ThresholdCompare) -> bool:
    return score > needed or (score == needed and compare is ThresholdCompare.AT_LEAST)
