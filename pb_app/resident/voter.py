"""Who is voting: the holder of a letter code, or somebody signed in who is on the roll."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from pb_app.resident import code_session
from pb_app.services.roll import entry_of_person
from pb_app.services.vote_entries import read_entry
from pb_app.services.voting_desk import Desk, Voter, find_desk
from pb_app.web import assistance, context, tablet
from pb_app.web.transaction import reading


def read_desk(round_id: str) -> Desk:
    """The round as this browser's voter finds it; nobody is a guest on a tablet. Raises NotFoundError."""
    with reading() as session:
        voter = find_voter(session, round_id)
        desk = find_desk(session, context.keys(), round_id=round_id, voter=voter, now=context.now())
    is_empty_tablet = voter is None and tablet.current() is not None
    return replace(desk, places=()) if is_empty_tablet else desk


def find_voter(session: Session, round_id: str) -> Voter | None:
    """A code that was typed comes first: it was typed on purpose, while a sign-in may be left over.

    In a session of helping the officer's own account is not the voter; outside one no code of another opens anything.
    """
    opened = None if assistance.is_staff_alone() else code_session.current(round_id)
    entry = read_entry(session, opened.roll_id) if opened else None
    if opened and entry and opened.issue == entry.newest_issue:
        return Voter(entry, opened.paper_ids, opened.may_change, opened.channel, opened.change_up_to)
    actor = None if assistance.current() else context.actor()
    own = entry_of_person(session, round_id=round_id, person_id=actor.person_id) if actor else None
    return Voter(read_entry(session, own.roll_id), own.paper_ids, may_change=True) if own else None
