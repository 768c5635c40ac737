"""What goes wrong in a ``.pb`` file: repairs are reported as Issues, the rest is a PabulibError."""

from dataclasses import dataclass, field
from typing import NoReturn


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
