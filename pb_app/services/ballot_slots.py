"""How many ballots a voter has on a paper, and which of them a channel leads to."""

from __future__ import annotations

from sqlalchemy.orm import Session

from pb_app.models.paper import Paper
from pb_app.services.round_reading import read_rulebook
from voting.slots import slot_of

_ONE = '"ballots_per_voter":1,'
"""As a canonical rulebook spells it: most have it, and need not be read in full at every cast."""


def count_ballots(rulebook: str) -> int:
    """Ballots that each voter has on the paper of this rulebook: 1, or 2 by declaration."""
    return 1 if _ONE in rulebook else read_rulebook(rulebook).ballot.ballots_per_voter


def find_slot(session: Session, *, round_id: str, paper_id: str, channel: str) -> int:
    """The slot of a ballot on this paper through this channel."""
    return slot_of(count_ballots(session.get_one(Paper, (round_id, paper_id)).rulebook), channel)
