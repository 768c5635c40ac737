"""Opened ballots: how they are kept after sealing, and the rows and files that a count starts from."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from pb_app.models.ballot import OpenedBallot
from pb_app.models.paper import Paper
from pb_app.services.ballot_box import OpenedRow
from pb_app.services.rounds import read_rulebook
from tallying.ballots_file import CountedPaper, Rows
from tallying.canonical import dumps, loads, sha256_hex
from tallying.commitment import Blank, ballot_digest, marks_value
from tallying.frozen import FrozenRound
from tallying.receipt import read_marks


def opening_text(row: OpenedRow) -> str:
    """What is kept of one version: `{ballot, r, w}` for the last, `{d}` for older ones and for voided entries."""
    cast = row.cast
    if row.is_last and not row.mark.is_voided:
        return dumps({"ballot": marks_value(cast.marks), "r": cast.r.hex(), "w": cast.w}).decode()
    return dumps({"d": ballot_digest(cast.r, cast.marks, cast.w).hex()}).decode()


def counted_rows(session: Session, round_id: str, paper_id: str) -> Rows:
    """Trackers and ballots that count on one paper, sorted by tracker: last versions that are not blank."""
    query = (
        select(OpenedBallot.tracker, OpenedBallot.opening)
        .where(OpenedBallot.round_id == round_id, OpenedBallot.paper_id == paper_id)
        .order_by(OpenedBallot.tracker, OpenedBallot.version)
    )
    opened = ((tracker, loads(opening.encode())) for tracker, opening in session.execute(query))
    marks = (
        (tracker, read_marks(value["ballot"]))
        for tracker, value in opened
        if isinstance(value, dict) and "ballot" in value
    )
    rows = [(tracker, ballot) for tracker, ballot in marks if not isinstance(ballot, Blank)]
    return tuple(sorted(rows, key=lambda row: row[0]))


def ballots_files(session: Session, frozen: FrozenRound) -> dict[str, tuple[bytes, str]]:
    """By paper, in paper order: the bytes of ballots.pb and their SHA-256. The auditor holds withheld ones."""
    files = {}
    for paper in frozen.papers:
        row = session.get_one(Paper, (frozen.id, paper.id))
        counted = CountedPaper(frozen, paper, read_rulebook(row))
        data = counted.ballots_pb(counted_rows(session, frozen.id, paper.id))
        files[paper.id] = (data, sha256_hex(data))
    return files
