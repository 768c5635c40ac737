"""Printed ballots as one tagged PDF: a sheet for each slip. Codes pass through: nothing here keeps them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

import typst

from voting.codes import written

_LAYOUT = Path(__file__).with_name("sheets.typ")


class Look(StrEnum):
    """How a sheet is set: for most people; at least 18 point; or short, with much space."""

    STANDARD = "standard"
    LARGE = "large"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class _Measures:
    """Points of type (text, small text, code), millimetres of the box to mark, ems between projects."""

    size: float
    small: float
    code: float
    box: float
    gap: float


MEASURES: dict[Look, _Measures] = {
    Look.STANDARD: _Measures(size=11, small=9.5, code=14, box=6, gap=0.75),
    Look.LARGE: _Measures(size=18, small=18, code=20, box=10, gap=0.9),
    Look.PLAIN: _Measures(size=14, small=13, code=16, box=9, gap=1.4),
}


@dataclass(frozen=True, slots=True)
class PrintedProject:
    """A line of the sheet; `number` is its place on the paper, by which it is typed in later. All in words."""

    number: int
    title: str
    cost: str
    summary: str
    mark: str
    notes: tuple[str, ...] = ()
    """Mistakes that two people noted in its text."""


@dataclass(frozen=True, slots=True)
class PrintedPaper:
    """What every sheet of a paper says; dates and sums are already words. `foot` is the same on all of them."""

    council: str
    round: str
    title: str
    heading: str
    rules: tuple[str, ...]
    projects: tuple[PrintedProject, ...]
    foot: str
    slip_lines: tuple[str, ...]
    notes: tuple[str, ...] = ()
    """Mistakes that two people noted in the paper as a whole."""


@dataclass(frozen=True, slots=True)
class Slip:
    """What is torn off: the number in its run, and the code that proves the right to vote."""

    number: str
    code: str


def typeset_sheets(papers: Sequence[PrintedPaper], look: Look, slips: Sequence[Slip]) -> bytes:
    """A PDF/UA-1 file: for each slip, in the order given, a sheet of every paper. A long paper takes several pages."""
    return _compile(papers, look, {"sample": "", "slips": [_slip(slip) for slip in slips]})


@lru_cache(maxsize=32)
def typeset_sample(paper: PrintedPaper, look: Look) -> bytes:
    """One sheet that opens nothing: to see what will be asked. Kept, because anybody may ask for it."""
    slips = [{"number": "Sample", "code": "SAMPLE"}]
    return _compile((paper,), look, {"sample": "Sample: not for voting", "slips": slips})


def _compile(papers: Sequence[PrintedPaper], look: Look, values: dict[str, object]) -> bytes:
    words = _words(papers, look) | values
    return typst.compile(str(_LAYOUT), sys_inputs={"sheet": json.dumps(words)}, format="pdf", pdf_standards="ua-1")


def _slip(slip: Slip) -> dict[str, str]:
    return {"number": slip.number, "code": written(slip.code)}


def _words(papers: Sequence[PrintedPaper], look: Look) -> dict[str, object]:
    return {
        **asdict(MEASURES[look]),
        "council": papers[0].council,
        "round": papers[0].round,
        "papers": [_paper(paper, look) for paper in papers],
        "list_heading": "The projects",
        "tear": "Leave this slip on. We tear it off here before anybody looks at your choices.",
        "slip_heading": "Slip: your right to vote",
    }


def _paper(paper: PrintedPaper, look: Look) -> dict[str, object]:
    return {
        "title": paper.title,
        "heading": paper.heading,
        "rules": list(paper.rules),
        "notes": list(paper.notes),
        "projects": [_project(project, look) for project in paper.projects],
        "foot": paper.foot,
        "slip_lines": list(paper.slip_lines),
    }


def _project(project: PrintedProject, look: Look) -> dict[str, object]:
    return {
        "notes": list(project.notes),
        "number": f"{project.number}.",
        "title": project.title,
        "cost": project.cost,
        "summary": "" if look is Look.PLAIN else project.summary,
        "mark": f"marked “{project.mark}”" if project.mark else "",
    }
