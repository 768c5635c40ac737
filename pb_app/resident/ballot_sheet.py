"""One ballot paper as the page draws it: its words, its boxes, and the stylesheet that keeps the totals live."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pb_app.resident.ballot_css import MOST_SLOTS
from pb_app.resident.sitting import Marked
from pb_app.services.ballot_projects import BallotProject
from tallying.choices import BallotKind
from tallying.vote_word import VoteWord
from voting import paper_words
from voting.paper import BallotPaper
from voting.points import PointsPaper
from voting.ticking import TickPaper


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the template draws. `box` is the kind of box: "checkbox", "radio" or "number"."""

    paper: BallotPaper
    marked: Marked
    shown: tuple[BallotProject, ...]
    box: str

    @property
    def kind(self) -> str:
        """The kind of ballot, for the script."""
        return self.paper.kind.value

    @property
    def name(self) -> str:
        """The name of a tick box in the form; a number box adds its project's id."""
        return f"pick-{self.marked.paper_id}"

    @property
    def noun(self) -> str:
        """What the voter gathers on this paper."""
        return paper_words.noun(self.paper)

    @property
    def word(self) -> VoteWord | None:
        """What a box gives, where the words of the page say it: points, or the paper's own word."""
        return self.paper.unit if isinstance(self.paper, PointsPaper) else self.paper.word

    @property
    def heading(self) -> str:
        """What to do."""
        return paper_words.heading(self.paper)

    @property
    def rules(self) -> list[str]:
        """How to do it, a sentence or two an item."""
        return paper_words.rules(self.paper)

    @property
    def so_far(self) -> str:
        """What the marks come to, as the server knows them."""
        return paper_words.so_far(self.paper, self.marked.marks)

    @property
    def written(self) -> Mapping[str, str]:
        """What stands in each project's box."""
        return self.marked.written

    @property
    def most(self) -> int:
        """How many projects can be named."""
        return self.paper.most

    @property
    def is_limited(self) -> bool:
        """Whether fewer can be named than there are."""
        return self.paper.most < len(self.paper.projects)

    @property
    def is_basket(self) -> bool:
        """Whether the money is the limit."""
        return self.paper.kind is BallotKind.BUDGET

    @property
    def has_slots(self) -> bool:
        """Whether little boxes show how many picks are left."""
        return self.box == "checkbox" and not self.is_basket and self.is_limited and self.most <= MOST_SLOTS

    @property
    def version(self) -> str:
        """Of the costs: names the basket's stylesheet."""
        return costs_version(self.paper)

    @property
    def bonus(self) -> str:
        """What one more pick is for, or ""."""
        return self.paper.bonus if isinstance(self.paper, TickPaper) else ""

    @property
    def bonus_ids(self) -> frozenset[str]:
        """The projects that one more pick is for."""
        return frozenset(project.id for project in self.paper.projects if self.bonus and project.category == self.bonus)

    @property
    def limits(self) -> list[tuple[str, int]]:
        """What the script needs to count: name and number."""
        found: list[tuple[str, int | None]] = [("most", self.most if self.is_limited and self.box != "radio" else None)]
        if isinstance(self.paper, PointsPaper):
            found += [("total", self.paper.total), ("low", self.paper.low), ("high", self.paper.high)]
        if self.is_basket:
            found += [("budget", self.paper.budget)]
        return [(name, number) for name, number in found if number is not None]

    @property
    def over_words(self) -> str:
        """The warning once too many projects are marked, up to how many those are; "" where nothing limits them."""
        if not self.is_limited or self.box == "radio":
            return ""
        if isinstance(self.paper, PointsPaper):
            return f"You can give {self.paper.unit.many} to {self.most} projects: empty"
        if self.box == "number":
            return f"You can put {self.most} in order: empty"
        more = ", and one more with the mark" if self.bonus else ""
        is_given = self.paper.word is not None and not self.is_basket
        can = f"give {self.word.of(self.most)}" if self.word and is_given else f"pick {self.most}"
        return f"You can {can}{more}: untick"

    @property
    def overspent_words(self) -> tuple[str, str]:
        """The warning once more is given than there is: before and after how much that is. Empty where nothing is."""
        if self.is_basket:
            return "That is more than the money: take out projects for", " or more"
        if isinstance(self.paper, PointsPaper) and self.paper.total is not None:
            return f"You have {self.paper.unit.of(self.paper.total)}: take", " away"
        return "", ""


def costs_version(paper: BallotPaper) -> str:
    """Eight figures that change whenever a cost or the money does."""
    costs = [paper.budget, *((project.id, project.cost) for project in paper.projects)]
    return hashlib.sha256(repr(costs).encode()).hexdigest()[:8]


def make_sheet(paper: BallotPaper, marked: Marked, shown: Sequence[BallotProject]) -> Sheet:
    """The sheet of a paper with these projects shown, in this order."""
    return Sheet(paper, marked, tuple(shown), _box(paper))


def _box(paper: BallotPaper) -> str:
    if not isinstance(paper, TickPaper):
        return "number"
    return "radio" if paper.chooses_one else "checkbox"
