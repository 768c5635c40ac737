"""The published votes by tracker, so that each voter can find their own: read from the record's bytes alone."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tallying.frozen import RecordPaper
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
    """The votes of one paper, sorted by tracker; none where two people held them back.

    `gives` is what it calls picks.
    """

    paper_id: str
    title: str
    is_public: bool
    lines: tuple[VoteLine, ...]
    gives: str


@dataclass(frozen=True, slots=True)
class VotePages:
    """How the lists are laid out: on one page, or one for each first character in `initials`."""

    is_split: bool
    initials: tuple[str, ...]


def list_votes(zip_bytes: bytes, *, initial: str = "") -> tuple[VotePages, tuple[VoteSheet, ...]]:
    """The sheets of a record, narrowed to trackers that start with `initial`; unnarrowed none if they must be split."""
    opened = load(zip_bytes)
    sheets = tuple(_sheet(opened, paper) for paper in opened.frozen.papers)
    trackers = [line.tracker for sheet in sheets for line in sheet.lines]
    pages = VotePages(len(trackers) > MOST_ON_ONE_PAGE, tuple(sorted({tracker[0] for tracker in trackers})))
    if pages.is_split and not initial:
        return pages, ()
    return pages, tuple(_narrowed(sheet, initial) for sheet in sheets)


def _sheet(opened: Record, paper: RecordPaper) -> VoteSheet:
    gives = paper.word.many if paper.word else "picks"
    if not opened.is_public(paper.id):
        return VoteSheet(paper.id, paper.title, False, (), gives)
    titles = {project.id: project.title for project in paper.projects}
    rows = opened.rows(paper.id)
    lines = tuple(VoteLine(tracker, picks_of(ballot, titles, paper.word)) for tracker, ballot in rows)
    return VoteSheet(paper.id, paper.title, True, lines, gives)


def _narrowed(sheet: VoteSheet, initial: str) -> VoteSheet:
    return replace(sheet, lines=tuple(line for line in sheet.lines if line.tracker.startswith(initial)))
