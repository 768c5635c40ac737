"""Making the ballot papers: accepted proposals with their final cost, in an order, until the opening is confirmed."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from pb_app.db import read
from pb_app.services.ballot_reading import get_ballot_paper
from pb_app.services.composition import Composition, compose
from pb_app.services.opening import opening_checks
from tallying.election import Approval
from tallying.rulebook import BallotRule, Rulebook
from tests.app import People, engine_of, post
from tests.officer.stages import HARBOUR, ROUND, YOUTH, accepted_proposal, client_of, proposing_round, send_proposal
from tests.officer.walk import faults
from tests.resident.rounds import GREEDY, open_voting

PAPERS = f"/officer/rounds/{ROUND}/papers"


def composed(app: Flask) -> Composition:
    with read(engine_of(app)) as session:
        return compose(session, round_id=ROUND)


def put_on(client: FlaskClient, proposal_id: str, cost: str = "2,800", paper_id: str = HARBOUR) -> str:
    return post(client, f"{PAPERS}/put-on/{proposal_id}", cost=cost, paper_id=paper_id).text


def order(app: Flask) -> list[str]:
    return [project.title for project in composed(app).papers[0].projects]


def test_an_accepted_proposal_goes_on_with_its_final_cost(app: Flask, people: People) -> None:
    proposing_round(app, people)
    proposal_id, officer = accepted_proposal(app, people), client_of(app, people.officer)
    assert 'value="3,000"' in officer.get(f"{PAPERS}/put-on/{proposal_id}").text
    put_on(officer, proposal_id)
    [project] = composed(app).papers[0].projects
    assert (project.id, project.title, project.cost) == ("1", "Rain gardens", 2_800_00)
    assert composed(app).waiting == ()


def test_the_final_cost_and_the_paper_are_checked(app: Flask, people: People) -> None:
    proposing_round(app, people)
    proposal_id, officer = accepted_proposal(app, people), client_of(app, people.officer)
    assert faults(put_on(officer, proposal_id, cost="lots")) == ["Write “Final cost” in pounds, like 1,600"]
    assert faults(put_on(officer, proposal_id, cost="0")) == [
        "Write the final cost of “Rain gardens” in pounds, like 1,600"
    ]
    assert faults(put_on(officer, proposal_id, cost="20,001")) == [
        "Make the cost smaller: the pots of this paper hold £20,000"
    ]
    assert faults(put_on(officer, proposal_id, paper_id=YOUTH)) == [
        "Choose “Harbour fund”: its pot “Harbour pot” pays for this proposal"
    ]
    assert faults(put_on(officer, proposal_id, paper_id="nowhere")) == ["Choose one of the ballot papers"]
    assert composed(app).papers[0].projects == ()


def test_only_an_accepted_proposal_goes_on_and_only_once(app: Flask, people: People) -> None:
    proposing_round(app, people)
    officer = client_of(app, people.officer)
    sent = send_proposal(app, people.neighbour)
    assert officer.get(f"{PAPERS}/put-on/{sent}").status_code == 404
    accepted = accepted_proposal(app, people)
    put_on(officer, accepted)
    assert officer.get(f"{PAPERS}/put-on/{accepted}").status_code == 404


def test_projects_move_and_come_off_and_numbers_are_not_given_twice_by_accident(app: Flask, people: People) -> None:
    proposing_round(app, people)
    officer = client_of(app, people.officer)
    for title in ("One", "Two", "Three"):
        put_on(officer, accepted_proposal(app, people, title=title))
    post(officer, f"{PAPERS}/{HARBOUR}/3/up")
    assert order(app) == ["One", "Three", "Two"]
    post(officer, f"{PAPERS}/{HARBOUR}/1/up")
    assert order(app) == ["One", "Three", "Two"], "the first one stays"
    post(officer, f"{PAPERS}/{HARBOUR}/1/take-off")
    assert order(app) == ["Three", "Two"]
    assert [row.title for row in composed(app).waiting] == ["One"]
    assert post(officer, f"{PAPERS}/{HARBOUR}/1/take-off").status_code == 404
    put_on(officer, composed(app).waiting[0].id)
    assert [project.id for project in composed(app).papers[0].projects] == ["3", "2", "4"]


def test_a_project_on_a_paper_is_not_refused_before_it_comes_off(app: Flask, people: People) -> None:
    proposing_round(app, people)
    proposal_id, officer = accepted_proposal(app, people), client_of(app, people.officer)
    put_on(officer, proposal_id)
    answer = post(officer, f"/officer/proposals/{proposal_id}", answer="refuse", text="No.")
    assert answer.status_code == 409
    assert "Take it off first" in answer.text


def test_once_the_opening_is_confirmed_nothing_on_the_papers_changes(app: Flask, people: People) -> None:
    proposing_round(app, people)
    officer = client_of(app, people.officer)
    put_on(officer, accepted_proposal(app, people))
    from_youth = send_proposal(app, people.neighbour, title="Music room", pot_id="youth-pot")
    post(officer, f"/officer/proposals/{from_youth}", answer="accept", text="Yes.")
    put_on(officer, from_youth, paper_id=YOUTH)
    late = accepted_proposal(app, people, title="Too late")
    open_voting(app, people, ROUND)
    page = officer.get(PAPERS).text
    assert "Take off" not in page
    assert post(officer, f"{PAPERS}/{HARBOUR}/1/take-off").status_code == 409
    assert post(officer, f"{PAPERS}/{HARBOUR}/1/up").status_code == 409
    assert post(officer, f"{PAPERS}/put-on/{late}", cost="1", paper_id=HARBOUR).status_code == 409


def test_a_project_is_marked_for_the_bonus_vote_and_the_opening_waits_for_one(app: Flask, people: People) -> None:
    book = Rulebook("GBP", BallotRule(min=1, max=1, bonus="Led by young people"), GREEDY)
    proposing_round(app, people, book)
    proposals = [accepted_proposal(app, people, title=title) for title in ("Rain gardens", "Skate night")]
    officer = client_of(app, people.officer)
    url = f"/officer/rounds/{ROUND}/papers/put-on"
    assert "This project is “Led by young people”" in officer.get(f"{url}/{proposals[0]}").text
    post(officer, f"{url}/{proposals[0]}", paper_id=HARBOUR, cost="3,000")
    with read(engine_of(app)) as session:
        assert any("Led by young people" in one.message for one in opening_checks(session, ROUND))
    post(officer, f"{url}/{proposals[1]}", paper_id=HARBOUR, cost="1,000", is_bonus="y")
    assert "Led by young people" in officer.get(f"/officer/rounds/{ROUND}/papers").text
    with read(engine_of(app)) as session:
        assert not any("Led by young people" in one.message for one in opening_checks(session, ROUND))
        paper = get_ballot_paper(session, round_id=ROUND, paper_id=HARBOUR)
    ticks = [(project.id, "") for project in paper.projects]
    assert paper.mark(ticks) == Approval(tuple(project.id for project in paper.projects))
