"""A round's sealing as officers see it: where it stands, how private the ballots are, who decided, what was done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from pb_app.models.ballot import SealingStep
from pb_app.models.record import PublishedRecord
from pb_app.services.anonymity import PaperAnonymity, anonymity_report
from pb_app.services.key_copies import CopyLine, list_copies
from pb_app.services.keys import KeyStore
from pb_app.services.paper_channel import SEAL
from pb_app.services.rounds import RoundView, get_round
from pb_app.services.sealing import SealingState, Stage, find_sealing
from pb_app.services.sealing_results import read_scans
from pb_app.services.sealing_steps import NAMES
from pb_app.services.second_people import WaitingStep, find_step
from pb_app.services.sheet_scans import count_scans
from tallying.canonical import Json, loads
from voting.permissions import Actor
from voting.phases import Phase


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step of sealing, and when it was done (None: not yet)."""

    name: str
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class PaperDecision:
    """What two people decide about one paper: `publish` or `withhold`."""

    paper_id: str
    title: str
    decision: str


@dataclass(frozen=True, slots=True)
class SealingPage:
    """Everything the page shows. `reports` are empty before voting is over; `published` has time and hash."""

    round: RoundView
    phase: Phase
    state: SealingState
    step: WaitingStep | None
    reports: tuple[PaperAnonymity, ...]
    decisions: tuple[PaperDecision, ...]
    lines: tuple[StepLine, ...]
    published: tuple[datetime, str] | None
    copies: tuple[CopyLine, ...]
    scans: int
    """Scans of ballots that go with the key, or went."""

    @property
    def is_confirmed(self) -> bool:
        """Whether two people have decided."""
        return self.state.stage in (Stage.RUNNING, Stage.AWAITING_LOT, Stage.STAGED)


def show_sealing(session: Session, keys: KeyStore, *, round_id: str, by: Actor, now: datetime) -> SealingPage:
    """The page's contents. Raises NotFoundError."""
    view = get_round(session, round_id)
    state = find_sealing(session, round_id=round_id)
    done = dict(state.done)
    record = session.get(PublishedRecord, (round_id, 1))
    return SealingPage(
        round=view,
        phase=view.phase_at(now),
        state=state,
        step=find_step(session, round_id=round_id, kind=SEAL, permission="sealing:confirm", by=by),
        reports=_reports(session, keys, view, state, now),
        decisions=_decisions(view, state),
        lines=tuple(StepLine(name, done.get(name)) for name in NAMES),
        published=(record.published_at, record.sha256) if record else None,
        copies=list_copies(session, round_id=round_id),
        scans=_scans(session, round_id),
    )


def _scans(session: Session, round_id: str) -> int:
    step = session.get(SealingStep, (round_id, "key_destroyed"))
    return read_scans(step.result) if step else sum(count_scans(session, round_id=round_id).values())


def _reports(
    session: Session, keys: KeyStore, view: RoundView, state: SealingState, now: datetime
) -> tuple[PaperAnonymity, ...]:
    """From the rows while the key lives; afterwards what the step kept."""
    kept = session.get(SealingStep, (view.id, "anonymity"))
    if kept is not None:
        titles = {paper.id: paper.title for paper in view.papers}
        return _read_reports(loads(kept.result), titles)
    if view.phase_at(now) is not Phase.COUNTING or state.stage not in (Stage.NOT_ASKED, Stage.ASKED):
        return ()
    return anonymity_report(session, keys, round_id=view.id, now=now)


def _read_reports(value: Json, titles: dict[str, str]) -> tuple[PaperAnonymity, ...]:
    match value:
        case {"papers": list(papers)}:
            return tuple(_read_report(paper, titles) for paper in papers)
    raise ValueError("not the result of the step anonymity")


def _read_report(value: Json, titles: dict[str, str]) -> PaperAnonymity:
    match value:
        case {
            "paper": str(paper_id),
            "voters": int(voters),
            "ballots": int(ballots),
            "unique": int(unique),
            "rare_versions": list(rare),
        }:
            pairs = tuple((_whole(pair, 0), _whole(pair, 1)) for pair in rare)
            return PaperAnonymity(paper_id, titles.get(paper_id, paper_id), voters, ballots, unique, pairs)
    raise ValueError("not the report of a paper")


def _whole(pair: Json, place: int) -> int:
    value = pair[place] if isinstance(pair, list) else None
    if not isinstance(value, int):
        raise ValueError("not a pair of numbers")
    return value


def _decisions(view: RoundView, state: SealingState) -> tuple[PaperDecision, ...]:
    papers = state.asked.payload.get("papers") if state.asked else None
    if not isinstance(papers, list):
        return ()
    titles = {paper.id: paper.title for paper in view.papers}
    rows = [(str(entry[0]), str(entry[1])) for entry in papers if isinstance(entry, list)]
    return tuple(PaperDecision(paper_id, titles.get(paper_id, paper_id), decision) for paper_id, decision in rows)
