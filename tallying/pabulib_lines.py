"""The lines of a ``.pb`` file, in parts: decoding and line ends. A large file is never held whole.

Only CR LF, LF and CR end a line: other breaks can stand in names.
"""

from collections.abc import Iterator
from typing import BinaryIO

from tallying.pabulib_issues import Issue, Reading
from tallying.values import frozen_value

PART = 2**22
"""Bytes that are read at a time; a part goes on to the end of its last line."""


@frozen_value
class Lines:
    """Lines in a row, without their ends; ``first`` is the number of the first one, from 1."""

    first: int
    texts: list[str]

    def has_quotes(self) -> bool:
        """Whether any line holds a quote."""
        return '"' in "".join(self.texts)


class LineReader:
    """The parts of a file, one after the other; what is odd in its line ends is reported at the end."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.lines = self.newlines = self.pairs = 0
        self.has_lone = False
        self.place = len(reading.issues)

    def parts(self, source: BinaryIO | str) -> Iterator[Lines]:
        """The lines of a binary file, or of a text."""
        texts = iter((source,)) if isinstance(source, str) else self._decoded(source)
        for text in texts:
            yield self._part(text)
        if not self.lines:
            yield Lines(1, [""])
        self._report()

    def _decoded(self, file: BinaryIO) -> Iterator[str]:
        while data := file.read(PART):
            if not data.endswith(b"\n"):
                data += file.readline()
            try:
                yield data.decode("utf-8")
            except UnicodeDecodeError as error:
                line = self.lines + data[: error.start].count(b"\n") + 1
                self.reading.refuse(line, "the text is not UTF-8.", "Save the file as UTF-8.")

    def _part(self, text: str) -> Lines:
        if not self.lines and text.startswith("\ufeff"):
            self.reading.report(1, "byte_order_mark", "a byte-order mark at the start was passed over")
            self.place += 1
            text = text[1:]
        if "\0" in text:
            line = self.lines + text[: text.index("\0")].count("\n") + 1
            self.reading.refuse(line, "it holds a zero byte: this is no text file.", "Choose a .pb file.")
        self.newlines += text.count("\n")
        self.pairs += text.count("\r\n")
        text = text.replace("\r\n", "\n")
        if "\r" in text:
            self.has_lone = True
            text = text.replace("\r", "\n")
        lines = Lines(self.lines + 1, text.removesuffix("\n").split("\n"))
        self.lines += len(lines.texts)
        return lines

    def _report(self) -> None:
        """Put what was odd where the file began."""
        odd = []
        if self.pairs and self.pairs != self.newlines:
            odd.append(Issue(0, "mixed_line_ends", "some lines end in CR LF, some in LF; both are read"))
        if self.has_lone:
            odd.append(Issue(0, "lone_carriage_return", "a lone CR was read as the end of a line"))
        self.reading.issues[self.place : self.place] = odd
