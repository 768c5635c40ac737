"""One file of letters, set in a process of its own: what it needs of memory is given back when it ends.

The layout's name comes as the argument, its values as JSON on standard input, and the PDF goes to standard output, so
that codes and addresses stand in no argument, no environment and no file. It loads the standard library and typst.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import typst

_HERE = Path(__file__).resolve()
_MOST_SECONDS = 600


class TypesettingError(Exception):
    """A file could not be set. The message names no letter."""


def typeset_apart(layout: str, values: str) -> bytes:
    """The PDF of a layout beside this module, set by another process. Raises TypesettingError."""
    command = [sys.executable, "-I", str(_HERE), layout]
    try:
        done = subprocess.run(  # noqa: S603 -- our own interpreter and our own file
            command, input=values.encode(), capture_output=True, timeout=_MOST_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise TypesettingError(f"setting {layout} took too long") from None
    if done.returncode != 0 or not done.stdout.startswith(b"%PDF"):
        raise TypesettingError(f"setting {layout} ended with code {done.returncode}")
    return done.stdout


def _main() -> None:
    os.nice(5)  # voters come first
    layout, values = _HERE.with_name(sys.argv[1]), sys.stdin.buffer.read().decode()
    sys.stdout.buffer.write(typst.compile(str(layout), sys_inputs={"letter": values}, format="pdf"))


if __name__ == "__main__":
    _main()
