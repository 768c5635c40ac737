"""What a ballot names, in words: titles in its order, with points or places where it gives any."""

from collections.abc import Mapping

from tallying.commitment import Blank, Marks
from tallying.election import Approval, Points, Ranking
from tallying.vote_word import VoteWord


def picks_of(marks: Marks, titles: Mapping[str, str], word: VoteWord | None = None) -> tuple[str, ...]:
    """The titles, by project id, that a ballot names; none for a vote taken back. ``word`` is what its points are."""
    match marks:
        case Points(points):
            return tuple(f"{titles.get(one, one)}: {word.of(n) if word else n}" for one, n in points)
        case Approval(ids) | Ranking(ids):
            return tuple(titles.get(one, one) for one in ids)
        case Blank():
            return ()
