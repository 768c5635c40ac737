"""A result as people read it, computed from the published bytes and nothing else.

The council's page and an auditor's laptop run the same functions of `tallying` on the same file. Rows of the database
only say which bytes are published.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pb_app.models.record import PublishedRecord
from pb_app.services.keeping import Kept
from pb_app.services.paper_results import FundedLine, PaperResults, UnfundedLine, read_paper
from pb_app.services.publishing import record_bytes
from tallying import record
from tallying.canonical import sha256_hex
from tallying.changes import Change
from tallying.contents import Kind
from tallying.ledger import Ledger
from tallying.money import shown
from voting.errors import NotYetError

_BECAME: tuple[tuple[str, Callable[[Ledger], int]], ...] = (
    ("counted", lambda ledger: ledger.counted),
    ("replaced by a later vote of the same person", lambda ledger: ledger.superseded),
    ("withdrawn by the voter", lambda ledger: ledger.blank),
    ("refused", lambda ledger: ledger.refused),
    ("spoilt", lambda ledger: ledger.spoilt),
)
KEPT = 32
"""Results held in memory, by the hash of their bytes; the longest unused leaves first."""


@dataclass(frozen=True, slots=True)
class Published:
    """Which record is published: `sha256` and `size` (bytes) are of the zip."""

    round_id: str
    revision: int
    sha256: str
    size: int
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Repair:
    """One thing mended while an imported file was read; line 0 is the whole file."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where an imported record is from."""

    file: str
    sha256: str
    text: str
    repairs: tuple[Repair, ...]


@dataclass(frozen=True, slots=True)
class ResultsView:
    """A whole result; papers in the order of the record. `fingerprint` is of the key that signed."""

    round_id: str
    title: str
    council: str
    is_imported: bool
    revision: int
    fingerprint: str
    frozen_sha256: str
    verifier_release: str
    papers: tuple[PaperResults, ...]
    source: Source | None
    changes: tuple[Change, ...] = ()
    """What two people decided since the first count."""

    @property
    def is_departure(self) -> bool:
        """Whether the steering group decided otherwise than counted, on any paper."""
        return any(paper.departure for paper in self.papers)

    @property
    def is_decided(self) -> bool:
        """Whether no paper waits for a lot."""
        return all(paper.is_decided for paper in self.papers)

    @property
    def funded_count(self) -> int:
        """Projects that get money on all papers."""
        return sum(len(paper.awards) for paper in self.papers)

    @property
    def unfunded_count(self) -> int:
        """Projects not funded on all papers."""
        return sum(len(paper.unfunded) for paper in self.papers)

    def line(self, paper_id: str, project_id: str) -> FundedLine | UnfundedLine | None:
        """What became of one project; None where it was on no paper, or a lot is still to be drawn."""
        papers = [paper for paper in self.papers if paper.id == paper_id]
        lines: list[FundedLine | UnfundedLine] = [line for paper in papers for line in paper.funded]
        lines += [line for paper in papers for line in paper.unfunded]
        return next((line for line in lines if line.id == project_id), None)

    def is_awarded(self, paper_id: str, project_id: str) -> bool:
        """Whether a project gets money: as the steering group decided, or else as counted."""
        return any(project_id in paper.awards for paper in self.papers if paper.id == paper_id)

    @property
    def voters(self) -> int:
        """Ballots counted on all papers."""
        return sum(paper.voters for paper in self.papers)

    @property
    def ledger_rows(self) -> tuple[tuple[str, tuple[int, ...]], ...]:
        """What became of every vote: a label and one number for each paper; empty for an imported record."""
        ledgers = [paper.ledger for paper in self.papers if paper.ledger]
        if not ledgers:
            return ()
        received = tuple(sum(cell.count for cell in ledger.received) for ledger in ledgers)
        rest = tuple((label, tuple(read(ledger) for ledger in ledgers)) for label, read in _BECAME)
        return (("Votes received", received), *rest)

    @property
    def money_awarded(self) -> str:
        """What all papers award together, in words; papers share one currency."""
        first = self.papers[0]
        return shown(sum(paper.awarded for paper in self.papers), first.exponent, first.currency)


_kept: Kept[ResultsView] = Kept(KEPT)


def find_published(session: Session, *, round_id: str) -> Published | None:
    """The newest published record of a round, without its bytes; None before the first."""
    row = PublishedRecord
    query = (
        select(row.revision, row.sha256, func.length(row.zip), row.published_at)
        .where(row.round_id == round_id)
        .order_by(row.revision.desc())
        .limit(1)
    )
    found = session.execute(query).first()
    return Published(round_id, *found) if found else None


def results_of_revision(session: Session, *, round_id: str, revision: int) -> tuple[Published, ResultsView]:
    """An earlier published record, or the newest, and the result in it. Raises NotFoundError for any other."""
    row = PublishedRecord
    query = select(row.revision, row.sha256, func.length(row.zip), row.published_at)
    data = record_bytes(session, round_id, revision)
    found = session.execute(query.where(row.round_id == round_id, row.revision == revision)).one()
    return Published(round_id, *found), results(data)


def find_results(session: Session, *, round_id: str) -> ResultsView | None:
    """The result in the newest published record; None before the first."""
    published = find_published(session, round_id=round_id)
    if published is None:
        return None
    kept = _kept.get(published.sha256)
    return kept or results(record_bytes(session, round_id, published.revision))


def get_results(session: Session, *, round_id: str) -> tuple[Published, ResultsView]:
    """The newest published record and the result in it. Raises NotYetError before the first."""
    published = find_published(session, round_id=round_id)
    view = find_results(session, round_id=round_id)
    if published is None or view is None:
        raise NotYetError("The result of this round is not published yet.")
    return published, view


def results(zip_bytes: bytes) -> ResultsView:
    """The result in the bytes of a record. The same bytes are read once. Raises RecordError for other bytes."""
    key = sha256_hex(zip_bytes)
    return _kept.get(key) or _kept.put(key, _read(record.load(zip_bytes)))


def _read(opened: record.Record) -> ResultsView:
    contents, frozen = opened.contents, opened.frozen
    is_imported = contents.kind is Kind.IMPORTED
    ledgers = {} if is_imported else {ledger.paper_id: ledger for ledger in opened.ledgers}
    areas = {area.id: area.name for area in frozen.areas}
    return ResultsView(
        round_id=contents.round_id,
        title=frozen.title,
        council=frozen.council,
        is_imported=is_imported,
        revision=contents.revision,
        fingerprint=contents.fingerprint,
        frozen_sha256=record.frozen_sha256(frozen),
        verifier_release=contents.verifier_release,
        papers=tuple(read_paper(opened, paper, ledgers.get(paper.id), areas) for paper in frozen.papers),
        source=_source(opened) if is_imported else None,
        changes=contents.changes,
    )


def _source(opened: record.Record) -> Source:
    source = opened.source
    repairs = tuple(Repair(one.line, one.text) for one in source.repairs)
    return Source(source.file, source.sha256, source.text, repairs)
