"""What a terminal is given: lines without control characters, and help as wide as it is."""

import argparse
import os

_USUAL_COLUMNS = 80


def one_line(text: str) -> str:
    """Text that stays on its line and sends nothing to the terminal but letters."""
    return "".join(character if character.isprintable() else " " for character in text)


class Help(argparse.RawDescriptionHelpFormatter):
    """As wide as the terminal. The standard one asks shutil, whose archives take longer to load than to print this."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_columns() - 2)


def _columns() -> int:
    try:
        return int(os.environ.get("COLUMNS", "0")) or os.get_terminal_size().columns or _USUAL_COLUMNS
    except (OSError, ValueError):
        return _USUAL_COLUMNS
