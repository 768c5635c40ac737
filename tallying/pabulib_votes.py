"""VOTES of a ``.pb`` file: one ballot a row, in the order of the file."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tallying.election import Approval, Ballot, Points, Ranking, normalised
from tallying.pabulib_paper import check_rows, check_width
from tallying.pabulib_text import Reading, Row, Section


def read_votes(
    meta: Mapping[str, str], section: Section, order: Mapping[str, int], reading: Reading
) -> list[tuple[str, Ballot]]:
    """Voter ids and ballots; ``order`` maps project ids to their place on the paper."""
    kind = meta["vote_type"].lower()
    needed = ("voter_id", "vote", "points") if kind in ("cumulative", "scoring") else ("voter_id", "vote")
    for column in needed:
        if column not in section.header:
            reading.refuse(section.line + 1, f"VOTES has no column {column}.", f"Add {column} to its header.")
    check_rows(meta.get("num_votes", ""), "num_votes", section, reading)
    box = _Box(kind, tuple(section.header.index(column) for column in needed), order, reading)
    rows = [box.take(section, row) for row in section.rows]
    box.report_totals()
    return rows


@dataclass(slots=True)
class _Box:
    """Rows become ballots here. Equal texts give the same ballot, read once."""

    kind: str
    columns: tuple[int, ...]
    order: Mapping[str, int]
    reading: Reading
    known: dict[tuple[str, str], Ballot] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    zero_points: int = 0
    empty: int = 0

    def take(self, section: Section, row: Row) -> tuple[str, Ballot]:
        """The voter and the ballot of a row."""
        if len(row.fields) != len(section.header):
            self._check_width(section, row)
        voter = row.fields[self.columns[0]].strip()
        if self.lines.setdefault(voter, row.line) != row.line:
            text = f"the voter {voter!r} stands twice (first on line {self.lines[voter]}); both ballots count"
            self.reading.report(row.line, "voter_twice", text)
        vote = row.fields[self.columns[1]]
        points = row.fields[self.columns[2]] if len(self.columns) == 3 else ""
        ballot = self.known.get((vote, points))
        if ballot is None:
            ballot = self._ballot(row.line, vote, points)
        self.empty += not vote
        return voter, ballot

    def report_totals(self) -> None:
        """Report what happened in many rows once."""
        if self.zero_points:
            self.reading.report(0, "zero_points", f"{self.zero_points} times a ballot gives 0 points: as if not named")
        if self.empty:
            self.reading.report(0, "empty_ballots", f"{self.empty} ballots name no project; they count as voters")

    def _check_width(self, section: Section, row: Row) -> None:
        check_width(section, row, self.reading)
        if len(row.fields) <= max(self.columns):
            self.reading.refuse(row.line, "this row ends before its vote: the file may be cut off.", "Mend it.")

    def _ballot(self, line: int, vote: str, points: str) -> Ballot:
        ids = self._ids(line, vote)
        raw: Ballot
        if self.kind == "ordinal":
            raw = Ranking(ids)
        elif len(self.columns) == 3:
            raw = Points(self._points(line, ids, points))
        else:
            raw = Approval(ids)
        ballot = normalised(raw, self.order)
        if len(set(ids)) == len(ids) and not isinstance(ballot, Points):
            self.known[vote, points] = ballot
        return ballot

    def _ids(self, line: int, vote: str) -> tuple[str, ...]:
        parts = [part.strip() for part in vote.split(",")] if vote.strip() else []
        ids = tuple(part for part in parts if part)
        if len(ids) < len(parts):
            self.reading.report(line, "stray_comma", f"a comma with no project in {vote[:40]!r} was passed over")
        for project_id in ids:
            if project_id not in self.order:
                mend = "Correct the vote, or add the project to PROJECTS."
                self.reading.refuse(line, f"this ballot names {project_id!r}, which is no project.", mend)
        if len(set(ids)) < len(ids):
            self.reading.report(line, "named_twice", f"a project stands twice in {vote[:40]!r}; it counts once")
        if self.kind == "choose-1" and len(set(ids)) > 1:
            self.reading.report(line, "too_many", f"{len(set(ids))} projects on a choose-1 ballot; all count")
        return ids

    def _points(self, line: int, ids: tuple[str, ...], points: str) -> tuple[tuple[str, int], ...]:
        parts = [part.strip() for part in points.split(",")] if points.strip() else []
        if len(parts) != len(ids):
            what = f"this ballot names {len(ids)} projects, but gives {len(parts)} points."
            self.reading.refuse(line, what, "Give one number of points to each project.")
        numbers = [self._number(line, part) for part in parts]
        self.zero_points += numbers.count(0)
        return tuple(zip(ids, numbers, strict=True))

    def _number(self, line: int, text: str) -> int:
        whole, _, decimals = text.partition(".")
        if not (whole.isascii() and whole.isdigit()) or decimals.strip("0") or len(whole) > 9:
            mend = "Write whole numbers, 0 or more, with commas between them."
            self.reading.refuse(line, f"{text[:40]!r} is not a number of points.", mend)
        return int(whole)
