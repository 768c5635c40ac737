"""Aligned text for 80 columns."""

import textwrap
from collections.abc import Iterable, Sequence

WIDTH = 80


def table(rows: Iterable[Sequence[str]], right: Sequence[int], indent: int = 2, cut: int = 1) -> list[str]:
    """Aligned rows of equal length; the column ``cut`` is cut so that a line fits into WIDTH.

    ``right`` are the columns to align on the right.
    """
    cells = [list(row) for row in rows]
    if not cells:
        return []
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    spare = WIDTH - indent - sum(widths) - 2 * (len(widths) - 1)
    widths[cut] = max(8, widths[cut] + min(spare, 0))
    return [_line(row, widths, right, indent) for row in cells]


def paragraph(label: str, text: str) -> list[str]:
    """``label: text`` over several lines, the later ones indented."""
    return hanging(f"{label}: {text}")


def wrapped(text: str, indent: str = "      ") -> list[str]:
    """Text over several indented lines."""
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent, break_long_words=False)


def hanging(text: str) -> list[str]:
    """Text over several lines, the later ones indented."""
    return textwrap.wrap(text, WIDTH, subsequent_indent="  ", break_long_words=False)


def _line(row: Sequence[str], widths: Sequence[int], right: Sequence[int], indent: int) -> str:
    shown = []
    for column, (cell, width) in enumerate(zip(row, widths, strict=True)):
        cut = cell if len(cell) <= width else cell[: width - 1] + "…"
        shown.append(cut.rjust(width) if column in right else cut.ljust(width))
    return (" " * indent + "  ".join(shown)).rstrip()
