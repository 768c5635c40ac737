"""Pabulib ``.pb`` files: read with every repair reported, and written in one spelling.

Format: Stolicki, Szufa, Talmon: "Pabulib: A Participatory Budgeting Library" (arXiv 2012.06539).
``read(write(file))`` gives the same election, and writing that again gives the same bytes.
"""

from io import BytesIO
from typing import BinaryIO

from tallying.election import Ballot, Election, Project
from tallying.pabulib_issues import Issue, PabulibError, Reading
from tallying.pabulib_lines import LineReader
from tallying.pabulib_paper import Paper, read_meta, read_paper
from tallying.pabulib_text import read_sections, whole_number
from tallying.pabulib_votes import read_votes
from tallying.pabulib_write import write_ballots, write_file
from tallying.rules.support import support_of
from tallying.values import frozen_value

__all__ = ["Issue", "PabulibError", "PabulibFile", "read", "read_grouped", "whole_number", "write", "write_ballots"]


@frozen_value
class PabulibFile:
    """A file as it was read.

    ``meta`` in file order; ``rows`` are voter ids and ballots in file order; ``selected`` is the
    official code of each project (1: funded) where the file has that column; ``unused`` names the
    columns that are not kept, as SECTION.column.
    """

    source: str
    meta: tuple[tuple[str, str], ...]
    projects: tuple[Project, ...]
    election: Election
    rows: tuple[tuple[str, Ballot], ...]
    selected: tuple[tuple[str, int], ...] | None
    issues: tuple[Issue, ...]
    unused: tuple[str, ...] = ()

    def value(self, key: str) -> str:
        """The value of a key of META; empty where it is missing."""
        return dict(self.meta).get(key, "")

    @property
    def vote_type(self) -> str:
        """approval, choose-1, ordinal, cumulative or scoring."""
        return self.value("vote_type").lower()


def read(data: bytes | str, source: str) -> PabulibFile:
    """The file of these bytes; ``source`` is the name that messages give it.

    Raises PabulibError, with file, line, what and how to mend it, for what cannot be read.
    """
    return _read(data if isinstance(data, str) else BytesIO(data), source, keep_rows=True)


def read_grouped(file: BinaryIO, source: str) -> PabulibFile:
    """The file without its ``rows``, read in parts: memory grows with the different ballots, not with all.

    ``file`` gives bytes. Otherwise like ``read``.
    """
    return _read(file, source, keep_rows=False)


def _read(data: BinaryIO | str, source: str, *, keep_rows: bool) -> PabulibFile:
    reading = Reading(source)
    meta_section, project_section, vote_section = read_sections(LineReader(reading).parts(data), reading)
    meta = read_meta(meta_section, reading)
    paper = read_paper(meta, meta_section, project_section, reading)
    order = {project.id: place for place, project in enumerate(paper.projects)}
    votes = read_votes(meta, vote_section, order, reading, keep_rows=keep_rows)
    election = Election.of_counted(
        budget=paper.budget,
        exponent=paper.exponent,
        currency=meta.get("currency", ""),
        projects=paper.projects,
        counted=votes.groups(),
    )
    _compare_totals(paper, election, meta["vote_type"].lower(), reading)
    unused = [
        f"{section.name}.{column}"
        for section in (project_section, vote_section)
        for column in section.header
        if column not in _KEPT
    ]
    return PabulibFile(
        source,
        tuple(meta.items()),
        paper.projects,
        election,
        tuple(votes.rows),
        paper.selected,
        tuple(reading.issues),
        tuple(unused),
    )


_KEPT = {"project_id", "cost", "name", "category", "selected", "votes", "score", "voter_id", "vote", "points"}


def write(file: PabulibFile) -> bytes:
    """The file in our one spelling: LF, quotes only where needed, totals counted anew."""
    return write_file(file.meta, file.election, file.rows, file.selected)


def _compare_totals(paper: Paper, election: Election, vote_type: str, reading: Reading) -> None:
    """Report where the totals that the file publishes are not those of its ballots."""
    if not paper.published:
        return
    support = support_of(election)
    scores = support.borda if vote_type == "ordinal" else support.points
    has_zeros = any(issue.code == "zero_points" for issue in reading.issues)
    for column, counted in (("votes", support.votes), ("score", scores)):
        if column == "votes" and has_zeros:
            continue  # these columns count whoever is named, also with no points
        published = paper.published.get(column, {})
        for project, total in zip(paper.projects, counted, strict=True):
            given = whole_number(published.get(project.id, ""))
            if given is not None and given != total:
                text = f"{project.id}: the column {column} says {given}, the ballots give {total}"
                reading.report(0, f"{column}_differ", text)
