"""The published votes by tracker, so that each voter can find their own: read from the record's bytes alone."""

from __future__ import annotations

from dataclasses import dataclass

from tallying.picks import picks_of
from tallying.record import Record, load

MOST_ON_ONE_PAGE = 1000
"""With more trackers than this the list is split by the first character of the tracker."""


@dataclass(frozen=True, slots=True)
class VoteLine:
    """One published vote: its tracker and the titles it names."""

    tracker: str
    picks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VoteSheet:
    """The votes of one paper, sorted by tracker; none where two people held them back."""

    paper_id: str
    title: str
    is_public: bool
    lines: tuple[VoteLine, ...]


@dataclass(frozen=True, slots=True)
class VotePages:
    """How the lists are laid out: on one page, or one for each first character in `initials`."""

    is_split: bool
    initials: tuple[str, ...]


def list_votes(zip_bytes: bytes, *, initial: str = "") -> tuple[VotePages, tuple[VoteSheet, ...]]:
    """The sheets of a record, narrowed to trackers that start with `initial`; unnarrowed none if they must be split."""
    opened = load(zip_bytes)
    sheets = tuple(_sheet(opened, paper_id, title) for paper_id, title in _papers(opened))
    trackers = [line.tracker for sheet in sheets for line in sheet.lines]
    pages = VotePages(len(trackers) > MOST_ON_ONE_PAGE, tuple(sorted({tracker[0] for tracker in trackers})))
    if pages.is_split and not initial:
        return pages, ()
    return pages, tuple(_narrowed(sheet, initial) for sheet in sheets)


def _papers(opened: Record) -> list[tuple[str, str]]:
    return [(paper.id, paper.title) for paper in opened.frozen.papers]


def _sheet(opened: Record, paper_id: str, title: str) -> VoteSheet:
    if not opened.is_public(paper_id):
        return VoteSheet(paper_id, title, False, ())
    paper = opened.frozen.paper(paper_id)
    titles = {project.id: project.title for project in paper.projects}
    lines = tuple(VoteLine(tracker, picks_of(ballot, titles, paper.word)) for tracker, ballot in opened.rows(paper_id))
    return VoteSheet(paper_id, title, True, lines)


def _narrowed(sheet: VoteSheet, initial: str) -> VoteSheet:
    lines = tuple(line for line in sheet.lines if line.tracker.startswith(initial))
    return VoteSheet(sheet.paper_id, sheet.title, sheet.is_public, lines)
