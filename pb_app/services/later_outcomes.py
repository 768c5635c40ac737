"""After the record is public: a project is withdrawn, something is corrected, or the steering group departs.

Each takes two people and a public reason, and leads to one more revision of the record. The first stays for ever; the
outcome of every revision is the count's, and a departure stands beside it. A departure is confirmed by a member of the
steering group. `further_revisions` makes the revision.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pb_app.models.ballot import SealingStep
from pb_app.models.record import PublishedRecord
from pb_app.services.lots import NewDraw, ToDraw, draw_problems, written_draw
from pb_app.services.opened_ballots import counted_ballots
from pb_app.services.publishing import record_bytes
from pb_app.services.registers import register_decision
from pb_app.services.round_lock import hold_round
from pb_app.services.rounds import find_round, phase_of
from pb_app.services.second_people import WaitingStep, find_step
from pb_app.services.two_people import ask, confirm, find_waiting, withdraw_waiting
from tallying.canonical import Json, Writable, dumps, loads
from tallying.changes import Awards, Change, ChangeKind, award_faults, departure_of, read_change, withdrawn_of
from tallying.count import count
from tallying.draw import DrawSheet, dump_draws, load_draws
from tallying.frozen import RecordPaper
from tallying.money import shown
from tallying.outcome import Outcome
from tallying.record import CountedPaper, Record, load
from tallying.record_error import RecordError
from voting.errors import NotNowError, Problem
from voting.permissions import Actor
from voting.phases import Phase

PERMISSION, DEPART_PERMISSION = "outcome:change", "outcome:depart"
CHANGE = "outcome"
"""The kind of decision."""

LONGEST_REASON = 1000
_PHASES = (Phase.CHECKING, Phase.DECIDED, Phase.DELIVERING)
_NOT_NOW = "The outcome can be changed once its record is public, until the round is closed."
_RUNNING = "An earlier change is not published yet. Finish it first."


@dataclass(frozen=True, slots=True)
class NewChange:
    """What is to be decided: `project` of a withdrawal, `awards` (pence) of a departure, `draw` for a new lot."""

    kind: ChangeKind
    paper_id: str
    project: str = ""
    awards: Awards = ()
    draw: NewDraw | None = None


@dataclass(frozen=True, slots=True)
class Ordered:
    """A change that two people decided, and the lots of the revision that it leads to."""

    revision: int
    change: Change
    draws: DrawSheet | None


def ask_change(
    session: Session, *, round_id: str, change: NewChange, reason: str, by: Actor, now: datetime
) -> list[Problem]:
    """The first of two people asks. Problems: "paper", "project", "awards", "reason", and those of a lot.

    Raises NotNowError before the record is public, after the round was closed, and while an earlier change runs.
    """
    by.check(PERMISSION)
    _check_open(session, round_id, now)
    record = load(record_bytes(session, round_id))
    try:
        paper = record.frozen.paper(change.paper_id)
    except KeyError:
        return [Problem("paper", "Choose a ballot paper")]
    problems = [*_change_problems(record, paper, change), *_reason_problems(reason)]
    if not problems:
        problems = _lot_problems(session, record, paper, change)
    if problems:
        return problems
    draw = [dump_draws(DrawSheet("0" * 64, (written_draw(change.draw),))).decode()] if change.draw else []
    meant = Change(1, change.kind, "-", change.paper_id, change.project, change.awards)
    payload: dict[str, Writable] = {"change": meant.written, "draw": draw}
    ask(session, round_id=round_id, kind=CHANGE, payload=payload, reason=reason.strip(), by=by, now=now)
    return []


def confirm_change(session: Session, *, round_id: str, by: Actor, now: datetime) -> None:
    """The second person confirms: the decision stands in the register. Run `further_revisions.run_revision` afterwards.

    Raises NotNowError, SecondPersonError, NotAllowedError where a departure is not confirmed by the steering group.
    """
    by.check(PERMISSION)
    hold_round(session, round_id)
    _check_open(session, round_id, now)
    waiting = find_waiting(session, round_id=round_id, kind=CHANGE)
    if waiting is not None and read_change(waiting.payload["change"]).kind is ChangeKind.DEPART:
        by.check(DEPART_PERMISSION)
    decision = confirm(session, round_id=round_id, kind=CHANGE, by=by, now=now)
    meant = replace(read_change(decision.payload["change"]), reason=decision.reason)
    n = register_decision(
        session, round_id=round_id, kind=meant.kind.value, reason=meant.reason, values=meant.values, now=now
    )
    record = load(record_bytes(session, round_id))
    sheet = _sheet(session, record, meant, _read_draw(decision.payload["draw"]))
    result: dict[str, Writable] = {
        "change": replace(meant, n=n).written,
        "draws": [dump_draws(sheet).decode()] if sheet else [],
    }
    revision = record.contents.revision + 1
    session.add(SealingStep(round_id=round_id, step=f"change:{revision}", done_at=now, result=dumps(result)))
    session.flush()


def withdraw_change(session: Session, *, round_id: str, by: Actor, now: datetime) -> None:
    """Takes back what waits for its second person. Raises NotNowError if nothing does."""
    by.check(PERMISSION)
    withdraw_waiting(session, round_id=round_id, kind=CHANGE, by=by, now=now)


def find_change(session: Session, *, round_id: str, by: Actor) -> tuple[WaitingStep, Change] | None:
    """The change that waits for its second person, and what it says; None if none does."""
    waiting = find_waiting(session, round_id=round_id, kind=CHANGE)
    if waiting is None:
        return None
    change = replace(read_change(waiting.payload["change"]), reason=waiting.reason)
    permission = DEPART_PERMISSION if change.kind is ChangeKind.DEPART else PERMISSION
    step = find_step(session, round_id=round_id, kind=CHANGE, permission=permission, by=by)
    return (step, change) if step else None


def ordered_change(session: Session, round_id: str) -> Ordered | None:
    """The change that two people decided and whose revision is not public yet; None if there is none."""
    revision = (session.scalar(select(func.max(PublishedRecord.revision)).filter_by(round_id=round_id)) or 0) + 1
    row = session.get(SealingStep, (round_id, f"change:{revision}"))
    if row is None:
        return None
    match loads(row.result):
        case {"change": change, "draws": list(draws)}:
            return Ordered(revision, read_change(change), load_draws(str(draws[0]).encode()) if draws else None)
    raise ValueError("not a change of the outcome")


def recount(session: Session, record: Record, change: Change, seed: bytes | None) -> Outcome:
    """The outcome of the changed paper, counted from the opened ballots, which may be withheld from the public."""
    paper, paper_id = record.frozen.paper(change.paper_id), change.paper_id
    withdrawn = withdrawn_of((*record.contents.changes, change), paper_id)
    counted = CountedPaper(record.frozen, paper, record.rulebook(paper_id), withdrawn=withdrawn)
    ballots = [ballot for _, ballot in counted_ballots(session, record.round_id, paper_id)]
    return count(counted.election(ballots), counted.rulebook, seed)


def can_change(session: Session, *, round_id: str, now: datetime) -> bool:
    """Whether the outcome can be changed in this phase."""
    return phase_of(find_round(session, round_id), now) in _PHASES


def _check_open(session: Session, round_id: str, now: datetime) -> None:
    if not can_change(session, round_id=round_id, now=now):
        raise NotNowError(_NOT_NOW)
    if ordered_change(session, round_id) is not None:
        raise NotNowError(_RUNNING)


def _change_problems(record: Record, paper: RecordPaper, change: NewChange) -> list[Problem]:
    gone = record.contents.paper(paper.id).withdrawn
    departure = departure_of(record.contents.changes, paper.id)
    if change.kind is ChangeKind.DEPART:
        return _award_problems(paper, change, gone)
    if change.kind is ChangeKind.CORRECT:
        return []
    if change.project not in [project.id for project in paper.projects]:
        return [Problem("project", "Choose the project that is withdrawn")]
    if change.project in gone:
        return [Problem("project", "This project was withdrawn before. Choose another")]
    if departure is not None and change.project in dict(departure.awards):
        words = "The steering group awarded money to this project. First it decides anew, without it; then withdraw it"
        return [Problem("project", words)]
    return []


def _award_problems(paper: RecordPaper, change: NewChange, gone: Sequence[str]) -> list[Problem]:
    """At its own box each sum that a project can't get; whatever else the verifier would refuse, at "awards"."""
    costs = {project.id: project.cost for project in paper.projects}
    too_much = [
        Problem(f"sum-{one}", f"Write {shown(costs[one], 2, 'GBP')} or less: it costs no more")
        for one, amount in change.awards
        if one in costs and amount > costs[one]
    ]
    too_late = [Problem(f"sum-{one}", "Leave it empty: it was withdrawn") for one, _ in change.awards if one in gone]
    faults = award_faults(change.awards, paper, gone)
    return [*too_much, *too_late] or [Problem("awards", f"This {text}. Look over the sums") for text in faults]


def _lot_problems(session: Session, record: Record, paper: RecordPaper, change: NewChange) -> list[Problem]:
    """Where the new count reaches a tie that nothing drawn before settles, the throws of a new lot."""
    meant = Change(1, change.kind, "-", change.paper_id, change.project, change.awards)
    if change.kind is ChangeKind.DEPART or _drawn_before(record, paper.id):
        return []
    outcome = recount(session, record, meant, None)
    if outcome.is_decided:
        return []
    titles = {project.id: project.title for project in paper.projects}
    lot = ToDraw(paper.id, paper.title, tuple((one, titles[one]) for one in outcome.pending))
    return draw_problems(lot, change.draw)


def _sheet(session: Session, record: Record, change: Change, new: DrawSheet | None) -> DrawSheet | None:
    """The lots of the new revision: one for a paper exactly where its count needs it, with the dice thrown before."""
    kept = [draw for draw in (record.draws.draws if record.draws else ()) if draw.paper_id != change.paper_id]
    if not recount(session, record, change, None).is_decided:
        before = [draw for draw in (record.draws.draws if record.draws else ()) if draw.paper_id == change.paper_id]
        kept += before or list(new.draws if new else ())
    order = [paper.id for paper in record.frozen.papers]
    drawn = tuple(sorted(kept, key=lambda draw: order.index(draw.paper_id)))
    return DrawSheet(_close_root(session, record.round_id), drawn) if drawn else None


def _drawn_before(record: Record, paper_id: str) -> bool:
    return any(draw.paper_id == paper_id for draw in (record.draws.draws if record.draws else ()))


def _close_root(session: Session, round_id: str) -> str:
    match loads(session.get_one(SealingStep, (round_id, "close")).result):
        case {"close_root": str(root)}:
            return root
    raise RecordError("draw.json", "the close of the register is not kept")


def _read_draw(value: Json) -> DrawSheet | None:
    return load_draws(str(value[0]).encode()) if isinstance(value, list) and value else None


def _reason_problems(reason: str) -> list[Problem]:
    length = len(reason.strip())
    if not length:
        return [Problem("reason", "Say why. Everybody will read it, for ever")]
    if length > LONGEST_REASON:
        return [Problem("reason", f"Make the reason {LONGEST_REASON} letters or shorter. It is {length:,} now")]
    return []
