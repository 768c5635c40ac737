"""The paper on which projects are put in order: 1 in the box of the best, 2 in that of the next, and so on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tallying.election import Ballot, Ranking
from voting.errors import Problem
from voting.paper import WHOLE, BallotPaper, Mark, whole_number


@dataclass(frozen=True, slots=True)
class RankingPaper(BallotPaper):
    """Places: each once. A gap (1, 2, 4) is closed, because the order alone counts and the check page shows it."""

    def marks_of(self, ballot: Ballot) -> tuple[Mark, ...]:
        """The place on each project, from 1."""
        ids = ballot.ids if isinstance(ballot, Ranking) else ()
        return tuple((project_id, str(place)) for place, project_id in enumerate(ids, start=1))

    def moved(self, marks: Sequence[Mark], project_id: str, by: int) -> tuple[Mark, ...]:
        """The marks with one project `by` places further down (-1: one up), numbered anew from 1.

        Marks that are no ballot yet come back as they are.
        """
        ballot = self.mark(marks)
        if not isinstance(ballot, Ranking) or project_id not in ballot.ids:
            return tuple(marks)
        ids = [other for other in ballot.ids if other != project_id]
        ids.insert(max(0, ballot.ids.index(project_id) + by), project_id)
        return self.marks_of(Ranking(tuple(ids)))

    def _mark(self, written: Mapping[str, str]) -> Ballot | list[Problem]:
        typed = [(project.id, written[project.id].strip()) for project in self.projects if project.id in written]
        read = [(project_id, whole_number(text)) for project_id, text in typed if text]
        problems = [self._no_place(project_id) for project_id, place in read if not place]
        places = [(place, project_id) for project_id, place in read if place]
        problems += self._shared_places(places)
        if words := self._number_words(len(read)):
            problems.append(Problem(WHOLE, words))
        return problems or Ranking(tuple(project_id for _, project_id in sorted(places)))

    def _no_place(self, project_id: str) -> Problem:
        words = f"Write the place of {self._name(project_id)} as a whole number: 1 for the best, then 2, 3 and so on."
        return Problem(project_id, words)

    def _shared_places(self, places: list[tuple[int, str]]) -> list[Problem]:
        found: dict[int, list[str]] = defaultdict(list)
        for place, project_id in places:
            found[place].append(project_id)
        return [
            Problem(ids[1], f"{' and '.join(map(self._name, ids))} have place {place}. Give each a place of its own.")
            for place, ids in sorted(found.items())
            if len(ids) > 1
        ]

    def _number_words(self, count: int) -> str:
        if count == 0 and self.least == 1:
            return "Give at least one project a place, or leave this paper out."
        if count < self.least:
            return f"You gave {count} a place. Give at least {self.least} one, or leave this paper out."
        if count > self.most:
            return f"You gave {count} a place. You can put {self.most} in order: empty {count - self.most}."
        return ""
