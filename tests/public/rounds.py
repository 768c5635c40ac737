"""A round voted on, sealed and published through the real services; and proposals that officers answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import Flask

from pb_app.db import read, write
from pb_app.services.casting import cast
from pb_app.services.codes import resolve_code
from pb_app.services.proposals import CostItem, ProposalText, save_draft, send, start_draft
from pb_app.services.publishing import publish, record_bytes
from pb_app.services.sealing import ask_sealing, confirm_sealing, run_sealing
from tallying.election import Approval
from tallying.record import Record, load
from tests.app import NOW, People, engine_of, move_clock, workplace_of
from tests.prepared import made_once
from tests.resident.rounds import CLOSES, DAY, letter_codes, voting_round
from voting.paper import PaperMarks
from voting.receipts import Receipt

HARBOUR, YOUTH = "harbour-fund", "youth-fund"
PICKS = (("h1", "h2"), ("h1", "h6"), ("h1",), ("h2", "h3", "h4"), ("h5",), ("h5", "h6"))
"""What the voters pick on the first paper, in turn; on the second everybody picks y1."""


@dataclass(frozen=True, slots=True)
class Published:
    """A published round: its id, the bytes, and each voter's last receipts (one a paper)."""

    round_id: str
    zip: bytes
    receipts: tuple[tuple[Receipt, ...], ...]

    @property
    def record(self) -> Record:
        """The record, opened."""
        return load(self.zip)


@made_once
def cast_votes(app: Flask, people: People, round_id: str, voters: int = 12) -> tuple[tuple[Receipt, ...], ...]:
    """So many people vote with letter codes; the first changes their mind. Their last receipts."""
    codes = letter_codes(app, people, round_id, voters)
    receipts = [_cast(app, round_id, code, PICKS[n % len(PICKS)], f"key {n}") for n, code in enumerate(codes)]
    tracker = receipts[0][0].tracker
    receipts[0] = _cast(app, round_id, codes[0], ("h3",), "key again", tracker)
    return tuple(receipts)


@made_once
def published_round(app: Flask, people: People, *, withhold: str = "", voters: int = 12) -> Published:
    """A round with six and four projects on two papers, voted on, sealed and published. `withhold` is a paper's id."""
    round_id = voting_round(app, people)
    receipts = cast_votes(app, people, round_id, voters)
    publish_sealed(app, people, round_id, withhold)
    with read(engine_of(app)) as session:
        return Published(round_id, record_bytes(session, round_id), receipts)


@made_once
def publish_sealed(app: Flask, people: People, round_id: str, withhold: str = "") -> None:
    """The vote is sealed and its record published a day later."""
    seal(app, people, round_id, withhold)
    with write(engine_of(app)) as session:
        publish(session, round_id=round_id, by=people.officer, now=CLOSES + 2 * DAY)
    move_clock(app, CLOSES + 3 * DAY)


@made_once
def seal(app: Flask, people: People, round_id: str, withhold: str = "") -> None:
    """The clock closes the vote, two people seal it, and the steps run."""
    place, at = workplace_of(app), CLOSES + timedelta(hours=2)
    move_clock(app, at)
    choices = {paper: "withhold" if paper == withhold else "publish" for paper in (HARBOUR, YOUTH)}
    with write(place.engine) as session:
        asked = ask_sealing(
            session,
            place.keys,
            round_id=round_id,
            choices=choices,
            reason="Only a few voted.",
            by=people.officer,
            now=at,
        )
    assert not asked, asked
    with write(place.engine) as session:
        confirm_sealing(session, round_id=round_id, by=people.colleague, now=at)
    run_sealing(place.engine, place.keys, round_id=round_id, clock=place.clock)


@made_once
def sent_proposal(
    app: Flask, people: People, round_id: str, title: str = "Rain gardens", *, is_draft: bool = False
) -> str:
    """A proposal with two cost lines, £2,000 and £1,000; sent unless it stays a draft. Its id."""
    text = ProposalText(
        title=title, summary="Plants that drink the rain.", what="Dig four beds.\n\nPlant them in spring.",
        who_benefits="Everybody on Mill Lane.", pot_id="harbour-pot", area_id="alder", place="Mill Lane 18",
        group_name="Mill Lane Growers", interest="",
        cost_lines=(CostItem("Beds", 2_000_00), CostItem("Plants", 1_000_00)),
    )  # fmt: skip
    with write(engine_of(app)) as session:
        proposal_id = start_draft(session, round_id=round_id, by=people.resident, now=NOW)
        saved = save_draft(session, proposal_id=proposal_id, text=text, revision=1, by=people.resident, now=NOW)
        assert isinstance(saved, int), saved
        if not is_draft:
            assert not send(session, proposal_id=proposal_id, by=people.resident, now=NOW)
    return proposal_id


def _cast(
    app: Flask, round_id: str, code: str, picks: tuple[str, ...], key: str, tracker: str = ""
) -> tuple[Receipt, ...]:
    place = workplace_of(app)
    with read(place.engine) as session:
        entry = resolve_code(session, place.keys, round_id=round_id, code=code, tracker=tracker)
    marks = [PaperMarks(HARBOUR, Approval(picks)), PaperMarks(YOUTH, Approval(("y1",)))]
    with write(place.engine) as session:
        return cast(
            session,
            place.keys,
            round_id=round_id,
            roll_id=entry.roll_id,
            marks=marks,
            idempotency_key=key,
            channel="letter",
            may_change=entry.may_change,
            clock=place.clock,
        )
