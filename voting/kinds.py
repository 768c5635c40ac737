"""From a rulebook's ballot rule to the paper of its kind."""

from __future__ import annotations

from collections.abc import Iterable

from tallying.choices import BallotKind
from tallying.election import Project
from tallying.rule import BallotRule
from tallying.vote_word import VoteWord
from voting.paper import BallotPaper
from voting.points import PointsPaper
from voting.ranking import RankingPaper
from voting.ticking import TickPaper

Paper = TickPaper | PointsPaper | RankingPaper

_CLASSES: dict[BallotKind, type[Paper]] = {
    BallotKind.APPROVAL: TickPaper,
    BallotKind.BUDGET: TickPaper,
    BallotKind.POINTS: PointsPaper,
    BallotKind.RANKING: RankingPaper,
}


def make_paper(
    rule: BallotRule,
    projects: Iterable[Project],
    *,
    budget: int = 0,
    currency: str = "GBP",
    exponent: int = 2,
    word: VoteWord | None = None,
) -> BallotPaper:
    """The paper that the rule describes; `budget` in minor units is the paper's money, of use to a basket alone."""
    return _CLASSES[rule.kind](rule, tuple(projects), budget, currency, exponent, word)
