"""Ballots from paper on their way into the count: each gets a random tracker at sealing, and a row like any other.

Before that there is nothing but what officers typed. A row's private key follows from its batch and sheet, so that a
ballot that is taken out, added or changed afterwards is noticed.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from pb_app.models.ballot import BallotRow
from pb_app.models.sheet import PaperBatch
from pb_app.services.boxes import PAPER, Cast, RowName, hide_idempotency_key, seal_box
from pb_app.services.sheet_typing import read_batch
from tallying.election import Ballot
from voting.sheets import Spoilt
from voting.trackers import row_key

_TRACKER_BYTES = 10


def settled_ballots(session: Session, round_key: bytes, *, round_id: str, paper_id: str) -> dict[str, Ballot]:
    """The ballots of a paper that are settled and not spoilt, by the private key of the row each gets."""
    query = select(PaperBatch).where(PaperBatch.round_id == round_id, PaperBatch.paper_id == paper_id)
    return {
        row_key(round_key, round_id, paper_id, f"sheet {batch.id} {state.sheet}"): state.settled
        for batch in session.scalars(query.order_by(PaperBatch.number))
        for state in read_batch(session, round_key, batch=batch)
        if state.settled is not None and not isinstance(state.settled, Spoilt)
    }


def put_ballots(
    session: Session,
    round_key: bytes,
    *,
    round_id: str,
    paper_id: str,
    random: Callable[[int], bytes] = secrets.token_bytes,
) -> int:
    """Writes a row for every settled ballot of a paper, sorted by private key; how many. Once, at sealing."""
    rows = []
    for k, ballot in sorted(settled_ballots(session, round_key, round_id=round_id, paper_id=paper_id).items()):
        name = RowName(round_id, paper_id, k, 1)
        tracker = base64.b32encode(random(_TRACKER_BYTES)).decode("ascii")
        box = seal_box(round_key, name, Cast(tracker, random(32), "", ballot, PAPER))
        idem = hide_idempotency_key(round_key, (name.round_id, name.paper_id, name.k), "sheet")
        rows.append({"round_id": round_id, "paper_id": paper_id, "k": k, "version": 1, "idem": idem, "box": box})
    if rows:
        session.execute(insert(BallotRow), rows)
    return len(rows)
