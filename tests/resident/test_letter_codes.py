"""Voting with the code from a letter: no account, no trace, and nobody else's letter changes a vote."""

from __future__ import annotations

import secrets

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tallying.receipt import load_receipt
from tests.app import People, post
from tests.resident import kinds
from tests.resident.rounds import count_rows, letter_codes, voting_round
from tests.resident.steps import HARBOUR, YOUTH, cast, press, receipts_in, to_check
from voting.codes import make_code, written


@pytest.fixture
def round_id(app: Flask, people: People) -> str:
    return voting_round(app, people)


@pytest.fixture
def code(app: Flask, people: People, round_id: str) -> str:
    return letter_codes(app, people, round_id)[0]


def enter(client: FlaskClient, round_id: str, code: str, tracker: str = "") -> str:
    answer = post(client, f"/rounds/{round_id}/code", code=code, tracker=tracker)
    return client.get(answer.location).text if answer.location else answer.text


def vote_alone(client: FlaskClient, round_id: str, code: str, youth: list[str]) -> list[str]:
    enter(client, round_id, code)
    return receipts_in(cast(client, round_id, to_check(client, round_id, ["h1"], youth)).text)


def test_a_code_pasted_with_spaces_and_small_letters_opens_the_papers(
    client: FlaskClient, round_id: str, code: str
) -> None:
    page = enter(client, round_id, f"  {written(code).lower()} ")
    assert page.count("No vote yet") == 2
    assert "You are voting with a code" in page


def test_a_code_leads_to_a_receipt_without_an_account(client: FlaskClient, round_id: str, code: str) -> None:
    receipts = vote_alone(client, round_id, code, ["y2"])
    assert len(receipts) == 2
    assert all(load_receipt(text.encode()).is_signed() for text in receipts)


def test_typing_a_right_code_writes_no_row(client: FlaskClient, app: Flask, round_id: str, code: str) -> None:
    before = count_rows(app)
    enter(client, round_id, code)
    to_check(client, round_id, ["h1"], [])
    assert count_rows(app) == before


def test_the_cookie_tells_nobody_whose_code_it_is(client: FlaskClient, round_id: str, code: str) -> None:
    answer = post(client, f"/rounds/{round_id}/code", code=code)
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert f"Path=/rounds/{round_id}/" in cookie
    assert HARBOUR not in cookie
    assert "Max-Age" not in cookie


def test_a_second_use_of_the_code_alone_is_refused_kindly(
    client: FlaskClient, app: Flask, round_id: str, code: str
) -> None:
    vote_alone(client, round_id, code, ["y1"])
    answer = post(app.test_client(), f"/rounds/{round_id}/code", code=code)
    assert answer.status_code == 422
    assert "This code has been used. To change the vote, enter the tracker from the receipt too." in answer.text
    assert 'name="tracker"' in answer.text
    assert f'value="{code}"' in answer.text


def test_the_code_with_its_tracker_changes_the_vote(client: FlaskClient, app: Flask, round_id: str, code: str) -> None:
    first = load_receipt(vote_alone(client, round_id, code, ["y1"])[0].encode())
    other = app.test_client()
    assert enter(other, round_id, code, tracker=written(first.tracker).lower()).count("We hold a vote") == 2
    page = other.get(f"/rounds/{round_id}/vote/{HARBOUR}").text
    check_page = press(other, f"/rounds/{round_id}/vote/{HARBOUR}", page, **{f"pick-{HARBOUR}": ["h5"], "do": "next"})
    second = load_receipt(receipts_in(cast(other, round_id, check_page.text).text)[0].encode())
    assert (second.tracker, second.version) == (first.tracker, 2)


def test_the_code_alone_still_opens_a_paper_without_a_vote(
    client: FlaskClient, app: Flask, round_id: str, code: str
) -> None:
    vote_alone(client, round_id, code, [])
    other = app.test_client()
    page = enter(other, round_id, code)
    assert "You have voted on 1 of 2 lists" in page
    assert "Type code and tracker" in page
    assert other.get(f"/rounds/{round_id}/vote/{HARBOUR}").location == f"/rounds/{round_id}/vote"
    youth = other.get(f"/rounds/{round_id}/vote/{YOUTH}").text
    assert "Youth project" in youth
    marks = {"paper": [HARBOUR, YOUTH], f"pick-{HARBOUR}": "h1", f"pick-{YOUTH}": "y1"}
    assert (
        "Not taken along: your picks on Harbour fund"
        in press(other, f"/rounds/{round_id}/check-vote", youth, **marks).text
    )


def test_a_list_that_the_voter_leaves_out_is_offered_again_and_called_nobody_elses(
    client: FlaskClient, round_id: str, code: str
) -> None:
    enter(client, round_id, code)
    check_page = to_check(client, round_id, ["h2"], [])
    assert "You have not voted on Youth fund" in check_page.replace("\n", " ")
    assert "Not taken along" not in check_page


def test_pressing_twice_with_a_code_gives_the_same_receipt(client: FlaskClient, round_id: str, code: str) -> None:
    enter(client, round_id, code)
    check_page = to_check(client, round_id, ["h1"], [])
    first, second = cast(client, round_id, check_page), cast(client, round_id, check_page)
    assert receipts_in(first.text) == receipts_in(second.text) != []


def test_a_mistyped_code_and_a_wrong_tracker_are_told_apart(
    client: FlaskClient, app: Flask, round_id: str, code: str
) -> None:
    wrong = code[:-1] + ("A" if code[-1] != "A" else "C")
    assert "This code has a letter or number that does not fit" in enter(client, round_id, wrong)
    assert "A code has 16 letters and numbers, or 12 in a group. This one has 15" in enter(
        client, round_id, f"{code[:4]}-{code[4:-1]}"
    )
    vote_alone(client, round_id, code, ["y1"])
    page = enter(app.test_client(), round_id, code, tracker="AAAA BBBB CCCC DDDD")
    assert "This tracker does not belong to this code" in page
    assert count_rows(app)["tries"] == 1


def test_an_empty_code_says_what_to_type_and_counts_nothing(client: FlaskClient, app: Flask, round_id: str) -> None:
    assert "Type the code from your letter, slip or card" in enter(client, round_id, "")
    assert count_rows(app)["tries"] == 0


def test_typing_errors_of_a_whole_library_lock_nobody_out(
    client: FlaskClient, app: Flask, round_id: str, code: str
) -> None:
    answers = {post(client, f"/rounds/{round_id}/code", code=typed).status_code for typed in ["AAAA", "ACDE FGHJ"] * 40}
    assert answers == {422}
    assert count_rows(app)["tries"] == 0
    assert "No vote yet" in enter(client, round_id, code)


def test_a_machine_that_sends_made_up_codes_is_refused_and_locks_out_nobody_at_its_address(
    client: FlaskClient, app: Flask, round_id: str, code: str
) -> None:
    made_up = [make_code(secrets.randbelow) for _ in range(32)]
    answers = [post(client, f"/rounds/{round_id}/code", code=one).status_code for one in made_up]
    assert answers == [422] * 30 + [429] * 2
    assert "No vote yet" in enter(app.test_client(), round_id, code)


def test_a_code_of_another_round_opens_nothing_here(
    client: FlaskClient, app: Flask, people: People, round_id: str, code: str
) -> None:
    enter(client, round_id, code)
    cookie = client.get_cookie("pb_code", path=f"/rounds/{round_id}/")
    assert cookie is not None
    client.set_cookie("pb_code", cookie.value[:-4] + "AAAA", path=f"/rounds/{round_id}/")
    assert "Type my code" in client.get(f"/rounds/{round_id}/vote").text


def test_finish_makes_this_browser_forget_the_code(client: FlaskClient, round_id: str, code: str) -> None:
    enter(client, round_id, code)
    post(client, f"/rounds/{round_id}/code/finish")
    assert "Type my code" in client.get(f"/rounds/{round_id}/vote").text


def test_marks_outlive_a_code_that_ran_out(client: FlaskClient, round_id: str, code: str) -> None:
    enter(client, round_id, code)
    page = client.get(f"/rounds/{round_id}/vote/{HARBOUR}").text
    client.delete_cookie("pb_code", path=f"/rounds/{round_id}/")
    asked = press(client, f"/rounds/{round_id}/vote/{HARBOUR}", page, **{f"pick-{HARBOUR}": ["h3"], "do": "next"})
    assert asked.status_code == 403
    assert "your picks are kept" in asked.text
    known = press(client, f"/rounds/{round_id}/code", asked.text, code=code)
    check_page = press(client, f"/rounds/{round_id}/check-vote", known.text)
    assert "Harbour project 3" in check_page.text
    assert receipts_in(cast(client, round_id, check_page.text).text)


def test_where_two_votes_are_declared_the_pages_say_which_one_this_is(app: Flask, people: People) -> None:
    round_id = voting_round(app, people, book=kinds.TWO_BALLOTS)
    client = app.test_client()
    post(client, f"/rounds/{round_id}/code", code=letter_codes(app, people, round_id)[0])
    words = "This one is online. You can cast the other in person, at an event or on paper."
    assert client.get(f"/rounds/{round_id}/vote").text.count(words) == 1
    assert cast(client, round_id, to_check(client, round_id, ["h1"], ["y1"])).text.count(words) == 1
