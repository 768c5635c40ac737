"""How to mark a ballot paper with a pen: the sentences on the printed sheet, beside those of `paper_words`."""

from __future__ import annotations

from collections.abc import Mapping

from tallying.choices import BallotKind
from voting.paper import BallotPaper
from voting.paper_words import heading, rules
from voting.points import PointsPaper
from voting.ticking import TickPaper

_CROSS = "Put a cross in the box beside each project you want."
_PEN: Mapping[BallotKind, tuple[str, ...]] = {
    BallotKind.APPROVAL: (_CROSS,),
    BallotKind.BUDGET: (_CROSS, "Add up what they cost. Stay within the money."),
    BallotKind.RANKING: ("Leave the other boxes empty.",),
}
_CARE = (
    "Write nothing else on this sheet, and not your name.",
    "If you make a mistake, ask for a new sheet.",
)


def print_heading(paper: BallotPaper) -> str:
    """What to do, as the sheet's first line: the same as on the screen."""
    return heading(paper)


def print_rules(paper: BallotPaper) -> list[str]:
    """How to mark the sheet, a sentence or two an item: the pen first, then what a ballot may hold."""
    is_one = isinstance(paper, TickPaper) and paper.chooses_one
    if isinstance(paper, PointsPaper):
        pen: tuple[str, ...] = (f"Write the {paper.unit.many} in the boxes as numbers. Leave the other boxes empty.",)
    else:
        pen = ("Put a cross in the box beside the project you want.",) if is_one else _PEN[paper.kind]
    return [*_in_order(paper, pen), *_CARE]


def _in_order(paper: BallotPaper, pen: tuple[str, ...]) -> list[str]:
    """A ranking's rule says where to write; elsewhere the pen comes first."""
    said = rules(paper)
    return [*said, *pen] if paper.kind is BallotKind.RANKING else [*pen, *said]
