"""Marks on their way from page to page: one sitting may mark several papers, and nothing is kept on the server.

A sitting is spelt as form fields, the same on every page: `paper` (one for each paper marked), `pick-PAPER` (one for
each tick) or `pick-PAPER/PROJECT` (the points or the place written there), `number-PAPER` (the voter's own check
number) and `blank-PAPER` (the vote is taken back).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from werkzeug.datastructures import MultiDict

from tallying.commitment import Marks
from voting.errors import Problem
from voting.paper import BLANK, WHOLE, BallotPaper, Mark, PaperMarks, check_number_problems, sitting_problems

_LONGEST_NUMBER = 40
"""Enough to show a mistaken number again."""


@dataclass(frozen=True, slots=True)
class Marked:
    """What one paper of the sitting bears. `marks` stand as they were written; a blank one takes the vote back."""

    paper_id: str
    marks: tuple[Mark, ...] = ()
    number: str = ""
    is_blank: bool = False

    @property
    def fields(self) -> Iterator[tuple[str, str]]:
        """The form fields that carry it."""
        yield "paper", self.paper_id
        yield from self.mark_fields
        if self.number:
            yield f"number-{self.paper_id}", self.number
        if self.is_blank:
            yield f"blank-{self.paper_id}", "1"

    @property
    def mark_fields(self) -> Iterator[tuple[str, str]]:
        """The fields of its marks alone."""
        for project_id, text in self.marks:
            yield (f"pick-{self.paper_id}/{project_id}", text) if text else (f"pick-{self.paper_id}", project_id)

    @property
    def written(self) -> dict[str, str]:
        """What stands in each marked project's box; "" is a tick."""
        return dict(self.marks)


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

    def take_out(self, paper_id: str, project_id: str) -> Sitting:
        """The sitting with one project fewer."""
        marked = self.get(paper_id)
        return self.put(replace(marked, marks=tuple(mark for mark in marked.marks if mark[0] != project_id)))

    @property
    def fields(self) -> list[tuple[str, str]]:
        """The hidden fields that carry every paper."""
        return [field for one in self.papers for field in one.fields]


def read_sitting(form: MultiDict[str, str], paper_ids: Iterable[str]) -> Sitting:
    """The sitting in a request's fields, limited to the voter's own papers and put in their order."""
    named = set(form.getlist("paper"))
    return Sitting(tuple(_read(form, paper_id) for paper_id in paper_ids if paper_id in named))


def sitting_fields(form: MultiDict[str, str]) -> list[tuple[str, str]]:
    """Every field that carries marks, whoever's: to be sent again once we know the voter. Empty papers stay behind."""
    papers = list(dict.fromkeys(form.getlist("paper")))
    marked = (_read(form, paper_id) for paper_id in papers)
    return list(Sitting(tuple(one for one in marked if one.marks or one.is_blank)).fields)


def to_cast(sitting: Sitting, papers: Mapping[str, BallotPaper]) -> list[PaperMarks] | list[Problem]:
    """What casting takes, or all that must be mended first; a Problem's field is the box it belongs to.

    `papers` holds the ballot paper of each paper of the sitting.
    """
    problems = [problem for one in sitting.papers for problem in paper_problems(one, papers[one.paper_id])]
    if problems:
        return problems
    marks = [PaperMarks(one.paper_id, _ballot(one, papers[one.paper_id]), one.number) for one in sitting.papers]
    twice = [Problem(f"number-{problem.field}", problem.message) for problem in sitting_problems(marks)]
    return twice or marks


def paper_problems(marked: Marked, paper: BallotPaper) -> list[Problem]:
    """What must be mended on one paper."""
    ballot = BLANK if marked.is_blank else paper.mark(marked.marks)
    boxes = [_at_box(marked.paper_id, one) for one in ballot] if isinstance(ballot, list) else []
    numbers = check_number_problems(marked.number)
    return [*boxes, *(Problem(f"number-{marked.paper_id}", one.message) for one in numbers)]


def _ballot(marked: Marked, paper: BallotPaper) -> Marks:
    """The marks of a paper without problems."""
    ballot = BLANK if marked.is_blank else paper.mark(marked.marks)
    if isinstance(ballot, list):
        raise ValueError("a paper with problems has no ballot")
    return ballot


def _at_box(paper_id: str, problem: Problem) -> Problem:
    """The problem at the box that it speaks of, or at the first one."""
    box = "" if problem.field == WHOLE else f"/{problem.field}"
    return Problem(f"pick-{paper_id}{box}", problem.message)


def _read(form: MultiDict[str, str], paper_id: str) -> Marked:
    return Marked(
        paper_id,
        tuple(_read_marks(form, paper_id)),
        "".join(form.get(f"number-{paper_id}", "").split())[:_LONGEST_NUMBER],
        f"blank-{paper_id}" in form,
    )


def _read_marks(form: MultiDict[str, str], paper_id: str) -> Iterator[Mark]:
    """Ticks, each once, then what was written in boxes, each box once; an empty box is no mark."""
    yield from ((project_id, "") for project_id in dict.fromkeys(form.getlist(f"pick-{paper_id}")))
    box = f"pick-{paper_id}/"
    for name, text in form.items():
        if name.startswith(box) and text.strip():
            yield name.removeprefix(box), text.strip()[:_LONGEST_NUMBER]
