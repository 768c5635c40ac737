"""The places where ballot sheets are given out and handed in: added, changed and taken away until voting is over.

They are no part of what is frozen, so one officer changes them. Once the round is announced that takes a reason, and
residents read on which day the places changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy.orm import Session

from pb_app.models.sheet import PaperRule
from pb_app.services.activity import Event, log
from pb_app.services.paper_channel import LONGEST_PLACES, get_rule, read_places
from pb_app.services.round_lock import hold_round
from pb_app.services.rounds import find_round, phase_of
from voting.errors import NotNowError, Problem
from voting.permissions import Actor
from voting.phases import UNTIL_COUNTING

PERMISSION = "round:create"
LONGEST_REASON = 500

_OVER = "Voting is over, so no more sheets are handed in. The places stay as they were."


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacesChanged(Event):
    """The places changed. `reason` is "" before the announcement."""

    kind: ClassVar[str] = "paper:places:changed"
    before: tuple[str, ...]
    after: tuple[str, ...]
    reason: str

    def details(self) -> dict[str, str]:
        """Both lists, a place a line, and why."""
        return {"before": "\n".join(self.before), "after": "\n".join(self.after), "reason": self.reason}


def change_places(
    session: Session, *, round_id: str, seen: str, places: str, reason: str = "", by: Actor, now: datetime
) -> list[Problem]:
    """Puts these places, one a line, in place of those that the officer has `seen`; the same ones change nothing.

    Problems: "places", "reason". Raises NotNowError once voting is over, NotFoundError where nobody votes on paper.
    """
    by.check(PERMISSION)
    hold_round(session, round_id)
    get_rule(session, round_id)
    view = find_round(session, round_id)
    if phase_of(view, now) not in UNTIL_COUNTING:
        raise NotNowError(_OVER)
    row = session.get_one(PaperRule, round_id)
    before, after = read_places(row.places), read_places(places)
    is_public = view.announced_at is not None
    if problems := _problems(before, after, seen=read_places(seen), reason=reason, is_public=is_public):
        return problems
    if before == after:
        return []
    row.places = "\n".join(after)
    if is_public:
        row.places_changed_at = now
    session.flush()
    event = PlacesChanged(round_id=round_id, before=before, after=after, reason=reason.strip() if is_public else "")
    log(session, event, by=by, now=now)
    return []


def _problems(
    before: tuple[str, ...], after: tuple[str, ...], *, seen: tuple[str, ...], reason: str, is_public: bool
) -> list[Problem]:
    problems = []
    length = len("\n".join(after))
    if before not in (seen, after):
        words = "; ".join(f"“{place}”" for place in before) or "none"
        problems.append(Problem("places", f"Somebody else changed them meanwhile. They are now: {words}. Look again."))
    if length > LONGEST_PLACES:
        problems.append(Problem("places", f"Make the text {LONGEST_PLACES:,} letters or shorter. It is {length:,} now"))
    if is_public and before != after and not reason.strip():
        problems.append(Problem("reason", "Say why the places change"))
    return problems
