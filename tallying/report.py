"""What a verification found: one check after another, and in the end whether the record holds."""

from tallying.values import frozen_value


@frozen_value
class Fault:
    """What is wrong with one file of the record."""

    file: str
    text: str


@frozen_value
class Check:
    """One check: what it makes sure of, what it found, and why it could not be made (``skipped``).

    ``note`` says in figures what was checked, or what cannot be known ("count not public").
    """

    title: str
    faults: tuple[Fault, ...] = ()
    note: str = ""
    skipped: str = ""

    @property
    def holds(self) -> bool:
        """Whether the check was made and found nothing wrong."""
        return not self.faults and not self.skipped


@frozen_value
class Report:
    """All checks in their order. ``signer`` is the fingerprint of the key in the record, "" if unreadable.

    ``is_expected_signer``: the reader named this fingerprint, and it is this one.
    """

    title: str
    signer: str
    is_expected_signer: bool
    checks: tuple[Check, ...]

    @property
    def holds(self) -> bool:
        """Whether every check holds: one that could not be made does not."""
        return all(check.holds for check in self.checks)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """All faults in the order in which they were found."""
        return tuple(fault for check in self.checks for fault in check.faults)

    @property
    def files(self) -> tuple[str, ...]:
        """The files with a fault, each once, in the order in which they were found."""
        return tuple(dict.fromkeys(fault.file for fault in self.faults))

    def lines(self) -> list[str]:
        """The report for people: who signed, every check, the verdict.

        Text of the record is shown on one line and without control characters: no title can put
        words in the verifier's mouth.
        """
        return [printable(line) for line in self._lines()]

    def _lines(self) -> list[str]:
        lines = [self._signer_line(), self.title]
        for check in self.checks:
            lines.extend(check_lines(check))
        if self.holds:
            return [*lines, "The record holds."]
        return [*lines, f"The record does not hold. Look at: {', '.join(self.files)}"]

    def _signer_line(self) -> str:
        if not self.signer:
            return "signed by an unknown key: format.json does not give one"
        if not self.holds:
            return f"names the key {self.signer}, but does not hold"
        if self.is_expected_signer:
            return f"signed by {self.signer}: the fingerprint that you gave"
        return f"signed by {self.signer}: compare with your letter"


def printable(line: str) -> str:
    """The line without control characters: no title can put words in the verifier's mouth."""
    return "".join(character if character.isprintable() else ascii(character)[1:-1] for character in line)


def check_lines(check: Check) -> list[str]:
    """One check for people: ok, FAIL with each fault, or why it was not made."""
    if check.faults:
        return [f"  FAIL  {check.title}", *(f"        {fault.file}: {fault.text}" for fault in check.faults)]
    if check.skipped:
        return [f"  ----  {check.title}: not checked, because {check.skipped}"]
    note = f": {check.note}" if check.note else ""
    return [f"  ok    {check.title}{note}"]
