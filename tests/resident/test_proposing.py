"""Writing a proposal: nothing typed is lost, whatever goes wrong."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from pb_app.db import read, write
from pb_app.models.activity import ActivityEvent
from pb_app.models.proposal import Proposal
from pb_app.services.reviewing import ask_question
from tests.app import NOW, People, csrf_token, engine_of, move_clock, post, sign_in_as
from tests.resident.rounds import DAY, OPENS, proposing_round
from tests.resident.steps import hidden, send_file_form

GOOD = {
    "title": "Firm path along the brook",
    "summary": "A path that drains, for wheelchairs and prams.",
    "what": "Dig out the mud.\n\nLay stones.",
    "who_benefits": "About 400 people a week.",
    "area_id": "alder",
    "place": "Between the mill and the bridge",
    "pot_id": "harbour-pot",
    "label-1": "Drain and stones",
    "amount-1": "2,100",
    "label-2": "Path",
    "amount-2": "£1600.50",
    "gains": "no",
}


@pytest.fixture
def round_id(app: Flask, people: People) -> str:
    return proposing_round(app, people)


@pytest.fixture
def proposer(client: FlaskClient, people: People) -> FlaskClient:
    sign_in_as(client, people.resident)
    return client


@pytest.fixture
def edit(proposer: FlaskClient, round_id: str) -> str:
    """The address of a fresh draft's form."""
    location = post(proposer, f"/rounds/{round_id}/propose").location
    assert location is not None
    return location


def fill(client: FlaskClient, edit: str, do: str = "save", **changes: Any) -> TestResponse:
    fields = {**hidden(client.get(edit).text), **GOOD, **changes}
    return send_file_form(client, edit, {**fields, "do": do})


def stored(app: Flask) -> Proposal:
    with read(engine_of(app)) as session:
        found = session.scalars(select(Proposal)).one()
        session.expunge(found)
    return found


def send(client: FlaskClient, edit: str) -> TestResponse:
    checked = fill(client, edit, "check")
    return post(client, str(checked.location))


def test_starting_twice_opens_the_same_empty_draft(proposer: FlaskClient, round_id: str, edit: str) -> None:
    assert post(proposer, f"/rounds/{round_id}/propose").location == edit


def test_a_draft_is_saved_and_comes_back_as_typed(proposer: FlaskClient, edit: str) -> None:
    assert fill(proposer, edit).location == edit
    page = proposer.get(edit).text
    assert "Firm path along the brook</textarea>" in page
    assert 'value="1,600.50"' in page
    assert re.search(r'value="no"[^>]*checked', page)
    assert "Saved as a draft" in page


def test_a_draft_is_nobody_elses_to_see(client: FlaskClient, people: People, proposer: FlaskClient, edit: str) -> None:
    sign_in_as(client, people.neighbour)
    assert client.get(edit).status_code == 404
    assert fill(client, "/my-proposals").status_code == 405
    assert client.post(edit, data={"csrf_token": csrf_token(client)}).status_code == 404


def test_it_is_checked_once_more_then_sent_and_everybody_reads_it(proposer: FlaskClient, app: Flask, edit: str) -> None:
    checked = fill(proposer, edit, "check")
    assert checked.location == edit.replace("edit", "check")
    page = proposer.get(checked.location).text
    assert "£3,700.50" in page
    answer = post(proposer, checked.location)
    public = app.test_client().get(str(answer.location))
    assert public.status_code == 200
    assert "Firm path along the brook" in public.text
    assert "Rhys" not in public.text
    with read(engine_of(app)) as session:
        proposal_events = select(ActivityEvent.kind).where(ActivityEvent.kind.startswith("proposal:"))
        kinds = list(session.scalars(proposal_events.order_by(ActivityEvent.n)))
    assert kinds == ["proposal:draft:started", "proposal:text:saved", "proposal:proposal:sent"]


def test_what_is_missing_is_said_in_one_list(proposer: FlaskClient, edit: str) -> None:
    fields = {**hidden(proposer.get(edit).text), "title": "Path", "do": "check"}
    page = proposer.post(edit, data=fields)
    assert page.status_code == 422
    for words in (
        "Sum it up in one or two sentences",
        "Choose the pot that should pay for it",
        "Write at least one cost line",
        "Say whether you or your family would gain from this project",
    ):
        assert words in page.text


@pytest.mark.parametrize("cost", ["lots", "about 1600", "-5", "1.600,00", "", "9" * 30])
def test_a_cost_that_is_no_sum_is_told_beside_its_line(proposer: FlaskClient, edit: str, cost: str) -> None:
    page = fill(proposer, edit, **{"amount-2": cost})
    assert page.status_code == 422
    assert "Write the cost of “Path” in pounds, like 1,600" in page.text
    assert 'href="#amount-2"' in page.text
    assert f'value="{cost}"' in page.text
    assert "Dig out the mud." in page.text


def test_a_cost_of_lots_is_told_together_with_all_else(proposer: FlaskClient, edit: str) -> None:
    page = fill(proposer, edit, "check", title="x" * 74, gains="", **{"amount-1": "lots"})
    assert "There are 3 things to mend" in page.text
    assert "Write the cost of “Drain and stones” in pounds, like 1,600" in page.text


def test_a_yes_without_what_would_be_gained_asks_for_that(proposer: FlaskClient, edit: str) -> None:
    page = fill(proposer, edit, "check", gains="yes", interest="")
    assert "There is 1 thing to mend" in page.text
    assert "Say what you or your family would gain</a>" in page.text
    assert 'href="#interest"' in page.text


def test_a_proposal_over_the_pot_is_told_both_sums(proposer: FlaskClient, app: Flask, edit: str) -> None:
    page = fill(proposer, edit, "check", **{"amount-2": "20,000"})
    assert "Your lines add up to £22,100. The pot “Harbour pot” holds £20,000." in page.text
    assert 'value="20,000"' in page.text
    assert stored(app).title == GOOD["title"]


def test_a_title_too_long_says_how_long_it_is(proposer: FlaskClient, edit: str) -> None:
    page = fill(proposer, edit, title="x" * 74)
    assert page.status_code == 422
    assert "Make the title 60 letters or shorter. It is 74 now" in page.text
    assert "x" * 74 in page.text


def test_ten_megabytes_of_text_come_back_with_the_limit(proposer: FlaskClient, edit: str) -> None:
    page = fill(proposer, edit, what="word " * 2_000_000)
    assert page.status_code == 422
    assert "Make the text about what you want to do 3,000 letters or shorter. It is 9,999,999 now" in page.text
    assert page.text.count("word ") > 1_999_000


def test_lines_are_added_and_removed_by_buttons(proposer: FlaskClient, edit: str) -> None:
    more = fill(proposer, edit, "add", **{"label-3": "Bench", "amount-3": "900"}).text
    assert 'name="label-4"' in more
    fewer = fill(proposer, edit, "drop-1", **{"label-3": "Bench", "amount-3": "900"}).text
    assert 'value="Drain and stones"' not in fewer
    assert 'name="label-1" type="text" value="Path"' in fewer
    assert 'name="label-2" type="text" value="Bench"' in fewer


def test_a_form_older_than_its_token_keeps_the_text(proposer: FlaskClient, app: Flask, edit: str) -> None:
    page = fill(proposer, edit, csrf_token="old")
    assert page.status_code == 422
    assert "This page was open too long. Nothing is lost" in page.text
    assert "Dig out the mud." in page.text
    assert stored(app).title == ""


def test_an_expired_sign_in_in_the_middle_keeps_the_text(proposer: FlaskClient, edit: str) -> None:
    fields = {**hidden(proposer.get(edit).text), **GOOD, "do": "save"}
    with proposer.session_transaction() as cookie:
        cookie["_user_id"] = "ended"
    asked = proposer.post(edit, data=fields)
    kept = re.search(r'name="kept" value="([^"]+)"', asked.text)
    assert kept is not None
    back = post(proposer, "/account/sign-in", email="rhys@westmere.example", password="three plain words", kept=kept[1])
    again = proposer.post(edit, data=hidden(back.text))
    assert "You are signed in again. Nothing is lost" in again.text
    assert "Dig out the mud." in again.text
    assert 'value="Path"' in again.text


def test_two_tabs_do_not_overwrite_each_other_unseen(proposer: FlaskClient, app: Flask, edit: str) -> None:
    opened = hidden(proposer.get(edit).text)
    fill(proposer, edit, title="From the first tab")
    late = proposer.post(edit, data={**opened, **GOOD, "title": "From the second tab", "do": "save"})
    assert late.status_code == 422
    assert "This proposal was saved in another window" in late.text
    assert "From the second tab</textarea>" in late.text
    assert stored(app).title == "From the first tab"
    proposer.post(edit, data={**hidden(late.text), **GOOD, "title": "From the second tab", "do": "save"})
    assert stored(app).title == "From the second tab"


def test_saving_the_same_text_twice_is_no_quarrel(proposer: FlaskClient, edit: str) -> None:
    fields = {**hidden(proposer.get(edit).text), **GOOD, "do": "save"}
    assert proposer.post(edit, data=fields).status_code == 302
    assert proposer.post(edit, data=fields).status_code == 302


def test_a_question_is_answered_after_changing_the_text(
    proposer: FlaskClient, app: Flask, people: People, edit: str
) -> None:
    public = send(proposer, edit).location
    with write(engine_of(app)) as session:
        ask_question(session, proposal_id=stored(app).id, text="Who owns the bank?", by=people.officer, now=NOW)
    assert "Who owns the bank?" in proposer.get(edit).text
    answer = edit.replace("edit", "answer")
    assert fill(proposer, edit, "answer", place="On the council’s side").location == answer
    assert "Write your answer" in post(proposer, answer, answer="  ").text
    post(proposer, answer, answer="The council owns it.")
    page = app.test_client().get(str(public)).text
    assert "The council owns it." in page
    assert "On the council’s side" in page


def test_a_sent_proposal_can_not_be_edited_but_taken_back(proposer: FlaskClient, app: Flask, edit: str) -> None:
    public = str(send(proposer, edit).location)
    refused = proposer.get(edit)
    assert refused.status_code == 409
    assert "the officers are reading it" in refused.text
    post(proposer, edit.replace("edit", "withdraw"))
    assert app.test_client().get(public).status_code == 404
    assert "Taken back" in proposer.get("/my-proposals").text


def test_after_the_deadline_the_page_says_so(proposer: FlaskClient, app: Flask, round_id: str, edit: str) -> None:
    move_clock(app, OPENS - DAY)
    assert "Proposing is over for this round" in proposer.get(f"/rounds/{round_id}/propose").text
    late = proposer.get(edit)
    assert late.status_code == 409
    assert "What you saved is kept" in late.text


def test_what_was_typed_past_the_deadline_can_still_be_copied(proposer: FlaskClient, app: Flask, edit: str) -> None:
    fields = {**hidden(proposer.get(edit).text), **GOOD, "do": "save"}
    move_clock(app, OPENS - DAY)
    late = proposer.post(edit, data=fields)
    assert late.status_code == 409
    assert "The time to write proposals for this round is over" in late.text
    assert "Dig out the mud." in late.text
    assert "Drain and stones: 2,100" in late.text
    assert stored(app).title == ""


def test_a_tag_in_the_text_is_shown_and_never_run(proposer: FlaskClient, app: Flask, edit: str) -> None:
    fill(proposer, edit, "check", what="<script>alert(1)</script> & more")
    public = str(post(proposer, edit.replace("edit", "check")).location)
    page = app.test_client().get(public).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_pot_or_area_of_elsewhere_is_not_taken(proposer: FlaskClient, edit: str) -> None:
    page = fill(proposer, edit, pot_id="no-such-pot", area_id="atlantis")
    assert page.status_code == 422
    assert "Choose one of the pots below" in page.text
    assert "Choose one of the areas below" in page.text


def test_an_empty_upload_says_what_to_do(proposer: FlaskClient, edit: str) -> None:
    page = fill(proposer, edit, "photo", photo=(io.BytesIO(b""), ""))
    assert "Choose a photo first" in page.text
