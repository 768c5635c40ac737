"""Voting from end to end: overview, ballot, check, cast, receipt, change."""

from __future__ import annotations

import base64
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from pb_app.db import write
from pb_app.models.round import Round
from pb_app.models.sheet import PaperRule
from pb_app.services.verification import ask_area
from tallying.receipt import load_receipt
from tests.app import NOW, People, csrf_token, engine_of, move_clock, post, sign_in_as
from tests.resident.rounds import CLOSES, OPENS, count_rows, voting_round
from tests.resident.steps import HARBOUR, YOUTH, cast, hidden, press, receipts_in, to_check


@pytest.fixture
def round_id(app: Flask, people: People) -> str:
    return voting_round(app, people)


@pytest.fixture
def voter(client: FlaskClient, people: People) -> FlaskClient:
    sign_in_as(client, people.resident)
    return client


def test_the_overview_lists_my_papers_and_says_until_when(voter: FlaskClient, round_id: str) -> None:
    page = voter.get(f"/rounds/{round_id}/vote").text
    assert "Harbour fund" in page
    assert "Youth fund" in page
    assert page.count("No vote yet") == 2
    assert "3:30pm on Sunday 5\N{NO-BREAK SPACE}April 2026" in page


def test_two_papers_are_marked_checked_and_cast_in_one_sitting_with_one_receipt_page(
    voter: FlaskClient, round_id: str
) -> None:
    check_page = to_check(voter, round_id, ["h2", "h5"], ["y1"])
    assert "Check your vote before you cast it" in check_page
    assert "You picked 2 projects" in check_page
    answer = cast(voter, round_id, check_page, **{f"number-{HARBOUR}": "407"})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-cache"  # so that Back shows the receipt again
    assert "Your vote is in" in answer.text
    assert "Harbour project 5" in answer.text
    receipts = [load_receipt(text.encode()) for text in receipts_in(answer.text)]
    assert [receipt.paper_id for receipt in receipts] == [HARBOUR, YOUTH]
    assert [receipt.check_number for receipt in receipts] == ["407", ""]
    assert all(receipt.is_signed() for receipt in receipts)
    assert "data:image/svg+xml" not in answer.text
    assert voter.get(f"/rounds/{round_id}/vote").text.count("We hold a vote") == 2


def test_nothing_is_written_before_the_cast_and_only_ballot_rows_by_it(
    voter: FlaskClient, app: Flask, round_id: str
) -> None:
    before = count_rows(app)
    check_page = to_check(voter, round_id, ["h2"], ["y1"])
    assert count_rows(app) == before
    cast(voter, round_id, check_page)
    assert count_rows(app) == {**before, "ballot_row": before["ballot_row"] + 2}


def test_pressing_the_button_twice_gives_the_same_receipts(voter: FlaskClient, app: Flask, round_id: str) -> None:
    check_page = to_check(voter, round_id, ["h2"], [])
    first, second = cast(voter, round_id, check_page), cast(voter, round_id, check_page)
    assert receipts_in(first.text) == receipts_in(second.text)
    assert count_rows(app)["ballot_row"] == 1


def test_other_marks_from_the_same_page_are_shown_beside_the_vote_that_stands(
    voter: FlaskClient, app: Flask, round_id: str
) -> None:
    check_page = to_check(voter, round_id, ["h2"], [])
    cast(voter, round_id, check_page)
    answer = press(voter, f"/rounds/{round_id}/cast", check_page, **{f"pick-{HARBOUR}": ["h3"]})
    assert answer.status_code == 409
    assert "The vote we hold" in answer.text
    assert "Harbour project 2" in answer.text
    assert "Harbour project 3" in answer.text
    assert count_rows(app)["ballot_row"] == 1
    again = press(voter, f"/rounds/{round_id}/check-vote", answer.text)
    changed = cast(voter, round_id, again.text)
    assert load_receipt(receipts_in(changed.text)[0].encode()).version == 2


def test_a_receipt_comes_back_with_its_qr_code_for_those_who_ask(voter: FlaskClient, round_id: str) -> None:
    answer = cast(voter, round_id, to_check(voter, round_id, ["h2"], ["y1"]))
    with_codes = press(voter, f"/rounds/{round_id}/receipts", answer.text)
    assert with_codes.status_code == 200
    assert with_codes.text.count("data:image/svg+xml") == 2
    assert "Show a QR code" not in with_codes.text
    assert receipts_in(with_codes.text) == receipts_in(answer.text)
    assert "Your vote is in" in with_codes.text


def test_no_qr_code_is_made_of_what_the_council_never_signed(voter: FlaskClient, round_id: str) -> None:
    answer = cast(voter, round_id, to_check(voter, round_id, ["h2"], []))
    forged = receipts_in(answer.text)[0].replace("version 1", "version 2")
    for text in (base64.b64encode(forged.encode()).decode(), "anything"):
        refused = press(voter, f"/rounds/{round_id}/receipts", answer.text, receipt=[text])
        assert refused.status_code == 403
        assert "This is not a receipt of this round" in refused.text


def test_a_vote_is_changed_until_closing_and_the_old_ticks_come_back_first(voter: FlaskClient, round_id: str) -> None:
    cast(voter, round_id, to_check(voter, round_id, ["h2"], ["y1"]))
    page = voter.get(f"/rounds/{round_id}/vote/{HARBOUR}").text
    assert re.search(r'value="h2"[^>]* checked', page)
    check_page = press(
        voter, f"/rounds/{round_id}/vote/{HARBOUR}", page, **{f"pick-{HARBOUR}": ["h4"], "do": "next"}
    ).text
    assert "Check your vote" in check_page
    receipt = load_receipt(receipts_in(cast(voter, round_id, check_page).text)[0].encode())
    assert receipt.version == 2
    assert voter.get(f"/rounds/{round_id}/receipts").text.count("cp-receipt") >= 2


def test_a_vote_is_taken_back(voter: FlaskClient, round_id: str) -> None:
    cast(voter, round_id, to_check(voter, round_id, ["h2"], []))
    page = voter.get(f"/rounds/{round_id}/vote/{HARBOUR}").text
    check_page = press(voter, f"/rounds/{round_id}/vote/{HARBOUR}", page, do="blank").text
    assert "You take your vote back" in check_page
    answer = cast(voter, round_id, check_page)
    assert "Your vote is taken back" in answer.text
    assert '"blank"' in receipts_in(answer.text)[0]


def test_too_many_ticks_are_told_and_kept(voter: FlaskClient, round_id: str) -> None:
    page = voter.get(f"/rounds/{round_id}/vote/{HARBOUR}").text
    ticks = {f"pick-{HARBOUR}": ["h1", "h2", "h3", "h4"]}
    answer = press(voter, f"/rounds/{round_id}/vote/{HARBOUR}", page, **ticks, do="next")
    assert answer.status_code == 422
    assert "You ticked 4. You can pick 3: untick 1." in answer.text
    assert len(re.findall(r'name="pick-harbour-fund"[^>]* checked', answer.text)) == 4


def test_no_tick_at_all_says_what_to_do(voter: FlaskClient, round_id: str) -> None:
    page = voter.get(f"/rounds/{round_id}/vote/{HARBOUR}").text
    answer = press(voter, f"/rounds/{round_id}/vote/{HARBOUR}", page, do="next")
    assert "Tick at least one project, or leave this paper out." in answer.text


def test_a_filter_narrows_the_list_and_never_hides_a_tick(voter: FlaskClient, round_id: str) -> None:
    page = voter.get(f"/rounds/{round_id}/vote/{HARBOUR}").text
    answer = press(
        voter, f"/rounds/{round_id}/vote/{HARBOUR}", page, **{f"pick-{HARBOUR}": ["h1"]}, area="brindle", do="show"
    ).text
    shown = re.findall(r'name="pick-harbour-fund" value="(\w+)"', answer)
    assert sorted(shown) == ["h1", "h2", "h4", "h6"]
    assert re.search(r'value="h1"[^>]* checked', answer)
    assert "Showing 4 of 6 projects" in answer


def test_the_order_is_the_voters_own_and_stays(app: Flask, people: People, voter: FlaskClient, round_id: str) -> None:
    def order(client: FlaskClient) -> list[str]:
        return re.findall(
            r'name="pick-harbour-fund" value="(\w+)"', client.get(f"/rounds/{round_id}/vote/{HARBOUR}").text
        )

    other = app.test_client()
    sign_in_as(other, people.neighbour)
    assert order(voter) == order(voter)
    assert sorted(order(voter)) == sorted(order(other))
    assert order(voter) != order(other)


def test_the_same_number_twice_and_a_number_that_is_none_are_told(voter: FlaskClient, round_id: str) -> None:
    check_page = to_check(voter, round_id, ["h2"], ["y1"])
    twice = cast(voter, round_id, check_page, **{f"number-{HARBOUR}": "12", f"number-{YOUTH}": "12"})
    assert twice.status_code == 422
    assert "Choose another check number for each paper" in twice.text
    words = cast(voter, round_id, check_page, **{f"number-{HARBOUR}": "my cat"})
    assert "Use up to 6 digits" in words.text
    assert 'value="mycat"' in words.text


def test_a_pick_is_taken_out_on_the_check_page(voter: FlaskClient, round_id: str) -> None:
    check_page = to_check(voter, round_id, ["h2", "h3"], [])
    answer = press(voter, f"/rounds/{round_id}/check-vote", check_page, out=f"{HARBOUR}/h2").text
    assert "You picked 1 project" in answer
    assert "Harbour project 2" not in answer


def test_the_last_pick_taken_out_is_told_before_casting(voter: FlaskClient, app: Flask, round_id: str) -> None:
    check_page = to_check(voter, round_id, ["h2"], [])
    empty = press(voter, f"/rounds/{round_id}/check-vote", check_page, out=f"{HARBOUR}/h2").text
    answer = cast(voter, round_id, empty)
    assert answer.status_code == 422
    assert "Tick at least one project" in answer.text
    assert count_rows(app)["ballot_row"] == 0


def test_a_form_older_than_its_token_keeps_the_marks(voter: FlaskClient, app: Flask, round_id: str) -> None:
    check_page = to_check(voter, round_id, ["h2"], [])
    answer = press(voter, f"/rounds/{round_id}/cast", check_page, csrf_token="old")
    assert answer.status_code == 422
    assert "This page was open too long. Nothing is lost" in answer.text
    assert "Harbour project 2" in answer.text
    assert count_rows(app)["ballot_row"] == 0
    assert "Your vote is in" in cast(voter, round_id, answer.text).text


def test_an_expired_sign_in_in_the_middle_keeps_the_ticks(voter: FlaskClient, people: People, round_id: str) -> None:
    page = voter.get(f"/rounds/{round_id}/vote/{HARBOUR}").text
    with voter.session_transaction() as cookie:
        cookie["_user_id"] = "ended"
    url = f"/rounds/{round_id}/vote/{HARBOUR}"
    asked = press(voter, url, page, **{f"pick-{HARBOUR}": ["h3"], "do": "next"})
    assert asked.status_code == 403
    kept = re.search(r'name="kept" value="([^"]+)"', asked.text)
    assert kept is not None
    back = post(voter, "/account/sign-in", email="rhys@westmere.example", password="three plain words", kept=kept[1])
    assert f'action="{url}"' in back.text
    fields = hidden(back.text)
    assert fields[f"pick-{HARBOUR}"] == ["h3"]
    following = voter.post(url, data=fields)
    assert "Youth project" in following.text
    assert 'name="pick-harbour-fund" value="h3"' in following.text


def test_somebody_not_verified_is_shown_the_kind_way(client: FlaskClient, people: People, round_id: str) -> None:
    sign_in_as(client, people.newcomer)
    page = client.get(f"/rounds/{round_id}/vote").text
    assert "Tell us how you belong here" in page
    assert 'href="/account/area"' in page
    assert f"/rounds/{round_id}/code" in page
    assert client.get(f"/rounds/{round_id}/vote/{HARBOUR}").location == f"/rounds/{round_id}/vote"


def test_somebody_whose_request_waits_is_not_asked_again(
    app: Flask, client: FlaskClient, people: People, round_id: str
) -> None:
    with write(engine_of(app)) as session:
        assert not ask_area(
            session, area_id="brindle", route="live", statement="18 Mill Lane", by=people.newcomer, now=NOW
        )
    sign_in_as(client, people.newcomer)
    page = client.get(f"/rounds/{round_id}/vote").text
    assert "An officer is looking at your request" in page
    assert "Brindle" in page
    assert "Tell us how you belong here" not in page


@pytest.mark.parametrize("address", ["vote", "propose", "code"])
def test_a_round_that_is_still_a_draft_is_not_there(
    app: Flask, client: FlaskClient, people: People, round_id: str, address: str
) -> None:
    with write(engine_of(app)) as session:
        session.execute(update(Round).values(announced_at=None, opening_confirmed_at=None))
    sign_in_as(client, people.resident)
    assert client.get(f"/rounds/{round_id}/{address}").status_code == 404


def test_a_visitor_is_offered_both_ways_in(client: FlaskClient, round_id: str) -> None:
    page = client.get(f"/rounds/{round_id}/vote").text
    assert "Sign in to vote" in page
    assert "Type my code" in page


def test_before_opening_and_after_closing_the_page_says_so(voter: FlaskClient, app: Flask, round_id: str) -> None:
    check_page = to_check(voter, round_id, ["h2"], [])
    move_clock(app, CLOSES)
    assert "Voting is over" in voter.get(f"/rounds/{round_id}/vote").text
    late = cast(voter, round_id, check_page)
    assert late.status_code == 409
    assert "Voting is over" in late.text
    assert count_rows(app)["ballot_row"] == 0
    assert OPENS < CLOSES


def test_nothing_is_cast_without_a_token(voter: FlaskClient, app: Flask, round_id: str) -> None:
    assert csrf_token(voter)
    fields = hidden(to_check(voter, round_id, ["h2"], []))
    del fields["csrf_token"]
    assert voter.post(f"/rounds/{round_id}/cast", data=fields).status_code == 422
    assert count_rows(app)["ballot_row"] == 0


def test_the_page_for_voting_says_where_and_until_when_one_votes_on_paper(
    app: Flask, client: FlaskClient, voter: FlaskClient, round_id: str
) -> None:
    assert "Would you rather use a pen?" not in voter.get(f"/rounds/{round_id}/vote").text
    with write(engine_of(app)) as session:
        session.add(PaperRule(round_id=round_id, rule="online_stands", places="Westmere Library"))
    page = voter.get(f"/rounds/{round_id}/vote").text
    assert "hand it in, here: Westmere Library." in page
    assert "must be back before <b>3:30pm on Sunday 5\N{NO-BREAK SPACE}April 2026" in page
    assert "that vote stands" in page
    with write(engine_of(app)) as session:
        session.get_one(PaperRule, round_id).places = ""
    assert "Ask us for a ballot sheet" in app.test_client().get(f"/rounds/{round_id}/vote").text
