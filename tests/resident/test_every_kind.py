"""Every kind of ballot from the paper to the recount: marked, checked, cast, sealed, published, looked up, verified."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pb_app.db import read, write
from pb_app.services.publishing import publish, record_bytes
from tallying.commitment import Blank
from tallying.election import Approval, Ballot, Points, Ranking
from tallying.receipt import load_receipt
from tallying.record import load
from tallying.rulebook import Rulebook
from tallying.verify import verify
from tests.app import People, engine_of, move_clock, post, sign_in_as
from tests.officer.stages import client_of
from tests.public.rounds import seal
from tests.resident import kinds
from tests.resident.rounds import CLOSES, DAY, letter_codes, voting_round
from tests.resident.steps import HARBOUR, cast, press, receipts_in
from voting.permissions import Actor

Fields = Mapping[str, Any]


def ballot_url(round_id: str) -> str:
    return f"/rounds/{round_id}/vote/{HARBOUR}"


def to_check(client: FlaskClient, round_id: str, fields: Fields) -> str:
    """Marks the first paper, leaves the second out, and gives the check page."""
    page = press(client, ballot_url(round_id), client.get(ballot_url(round_id)).text, **fields, do="next").text
    return press(client, f"/rounds/{round_id}/vote/youth-fund", page, do="skip").text


def vote_by_letter(app: Flask, round_id: str, code: str, fields: Fields) -> str:
    """Somebody votes with a letter code; the receipt's page."""
    client = app.test_client()
    post(client, f"/rounds/{round_id}/code", code=code)
    answer = cast(client, round_id, to_check(client, round_id, fields))
    assert answer.status_code == 200, answer.text
    return answer.text


CASES: dict[str, tuple[Rulebook, Sequence[Fields], Ballot, Sequence[str]]] = {
    "one": (
        kinds.ONE,
        [kinds.ticked("h2"), kinds.ticked("h2"), kinds.ticked("h6")],
        Approval(("h2",)),
        ["h2", "h6"],
    ),
    "basket": (
        kinds.BASKET,
        [kinds.ticked("h1", "h2", "h6"), kinds.ticked("h6"), kinds.ticked("h1")],
        Approval(("h1", "h2", "h6")),
        ["h1", "h6", "h2"],
    ),
    "basket by equal shares": (
        kinds.BASKET_SHARES,
        [kinds.ticked("h1", "h2"), kinds.ticked("h2"), kinds.ticked("h1")],
        Approval(("h1", "h2")),
        ["h1", "h2"],
    ),
    "points": (
        kinds.POINTS,
        [kinds.written(h2="6", h3="4"), kinds.written(h3="5"), kinds.written(h1="2", h2="2")],
        Points((("h2", 6), ("h3", 4))),
        ["h3", "h2", "h1"],
    ),
    "points by equal shares": (
        kinds.POINTS_SHARES,
        [kinds.written(h2="6"), kinds.written(h2="6"), kinds.written(h1="2", h2="2")],
        Points((("h2", 6),)),
        ["h2", "h1"],
    ),
    "ranking": (
        kinds.RANKING,
        [kinds.written(h4="2", h5="1"), kinds.written(h5="1", h1="3", h2="2"), kinds.written(h4="1")],
        Ranking(("h5", "h4")),
        ["h5", "h4", "h2", "h1"],
    ),
    "ranking by equal shares": (
        kinds.RANKING_SHARES,
        [kinds.written(h1="1", h2="2"), kinds.written(h1="1"), kinds.written(h2="1")],
        Ranking(("h1", "h2")),
        ["h1", "h2"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_vote_is_cast_sealed_published_looked_up_and_recounted(
    app: Flask, people: People, client: FlaskClient, case: str
) -> None:
    book, voters, first, funded = CASES[case]
    round_id = voting_round(app, people, book=book)
    codes = letter_codes(app, people, round_id, len(voters))
    pages = [vote_by_letter(app, round_id, code, fields) for code, fields in zip(codes, voters, strict=True)]
    receipt = load_receipt(receipts_in(pages[0])[0].encode())
    assert receipt.marks == first
    assert receipt.is_signed()
    vote_youth(app, people, round_id)
    seal(app, people, round_id)
    with write(engine_of(app)) as session:
        publish(session, round_id=round_id, by=people.officer, now=CLOSES + 2 * DAY)
    move_clock(app, CLOSES + 3 * DAY)
    with read(engine_of(app)) as session:
        record = load(record_bytes(session, round_id))
    assert verify(record).holds, verify(record).lines()
    assert [one.id for one in record.outcome(HARBOUR).funded] == funded
    assert dict(record.rows(HARBOUR))[receipt.tracker] == first
    assert client.get(f"/rounds/{round_id}/results").status_code == 200
    assert receipt.tracker[:4] in client.get(f"/rounds/{round_id}/check-receipt").text
    assert_recounted(app, people.auditor, round_id)


def vote_youth(app: Flask, people: People, round_id: str) -> None:
    """One vote on the second paper, so that there is something to count."""
    voter = client_of(app, people.resident)
    page = press(voter, ballot_url(round_id), voter.get(ballot_url(round_id)).text, do="skip").text
    page = press(voter, f"/rounds/{round_id}/vote/youth-fund", page, **{"pick-youth-fund": ["y1"], "do": "next"}).text
    assert cast(voter, round_id, page).status_code == 200


def assert_recounted(app: Flask, auditor: Actor, round_id: str) -> None:
    """The auditor's own count agrees."""
    assert "Recount: same result" in post(client_of(app, auditor), f"/auditor/rounds/{round_id}/recount").text


def signed_in(client: FlaskClient, people: People) -> FlaskClient:
    sign_in_as(client, people.resident)
    return client


def test_the_overview_says_what_each_paper_asks(app: Flask, people: People, client: FlaskClient) -> None:
    round_id = voting_round(app, people, book=kinds.POINTS)
    page = signed_in(client, people).get(f"/rounds/{round_id}/vote").text
    assert "Share out 10 points" in page
    assert "Pick up to 2 projects" in page


def test_what_is_wrong_with_points_is_said_at_its_box_and_everything_stays(
    app: Flask, people: People, client: FlaskClient
) -> None:
    round_id = voting_round(app, people, book=kinds.POINTS)
    voter = signed_in(client, people)
    fields = kinds.written(h1="7", h2="lots", h3="4")
    answer = press(voter, ballot_url(round_id), voter.get(ballot_url(round_id)).text, **fields, do="next")
    page = html.unescape(answer.text)
    assert answer.status_code == 422
    assert f'href="#pick-{HARBOUR}/h1"' in page
    assert page.count("You gave “Harbour project 1” 7. Give it 6 at most.") == 2, "in the summary and at the box"
    for text in ("7", "lots", "4"):
        assert f'value="{text}"' in page


def test_points_are_added_up_without_script(app: Flask, people: People, client: FlaskClient) -> None:
    round_id = voting_round(app, people, book=kinds.POINTS)
    voter = signed_in(client, people)
    page = voter.get(ballot_url(round_id)).text
    assert "0 of 10 points given" in page
    page = press(voter, ballot_url(round_id), page, **kinds.written(h1="3", h2="4"), do="sum").text
    assert "7 of 10 points given" in page


def test_the_check_page_leaves_out_projects_that_were_given_nought(
    app: Flask, people: People, client: FlaskClient
) -> None:
    round_id = voting_round(app, people, book=kinds.POINTS)
    page = to_check(signed_in(client, people), round_id, kinds.written(h1="3", h2="0", h3="4"))
    assert "3 points" in page
    assert " 0 points" not in page.replace(">", " ")
    assert "You gave 7 of your 10 points" in page


def test_the_check_page_lists_a_ranking_in_its_order_and_moves_it(
    app: Flask, people: People, client: FlaskClient
) -> None:
    round_id = voting_round(app, people, book=kinds.RANKING)
    voter = signed_in(client, people)
    page = to_check(voter, round_id, kinds.written(h4="2", h5="1", h1="7"))
    assert order(page) == ["5", "4", "1"]
    assert "Choice 1" in page
    page = press(voter, f"/rounds/{round_id}/check-vote", page, up=f"{HARBOUR}/h1").text
    assert order(page) == ["5", "1", "4"]
    page = press(voter, f"/rounds/{round_id}/check-vote", page, down=f"{HARBOUR}/h5").text
    page = press(voter, f"/rounds/{round_id}/check-vote", page, out=f"{HARBOUR}/h4").text
    assert order(page) == ["1", "5"]
    receipt = load_receipt(receipts_in(cast(voter, round_id, page).text)[0].encode())
    assert receipt.marks == Ranking(("h1", "h5"))


def order(page: str) -> list[str]:
    return re.findall(r'cp-name">Harbour project (\d)', page)


def test_a_basket_beyond_the_pot_is_told_with_its_sum_and_kept(app: Flask, people: People, client: FlaskClient) -> None:
    round_id = voting_round(app, people, (12, 4), book=kinds.BASKET)
    voter = signed_in(client, people)
    fields = kinds.ticked("h12", "h11", "h10", "h9")
    answer = press(voter, ballot_url(round_id), voter.get(ballot_url(round_id)).text, **fields, do="next")
    assert answer.status_code == 422
    assert "Your basket costs £21,000. You can spend £20,000: take out projects for £1,000 or more." in answer.text
    assert answer.text.count(" checked") == 4


def test_the_basket_has_a_stylesheet_of_its_costs_that_may_be_kept(
    app: Flask, people: People, client: FlaskClient
) -> None:
    round_id = voting_round(app, people, book=kinds.BASKET)
    page = signed_in(client, people).get(ballot_url(round_id)).text
    found = re.search(r'href="(/rounds/[^"]+/basket-[^"]+\.css)"', page)
    assert found is not None
    sheet = client.get(found[1])
    assert sheet.mimetype == "text/css"
    assert "left 40001" in sheet.text
    assert "immutable" in sheet.headers["Cache-Control"]
    assert client.get(found[1].replace("basket-harbour-fund-", "basket-harbour-fund-0")).status_code == 404


def test_one_is_chosen_by_a_radio_button(app: Flask, people: People, client: FlaskClient) -> None:
    round_id = voting_round(app, people, book=kinds.ONE)
    voter = signed_in(client, people)
    page = voter.get(ballot_url(round_id)).text
    assert page.count('type="radio"') == 6
    answer = press(voter, ballot_url(round_id), page, do="next")
    assert "Choose a project, or leave this paper out." in answer.text


@pytest.mark.parametrize("book", [kinds.POINTS, kinds.RANKING, kinds.BASKET, kinds.ONE])
def test_a_vote_that_stands_is_filled_in_and_can_be_taken_back(
    app: Flask, people: People, client: FlaskClient, book: Rulebook
) -> None:
    round_id = voting_round(app, people, book=book)
    voter = signed_in(client, people)
    is_number = book in (kinds.POINTS, kinds.RANKING)
    fields: Fields = kinds.written(h2="4") if is_number else kinds.ticked("h2")
    cast(voter, round_id, to_check(voter, round_id, fields))
    page = voter.get(ballot_url(round_id)).text
    mark = r'name="pick-harbour-fund/h2" value="[14]"' if is_number else r'value="h2"[^>]* checked'
    assert re.search(mark, page)
    page = press(voter, ballot_url(round_id), page, do="blank").text
    receipt = load_receipt(receipts_in(cast(voter, round_id, page).text)[0].encode())
    assert isinstance(receipt.marks, Blank)


def test_the_way_back_to_the_paper_before_keeps_the_marks_of_both(
    app: Flask, people: People, client: FlaskClient
) -> None:
    round_id = voting_round(app, people, book=kinds.POINTS)
    voter = signed_in(client, people)
    page = voter.get(ballot_url(round_id)).text
    page = press(voter, ballot_url(round_id), page, **kinds.written(h2="4"), do="next").text
    assert "Back to Harbour fund" in page
    youth = {"pick-youth-fund": ["y1"]}
    page = press(voter, f"/rounds/{round_id}/vote/youth-fund", page, **youth, do="back").text
    assert re.search(r'name="pick-harbour-fund/h2" value="4"', page)
    assert '<input type="hidden" name="pick-youth-fund" value="y1">' in page


def test_marks_of_every_kind_survive_a_session_that_ran_out(app: Flask, people: People, client: FlaskClient) -> None:
    round_id = voting_round(app, people, book=kinds.POINTS)
    code = letter_codes(app, people, round_id)[0]
    post(client, f"/rounds/{round_id}/code", code=code)
    page = to_check(client, round_id, kinds.written(h2="4", h3="5"))
    client.delete_cookie("pb_code", path=f"/rounds/{round_id}/")
    asked = press(client, f"/rounds/{round_id}/cast", page)
    assert asked.status_code == 403
    again = press(client, f"/rounds/{round_id}/code", asked.text, code=code)
    page = press(client, f"/rounds/{round_id}/check-vote", again.text).text
    assert "You gave 9 of your 10 points" in page
    receipt = load_receipt(receipts_in(cast(client, round_id, page).text)[0].encode())
    assert receipt.marks == Points((("h2", 4), ("h3", 5)))
