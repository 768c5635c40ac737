"""A round walked to where a test of the officers' pages wants it, through the real services."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient

from pb_app.db import read, write
from pb_app.services.casting import cast
from pb_app.services.proposals import CostItem, ProposalText, get_proposal, save_draft, send, start_draft
from pb_app.services.reviewing import accept
from pb_app.services.roll import entry_of_person
from tallying.election import Approval
from tests.app import NOW, People, engine_of, move_clock, sign_in_as, workplace_of
from tests.prepared import made_once
from tests.resident.rounds import CLOSES, proposing_round, voting_round
from voting.paper import PaperMarks
from voting.permissions import Actor

DAY = timedelta(days=1)
ROUND = "spring-2026"
HARBOUR, YOUTH = "harbour-fund", "youth-fund"


@made_once
def send_proposal(
    app: Flask, by: Actor, *, title: str = "Rain gardens", cost: int = 3_000_00, pot_id: str | None = "harbour-pot"
) -> str:
    """A proposal that waits for an officer; its id. The round takes proposals now."""
    text = ProposalText(
        title=title, summary="Plants that drink the rain.", what="Dig four beds.", who_benefits="All of Mill Lane.",
        pot_id=pot_id, area_id="alder", place="Mill Lane", interest="", cost_lines=(CostItem("Beds", cost),),
    )  # fmt: skip
    with write(engine_of(app)) as session:
        proposal_id = start_draft(session, round_id=ROUND, by=by, now=NOW)
        revision = save_draft(session, proposal_id=proposal_id, text=text, revision=1, by=by, now=NOW)
        assert isinstance(revision, int), revision
        assert not send(session, proposal_id=proposal_id, by=by, now=NOW)
    return proposal_id


@made_once
def accepted_proposal(app: Flask, people: People, *, title: str = "Rain gardens", cost: int = 3_000_00) -> str:
    """A proposal that can go on a ballot paper; its id."""
    proposal_id = send_proposal(app, people.resident, title=title, cost=cost)
    with write(engine_of(app)) as session:
        assert accept(session, proposal_id=proposal_id, text="It can be done.", by=people.officer, now=NOW) is None
    return proposal_id


def status_of(app: Flask, proposal_id: str) -> str:
    """Where its review stands."""
    with read(engine_of(app)) as session:
        return get_proposal(session, proposal_id=proposal_id).status


@made_once
def vote(app: Flask, by: Actor, *picks: str, paper_id: str = HARBOUR) -> None:
    """Casts one paper of a verified resident."""
    place = workplace_of(app)
    with read(engine_of(app)) as session:
        entry = entry_of_person(session, round_id=ROUND, person_id=by.person_id)
    assert entry is not None
    with write(engine_of(app)) as session:
        cast(
            session,
            place.keys,
            round_id=ROUND,
            roll_id=entry.roll_id,
            marks=[PaperMarks(paper_id, Approval(picks))],
            idempotency_key=f"{by.person_id} {paper_id} {picks}",
            channel="account",
            may_change=True,
            clock=place.clock,
        )


@made_once
def counting_round(app: Flask, people: People) -> str:
    """A round with two voters on one paper and one on the other, whose voting has closed. Its id."""
    round_id = voting_round(app, people)
    vote(app, people.resident, "h1", "h2")
    vote(app, people.neighbour, "h1", "h3")
    vote(app, people.resident, "y1", paper_id=YOUTH)
    move_clock(app, CLOSES + DAY)
    return round_id


def client_of(app: Flask, actor: Actor) -> FlaskClient:
    """Somebody's own browser."""
    client = app.test_client()
    sign_in_as(client, actor)
    return client


__all__ = [
    "CLOSES", "DAY", "HARBOUR", "ROUND", "YOUTH", "accepted_proposal", "client_of", "counting_round", "proposing_round",
    "send_proposal", "status_of", "vote", "voting_round",
]  # fmt: skip
