"""Lists of proposals: what is public, filters, search, a stable shuffle, a constant number of queries."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from pb_app.db import read, write
from pb_app.models.proposal import CostLine, Proposal
from pb_app.services.proposals import ProposalFilters, list_proposals
from tests.app import NOW, People, engine_of
from tests.resident.rounds import proposing_round


@pytest.fixture
def round_id(app: Flask, people: People) -> str:
    """Twelve proposals of every status, the nth costing £n,000."""
    made = proposing_round(app, people)
    statuses = ("draft", "sent", "question", "accepted", "refused", "withdrawn")
    with write(engine_of(app)) as session:
        for n in range(1, 13):
            row = Proposal(
                id=f"p{n:02}", round_id=made, proposer_id=people.resident.person_id, status=statuses[n % 6],
                title=f"Project {n}", summary="50% off_peak" if n == 1 else "A bench", what="Seats by the Brook",
                pot_id="harbour-pot" if n < 7 else "youth-pot", area_id="alder" if n % 2 else "brindle",
                created_at=NOW, saved_at=NOW,
            )  # fmt: skip
            session.add(row)
            session.flush()
            session.add(CostLine(proposal_id=row.id, position=1, label="All", amount=n * 1000_00))
    return made


def titles(app: Flask, round_id: str, **wanted: object) -> list[str]:
    with read(engine_of(app)) as session:
        return [card.id for card in list_proposals(session, round_id=round_id, **wanted)]  # type: ignore[arg-type]  # each test's own


def test_drafts_and_withdrawn_ones_are_not_in_the_list(app: Flask, round_id: str) -> None:
    assert sorted(titles(app, round_id)) == ["p01", "p02", "p03", "p04", "p07", "p08", "p09", "p10"]


def test_the_order_is_shuffled_and_the_same_for_the_same_seed(app: Flask, round_id: str) -> None:
    assert titles(app, round_id, shuffle_seed="a") == titles(app, round_id, shuffle_seed="a")
    assert titles(app, round_id, shuffle_seed="a") != titles(app, round_id, shuffle_seed="b")


def test_filters_narrow_by_area_pot_status_and_cost(app: Flask, round_id: str) -> None:
    assert sorted(titles(app, round_id, filters=ProposalFilters(area_id="alder", pot_id="youth-pot"))) == ["p07", "p09"]
    assert sorted(titles(app, round_id, filters=ProposalFilters(status="accepted"))) == ["p03", "p09"]
    assert sorted(titles(app, round_id, filters=ProposalFilters(most=2000_00))) == ["p01", "p02"]


def test_a_search_finds_every_word_anywhere_and_takes_signs_literally(app: Flask, round_id: str) -> None:
    assert len(titles(app, round_id, search="brook SEATS")) == 8
    assert titles(app, round_id, search="50% off_peak") == ["p01"]
    assert titles(app, round_id, search="%") == ["p01"]
    assert titles(app, round_id, search="brook castle") == []


def test_the_list_takes_three_queries_however_long_it_is(app: Flask, round_id: str) -> None:
    asked: list[str] = []
    with read(engine_of(app)) as session:
        event.listen(engine_of(app), "before_cursor_execute", lambda *args: asked.append(args[2]))
        count_list(session, round_id)
    assert len([one for one in asked if one.startswith("SELECT")]) == 3


def count_list(session: Session, round_id: str) -> int:
    return len(list_proposals(session, round_id=round_id))
