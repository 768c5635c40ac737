"""What changed from one published result to the next, and why: computed from the bytes of both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pb_app.models.record import PublishedRecord
from pb_app.services.paper_results import PaperResults
from pb_app.services.publishing import record_bytes
from pb_app.services.results import ResultsView, results


@dataclass(frozen=True, slots=True)
class ChangedResult:
    """One later result: the decision it came from, and what it changed in sentences (none: nobody's money)."""

    revision: int
    published_at: datetime
    kind: str
    reason: str
    paper_title: str
    project_title: str
    lines: tuple[str, ...]


def list_changes(session: Session, *, round_id: str, revision: int | None = None) -> tuple[ChangedResult, ...]:
    """Every later result up to this revision (None: all), the first change first."""
    query = select(PublishedRecord.revision, PublishedRecord.published_at).where(PublishedRecord.round_id == round_id)
    rows = session.execute(query.order_by(PublishedRecord.revision)).all()
    views = [results(record_bytes(session, round_id, number)) for number, _ in rows if len(rows) > 1]
    made = [
        _changed(number, at, before, after)
        for (number, at), before, after in zip(rows[1:], views, views[1:], strict=False)
    ]
    return tuple(one for one in made if revision is None or one.revision <= revision)


def _changed(revision: int, at: datetime, before: ResultsView, after: ResultsView) -> ChangedResult:
    change = after.changes[-1]
    old, new = (next(one for one in view.papers if one.id == change.paper_id) for view in (before, after))
    return ChangedResult(
        revision=revision,
        published_at=at,
        kind=change.kind.value,
        reason=change.reason,
        paper_title=new.title,
        project_title=_titles(new).get(change.project, ""),
        lines=_lines(old, new),
    )


def _lines(old: PaperResults, new: PaperResults) -> tuple[str, ...]:
    before, after = old.awards, new.awards
    return tuple(
        _line(title, before.get(project_id, 0), after.get(project_id, 0), new)
        for project_id, title in _titles(new).items()
        if before.get(project_id, 0) != after.get(project_id, 0)
    )


def _line(title: str, before: int, after: int, paper: PaperResults) -> str:
    if not after:
        return f"“{title}” gets nothing, and not {paper.money(before)}"
    return f"“{title}” gets {paper.money(after)}" + (f", and not {paper.money(before)}" if before else "")


def _titles(paper: PaperResults) -> dict[str, str]:
    """Every project by id, sorted by title."""
    lines = [(line.id, line.title) for line in paper.lines]
    return dict(sorted(lines, key=lambda pair: (pair[1], pair[0])))
