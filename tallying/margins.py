"""The margin of a project in money: at which cost its answer changes, found by counting again, exactly."""

from tallying.count import count
from tallying.election import Election, Project
from tallying.money import shown
from tallying.rulebook import Rulebook
from tallying.values import frozen_value, replace


@frozen_value
class Margin:
    """Two costs next to each other (minor units): at ``funded_at`` the project is funded, at ``not_at`` it is not.

    ``funded_at`` None: it is not funded however little it costs; ``not_at`` None: it is funded even for
    all the money. All else stays as it is. No rule promises that a cheaper project fares better, so
    other costs may change the answer once more; the two that are named have been counted.
    """

    project_id: str
    is_funded: bool
    funded_at: int | None
    not_at: int | None

    def text(self, election: Election) -> str:
        """The margin in words."""
        if self.funded_at is None:
            return "Counted again: it would not have won at any lower cost."
        at = shown(self.funded_at, election.exponent, election.currency)
        still = "still have won" if self.is_funded else "have won"
        if self.not_at is None:
            return f"Counted again: it would {still} for all the money, {at}."
        return f"Counted again: it would {still} at {at}, but not at {self._not_at(election)}."

    def _not_at(self, election: Election) -> str:
        return shown(self.not_at or 0, election.exponent, election.currency)


def margin(election: Election, rulebook: Rulebook, project_id: str, draw: bytes | None = None) -> Margin:
    """The margin of a project in whole units of the currency (minor units where it costs less than one).

    About 30 counts at most. Raises KeyError where there is no such project, and what ``count`` raises.
    """
    search = _Search(election, rulebook, draw, election.project(project_id))
    cost = search.project.cost
    if search.wins(cost):
        return search.between(cost, election.budget, is_funded=True)
    least = min(search.step, cost)
    if cost <= least or not search.wins(least):
        return Margin(project_id, False, None, cost)
    return search.between(least, cost, is_funded=False)


class _Search:
    """Counts the election with another cost of one project."""

    def __init__(self, election: Election, rulebook: Rulebook, draw: bytes | None, project: Project) -> None:
        self._election, self._rulebook, self._draw = election, rulebook, draw
        self.project = project
        unit: int = 10**election.exponent
        self.step = unit if project.cost >= unit else 1

    def wins(self, cost: int) -> bool:
        """Whether the project is funded at this cost; an outcome that needs a lot does not fund it yet."""
        minimum = self.project.minimum
        other = replace(self.project, cost=cost, minimum=None if minimum is None else min(minimum, cost))
        projects = tuple(other if item is self.project else item for item in self._election.projects)
        election = replace(self._election, projects=projects)
        return self.project.id in count(election, self._rulebook, self._draw).funded_ids

    def between(self, funded: int, not_funded: int, *, is_funded: bool) -> Margin:
        """Halve what lies between a cost that wins and a higher one, until they are one step apart."""
        if is_funded and (not_funded <= funded or self.wins(not_funded)):
            return Margin(self.project.id, True, max(funded, not_funded), None)
        while not_funded - funded > self.step:
            middle = funded + max((not_funded - funded) // self.step // 2, 1) * self.step
            if self.wins(middle):
                funded = middle
            else:
                not_funded = middle
        return Margin(self.project.id, is_funded, funded, not_funded)
