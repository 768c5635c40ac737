"""The text level of a ``.pb`` file: decoding, lines, quoted fields, sections.

Format: Stolicki, Szufa, Talmon: "Pabulib: A Participatory Budgeting Library" (arXiv 2012.06539).
What is repaired is reported as an Issue; what cannot be read is a PabulibError.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NoReturn

MARKS = ("META", "PROJECTS", "VOTES")
"""The section marks, in the order of the format."""

_BLANK = "".join(filter(str.isspace, map(chr, range(0x3001)))) + ";"
"""All that a blank line may hold."""


class PabulibError(ValueError):
    """A file that cannot be read: file, line (0: the whole file), what is wrong, how to mend it."""

    def __init__(self, file: str, line: int, what: str, mend: str) -> None:
        place = f"{file}, line {line}" if line else file
        super().__init__(f"{place}: {what} {mend}".rstrip())
        self.file = file
        self.line = line
        self.what = what
        self.mend = mend


@dataclass(frozen=True, slots=True)
class Issue:
    """Something that was repaired or deserves a look: line (0: the whole file), code, words."""

    line: int
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a section: the line on which it starts (from 1), and its fields."""

    line: int
    fields: list[str]


@dataclass(slots=True)
class Reading:
    """A file being read: its name, and the issues found so far."""

    source: str
    issues: list[Issue] = field(default_factory=list)

    def refuse(self, line: int, what: str, mend: str) -> NoReturn:
        """Raise PabulibError for this file."""
        raise PabulibError(self.source, line, what, mend)

    def report(self, line: int, code: str, text: str) -> None:
        """Note a repair."""
        self.issues.append(Issue(line, code, text))


@dataclass(frozen=True, slots=True)
class Section:
    """The header of a section and its rows; ``line`` is that of the section mark."""

    name: str
    line: int
    header: tuple[str, ...]
    rows: list[Row]

    def column(self, name: str) -> int | None:
        """Where this column stands, or None."""
        return self.header.index(name) if name in self.header else None


def whole_number(text: str) -> int | None:
    """The number that these digits write, of 15 at most; None for any other text."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None


def read_sections(data: bytes | str, reading: Reading) -> tuple[Section, Section, Section]:
    """META, PROJECTS and VOTES of a file."""
    lines = _lines(_decoded(data, reading), reading)
    marks = _marks(lines, reading)
    ends = [*(line for line, _ in marks[1:]), len(lines) + 1]
    meta, projects, votes = (
        _section(name, start, lines[start : end - 1], reading) for (start, name), end in zip(marks, ends, strict=True)
    )
    return meta, projects, votes


def _decoded(data: bytes | str, reading: Reading) -> str:
    text = data if isinstance(data, str) else _from_utf8(data, reading)
    if text.startswith("\ufeff"):
        reading.report(1, "byte_order_mark", "a byte-order mark at the start was passed over")
        text = text[1:]
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        reading.refuse(line, "it holds a zero byte: this is no text file.", "Choose a .pb file.")
    return text


def _from_utf8(data: bytes, reading: Reading) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        reading.refuse(line, "the text is not UTF-8.", "Save the file as UTF-8.")


def _lines(text: str, reading: Reading) -> list[str]:
    """Lines without their ends. Only CR LF, LF and CR end a line: other breaks can stand in names."""
    pairs = text.count("\r\n")
    if pairs and pairs != text.count("\n"):
        reading.report(0, "mixed_line_ends", "some lines end in CR LF, some in LF; both are read")
    text = text.replace("\r\n", "\n")
    if "\r" in text:
        reading.report(0, "lone_carriage_return", "a lone CR was read as the end of a line")
        text = text.replace("\r", "\n")
    return text.removesuffix("\n").split("\n")


def _marks(lines: Sequence[str], reading: Reading) -> list[tuple[int, str]]:
    """The line number of each section mark; exactly one of each, in order."""
    found: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        name = line.strip().strip(";").upper() if len(line) <= 20 else ""
        if name in MARKS and name not in found:
            if line != name:
                reading.report(number, "section_mark", f"{line.strip()!r} was read as {name}")
            found[name] = number
    for name in MARKS:
        if name not in found:
            mend = f"Add a line {name} and its rows. A file has META, PROJECTS and VOTES."
            reading.refuse(len(lines), f"the section {name} is missing.", mend)
    if [found[name] for name in MARKS] != sorted(found.values()):
        reading.refuse(min(found.values()), "the sections are out of order.", "Put META first, then PROJECTS, VOTES.")
    before = [line for line in lines[: found["META"] - 1] if line.strip()]
    if before:
        reading.refuse(1, f"text before META: {before[0][:40]!r}.", "Start the file with the line META.")
    return [(found[name], name) for name in MARKS]


def _section(name: str, start: int, lines: Sequence[str], reading: Reading) -> Section:
    rows = list(_rows(lines, start + 1, reading))
    if not rows:
        reading.refuse(start, f"the section {name} is empty.", "Add its header and its rows.")
    header = tuple(cell.strip().lower() for cell in rows[0].fields)
    for column, times in Counter(header).items():
        if column and times > 1:
            reading.refuse(rows[0].line, f"the column {column[:40]!r} stands twice.", "Take one of them out.")
    return Section(name, start, header, rows[1:])


def _rows(lines: Sequence[str], first: int, reading: Reading) -> Iterator[Row]:
    """The rows that are not blank; a quoted field may go on over several lines."""
    number = 0
    while number < len(lines):
        start, text = first + number, lines[number]
        if '"' in text:
            cells, number = _split_quoted(lines, number, first, reading)
            yield Row(start, cells)
            continue
        number += 1
        if text.strip(_BLANK):
            yield Row(start, text.split(";"))
        else:
            reading.report(start, "blank_line", "a blank line was passed over")


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
