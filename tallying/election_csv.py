"""An election file as one table for a spreadsheet: see ``docs/formats/election.md``.

Rows ``budget``, ``currency``, ``vote_type`` and so on, then the projects as columns (rows
``project_id``, ``name``, ``cost``, ``category``), then the row ``voter_id`` and one row a ballot.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NoReturn

from tallying.money import amount_text
from tallying.pabulib import Issue, PabulibError, PabulibFile
from tallying.pabulib_rows import COLUMNS, PabulibRows, marks_of, meta_of
from tallying.values import frozen_value, replace

_VOTER = "voter_id"
_SEPARATORS = (",", ";", "\t")


@frozen_value
class _Row:
    line: int
    cells: list[str]


def to_csv(file: PabulibFile) -> bytes:
    """The file as a table. Raises PabulibError for the few files that no table can hold."""
    meta = meta_of(file)
    for key in meta:
        if not key or key in (*COLUMNS, _VOTER):
            what = f"the key {key!r} of META cannot stand in a table."
            raise PabulibError(file.source, 0, what, "Take it out, or choose .pb or .json.")
    target = io.StringIO()
    table = csv.writer(target, lineterminator="\n")
    table.writerows(meta.items())
    projects, exponent = file.projects, file.election.exponent
    table.writerow(["project_id", *(project.id for project in projects)])
    table.writerow(["name", *(project.name for project in projects)])
    table.writerow(["cost", *(amount_text(project.cost, exponent) for project in projects)])
    table.writerow(["category", *(project.category for project in projects)])
    table.writerow([_VOTER, *(project.id for project in projects)])
    for voter, ballot in file.rows:
        marks = dict(marks_of(ballot))
        if not voter and not marks:
            what = "a ballot without voter and without marks would be a blank row of the table."
            raise PabulibError(file.source, 0, what, "Give its voter an id, or choose .pb or .json.")
        table.writerow([voter, *(marks.get(project.id, "") for project in projects)])
    return target.getvalue().encode()


def from_csv(data: bytes, source: str) -> PabulibFile:
    """The file of ``to_csv``, also as a spreadsheet saves it; raises PabulibError."""
    text = _decoded(data, source)
    separator = _separator(text)
    rows = list(_rows(text, separator, source))
    file = _Table(source, rows).read()
    if separator == ",":
        return file
    words = {";": "semicolons", "\t": "tabs"}[separator]
    return replace(file, issues=(Issue(0, "separator", f"its cells are parted by {words}"), *file.issues))


def _decoded(data: bytes, source: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise PabulibError(source, line, "the text is not UTF-8.", "Save it as “CSV UTF-8”.") from error


def _separator(text: str) -> str:
    """What parts the cells: a spreadsheet goes by the language of its machine."""
    for separator in _SEPARATORS:
        if text.startswith(f"project_id{separator}") or f"\nproject_id{separator}" in text:
            return separator
    return ","


def _rows(text: str, separator: str, source: str) -> Iterator[_Row]:
    """The rows that are not blank, without the empty cells at their ends."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    line = 1
    try:
        for cells in reader:
            while cells and not cells[-1].strip():
                cells.pop()
            if cells:
                yield _Row(line, cells)
            line = reader.line_num + 1
    except csv.Error as error:
        raise PabulibError(source, line, f"this is no CSV table: {error}.", "Save it as “CSV UTF-8”.") from error


class _Table:
    """The rows above the ballots by their first cell, and the ballots."""

    def __init__(self, source: str, rows: Sequence[_Row]) -> None:
        self._source = source
        start = next((number for number, row in enumerate(rows) if row.cells[0] == _VOTER), len(rows))
        self._head: dict[str, _Row] = {}
        for row in rows[:start]:
            if row.cells[0] in self._head:
                self._refuse(row.line, f"the row {row.cells[0][:40]!r} stands twice.", "Take one of them out.")
            self._head[row.cells[0]] = row
        for key in ("project_id", "cost"):
            if key not in self._head or start == len(rows):
                mend = "Write rows budget, vote_type, project_id, cost and voter_id, then one row a ballot."
                self._refuse(rows[-1].line if rows else 1, "rows of the table are missing.", mend)
        self._ids = self._head["project_id"].cells[1:]
        for project_id, times in Counter(self._ids).items():
            if times > 1:
                mend = "Take one out, or give it another id."
                self._refuse(self._head["project_id"].line, f"the project {project_id} stands twice.", mend)
        self._top, self._ballots = rows[start], rows[start + 1 :]
        if self._top.cells[1:] not in ([], self._ids):
            what = "the row voter_id has other projects than the row project_id."
            self._refuse(self._top.line, what, "Write the same ids in the same order.")

    def read(self) -> PabulibFile:
        """Through ``.pb`` text."""
        rows = PabulibRows(self._source)
        meta = [(row.line, key, self._only(row)) for key, row in self._head.items() if key not in COLUMNS]
        rows.add_meta(meta)
        rows.add_projects(self._projects())
        kind = next((value for _, key, value in meta if key == "vote_type"), "")
        rows.add_votes(kind, ((row.line, row.cells[0], self._marks(row)) for row in self._ballots))
        return rows.read()

    def _only(self, row: _Row) -> str:
        if len(row.cells) > 2:
            self._refuse(row.line, f"the row {row.cells[0][:40]!r} has more than one value.", "Leave one.")
        return row.cells[1] if len(row.cells) > 1 else ""

    def _projects(self) -> Iterator[tuple[int, list[str]]]:
        columns = [self._head[key] if key in self._head else _Row(0, [key]) for key in COLUMNS]
        for row in columns:
            self._check_width(row)
        for number in range(1, len(self._ids) + 1):
            yield columns[1].line, [row.cells[number] if number < len(row.cells) else "" for row in columns]

    def _marks(self, row: _Row) -> list[tuple[str, str]]:
        self._check_width(row)
        return [(key, mark.strip()) for key, mark in zip(self._ids, row.cells[1:], strict=False) if mark.strip()]

    def _check_width(self, row: _Row) -> None:
        if len(row.cells) - 1 > len(self._ids):
            what = f"this row has {len(row.cells) - 1} cells, but there are {len(self._ids)} projects."
            self._refuse(row.line, what, "Take out those that are too many.")

    def _refuse(self, line: int, what: str, mend: str) -> NoReturn:
        raise PabulibError(self._source, line, what, mend)
