"""VOTES of a ``.pb`` file: one ballot a row, in the order of the file. Equal texts are read once."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from tallying.election import Ballot, Group
from tallying.pabulib_ballots import BallotReader, Marked
from tallying.pabulib_issues import Reading
from tallying.pabulib_lines import Lines
from tallying.pabulib_paper import check_rows, check_width
from tallying.pabulib_text import LongSection, Row, read_rows, whole
from tallying.pabulib_voters import Voters
from tallying.values import frozen_value

VoterRow: TypeAlias = tuple[str, Ballot]
"""A voter id and the ballot."""


@frozen_value
class Votes:
    """What the rows give: every ballot with how often it stands there, and the rows if they are kept."""

    counted: dict[Marked, int]
    ballots: dict[Marked, Ballot]
    rows: list[VoterRow]

    def groups(self) -> Iterable[Group]:
        """Ballots and numbers of voters. A ballot can come twice, in two spellings."""
        return zip(map(self.ballots.__getitem__, self.counted), self.counted.values(), strict=True)


def read_votes(
    meta: Mapping[str, str], section: LongSection, order: Mapping[str, int], reading: Reading, *, keep_rows: bool
) -> Votes:
    """The ballots; ``order`` maps project ids to their place on the paper."""
    kind = meta["vote_type"].lower()
    needed = ("voter_id", "vote", "points") if kind in ("cumulative", "scoring") else ("voter_id", "vote")
    for column in needed:
        if column not in section.header:
            reading.refuse(section.line + 1, f"VOTES has no column {column}.", f"Add {column} to its header.")
    noted = Reading(reading.source)
    columns = tuple(section.header.index(column) for column in needed)
    box = _Box(columns, section, noted, BallotReader(kind, order, noted), keep_rows=keep_rows)
    for part in section.parts:
        box.take(whole(part, section.parts))
    check_rows(meta.get("num_votes", ""), "num_votes", section, box.number, box.last, reading)
    reading.issues += sorted(noted.issues, key=lambda issue: issue.line)
    box.report_totals(reading)
    return Votes(box.counted, box.reader.known, box.rows)


class _Box:
    """Rows become ballots here. ``number`` rows so far; ``last`` is the line of the last one."""

    def __init__(
        self, columns: tuple[int, ...], section: LongSection, reading: Reading, reader: BallotReader, *, keep_rows: bool
    ) -> None:
        self.columns = columns
        self.header = section.header
        self.reading = reading
        self.reader = reader
        self.keep_rows = keep_rows
        self.counted = Counter[Marked]()
        self.rows: list[VoterRow] = []
        self.voters = Voters(reading)
        self.number = 0
        self.last = section.line + 1

    def take(self, part: Lines) -> None:
        """The rows of a part."""
        if not self._take_plain(part):
            rows = list(read_rows(part, self.reading))
            cells = [self._cells(row) for row in rows]
            self._add([row.line for row in rows], *(list(column) for column in zip(*cells, strict=True)))

    def _take_plain(self, part: Lines) -> bool:
        """The same in one go where every line has its fields, none of them quoted, and a voter."""
        width, most = len(self.header) - 1, max(self.columns) + 1
        if {line.count(";") for line in part.texts} != {width} or part.has_quotes():
            return False
        split = [line.split(";", most) for line in part.texts]
        columns = [[cells[at] for cells in split] for at in self.columns]
        voters = columns[0]
        if len(f";{';'.join(voters)};".split()) > 1:  # one of them holds a space
            voters = [voter.strip() for voter in voters]
        if "" in voters:
            return False
        self._add(range(part.first, part.first + len(voters)), voters, *columns[1:])
        return True

    def _cells(self, row: Row) -> list[str]:
        """Voter, vote and points of a row."""
        if len(row.fields) != len(self.header):
            check_width(self.header, row, self.reading)
            if len(row.fields) <= max(self.columns):
                self.reading.refuse(row.line, "this row ends before its vote: the file may be cut off.", "Mend it.")
        voter, *marked = (row.fields[at] for at in self.columns)
        return [voter.strip(), *marked]

    def _add(self, lines: Sequence[int], *columns: list[str]) -> None:
        """Count rows: on these lines, with these voters, votes and points."""
        if not lines:
            return
        voters, *marks = columns
        marked = marks[0] if len(marks) == 1 else list(map("{}\0{}".format, *marks))
        self.voters.note(lines, voters)
        times = Counter(marked)
        self.reader.read_all(lines, marked, times)
        self.counted.update(times)
        if self.keep_rows:
            self.rows += zip(voters, map(self.reader.known.__getitem__, marked), strict=True)
        self.number += len(lines)
        self.last = lines[-1]

    def report_totals(self, reading: Reading) -> None:
        """Report what happened in many rows once."""
        self.voters.report_others(reading)
        zeros = sum(number * self.counted[marked] for marked, number in self.reader.zeros.items())
        if zeros:
            reading.report(0, "zero_points", f"{zeros} times a ballot gives 0 points: as if not named")
        empty = sum(times for marked, times in self.counted.items() if marked[:1] in ("", "\0"))
        if empty:
            reading.report(0, "empty_ballots", f"{empty} ballots name no project; they count as voters")
