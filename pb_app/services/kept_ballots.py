"""The ballots that two people kept back: the auditor holds them, and repeats that count. Every opening is logged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy.orm import Session

from pb_app.services.activity import Event, log
from pb_app.services.opened_ballots import counted_ballots
from pb_app.services.publishing import record_bytes
from pb_app.services.results import find_published
from pb_app.services.rounds import get_round
from tallying.canonical import sha256_hex
from tallying.count import count
from tallying.record import Record, load
from voting.errors import NotFoundError, NotNowError
from voting.permissions import Actor

PERMISSION = "ballots:open"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptBallotsOpened(Event):
    """An auditor opened the ballots of a paper that two people kept back."""

    kind: ClassVar[str] = "audit:kept-ballots:opened"
    paper_id: str
    sha256: str

    def objects(self) -> list[tuple[str, str]]:
        """The paper."""
        return [("paper", self.paper_id)]

    def details(self) -> dict[str, str]:
        """Which bytes."""
        return {"sha256": self.sha256}


@dataclass(frozen=True, slots=True)
class KeptPaper:
    """A paper whose ballots are not in the record: why, and the hash of ballots.pb that stands there instead."""

    paper_id: str
    title: str
    reason: str
    sha256: str


@dataclass(frozen=True, slots=True)
class KeptBallots:
    """The ballots kept back of one paper, and what comparing them with the published record found."""

    paper: KeptPaper
    file: bytes
    is_same_file: bool
    is_same_outcome: bool

    @property
    def agrees(self) -> bool:
        """Whether they are the ballots that the record names, and give its outcome."""
        return self.is_same_file and self.is_same_outcome


def kept_papers(session: Session, *, round_id: str) -> tuple[KeptPaper, ...]:
    """The papers whose ballots the published record does not hold; none before there is one. Raises NotFoundError."""
    view = get_round(session, round_id)
    if view.is_imported or find_published(session, round_id=round_id) is None:
        return ()
    record = load(record_bytes(session, round_id))
    return tuple(_paper(record, paper.id) for paper in record.frozen.papers if not record.is_public(paper.id))


def open_kept(session: Session, *, round_id: str, paper_id: str, by: Actor, now: datetime) -> KeptBallots:
    """The ballots of one paper, counted again and compared with the record, and the note that they were opened.

    Raises NotNowError before the record is published, NotFoundError for a paper whose ballots are public.
    """
    by.check(PERMISSION)
    if find_published(session, round_id=round_id) is None:
        raise NotNowError("Ballots that were kept back open when the record is published.")
    papers = {paper.paper_id: paper for paper in kept_papers(session, round_id=round_id)}
    if paper_id not in papers:
        raise NotFoundError("The ballots of this paper are public: they are in the record.")
    kept = _compare(session, round_id, papers[paper_id])
    event = KeptBallotsOpened(round_id=round_id, paper_id=paper_id, sha256=sha256_hex(kept.file))
    log(session, event, by=by, now=now)
    return kept


def _compare(session: Session, round_id: str, paper: KeptPaper) -> KeptBallots:
    """As the newest record counts them: without projects that left, and with the dice that were thrown."""
    record = load(record_bytes(session, round_id))
    counted = record.counted(paper.paper_id)
    rows = counted_ballots(session, round_id, paper.paper_id)
    data = counted.ballots_pb(rows)
    again = count(counted.election(ballot for _, ballot in rows), counted.rulebook, record.seed(paper.paper_id))
    published = record.outcome(paper.paper_id)
    return KeptBallots(paper, data, sha256_hex(data) == paper.sha256, again.to_json() == published.to_json())


def _paper(record: Record, paper_id: str) -> KeptPaper:
    found = record.contents.paper(paper_id)
    return KeptPaper(paper_id, record.frozen.paper(paper_id).title, found.reason, found.ballots_sha256)
