"""Marks on their way from page to page: one sitting may mark several papers, and nothing is kept on the server.

A sitting is spelt as form fields, the same on every page: `paper` (one for each paper marked), `pick-PAPER` (one for
each tick), `number-PAPER` (the voter's own check number) and `blank-PAPER` (the vote is taken back).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from werkzeug.datastructures import MultiDict

from pb_app.services.casting import PaperMarks
from voting.errors import Problem
from voting.paper import BLANK, BallotPaper, Blank, check_number_problems

_MOST_FIELDS = 5000
_SAME_NUMBER = "Use another number here, or leave it empty: the same number twice would show that both votes are yours"


@dataclass(frozen=True, slots=True)
class Marked:
    """What one paper of the sitting bears. `picks` are project ids as ticked; a blank one takes the vote back."""

    paper_id: str
    picks: tuple[str, ...] = ()
    number: str = ""
    is_blank: bool = False

    @property
    def fields(self) -> Iterator[tuple[str, str]]:
        """The form fields that carry it."""
        yield "paper", self.paper_id
        for pick in self.picks:
            yield f"pick-{self.paper_id}", pick
        if self.number:
            yield f"number-{self.paper_id}", self.number
        if self.is_blank:
            yield f"blank-{self.paper_id}", "1"


@dataclass(frozen=True, slots=True)
class Sitting:
    """The papers marked so far, in the voter's own order of papers."""

    papers: tuple[Marked, ...] = ()

    def get(self, paper_id: str) -> Marked:
        """What this paper bears; an empty mark when it is not in the sitting."""
        return next((one for one in self.papers if one.paper_id == paper_id), Marked(paper_id))

    def has(self, paper_id: str) -> bool:
        """Whether the paper is in the sitting."""
        return any(one.paper_id == paper_id for one in self.papers)

    def without(self, paper_id: str) -> Sitting:
        """The sitting, this paper left out."""
        return Sitting(tuple(one for one in self.papers if one.paper_id != paper_id))

    def put(self, marked: Marked) -> Sitting:
        """The sitting with this paper marked so."""
        if not self.has(marked.paper_id):
            return Sitting((*self.papers, marked))
        return Sitting(tuple(marked if one.paper_id == marked.paper_id else one for one in self.papers))

    def fields_except(self, paper_id: str = "") -> list[tuple[str, str]]:
        """The hidden fields that carry every paper but one (whose boxes are on the page themselves)."""
        return [field for one in self.papers if one.paper_id != paper_id for field in one.fields]


def read_sitting(form: MultiDict[str, str], paper_ids: Iterable[str]) -> Sitting:
    """The sitting in a request's fields, limited to the voter's own papers and put in their order."""
    named = set(form.getlist("paper"))
    return Sitting(tuple(_read(form, paper_id) for paper_id in paper_ids if paper_id in named))


def take_out(sitting: Sitting, paper_id: str, project_id: str) -> Sitting:
    """One tick fewer."""
    marked = sitting.get(paper_id)
    return sitting.put(replace(marked, picks=tuple(pick for pick in marked.picks if pick != project_id)))


def to_cast(marked: Marked, paper: BallotPaper) -> PaperMarks | list[Problem]:
    """What casting takes, or what to mend; a Problem's field is the box it belongs to."""
    problems = check_number_problems(marked.number)
    ballot = BLANK if marked.is_blank else paper.mark(marked.picks)
    if isinstance(ballot, list):
        problems = [*ballot, *problems]
    if problems or isinstance(ballot, list):
        return [Problem(_box(marked.paper_id, problem.field), problem.message) for problem in problems]
    return PaperMarks(marked.paper_id, ballot, marked.number)


def problems_with_numbers(sitting: Sitting) -> list[Problem]:
    """A number used on two papers of one sitting would show that both votes are one person's."""
    seen: set[str] = set()
    problems = []
    for marked in sitting.papers:
        if marked.number and marked.number in seen:
            problems.append(Problem(_box(marked.paper_id, "check_number"), _SAME_NUMBER))
        seen.add(marked.number)
    return problems


def _read(form: MultiDict[str, str], paper_id: str) -> Marked:
    picks = dict.fromkeys(form.getlist(f"pick-{paper_id}")[:_MOST_FIELDS])
    return Marked(
        paper_id,
        tuple(picks),
        "".join(form.get(f"number-{paper_id}", "").split())[:40],
        f"blank-{paper_id}" in form,
    )


def _box(paper_id: str, field: str) -> str:
    return f"number-{paper_id}" if field == "check_number" else f"pick-{paper_id}"


__all__ = ["Blank", "Marked", "Sitting", "problems_with_numbers", "read_sitting", "take_out", "to_cast"]
