"""The text level of a ``.pb`` file: quoted fields, rows, sections.

Format: Stolicki, Szufa, Talmon: "Pabulib: A Participatory Budgeting Library" (arXiv 2012.06539).
What is repaired is reported as an Issue; what cannot be read is a PabulibError. META and PROJECTS are
short and read whole; VOTES can be very long and comes in parts.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain

from tallying.pabulib_issues import Reading
from tallying.pabulib_lines import Lines
from tallying.values import frozen_value

MARKS = ("META", "PROJECTS", "VOTES")
"""The section marks, in the order of the format."""

_LONGEST_MARK = 20


@frozen_value
class Row:
    """One row of a section: the line on which it starts (from 1), and its fields."""

    line: int
    fields: list[str]


@frozen_value
class Section:
    """The header of a section and its rows; ``line`` is that of the section mark."""

    name: str
    line: int
    header: tuple[str, ...]
    rows: list[Row]

    def column(self, name: str) -> int | None:
        """Where this column stands, or None."""
        return self.header.index(name) if name in self.header else None


@frozen_value
class LongSection:
    """A section whose rows are still lines, in parts that can be gone through once."""

    name: str
    line: int
    header: tuple[str, ...]
    parts: Iterator[Lines]


def whole_number(text: str) -> int | None:
    """The number that these digits write, of 15 at most; None for any other text."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None


def read_sections(parts: Iterator[Lines], reading: Reading) -> tuple[Section, Section, LongSection]:
    """META, PROJECTS and VOTES of a file."""
    lines, marks = _head(parts, reading)
    meta, projects, votes = marks
    return (
        _section("META", meta, lines[meta : projects - 1], reading),
        _section("PROJECTS", projects, lines[projects : votes - 1], reading),
        _long_section("VOTES", votes, chain((Lines(votes + 1, lines[votes:]),), parts), reading),
    )


def _head(parts: Iterator[Lines], reading: Reading) -> tuple[list[str], list[int]]:
    """All lines up to the last section mark and a little more; the line number of each mark, in order."""
    lines: list[str] = []
    found: dict[str, int] = {}
    for part in parts:
        lines += part.texts
        _find_marks(part, found, reading)
        if len(found) == len(MARKS):
            break
    for name in MARKS:
        if name not in found:
            mend = f"Add a line {name} and its rows. A file has META, PROJECTS and VOTES."
            reading.refuse(len(lines), f"the section {name} is missing.", mend)
    numbers = [found[name] for name in MARKS]
    if numbers != sorted(numbers):
        reading.refuse(min(numbers), "the sections are out of order.", "Put META first, then PROJECTS, VOTES.")
    before = [line for line in lines[: found["META"] - 1] if line.strip()]
    if before:
        reading.refuse(1, f"text before META: {before[0][:40]!r}.", "Start the file with the line META.")
    return lines, numbers


def _find_marks(part: Lines, found: dict[str, int], reading: Reading) -> None:
    """The first line that reads like each mark."""
    for number, line in enumerate(part.texts, start=part.first):
        name = line.strip().strip(";").upper() if len(line) <= _LONGEST_MARK else ""
        if name in MARKS and name not in found:
            if line != name:
                reading.report(number, "section_mark", f"{line.strip()!r} was read as {name}")
            found[name] = number
            if len(found) == len(MARKS):
                return


def _section(name: str, start: int, lines: list[str], reading: Reading) -> Section:
    rows = list(read_rows(Lines(start + 1, lines), reading))
    if not rows:
        reading.refuse(start, f"the section {name} is empty.", "Add its header and its rows.")
    return Section(name, start, _header(rows[0], reading), rows[1:])


def _header(row: Row, reading: Reading) -> tuple[str, ...]:
    header = tuple(cell.strip().lower() for cell in row.fields)
    for column, times in Counter(header).items():
        if column and times > 1:
            reading.refuse(row.line, f"the column {column[:40]!r} stands twice.", "Take one of them out.")
    return header


def _long_section(name: str, start: int, parts: Iterator[Lines], reading: Reading) -> LongSection:
    """Its header is the first row; the lines after it stay lines."""
    row, rest = None, Lines(start + 1, [])
    while row is None:
        while not rest.texts:
            following = next(parts, None)
            if following is None:
                reading.refuse(start, f"the section {name} is empty.", "Add its header and its rows.")
            rest = whole(following, parts)
        row, number = _row_at(rest, 0, reading)
        rest = Lines(rest.first + number, rest.texts[number:])
    return LongSection(name, start, _header(row, reading), chain((rest,), parts))


def whole(part: Lines, later: Iterator[Lines]) -> Lines:
    """The part; if it has quotes, with all later ones: a quoted field may go on over several lines."""
    if not part.has_quotes():
        return part
    return Lines(part.first, [*part.texts, *chain.from_iterable(lines.texts for lines in later)])


def read_rows(lines: Lines, reading: Reading) -> Iterator[Row]:
    """The rows that are not blank; a quoted field may go on over several lines."""
    number = 0
    while number < len(lines.texts):
        row, number = _row_at(lines, number, reading)
        if row is not None:
            yield row


def _row_at(lines: Lines, number: int, reading: Reading) -> tuple[Row | None, int]:
    """The row that starts there, or None where it is blank; and where the next one starts."""
    start, text = lines.first + number, lines.texts[number]
    if '"' in text:
        cells, after = _split_quoted(lines.texts, number, lines.first, reading)
        return Row(start, cells), after
    if text.replace(";", "").strip():
        return Row(start, text.split(";")), number + 1
    reading.report(start, "blank_line", "a blank line was passed over")
    return None, number + 1


def _split_quoted(lines: Sequence[str], number: int, first: int, reading: Reading) -> tuple[list[str], int]:
    """The fields of a row with quotes that starts on this line, and the number of the line after it.

    Only a quote at the start of a field quotes it; ``""`` inside is a quote; any other quote is text.
    """
    cells, at, start = list[str](), 0, number
    while True:
        if lines[number].startswith('"', at):
            value, at, number = _quoted(lines, number, at + 1)
            if number == len(lines):
                reading.refuse(first + start, "a quote is opened here and never closed.", 'Close it with ".')
        else:
            value, at = _up_to_semicolon(lines[number], at)
        cells.append(value)
        if at >= len(lines[number]):
            return cells, number + 1
        at += 1


def _quoted(lines: Sequence[str], number: int, at: int) -> tuple[str, int, int]:
    """The text of a quoted field from ``at`` on; where it ends, and on which line: past the last, it does not."""
    parts: list[str] = []
    while number < len(lines):
        line = lines[number]
        end = line.find('"', at)
        if end < 0:
            parts.append(line[at:] + "\n")
            number, at = number + 1, 0
            continue
        parts.append(line[at:end])
        if not line.startswith('"', end + 1):
            rest, after = _up_to_semicolon(line, end + 1)
            return "".join(parts) + rest, after, number
        parts.append('"')
        at = end + 2
    return "", 0, number


def _up_to_semicolon(line: str, at: int) -> tuple[str, int]:
    end = line.find(";", at)
    end = len(line) if end < 0 else end
    return line[at:end], end
