"""Making one more revision of a published record, in steps that a crash resumes.

Nothing of the earlier revisions is touched. The register grows by the decision and the count, so that whoever saved a
checkpoint sees that nothing before it changed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from pb_app.db import write
from pb_app.models.ballot import SealingStep
from pb_app.services.checkpoints import sign_register, store_checkpoint
from pb_app.services.clock import Clock
from pb_app.services.keys import KeyStore
from pb_app.services.later_outcomes import Ordered, ordered_change, recount
from pb_app.services.opened_ballots import openings_of
from pb_app.services.publishing import record_bytes, store_record
from pb_app.services.registers import append_leaves, register_lines
from pb_app.services.round_lock import hold_round
from pb_app.services.sealing_steps import SealingStoppedError
from tallying.canonical import dumps
from tallying.changes import withdrawn_of
from tallying.openings import counted_rows
from tallying.record import PaperResult, Record, build, finish, load, to_zip
from tallying.verify import verify


@dataclass(frozen=True, slots=True)
class _Making:
    """What a step works with: the change, the record before it, and what earlier steps made."""

    round_id: str
    keys: KeyStore
    ordered: Ordered
    before: Record
    results: dict[str, bytes]
    now: datetime


def run_revision(engine: Engine, keys: KeyStore, *, round_id: str, clock: Clock) -> str:
    """Runs every step that is left. "" or what people must look at before it can go on. Safe to call again."""
    try:
        while _run_next(engine, keys, round_id, clock):
            pass
    except SealingStoppedError as stop:
        return str(stop)
    return ""


def _run_next(engine: Engine, keys: KeyStore, round_id: str, clock: Clock) -> bool:
    with write(engine) as session:
        hold_round(session, round_id)
        ordered = ordered_change(session, round_id)
        if ordered is None:
            return False
        results = _results(session, round_id, ordered.revision)
        step = next(step for step in _STEPS if step.__name__ not in results)
        before = load(record_bytes(session, round_id, ordered.revision - 1))
        now = clock.now()
        result = step(session, _Making(round_id, keys, ordered, before, results, now))
        name = f"{step.__name__}:{ordered.revision}"
        session.add(SealingStep(round_id=round_id, step=name, done_at=now, result=result))
        return True


def staged(session: Session, making: _Making) -> bytes:
    """The zip of the revision: the very bytes that will be published."""
    before, change = making.before, making.ordered.change
    changes = (*before.contents.changes, change)
    results = []
    for paper in before.frozen.papers:
        held, openings = before.contents.paper(paper.id), openings_of(session, making.round_id, paper.id)
        outcome = before.outcome(paper.id)
        if paper.id == change.paper_id:
            sheet = making.ordered.draws
            outcome = recount(session, before, change, sheet.seed(paper.id) if sheet else None)
        result = PaperResult(
            paper.id, before.rulebook(paper.id), counted_rows(openings), outcome, held.decision, held.reason,
            withdrawn_of(changes, paper.id), openings,
        )  # fmt: skip
        results.append(result)
    key, revision = making.keys.public_key(), making.ordered.revision
    files = build(
        frozen=before.frozen, results=results, key=key, ledgers=before.ledgers, draws=making.ordered.draws,
        revision=revision, changes=changes,
    )  # fmt: skip
    lines = register_lines(session, making.round_id)
    return to_zip(finish(files, lines, round_id=making.round_id, revision=revision, key=key, sign=making.keys.sign))


def verified(_session: Session, making: _Making) -> bytes:
    """The verifier's report, also against the checkpoint of the revision before; it stops here unless all holds."""
    since = making.before.files["checkpoint"]
    report = verify(load(making.results["staged"]), making.keys.fingerprint(), since=since)
    if not report.holds:
        raise SealingStoppedError("\n".join(["The new record does not hold.", *report.lines()]))
    return dumps({"report": report.lines()})


def registered(session: Session, making: _Making) -> bytes:
    """The count and its checkpoint are in the register. Stops if anything else was added meanwhile."""
    record = load(making.results["staged"])
    if register_lines(session, making.round_id) != record.register_lines[:-1]:
        raise SealingStoppedError("The register was added to after the record was made. Look at it first.")
    size = append_leaves(session, making.round_id, [record.register[-1]])
    note = record.files["checkpoint"]
    store_checkpoint(session, round_id=making.round_id, size=size, note=note, now=making.now)
    return note


def remembered(session: Session, making: _Making) -> bytes:
    """The checkpoint is kept in the key directory, so that an older database is noticed."""
    return sign_register(session, making.keys, round_id=making.round_id, now=making.now)


def published(session: Session, making: _Making) -> bytes:
    """The staged bytes are public, beside those of the revisions before."""
    data = making.results["staged"]
    revision = making.ordered.revision
    store_record(session, round_id=making.round_id, revision=revision, data=data, by=None, now=making.now)
    return b""


_STEPS: tuple[Callable[[Session, _Making], bytes], ...] = (staged, verified, registered, remembered, published)


def _results(session: Session, round_id: str, revision: int) -> dict[str, bytes]:
    query = select(SealingStep.step, SealingStep.result).where(SealingStep.round_id == round_id)
    suffix = f":{revision}"
    return {step.removesuffix(suffix): data for step, data in session.execute(query) if step.endswith(suffix)}
