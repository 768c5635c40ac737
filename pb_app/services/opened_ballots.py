"""Opened ballots: how they are kept after sealing, and the rows and files that a count starts from."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from pb_app.models.ballot import OpenedBallot
from pb_app.services.ballot_box import OpenedRow
from tallying.ballots_file import Rows
from tallying.canonical import dumps, loads
from tallying.commitment import ballot_digest, marks_value
from tallying.openings import Opened, Opening, Openings, counted_rows
from tallying.receipt import read_marks


def opening_text(row: OpenedRow) -> str:
    """What is kept of one version: `{ballot, r, w}` for the last, `{d}` for all that is not to be opened."""
    cast = row.cast
    if row.stands:
        return dumps({"ballot": marks_value(cast.marks), "r": cast.r.hex(), "w": cast.w}).decode()
    return dumps({"d": ballot_digest(cast.r, cast.marks, cast.w).hex()}).decode()


def openings_of(session: Session, round_id: str, paper_id: str) -> Openings:
    """Every version of every ballot of a paper, sorted by tracker and version, as the record publishes it."""
    query = (
        select(OpenedBallot.tracker, OpenedBallot.version, OpenedBallot.opening)
        .where(OpenedBallot.round_id == round_id, OpenedBallot.paper_id == paper_id)
        .order_by(OpenedBallot.tracker, OpenedBallot.version)
    )
    openings = (Opening(tracker, version, _inside(text)) for tracker, version, text in session.execute(query))
    return tuple(sorted(openings, key=lambda one: (one.tracker, one.version)))  # by bytes, whatever the database does


def counted_ballots(session: Session, round_id: str, paper_id: str) -> Rows:
    """Trackers and ballots that count on one paper, sorted by tracker: last versions that are not blank."""
    return counted_rows(openings_of(session, round_id, paper_id))


def _inside(text: str) -> Opened | bytes:
    match loads(text.encode()):
        case {"d": str(digest)}:
            return bytes.fromhex(digest)
        case {"ballot": ballot, "r": str(nonce), "w": str(check_number)}:
            return Opened(bytes.fromhex(nonce), check_number, read_marks(ballot))
    raise ValueError("this is no opened ballot")
