"""Codes that are no letter's: an introduction, a number on a list, a request. Where each leads."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from pb_app.models.roll import RollEntry
from pb_app.models.voter import HeldCode, VoterRequest, VoterSource
from pb_app.services.entry_ways import entry_that_stands
from voting.errors import CodeUnknownError

_ENDED = "This code was taken back, so it opens nothing. Ask whoever gave it to you, or us."
_WAITS = "An officer is still looking at your request. Come back with this code later."
_REFUSED = "Your request was not approved. Open “What became of my request” to read why and what you can do."


@dataclass(frozen=True, slots=True)
class HeldEntry:
    """Where a held code leads, and how the ledger calls what is cast with it: introduction, list or request."""

    entry: RollEntry
    channel: str


def find_held(session: Session, *, round_id: str, code_hash: str) -> HeldEntry | None:
    """What is behind a held code; None when there is no such code.

    Raises CodeUnknownError, with what to do, where it leads to none yet, or to one that was taken back.
    """
    held = session.get(HeldCode, (round_id, code_hash))
    if held is None:
        return None
    if held.roll_id is None:
        request = session.get(VoterRequest, held.request_id) if held.request_id else None
        raise CodeUnknownError(_REFUSED if request and request.status == "refused" else _WAITS)
    entry = entry_that_stands(session, session.get_one(RollEntry, held.roll_id))
    if entry is None:
        raise CodeUnknownError(_ENDED)
    source = session.get(VoterSource, held.source_id) if held.source_id else None
    return HeldEntry(entry, source.kind if source else "request")
