"""What goes wrong in a ``.pb`` file: repairs are reported as Issues, the rest is a PabulibError."""

from typing import NoReturn

from tallying.values import frozen_value


class PabulibError(ValueError):
    """A file that cannot be read: file, line (0: the whole file), what is wrong, how to mend it."""

    def __init__(self, file: str, line: int, what: str, mend: str) -> None:
        place = f"{file}, line {line}" if line else file
        super().__init__(f"{place}: {what} {mend}".rstrip())
        self.file = file
        self.line = line
        self.what = what
        self.mend = mend


@frozen_value
class Issue:
    """Something that was repaired or deserves a look: line (0: the whole file), code, words."""

    line: int
    code: str
    text: str


class Reading:
    """A file being read: its name, and the issues found so far."""

    __slots__ = ("issues", "source")

    def __init__(self, source: str) -> None:
        self.source = source
        self.issues: list[Issue] = []

    def refuse(self, line: int, what: str, mend: str) -> NoReturn:
        """Raise PabulibError for this file."""
        raise PabulibError(self.source, line, what, mend)

    def report(self, line: int, code: str, text: str) -> None:
        """Note a repair."""
        self.issues.append(Issue(line, code, text))
