"""What the public pages show of one round: its steps, its pots and its projects.

Each function makes the same number of queries however many projects there are. Nothing here reads a ballot.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from pb_app.models.area import Area
from pb_app.models.paper import Project
from pb_app.models.round import Round
from pb_app.services.cancelling import cancelling_reason
from pb_app.services.count_charts import percent
from pb_app.services.public_lists import Entry, list_entries
from pb_app.services.public_register import has_register
from pb_app.services.round_reading import NO_ROUND, get_round
from pb_app.services.round_views import AreaView, PotView, RoundView
from voting.errors import NotFoundError
from voting.phases import BEFORE_VOTING, Phase

"""While a round stands here its page lists proposals; afterwards what is on the ballot paper."""

WITH_RESULT = frozenset({Phase.CHECKING, Phase.DECIDED, Phase.DELIVERING, Phase.CLOSED})


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a round's way. `state` is done, now or next; `at` is when it ends or ended (None: not fixed).

    `key` names the words of the template: proposing, reviewing, shortlisting, voting, counting or decided.
    """

    key: str
    state: str
    at: datetime | None
    count: int | None = None


@dataclass(frozen=True, slots=True)
class PotLine:
    """A pot and what is asked of it by the entries listed; amounts in pence, widths in percent of the drawing."""

    pot: PotView
    asked: int
    entries: int

    @property
    def size_width(self) -> str:
        """The pot itself; the drawing is as wide as the pot or what is asked, whichever is more."""
        return percent(self.pot.amount, self._widest)

    @property
    def asked_width(self) -> str:
        """What is asked and fits into the pot."""
        return percent(min(self.asked, self.pot.amount), self._widest)

    @property
    def over_width(self) -> str:
        """What is asked and does not fit; "0%" where all fits."""
        return percent(max(self.asked - self.pot.amount, 0), self._widest)

    @property
    def _widest(self) -> int:
        return max(self.asked, self.pot.amount)


@dataclass(frozen=True, slots=True)
class RoundPage:
    """One round with everything its page lists. `entries` are not filtered yet; an imported round has none here,

    because its amounts are in a currency of its own: the results page lists its projects.
    """

    round: RoundView
    phase: Phase
    steps: tuple[Step, ...]
    pots: tuple[PotLine, ...]
    areas: tuple[AreaView, ...]
    entries: tuple[Entry, ...]
    has_register: bool
    cancel_reason: str
    """Why two people cancelled it; "" where they did not."""

    @property
    def is_before_paper(self) -> bool:
        """Whether the page lists proposals rather than projects."""
        return _is_before_paper(self.round, self.phase)

    @property
    def has_result(self) -> bool:
        """Whether a record is published."""
        return self.phase in WITH_RESULT


def get_public_round(session: Session, *, round_id: str, now: datetime) -> RoundView:
    """A round that everybody may see. Raises NotFoundError, also while it is a draft and for a draft dropped."""
    view = get_round(session, round_id)
    if not view.is_public_at(now):
        raise NotFoundError(NO_ROUND)
    return view


def show_round(session: Session, *, round_id: str, now: datetime) -> RoundPage:
    """One round with its projects (before there is a ballot paper: its proposals). Raises NotFoundError."""
    view = get_public_round(session, round_id=round_id, now=now)
    phase = view.phase_at(now)
    entries = () if view.is_imported else list_entries(session, view, with_proposals=_is_before_paper(view, phase))
    return RoundPage(
        round=view,
        phase=phase,
        steps=_steps(view, phase, entries),
        pots=tuple(_pot_line(pot, entries) for pot in view.pots),
        areas=_areas(session),
        entries=entries,
        has_register=has_register(session, round_id),
        cancel_reason=cancelling_reason(session, round_id=round_id),
    )


def _is_before_paper(view: RoundView, phase: Phase) -> bool:
    """A round that was cancelled before its ballot papers were fixed still lists what was proposed."""
    was_early = phase is Phase.CANCELLED and view.decisions.opening_confirmed_at is None
    return phase in BEFORE_VOTING or was_early


def get_frozen(session: Session, *, round_id: str, now: datetime) -> tuple[bytes, str]:
    """The bytes of frozen.json and their hash, as they were stored at the opening. Raises NotFoundError before."""
    get_public_round(session, round_id=round_id, now=now)
    row = session.get_one(Round, round_id, options=[undefer(Round.frozen)])
    if row.frozen is None or row.frozen_sha256 is None:
        raise NotFoundError("The rules and projects of this round are not fixed yet.")
    return row.frozen, row.frozen_sha256


def proposal_of_project(session: Session, *, round_id: str) -> Mapping[tuple[str, str], str]:
    """The proposal behind each project, by (paper id, project id): for links only."""
    query = select(Project.paper_id, Project.id, Project.proposal_id).where(Project.round_id == round_id)
    return {(paper, project): proposal for paper, project, proposal in session.execute(query) if proposal}


def _areas(session: Session) -> tuple[AreaView, ...]:
    rows = session.execute(select(Area.id, Area.name).order_by(Area.position, Area.id))
    return tuple(AreaView(area_id, name) for area_id, name in rows)


def _pot_line(pot: PotView, entries: tuple[Entry, ...]) -> PotLine:
    own = [entry for entry in entries if entry.pot_id == pot.id and entry.status != "refused"]
    return PotLine(pot, sum(entry.cost for entry in own), len(own))


_ORDER = (
    ("proposing", Phase.PROPOSING),
    ("reviewing", Phase.REVIEWING),
    ("shortlisting", Phase.SHORTLISTING),
    ("voting", Phase.VOTING),
    ("counting", Phase.COUNTING),
    ("checking", Phase.CHECKING),
    ("decided", Phase.DECIDED),
)
_RANK = {phase: rank for rank, phase in enumerate(list(Phase))}


def _steps(view: RoundView, phase: Phase, entries: tuple[Entry, ...]) -> tuple[Step, ...]:
    """The steps this round has: one whose window is empty was skipped, and an imported round had none here."""
    if view.is_imported or phase is Phase.CANCELLED:
        return ()
    ends = _ends(view)
    skipped = {"reviewing"} if ends["proposing"] == ends["reviewing"] else set()
    if ends["reviewing"] == view.timetable.voting_opens_at:
        skipped.add("shortlisting")
    counts = _counts(phase, entries)
    return tuple(Step(key, _state(own, phase), ends[key], counts.get(key)) for key, own in _ORDER if key not in skipped)


def _ends(view: RoundView) -> dict[str, datetime | None]:
    """When each step ends, as it stands now; for the last two when they were done."""
    dates, decided = view.timetable, view.decisions
    return {
        "proposing": dates.proposing_closes_at,
        "reviewing": dates.reviewing_closes_at,
        "shortlisting": view.voting_window[0] if view.voting_window else dates.voting_opens_at,
        "voting": view.voting_closes_at,
        "counting": decided.published_at,
        "checking": decided.decided_at,
        "decided": decided.decided_at,
    }


def _state(own: Phase, phase: Phase) -> str:
    if own is Phase.DECIDED and _RANK[phase] >= _RANK[own]:
        return "done"
    return "now" if own is phase else "done" if _RANK[own] < _RANK[phase] else "next"


def _counts(phase: Phase, entries: tuple[Entry, ...]) -> dict[str, int]:
    if phase in BEFORE_VOTING:
        accepted = sum(1 for entry in entries if entry.status == "accepted")
        on_paper = sum(1 for entry in entries if entry.project_id)
        return {"proposing": len(entries), "reviewing": accepted, "shortlisting": on_paper}
    return {"shortlisting": len(entries), "voting": len(entries)}
