"""Tablets for voting at events. The tablet itself is a cookie in its browser; here it is written down who set it up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy.orm import Session

from pb_app.services.activity import Event, log
from pb_app.services.rounds import get_round
from pb_app.services.slips import PERMISSION, check_voting
from voting.permissions import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class TabletStarted(Event):
    """A tablet was set up for voting."""

    kind: ClassVar[str] = "event:tablet:started"
    name: str

    def details(self) -> dict[str, str]:
        """What staff call it."""
        return {"name": self.name}


def start_tablet(session: Session, *, round_id: str, name: str, by: Actor, now: datetime) -> None:
    """Notes that a tablet was set up. Raises NotNowError outside voting, NotFoundError."""
    by.check(PERMISSION)
    check_voting(get_round(session, round_id), now)
    log(session, TabletStarted(round_id=round_id, name=name), by=by, now=now)
