"""What an auditor sees of a round: who decided what with whom, and checks that need no tool of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pb_app.models.round import TwoPersonDecision
from pb_app.services.activity_reading import count_events, staff_names
from pb_app.services.recounts import RecountView, list_recounts
from pb_app.services.results import Published, ResultsView, find_published, find_results
from pb_app.services.round_reading import get_round, list_all_rounds
from pb_app.services.round_views import RoundView
from tallying.ledger import check_ledger
from voting.phases import Phase


@dataclass(frozen=True, slots=True)
class DecisionView:
    """Something two people decide; `confirmed_by` is "" while it waits, `withdrawn_at` set when it was taken back."""

    kind: str
    reason: str
    asked_by: str
    asked_at: datetime
    confirmed_by: str
    confirmed_at: datetime | None
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One check: `state` is agrees, differs or todo; `found` says what was found, in figures."""

    title: str
    found: str
    state: str


@dataclass(frozen=True, slots=True)
class AuditPage:
    """A round with what an auditor checks in it. `at_times` of decisions are as logged."""

    round: RoundView
    phase: Phase
    published: Published | None
    result: ResultsView | None
    decisions: tuple[DecisionView, ...]
    recounts: tuple[RecountView, ...]
    names: Mapping[str, str]
    events: int
    checks: tuple[CheckLine, ...]

    @property
    def done(self) -> int:
        """How many checks found agreement."""
        return sum(1 for check in self.checks if check.state == "agrees")


@dataclass(frozen=True, slots=True)
class AuditLine:
    """A round in the auditor's list; `last` is the newest recount of its newest record."""

    round: RoundView
    phase: Phase
    published: Published | None
    last: RecountView | None


def list_audits(session: Session, *, now: datetime) -> list[AuditLine]:
    """Every round, drafts too; those that wait for a recount first."""
    lines = [_line(session, view, now) for view in list_all_rounds(session)]
    return sorted(lines, key=lambda line: line.published is None or line.last is not None)


def audit_round(session: Session, *, round_id: str, now: datetime) -> AuditPage:
    """One round for its auditor, who reads all and changes nothing. Raises NotFoundError."""
    view = get_round(session, round_id)
    published = find_published(session, round_id=round_id)
    result = find_results(session, round_id=round_id) if published else None
    recounts = tuple(list_recounts(session, round_id=round_id))
    decisions = tuple(_decisions(session, round_id))
    return AuditPage(
        round=view,
        phase=view.phase_at(now),
        published=published,
        result=result,
        decisions=decisions,
        recounts=recounts,
        names=staff_names(session),
        events=count_events(session, round_id=round_id),
        checks=_checks(view, published, result, decisions, recounts),
    )


def _line(session: Session, view: RoundView, now: datetime) -> AuditLine:
    published = find_published(session, round_id=view.id)
    made = list_recounts(session, round_id=view.id) if published else []
    last = next((one for one in made if published and one.revision == published.revision), None)
    return AuditLine(view, view.phase_at(now), published, last)


def _decisions(session: Session, round_id: str) -> list[DecisionView]:
    names = staff_names(session)
    decision = TwoPersonDecision
    query = select(decision).where(decision.round_id == round_id).order_by(decision.asked_at, decision.id)
    return [
        DecisionView(
            kind=row.kind,
            reason=row.reason,
            asked_by=names.get(row.asked_by, "somebody no longer on the staff"),
            asked_at=row.asked_at,
            confirmed_by=names.get(row.confirmed_by, "somebody no longer on the staff") if row.confirmed_by else "",
            confirmed_at=row.confirmed_at,
            withdrawn_at=row.withdrawn_at,
        )
        for row in session.scalars(query)
    ]


def _checks(
    view: RoundView,
    published: Published | None,
    result: ResultsView | None,
    decisions: tuple[DecisionView, ...],
    recounts: tuple[RecountView, ...],
) -> tuple[CheckLine, ...]:
    checks = [] if view.is_imported else [_two_people(decisions), _fixed(view, result)]
    if result is not None and not result.is_imported:
        checks += [_accounted(result), _no_more_votes(result)]
    checks.append(_recounted(published, recounts))
    return tuple(checks)


def _two_people(decisions: tuple[DecisionView, ...]) -> CheckLine:
    confirmed = [one for one in decisions if one.confirmed_at and not one.withdrawn_at]
    alone = [one for one in confirmed if one.asked_by == one.confirmed_by]
    title = "No step was confirmed by the person who asked for it"
    if not confirmed:
        return CheckLine(title, "Nothing is confirmed yet", "todo")
    found = f"{len(confirmed)} confirmed by a second person" if not alone else f"{len(alone)} by one person alone"
    return CheckLine(title, found, "differs" if alone else "agrees")


def _fixed(view: RoundView, result: ResultsView | None) -> CheckLine:
    title = "Rules, projects and costs were fixed before voting"
    opened = view.decisions.opening_confirmed_at
    if opened is None or result is None:
        fixed = f"Fixed with the fingerprint {view.frozen_sha256[:16]}…; no record yet"
        found = "Not fixed yet" if opened is None else fixed
        return CheckLine(title, found, "todo")
    if result.frozen_sha256 != view.frozen_sha256:
        return CheckLine(title, "The record holds another fingerprint than the one fixed at the opening", "differs")
    return CheckLine(title, f"Same fingerprint at the opening and in the record: {view.frozen_sha256[:16]}…", "agrees")


def _accounted(result: ResultsView) -> CheckLine:
    title = "Every vote is accounted for"
    ledgers = [paper.ledger for paper in result.papers if paper.ledger]
    faults = [fault for ledger in ledgers for fault in check_ledger(ledger)]
    if faults:
        return CheckLine(title, "; ".join(faults), "differs")
    received = sum(cell.count for ledger in ledgers for cell in ledger.received)
    counted = sum(ledger.counted for ledger in ledgers)
    replaced = sum(ledger.superseded for ledger in ledgers)
    rest = sum(ledger.refused + ledger.spoilt + ledger.blank for ledger in ledgers)
    return CheckLine(
        title,
        f"{received:,} received = {counted:,} counted + {replaced:,} replaced + {rest:,} withdrawn, refused or spoilt",
        "agrees",
    )


def _no_more_votes(result: ResultsView) -> CheckLine:
    ledgers = [paper.ledger for paper in result.papers if paper.ledger]
    too_many = [ledger.paper_id for ledger in ledgers if ledger.counted + ledger.blank > ledger.marked]
    words = "; ".join(f"{ledger.counted + ledger.blank:,} trackers, {ledger.marked:,} marked" for ledger in ledgers)
    return CheckLine("No more votes than voters", words, "differs" if too_many else "agrees")


def _recounted(published: Published | None, recounts: tuple[RecountView, ...]) -> CheckLine:
    title = "A recount gives the same result"
    if published is None:
        return CheckLine(title, "No record is published yet", "todo")
    made = next((one for one in recounts if one.revision == published.revision), None)
    if made is None:
        return CheckLine(title, "Nobody has recounted this record here yet", "todo")
    if not made.holds:
        return CheckLine(title, "The last recount on this server found faults", "differs")
    return CheckLine(title, "The last recount on this server gave the same bytes", "agrees")
