"""Other forms of an election file go through ``.pb`` text, so that all of them have the same checks.

A form gives the keys of META, the projects, and the marks of each ballot: 1 for a pick, the points,
or the rank (1: best). ``Origin`` is the line of the form on which each of them stands (0: not known).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from tallying import pabulib
from tallying.election import Approval, Ballot, Points, Ranking
from tallying.money import amount_text
from tallying.pabulib import PabulibError, PabulibFile
from tallying.pabulib_write import row_text

COLUMNS = ("project_id", "cost", "name", "category")
Marks = Sequence[tuple[str, str]]
"""Projects and what the voter gave each, as text."""

_PICKED = ("0", "1", "x")


@dataclass(slots=True)
class PabulibRows:
    """``.pb`` text in the making, with the line of the form from which each of its lines comes."""

    source: str
    lines: list[str] = field(default_factory=list)
    origins: list[int] = field(default_factory=list)

    def add(self, origin: int, *cells: str) -> None:
        """Add a row."""
        text = row_text(*cells)
        self.lines.append(text)
        self.origins += [origin] * (text.count("\n") + 1)

    def add_meta(self, rows: Iterable[tuple[int, str, str]]) -> None:
        """Add META: line, key, value."""
        self.lines += ["META", "key;value"]
        self.origins += [0, 0]
        for origin, key, value in rows:
            self.add(origin, key, value)

    def add_projects(self, rows: Iterable[tuple[int, Sequence[str]]]) -> None:
        """Add PROJECTS: line, and the cells of COLUMNS."""
        self.lines += ["PROJECTS", ";".join(COLUMNS)]
        self.origins += [0, 0]
        for origin, cells in rows:
            self.add(origin, *cells)

    def add_votes(self, vote_type: str, rows: Iterable[tuple[int, str, Marks]]) -> None:
        """Add VOTES: line, voter, marks."""
        kind = vote_type.lower()
        self.lines += ["VOTES", "voter_id;vote" + (";points" if has_points(kind) else "")]
        self.origins += [0, 0]
        for origin, voter, given in rows:
            marks = self._ordered(kind, origin, given)
            vote = ",".join(project_id for project_id, _ in marks)
            points = [",".join(mark for _, mark in marks)] if has_points(kind) else []
            self.add(origin, voter, vote, *points)

    def read(self) -> PabulibFile:
        """The file; raises PabulibError with the line of the form."""
        try:
            file = pabulib.read("\n".join(self.lines) + "\n", self.source)
        except PabulibError as error:
            raise PabulibError(self.source, self._origin(error.line), error.what, error.mend) from error
        issues = tuple(replace(issue, line=self._origin(issue.line)) for issue in file.issues)
        return replace(file, issues=issues)

    def _ordered(self, kind: str, origin: int, marks: Marks) -> Marks:
        """Ranked ones from the best on, picked ones without those that say no."""
        if has_points(kind):
            return marks
        if kind == "ordinal":
            self._check_ranks(origin, marks)
            return sorted(marks, key=_rank)
        for _, mark in marks:
            if mark.lower() not in _PICKED:
                mend = "Write 1 or x for a pick, and nothing or 0 for none."
                raise PabulibError(self.source, origin, f"{mark[:40]!r} is no pick.", mend)
        return [mark for mark in marks if mark[1] != "0"]

    def _check_ranks(self, origin: int, marks: Marks) -> None:
        ranks = [mark for _, mark in marks]
        if any(_rank(mark)[0] < 1 for mark in marks) or len(set(ranks)) < len(ranks):
            what = f"{', '.join(ranks)[:40]!r} are no ranks of one ballot."
            raise PabulibError(self.source, origin, what, "Write 1 for the best, 2 for the next, and so on.")

    def _origin(self, line: int) -> int:
        return self.origins[line - 1] if 0 < line <= len(self.origins) else 0


def has_points(vote_type: str) -> bool:
    """Whether ballots of this kind give points."""
    return vote_type in ("cumulative", "scoring")


def _rank(mark: tuple[str, str]) -> tuple[int, str]:
    number = pabulib.whole_number(mark[1])
    return (-1 if number is None else number, mark[1])


def meta_of(file: PabulibFile) -> dict[str, str]:
    """META with its totals counted anew."""
    counted = {"num_projects": str(len(file.projects)), "num_votes": str(len(file.rows))}
    return {**dict(file.meta), **counted, "budget": amount_text(file.election.budget, file.election.exponent)}


def marks_of(ballot: Ballot) -> tuple[tuple[str, int], ...]:
    """What a voter gave each project: 1 for a pick, the points, or the rank."""
    match ballot:
        case Approval(ids):
            return tuple((project_id, 1) for project_id in ids)
        case Ranking(ids):
            return tuple((project_id, rank) for rank, project_id in enumerate(ids, start=1))
        case Points(points):
            return points
