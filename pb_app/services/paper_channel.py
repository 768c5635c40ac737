"""Whether a round takes votes on paper, and which vote stands where somebody voted online before their sheet came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from pb_app.models.sheet import PaperRule, PaperSlip
from pb_app.services.ballot_slots import find_slot
from pb_app.services.boxes import PAPER
from pb_app.services.round_reading import find_round, phase_of
from pb_app.services.two_people import find_confirmed, find_waiting
from voting.errors import NotFoundError, NotNowError, PaperArrivedError
from voting.phases import Phase

SEAL = "seal"
"""The kind of decision that ends all work on paper votes."""

LONGEST_PLACES = 1000
"""Letters of all places together."""

_ARRIVED = "Your paper vote has arrived, so you can’t cast that vote in another way. It is counted with all others."
_SPOILT = "Your ballot sheet was given back and you got a new one. Vote with the new one."


class Stands(StrEnum):
    """What stands where a sheet comes after an online vote; it speaks of no other case."""

    ONLINE = "online_stands"
    """The sheet is set aside unopened: refused."""
    PAPER = "paper_stands"
    """The sheet counts, and the online vote is superseded."""


@dataclass(frozen=True, slots=True)
class PaperWay:
    """How a round takes votes on paper. `places` are where sheets are given out and handed in; none: where to ask.

    `changed_at` is when they last changed after the announcement, None if they did not.
    """

    rule: Stands
    places: tuple[str, ...] = ()
    changed_at: datetime | None = None


def declare_rule(session: Session, *, round_id: str, rule: Stands, places: str = "") -> None:
    """The round, made just now, takes votes on paper by this rule, at these places: one a line."""
    session.add(PaperRule(round_id=round_id, rule=rule.value, places="\n".join(read_places(places))))
    session.flush()


def find_paper_way(session: Session, round_id: str) -> PaperWay | None:
    """How the round takes votes on paper; None where nobody votes so."""
    row = session.get(PaperRule, round_id)
    return PaperWay(Stands(row.rule), read_places(row.places), row.places_changed_at) if row else None


def read_places(text: str) -> tuple[str, ...]:
    """The places of a text that names one a line."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def find_rule(session: Session, round_id: str) -> Stands | None:
    """The rule of a round; None where nobody votes on paper."""
    row = session.get(PaperRule, round_id)
    return Stands(row.rule) if row else None


def get_rule(session: Session, round_id: str) -> Stands:
    """The rule of a round that takes votes on paper. Raises NotFoundError for any other."""
    rule = find_rule(session, round_id)
    if rule is None:
        raise NotFoundError("This round takes no votes on paper.")
    return rule


def refuse_paper_voter(session: Session, roll_id: str, channel: str) -> None:
    """Raises PaperArrivedError where a sheet of this entry has come back: that closes every other way in.

    A sheet that was set aside closes nothing: the online vote stands, and may be changed. Where a voter has two
    ballots, a sheet is the one in person, and closes those ways alone.
    """
    slips = session.scalars(select(PaperSlip).where(PaperSlip.roll_id == roll_id)).all()
    states = {
        slip.state
        for slip in slips
        if find_slot(session, round_id=slip.round_id, paper_id=slip.paper_id, channel=channel)
        == find_slot(session, round_id=slip.round_id, paper_id=slip.paper_id, channel=PAPER)
    }
    if "accepted" in states:
        raise PaperArrivedError(_ARRIVED)
    if "spoilt" in states:
        raise PaperArrivedError(_SPOILT)


def check_paper_work(session: Session, *, round_id: str, now: datetime) -> Stands:
    """The rule of a round in which slips and ballots are worked on now: from the opening until sealing is asked for.

    Raises NotNowError otherwise, NotFoundError where nobody votes on paper.
    """
    rule = get_rule(session, round_id)
    if phase_of(find_round(session, round_id), now) not in (Phase.VOTING, Phase.COUNTING):
        raise NotNowError("Paper votes are worked on from the day voting opens until the count is sealed.")
    if find_confirmed(session, round_id=round_id, kind=SEAL) or find_waiting(session, round_id=round_id, kind=SEAL):
        raise NotNowError("Somebody asked to seal the count, so paper votes stay as they are. Take that back first.")
    return rule
