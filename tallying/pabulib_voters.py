"""Voters of a ``.pb`` file who stand twice: both ballots count, and it is reported."""

from array import array
from collections.abc import Sequence

from tallying.pabulib_issues import Reading

MOST_LINES = 1_000_000
"""About so many voters are kept with their line; of more, only hashes, so that memory stays small."""


class Voters:
    """All voters so far: the first ones with their line, the others by hash."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.lines: dict[str, int] = {}
        self.hashes = array("q")

    def note(self, lines: Sequence[int], voters: list[str]) -> None:
        """Report every voter who stood there before."""
        if len(self.lines) >= MOST_LINES:
            self.hashes.extend(map(hash, voters))
            return
        fresh = dict(zip(voters, lines, strict=True))
        if len(fresh) == len(voters) and self.lines.keys().isdisjoint(fresh):
            self.lines.update(fresh)
            return
        for voter, line in zip(voters, lines, strict=True):
            first = self.lines.setdefault(voter, line)
            if line != first:
                text = f"the voter {voter!r} stands twice (first on line {first}); both ballots count"
                self.reading.report(line, "voter_twice", text)

    def report_others(self, reading: Reading) -> None:
        """Report how many of those kept by hash stood there before. Two of 2**64 hashes are hardly ever equal."""
        known = set(map(hash, self.lines)) if self.hashes else set()
        twice = len(known) + len(self.hashes) - len(known.union(self.hashes))
        if twice:
            reading.report(0, "voter_twice", f"{twice} rows are of voters who stood there before; all ballots count")
