"""The anonymity report: how far a paper's ballots could be told apart once they are public.

A long ballot is a signature: over 1,744 real elections "up to 3" left 0.4 % unique ballots in the median file, "up to
5" 19.5 %. Under 50 ballots the decision to publish needs a reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from pb_app.services.ballot_box import OpenedRow, open_paper
from pb_app.services.keys import KeyStore
from pb_app.services.rounds import get_round
from tallying.canonical import Writable
from tallying.commitment import Blank
from voting.errors import NotNowError
from voting.phases import Phase

FEW_BALLOTS = 50
"""Below this many ballots, publishing or withholding needs a reason."""

FEW_TRACKERS = 5
"""A number of versions held by fewer trackers is listed: whoever knows how often you voted may find you."""


@dataclass(frozen=True, slots=True)
class PaperAnonymity:
    """One paper: its voters, ballots that will be counted (blank ones are not), those that nobody else cast alike.

    `rare_versions` are pairs of a number of versions and how many trackers hold it, where fewer than 5 do.
    """

    paper_id: str
    title: str
    voters: int
    ballots: int
    unique: int
    rare_versions: tuple[tuple[int, int], ...]

    @property
    def needs_reason(self) -> bool:
        """Whether the decision to publish must be argued."""
        return self.voters < FEW_BALLOTS

    @property
    def written(self) -> dict[str, Writable]:
        """As it is kept with the sealing."""
        return {
            "paper": self.paper_id,
            "voters": self.voters,
            "ballots": self.ballots,
            "unique": self.unique,
            "rare_versions": [list(pair) for pair in self.rare_versions],
        }


def anonymity_report(session: Session, keys: KeyStore, *, round_id: str, now: datetime) -> tuple[PaperAnonymity, ...]:
    """The report of every paper, in paper order. Raises NotNowError unless voting is over and the key still lives."""
    view = get_round(session, round_id)
    if view.phase_at(now) is not Phase.COUNTING:
        raise NotNowError("The anonymity report is made when voting is over, before the count is sealed.")
    key = keys.round_key(round_id)
    return tuple(
        paper_anonymity(paper.id, paper.title, open_paper(session, key, round_id=round_id, paper_id=paper.id))
        for paper in view.papers
    )


def paper_anonymity(paper_id: str, title: str, rows: Sequence[OpenedRow]) -> PaperAnonymity:
    """The report of one paper; what is voided or superseded by paper is no ballot."""
    last = [row for row in rows if row.stands]
    alike = Counter(row.cast.marks for row in last if not isinstance(row.cast.marks, Blank))
    held = Counter(row.version for row in last)
    return PaperAnonymity(
        paper_id=paper_id,
        title=title,
        voters=len(last),
        ballots=sum(alike.values()),
        unique=sum(1 for voters in alike.values() if voters == 1),
        rare_versions=tuple(sorted((versions, n) for versions, n in held.items() if n < FEW_TRACKERS)),
    )
