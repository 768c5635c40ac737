"""Typing a printed ballot in: a number a project, in one line; or why the sheet is spoilt."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from tallying.election import Ballot
from voting.errors import Problem
from voting.paper import BallotPaper, Mark
from voting.points import PointsPaper
from voting.ranking import RankingPaper

LEAST_MIXED = 20
"""Ballots mixed together at least: in a smaller batch somebody could tell whose is whose."""

TYPED = "typed"
"""The field of everything that is wrong with what was typed."""


class Reason(StrEnum):
    """Why a sheet is spoilt, in the order of their numbers."""

    EMPTY = "empty"
    TOO_MUCH = "too_much"
    UNCLEAR = "unclear"
    NAMED = "named"
    DAMAGED = "damaged"
    MISSING = "missing"


REASON_WORDS: Mapping[Reason, str] = {
    Reason.EMPTY: "Nothing is marked",
    Reason.TOO_MUCH: "More is marked than the paper allows",
    Reason.UNCLEAR: "Nobody can say for certain what is meant",
    Reason.NAMED: "It says whose it is: a name, a signature, a number",
    Reason.DAMAGED: "It is torn, or part of it is missing",
    Reason.MISSING: "Its slip came, but no ballot",
}


@dataclass(frozen=True, slots=True)
class Spoilt:
    """A sheet that came in and can't be counted."""

    reason: Reason


Typed: TypeAlias = Ballot | Spoilt
"""What an officer read on a sheet."""

_SPOILT = re.compile(r"[xX]\s*([0-9]?)")
_POINTS = re.compile(r"([0-9]{1,4})\s*[=:]\s*([0-9]{1,9})")
_NUMBER = re.compile(r"[0-9]{1,4}")


def how_to_type(paper: BallotPaper) -> str:
    """The hint beside the box."""
    if isinstance(paper, PointsPaper):
        return "Number of the project, =, points; a space between projects. Like 3=5 7=2"
    if isinstance(paper, RankingPaper):
        return "Numbers of the projects, the best first, a space between. Like 7 3 12"
    return "Numbers of the projects that are marked, a space between. Like 3 7 12"


def read_typed(paper: BallotPaper, text: str) -> Typed | list[Problem]:
    """What was typed of one sheet, or what to mend. `x2` stands for the second reason why a sheet is spoilt."""
    if spoilt := _SPOILT.fullmatch(text.strip()):
        return _spoilt(spoilt[1])
    marks = _points(text) if isinstance(paper, PointsPaper) else _numbers(text)
    if marks is None:
        return [Problem(TYPED, f"Type it like this: {how_to_type(paper)}. For a spoilt sheet type x and a reason.")]
    if problems := _place_problems(paper, [place for place, _ in marks]):
        return problems
    found = paper.mark(_marks(paper, marks))
    if isinstance(found, list):
        return [Problem(TYPED, f"{one.message} If the sheet says so, type x and the reason.") for one in found]
    return found


def written(paper: BallotPaper, typed: Typed) -> str:
    """What to type for this: the other way round from `read_typed`."""
    if isinstance(typed, Spoilt):
        return f"x{list(Reason).index(typed.reason) + 1}"
    places = {project.id: place for place, project in enumerate(paper.projects, start=1)}
    marks = paper.marks_of(typed)
    if isinstance(paper, PointsPaper):
        return " ".join(f"{places[project_id]}={text}" for project_id, text in marks)
    return " ".join(str(places[project_id]) for project_id, _ in marks)


def _spoilt(number: str) -> Spoilt | list[Problem]:
    reasons = list(Reason)
    if number and 1 <= int(number) <= len(reasons):
        return Spoilt(reasons[int(number) - 1])
    return [Problem(TYPED, f"Write the number of the reason after the x, 1 to {len(reasons)}, like x1.")]


def _numbers(text: str) -> list[tuple[int, str]] | None:
    parts = re.split(r"[\s,;]+", text.strip())
    if not all(_NUMBER.fullmatch(part) for part in parts):
        return None
    return [(int(part), "") for part in parts]


def _points(text: str) -> list[tuple[int, str]] | None:
    left = _POINTS.sub("", text)
    if left.strip(" \t,;") or not text.strip():
        return None
    return [(int(place), points) for place, points in _POINTS.findall(text)]


def _place_problems(paper: BallotPaper, places: Sequence[int]) -> list[Problem]:
    unknown = [place for place in places if not 1 <= place <= len(paper.projects)]
    if unknown:
        return [Problem(TYPED, f"There is no project {unknown[0]}. The numbers go from 1 to {len(paper.projects)}.")]
    twice = [place for number, place in enumerate(places) if place in places[:number]]
    return [Problem(TYPED, f"You typed project {twice[0]} twice. Look at the sheet again.")] if twice else []


def _marks(paper: BallotPaper, typed: Sequence[tuple[int, str]]) -> list[Mark]:
    """A ranking is typed in its order, so the place of a project is where it was typed."""
    ids = [(paper.projects[place - 1].id, text) for place, text in typed]
    if not isinstance(paper, RankingPaper):
        return ids
    return [(project_id, str(place)) for place, (project_id, _) in enumerate(ids, start=1)]
