"""A proposal's page: what is asked for, and everything said about it."""

from __future__ import annotations

import io

from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import update

from pb_app.db import write
from pb_app.models.paper import Project
from pb_app.services.composing import put_on_paper
from pb_app.services.photos import add_photo
from pb_app.services.proposals import answer_question
from pb_app.services.reviewing import accept, ask_question
from tests.app import NOW, People, engine_of, move_clock, sign_in_as
from tests.public.rounds import HARBOUR, YOUTH, cast_votes, publish_sealed, sent_proposal
from tests.resident.rounds import DAY, add_projects, open_voting, proposing_round


def _page(client: FlaskClient, proposal_id: str) -> str:
    return client.get(f"/rounds/spring-2026/proposals/{proposal_id}").text


def test_it_shows_text_place_group_and_each_cost_line_with_the_sum(
    app: Flask, people: People, client: FlaskClient
) -> None:
    proposal_id = sent_proposal(app, people, proposing_round(app, people))

    page = _page(client, proposal_id)

    for words in ("Rain gardens", "Dig four beds.", "Mill Lane 18", "Mill Lane Growers", "£2,000", "£1,000", "£3,000"):
        assert words in page
    assert "Rhys" not in page  # a proposer's name is never shown


def test_question_answer_and_decision_stand_there_for_everybody(
    app: Flask, people: People, client: FlaskClient
) -> None:
    proposal_id = sent_proposal(app, people, proposing_round(app, people))
    with write(engine_of(app)) as session:
        ask_question(session, proposal_id=proposal_id, text="Who waters them?", by=people.officer, now=NOW)
    with write(engine_of(app)) as session:
        answer_question(session, proposal_id=proposal_id, text="We do.", by=people.resident, now=NOW)
    with write(engine_of(app)) as session:
        accept(session, proposal_id=proposal_id, text="The land is ours.", by=people.officer, now=NOW)

    page = _page(client, proposal_id)

    assert page.index("The land is ours.") < page.index("We do.") < page.index("Who waters them?")
    assert "Can be done" in page


def test_the_cost_that_people_vote_on_stands_beside_the_proposers(
    app: Flask, people: People, client: FlaskClient
) -> None:
    proposal_id = sent_proposal(app, people, proposing_round(app, people))
    move_clock(app, NOW + 11 * DAY)
    with write(engine_of(app)) as session:
        accept(session, proposal_id=proposal_id, text="Yes.", by=people.officer, now=NOW)
        put_on_paper(
            session, proposal_id=proposal_id, paper_id="harbour-fund", cost=3_400_00, by=people.officer, now=NOW
        )

    page = _page(client, proposal_id)

    assert "You vote on the council’s figure, <b>£3,400</b>" in page
    assert "The proposer asked for £3,000" in page


def test_once_a_result_is_out_it_says_whether_the_project_won_and_why(
    app: Flask, people: People, client: FlaskClient
) -> None:
    round_id = proposing_round(app, people)
    winner, loser = (sent_proposal(app, people, round_id, title) for title in ("Rain gardens", "Bus lane"))
    for paper_id, count in ((HARBOUR, 6), (YOUTH, 4)):
        add_projects(app, round_id, paper_id, count)
    with write(engine_of(app)) as session:
        session.execute(update(Project).where(Project.id == "h1").values(proposal_id=winner))
        session.execute(update(Project).where(Project.id == "h6").values(proposal_id=loser, cost=19_000_00))
    open_voting(app, people, round_id)
    cast_votes(app, people, round_id)
    assert "On the ballot" in _page(client, winner)
    publish_sealed(app, people, round_id)

    assert ">Funded</strong>" in _page(client, winner)
    assert "On the ballot" not in _page(client, winner)
    assert ">Not funded</strong>" in _page(client, loser)
    assert "£19,000" in _page(client, loser)


def test_whoever_proposed_it_reads_what_happens_next(app: Flask, people: People, client: FlaskClient) -> None:
    proposal_id = sent_proposal(app, people, proposing_round(app, people))
    assert "tell your neighbours" in _page(client, proposal_id)
    sign_in_as(client, people.resident)
    assert "Until then you can take it back." in _page(client, proposal_id)


def test_a_draft_is_its_proposers_alone(app: Flask, people: People, client: FlaskClient) -> None:
    proposal_id = sent_proposal(app, people, proposing_round(app, people), is_draft=True)
    assert client.get(f"/rounds/spring-2026/proposals/{proposal_id}").status_code == 404

    sign_in_as(client, people.resident)

    assert "Draft: only you can see it" in _page(client, proposal_id)
    assert "Go on writing" in _page(client, proposal_id)


def test_a_proposal_is_found_under_its_own_round_only(app: Flask, people: People, client: FlaskClient) -> None:
    proposal_id = sent_proposal(app, people, proposing_round(app, people))

    assert client.get(f"/rounds/other/proposals/{proposal_id}").status_code == 404


def test_the_proposer_is_led_to_the_question_that_waits(app: Flask, people: People, client: FlaskClient) -> None:
    proposal_id = sent_proposal(app, people, proposing_round(app, people))
    with write(engine_of(app)) as session:
        ask_question(session, proposal_id=proposal_id, text="Who waters them?", by=people.officer, now=NOW)
    assert "Answer the question" not in _page(client, proposal_id)

    sign_in_as(client, people.resident)

    assert "Answer the question" in _page(client, proposal_id)


def test_a_photo_is_served_for_ever_once_public_and_to_nobody_else_before(
    app: Flask, people: People, client: FlaskClient
) -> None:
    round_id = proposing_round(app, people)
    draft = sent_proposal(app, people, round_id, is_draft=True)
    picture = io.BytesIO()
    Image.new("RGB", (80, 60), "green").save(picture, "PNG")
    with write(engine_of(app)) as session:
        sha256 = add_photo(
            session, proposal_id=draft, data=picture.getvalue(), alt="A bed", by=people.resident, now=NOW
        )
    address = f"/photos/{draft}/{sha256}"
    assert client.get(f"{address}/large.jpg").status_code == 404

    sign_in_as(client, people.resident)
    own = client.get(f"{address}/small.jpg")

    assert own.data.startswith(b"\xff\xd8")
    assert "private" in own.headers["Cache-Control"]
    assert client.get(f"{address}/huge.jpg").status_code == 404
