"""Sealing: two people decide, the steps run, a tie waits for dice, the record is published and decided."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from pb_app.db import read, write
from pb_app.models.paper import Paper, Project
from pb_app.services.publishing import record_bytes
from pb_app.services.rounds import get_round
from pb_app.services.sealing import Stage, find_sealing
from tallying.choices import BallotKind, TieLink
from tallying.record import load
from tallying.rulebook import BallotRule, Rulebook
from tests.app import NOW, People, engine_of, move_clock, post, workplace_of
from tests.officer.stages import (
    CLOSES,
    DAY,
    HARBOUR,
    ROUND,
    YOUTH,
    client_of,
    counting_round,
    proposing_round,
    vote,
)
from tests.officer.walk import faults
from tests.resident.rounds import GREEDY, add_projects, open_voting
from voting.phases import Phase

SEALING = f"/officer/rounds/{ROUND}/sealing"
BOTH = {f"decision-{HARBOUR}": "publish", f"decision-{YOUTH}": "withhold", "reason": "Few voted; the panel agreed."}


def stage(app: Flask) -> Stage:
    with read(engine_of(app)) as session:
        return find_sealing(session, round_id=ROUND).stage


def phase(app: Flask) -> Phase:
    with read(engine_of(app)) as session:
        return get_round(session, ROUND).phase_at(CLOSES + 2 * DAY)


def test_before_voting_closes_there_is_nothing_to_seal(app: Flask, people: People) -> None:
    proposing_round(app, people)
    officer = client_of(app, people.officer)
    assert "Until then no page shows a vote" in officer.get(SEALING).text
    assert post(officer, f"{SEALING}/ask", **BOTH).status_code == 409


def test_the_page_shows_how_private_each_paper_is_before_anything_is_decided(app: Flask, people: People) -> None:
    counting_round(app, people)
    page = client_of(app, people.officer).get(SEALING).text
    assert page.count("Fewer than 50 voters: the decision needs a reason") == 2
    assert "2 (100%)" in page


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            {"reason": "  "},
            "Say why: “Harbour fund” and “Youth fund” each have fewer than 50 ballots",
        ),
        ({f"decision-{YOUTH}": ""}, "Choose whether the ballots of “Youth fund” are published."),
        ({f"decision-{YOUTH}": "burn"}, "Choose whether the ballots of “Youth fund” are published."),
    ],
)
def test_a_decision_under_50_ballots_needs_a_choice_and_a_reason(
    app: Flask, people: People, changed: dict[str, str], said: str
) -> None:
    counting_round(app, people)
    page = post(client_of(app, people.officer), f"{SEALING}/ask", **{**BOTH, **changed}).text
    assert faults(page)[0].startswith(said)
    assert 'value="publish" checked' in page, "what was ticked stays"
    assert stage(app) is Stage.NOT_ASKED


def test_two_people_seal_and_the_record_is_published_and_decided(app: Flask, people: People) -> None:
    counting_round(app, people)
    officer, colleague = client_of(app, people.officer), client_of(app, people.colleague)
    post(officer, f"{SEALING}/ask", **BOTH)
    assert "You asked for this yourself" in officer.get(SEALING).text
    assert post(officer, f"{SEALING}/confirm").status_code == 403
    page = colleague.get(SEALING).text
    assert "“Youth fund”: ballots are kept back" in page
    assert "Few voted; the panel agreed." in page
    post(colleague, f"{SEALING}/confirm")
    assert stage(app) is Stage.STAGED
    assert workplace_of(app).keys.is_destroyed(ROUND)
    assert "The record is ready" in officer.get(SEALING).text
    post(officer, f"/officer/rounds/{ROUND}/publish")
    assert phase(app) is Phase.CHECKING
    with read(engine_of(app)) as session:
        record = load(record_bytes(session, ROUND))
    assert record.frozen.id == ROUND
    post(officer, f"/officer/rounds/{ROUND}/decide")
    assert phase(app) is Phase.DECIDED
    page = officer.get(SEALING).text
    assert page.count("done at") == 15
    assert "Dana Officer asked" in page
    assert "Tom Officer confirmed" in page


def test_publishing_and_deciding_have_their_time(app: Flask, people: People) -> None:
    counting_round(app, people)
    officer = client_of(app, people.officer)
    assert post(officer, f"/officer/rounds/{ROUND}/publish").status_code == 409
    assert post(officer, f"/officer/rounds/{ROUND}/decide").status_code == 409
    assert post(officer, f"{SEALING}/continue").status_code == 409


def test_a_steering_member_confirms_but_does_not_publish(app: Flask, people: People) -> None:
    counting_round(app, people)
    post(client_of(app, people.officer), f"{SEALING}/ask", **BOTH)
    steering = client_of(app, people.steering)
    post(steering, f"{SEALING}/confirm")
    assert "Only officers can publish it" in steering.get(SEALING).text
    assert post(steering, f"/officer/rounds/{ROUND}/publish").status_code == 403


def test_it_can_be_taken_back_before_it_is_confirmed(app: Flask, people: People) -> None:
    counting_round(app, people)
    post(client_of(app, people.officer), f"{SEALING}/ask", **BOTH)
    post(client_of(app, people.officer), f"{SEALING}/withdraw")
    assert stage(app) is Stage.NOT_ASKED
    assert not workplace_of(app).keys.is_destroyed(ROUND)


def tied_round(app: Flask, people: People) -> None:
    """One paper's two projects have one vote each, and only dice decide between them."""
    proposing_round(app, people)
    add_projects(app, ROUND, HARBOUR, 2)
    add_projects(app, ROUND, YOUTH, 2)
    book = Rulebook("GBP", BallotRule(BallotKind.APPROVAL, min=1, max=3), GREEDY, ties=(TieLink.LOT,))
    with write(engine_of(app)) as session:
        paper = session.get_one(Paper, (ROUND, HARBOUR))
        for project_id in ("h1", "h2"):
            session.get_one(Project, (ROUND, HARBOUR, project_id)).cost = 15_000_00
        paper.rulebook, paper.rulebook_sha256 = book.to_json().decode(), book.sha256()
    open_voting(app, people, ROUND)
    vote(app, people.resident, "h1")
    vote(app, people.neighbour, "h2")
    move_clock(app, CLOSES + DAY)
    post(client_of(app, people.officer), f"{SEALING}/ask", **BOTH)
    post(client_of(app, people.colleague), f"{SEALING}/confirm")


def test_a_tie_waits_for_dice_and_counts_with_them(app: Flask, people: People) -> None:
    tied_round(app, people)
    assert stage(app) is Stage.AWAITING_LOT
    officer = client_of(app, people.officer)
    page = officer.get(SEALING).text
    assert "Tied: “Harbour project 1”, “Harbour project 2”" in page
    assert re.search(r"fingerprint; read it out first: <span class=\"cp-hash\">[0-9a-f]{64}", page)
    throw = {
        f"digits-{HARBOUR}": "3 1 6 6 2 4 5 1 2 7",
        f"place-{HARBOUR}": "Town hall",
        f"people-{HARBOUR}": "Ada\r\nBo",
        f"at-{HARBOUR}-day": str(NOW.day), f"at-{HARBOUR}-month": "4", f"at-{HARBOUR}-year": "2026",
        f"at-{HARBOUR}-time": "10am",
    }  # fmt: skip
    wrong = post(officer, f"{SEALING}/draw", **throw).text
    assert faults(wrong) == ["Enter the 10 throws for “Harbour fund”: digits 1 to 6."]
    assert 'value="3 1 6 6 2 4 5 1 2 7"' in wrong
    alone = throw | {f"digits-{HARBOUR}": "3166245123", f"people-{HARBOUR}": "Ada"}
    assert faults(post(officer, f"{SEALING}/draw", **alone).text) == ["Name at least two people who watched."]
    post(officer, f"{SEALING}/draw", **throw | {f"digits-{HARBOUR}": "3166245123"})
    assert stage(app) is Stage.STAGED
