"""A draft is dropped by one officer; a public round is cancelled by two people, with a reason that everybody reads."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from pb_app.db import read, write
from pb_app.models.activity import ActivityEvent
from pb_app.models.round import Round
from pb_app.services.registers import register_lines
from pb_app.services.rounds import get_round
from tests.app import People, engine_of, move_clock, post, workplace_of
from tests.officer.stages import CLOSES, DAY, ROUND, client_of, counting_round, proposing_round, vote, voting_round
from tests.officer.walk import faults
from tests.resident.rounds import OPENS, letter_codes
from voting.phases import Phase

CANCEL = f"/officer/rounds/{ROUND}/cancel"
WHY = "The owner sold the land."


def phase(app: Flask) -> Phase:
    with read(engine_of(app)) as session:
        return get_round(session, ROUND).phase_at(workplace_of(app).clock.now())


def kinds(app: Flask) -> list[str]:
    with read(engine_of(app)) as session:
        return list(session.scalars(select(ActivityEvent.kind).order_by(ActivityEvent.n)))


def cancel(app: Flask, people: People) -> None:
    post(client_of(app, people.officer), f"{CANCEL}/ask", reason=WHY)
    post(client_of(app, people.colleague), f"{CANCEL}/confirm")


def make_draft(app: Flask, people: People) -> None:
    proposing_round(app, people)
    with write(engine_of(app)) as session:
        session.get_one(Round, ROUND).announced_at = None


def test_one_officer_drops_a_draft_and_nobody_else_ever_sees_it(
    app: Flask, people: People, client: FlaskClient
) -> None:
    make_draft(app, people)
    page = client_of(app, people.officer).get(CANCEL).text
    assert "Drop this draft" in page
    post(client_of(app, people.officer), f"{CANCEL}/draft", reason=WHY)
    assert phase(app) is Phase.CANCELLED
    assert kinds(app)[-1] == "round:draft:dropped"
    assert client.get(f"/rounds/{ROUND}").status_code == 404
    assert "Spring 2026" not in client.get("/").text


def test_a_draft_needs_no_second_person_and_a_public_round_does(app: Flask, people: People) -> None:
    make_draft(app, people)
    assert post(client_of(app, people.officer), f"{CANCEL}/ask", reason=WHY).status_code == 409
    with write(engine_of(app)) as session:
        row = session.get_one(Round, ROUND)
        row.announced_at = row.created_at
    assert post(client_of(app, people.officer), f"{CANCEL}/draft", reason=WHY).status_code == 409
    assert phase(app) is Phase.PROPOSING


def test_two_people_cancel_a_public_round_and_everybody_reads_why(
    app: Flask, people: People, client: FlaskClient
) -> None:
    proposing_round(app, people)
    officer = client_of(app, people.officer)
    post(officer, f"{CANCEL}/ask", reason=WHY)
    assert phase(app) is Phase.PROPOSING
    assert "You asked for this yourself" in officer.get(CANCEL).text
    assert post(officer, f"{CANCEL}/confirm").status_code == 403
    colleague = client_of(app, people.colleague)
    assert "Waiting for you: cancel the round" in colleague.get("/officer").text
    post(colleague, f"{CANCEL}/confirm")
    assert phase(app) is Phase.CANCELLED
    assert WHY in client.get(f"/rounds/{ROUND}").text
    assert kinds(app)[-2:] == ["round:public:cancelled", "round:key:destroyed"]
    assert "Dana Officer asked" in officer.get(CANCEL).text


@pytest.mark.parametrize(
    ("typed", "said"), [("  ", "Write why"), ("x" * 1001, "Make the reason 1,000 letters or shorter")]
)
def test_no_reason_and_a_far_too_long_one_are_sent_back(app: Flask, people: People, typed: str, said: str) -> None:
    proposing_round(app, people)
    page = post(client_of(app, people.officer), f"{CANCEL}/ask", reason=typed).text
    assert faults(page)[0].startswith(said)
    assert kinds(app)[-1] == "round:public:announced"


def test_it_can_be_taken_back_before_it_is_confirmed(app: Flask, people: People) -> None:
    proposing_round(app, people)
    post(client_of(app, people.officer), f"{CANCEL}/ask", reason=WHY)
    post(client_of(app, people.officer), f"{CANCEL}/withdraw")
    assert post(client_of(app, people.colleague), f"{CANCEL}/confirm").status_code == 409
    assert phase(app) is Phase.PROPOSING


def test_cancelling_an_open_vote_ends_it_at_once_and_destroys_its_key(
    app: Flask, people: People, client: FlaskClient
) -> None:
    voting_round(app, people)
    vote(app, people.resident, "h1", "h2")
    code = letter_codes(app, people, ROUND)[0]
    cancel(app, people)
    assert phase(app) is Phase.CANCELLED
    assert workplace_of(app).keys.is_destroyed(ROUND)
    assert "This round was cancelled" in client_of(app, people.resident).get(f"/rounds/{ROUND}/vote").text
    page = post(client, f"/rounds/{ROUND}/code", code=code)
    assert page.status_code == 409
    assert "This round was cancelled, so nobody votes in it." in page.text
    assert "nobody can read them" in client.get(f"/rounds/{ROUND}").text
    for role in (people.officer, people.auditor):
        assert client_of(app, role).get(f"/officer/rounds/{ROUND}/turnout").status_code == 200
    with read(engine_of(app)) as session:
        assert b'"kind":"cancel"' in register_lines(session, ROUND)[-1]


def test_what_waited_for_a_second_person_is_taken_back_with_it(app: Flask, people: People) -> None:
    voting_round(app, people)
    later = CLOSES + DAY
    dates = {"day": str(later.day), "month": str(later.month), "year": str(later.year), "time": "17:00"}
    typed = {f"closes_at-{part}": text for part, text in dates.items()}
    post(client_of(app, people.officer), f"/officer/rounds/{ROUND}/closing/ask", reason="Snow", **typed)
    assert "move the closing time" in client_of(app, people.colleague).get("/officer").text
    cancel(app, people)
    assert "move the closing time" not in client_of(app, people.colleague).get("/officer").text
    assert "round:decision:withdrawn" in kinds(app)


def test_once_voting_is_over_a_round_can_t_be_cancelled_any_more(app: Flask, people: People) -> None:
    counting_round(app, people)
    officer = client_of(app, people.officer)
    assert "can’t be cancelled any more" in officer.get(CANCEL).text
    assert post(officer, f"{CANCEL}/ask", reason=WHY).status_code == 409
    assert not workplace_of(app).keys.is_destroyed(ROUND)


def test_asked_in_time_but_confirmed_after_closing_changes_nothing(app: Flask, people: People) -> None:
    voting_round(app, people)
    post(client_of(app, people.officer), f"{CANCEL}/ask", reason=WHY)
    move_clock(app, CLOSES)
    colleague = client_of(app, people.colleague)
    assert post(colleague, f"{CANCEL}/confirm").status_code == 409
    assert phase(app) is Phase.COUNTING
    assert not workplace_of(app).keys.is_destroyed(ROUND)
    assert "cancel the round" not in colleague.get("/officer").text


def test_the_key_of_a_round_that_goes_on_can_t_be_destroyed(app: Flask, people: People) -> None:
    voting_round(app, people)
    assert post(client_of(app, people.officer), f"{CANCEL}/destroy-key").status_code == 409
    assert not workplace_of(app).keys.is_destroyed(ROUND)


def test_a_crash_before_the_key_was_destroyed_is_gone_on_from(app: Flask, people: People) -> None:
    voting_round(app, people)
    with write(engine_of(app)) as session:
        session.get_one(Round, ROUND).cancelled_at = OPENS + DAY
    officer = client_of(app, people.officer)
    post(officer, f"{CANCEL}/destroy-key")
    assert workplace_of(app).keys.is_destroyed(ROUND)
    post(officer, f"{CANCEL}/destroy-key")
    assert kinds(app).count("round:key:destroyed") == 1


def test_a_steering_member_may_be_the_second_person_and_an_auditor_never_is(app: Flask, people: People) -> None:
    proposing_round(app, people)
    post(client_of(app, people.officer), f"{CANCEL}/ask", reason=WHY)
    assert post(client_of(app, people.auditor), f"{CANCEL}/confirm").status_code == 403
    post(client_of(app, people.steering), f"{CANCEL}/confirm")
    assert phase(app) is Phase.CANCELLED
