"""The text of one ballot in a ``.pb`` file: the projects that it names, and their points."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from tallying.election import Approval, Ballot, Points, Ranking, normalised
from tallying.pabulib_issues import Reading

Marked: TypeAlias = str
"""The cell vote of a row; where ballots give points, followed by a zero byte and the cell points."""


class BallotReader:
    """Reads every text once: ``known`` has the ballots, ``zeros`` how often one gives 0 points.

    ``order`` maps project ids to their place on the paper.
    """

    def __init__(self, kind: str, order: Mapping[str, int], reading: Reading) -> None:
        self.kind = kind
        self.order = order
        self._own = {name: name for name in order}.__getitem__  # ballots share their ids: memory
        self._place = order.__getitem__
        self.reading = reading
        self.known: dict[Marked, Ballot] = {}
        self.zeros: dict[Marked, int] = {}
        self._twice: set[Marked] = set()

    def read_all(self, lines: Sequence[int], marked: Sequence[Marked], different: Iterable[Marked]) -> None:
        """Read what is new among the ballots on these lines; ``different`` has each text once."""
        for text in different:
            if text not in self.known:
                self.known[text] = self._plain(text) or self._odd(lines[marked.index(text)], text)
        if not self._twice.isdisjoint(different):
            for line, text in zip(lines, marked, strict=True):
                if text in self._twice:
                    what = f"a project stands twice in {_vote(text)[:40]!r}; it counts once"
                    self.reading.report(line, "named_twice", what)

    def _plain(self, vote: str) -> Approval | Ranking | None:
        """The ballot of a vote that needs no repair; None: look closely."""
        try:
            ids = list(map(self._own, vote.split(",")))
        except KeyError:
            return None
        if len({*ids}) < len(ids):
            return None
        if self.kind == "ordinal":
            return Ranking(tuple(ids))
        if self.kind == "approval" or (self.kind == "choose-1" and len(ids) == 1):
            ids.sort(key=self._place)
            return Approval(tuple(ids))
        return None

    def _odd(self, line: int, marked: Marked) -> Ballot:
        ids = self._ids(line, marked)
        raw: Ballot
        if self.kind == "ordinal":
            raw = Ranking(ids)
        elif self.kind in ("cumulative", "scoring"):
            numbers = self._points(line, ids, marked.partition("\0")[2])
            self.zeros[marked] = numbers.count(0)
            raw = Points(tuple(zip(ids, numbers, strict=True)))
        else:
            raw = Approval(ids)
        return normalised(raw, self.order)

    def _ids(self, line: int, marked: Marked) -> tuple[str, ...]:
        vote = _vote(marked)
        parts = [part.strip() for part in vote.split(",")] if vote.strip() else []
        ids = tuple(part for part in parts if part)
        if len(ids) < len(parts):
            self.reading.report(line, "stray_comma", f"a comma with no project in {vote[:40]!r} was passed over")
        for project_id in ids:
            if project_id not in self.order:
                mend = "Correct the vote, or add the project to PROJECTS."
                self.reading.refuse(line, f"this ballot names {project_id!r}, which is no project.", mend)
        if len(set(ids)) < len(ids):
            self._twice.add(marked)
        if self.kind == "choose-1" and len(set(ids)) > 1:
            self.reading.report(line, "too_many", f"{len(set(ids))} projects on a choose-1 ballot; all count")
        return ids

    def _points(self, line: int, ids: tuple[str, ...], points: str) -> list[int]:
        parts = [part.strip() for part in points.split(",")] if points.strip() else []
        if len(parts) != len(ids):
            what = f"this ballot names {len(ids)} projects, but gives {len(parts)} points."
            self.reading.refuse(line, what, "Give one number of points to each project.")
        return [self._number(line, part) for part in parts]

    def _number(self, line: int, text: str) -> int:
        whole, _, decimals = text.partition(".")
        if not (whole.isascii() and whole.isdigit()) or decimals.strip("0") or len(whole) > 9:
            mend = "Write whole numbers, 0 or more, with commas between them."
            self.reading.refuse(line, f"{text[:40]!r} is not a number of points.", mend)
        return int(whole)


def _vote(marked: Marked) -> str:
    return marked.partition("\0")[0]
