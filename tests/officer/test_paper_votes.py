"""The officers' pages about paper votes: slips, batches, typing with one box a ballot, and what is left to do."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pb_app.db import read, write
from pb_app.models.sheet import PaperBatch, PaperRule
from pb_app.services.ballot_sheets import issue_sheets
from tests.app import People, engine_of, move_clock, post, workplace_of
from tests.officer.stages import CLOSES, DAY, ROUND, client_of, voting_round
from tests.officer.walk import faults
from tests.public.rounds import seal

PAPER = f"/officer/rounds/{ROUND}/paper"
OPENS = CLOSES - 8 * DAY


@pytest.fixture
def codes(app: Flask, people: People) -> list[str]:
    """Codes of 21 sheets."""
    return takes_paper(app, people)


def takes_paper(app: Flask, people: People) -> list[str]:
    """A round that is open and takes votes on paper; the codes of 21 sheets."""
    voting_round(app, people)
    with write(engine_of(app)) as session:
        session.add(PaperRule(round_id=ROUND, rule="online_stands"))
    with write(engine_of(app)) as session:
        made = issue_sheets(
            session, workplace_of(app).keys, round_id=ROUND, area_id="alder", look="plain", count=21,
            by=people.officer, now=OPENS,
        )  # fmt: skip
    return [one.code for one in made]


def batch_url(app: Flask) -> str:
    with read(engine_of(app)) as session:
        return f"{PAPER}/batches/{session.query(PaperBatch).one().id}"


def boxes(page: str) -> dict[str, str]:
    """The hidden ballot and turn of the typing page."""
    return dict(re.findall(r'name="(sheet|turn)" value="(\d+)"', page))


def type_all(client: FlaskClient, url: str, texts: list[str]) -> str:
    """Types as long as the page offers a ballot, as with Enter after each."""
    page = client.get(url).text
    for text in texts:
        answer = client.post(url, data={**hidden_token(page), **boxes(page), "typed": text}, follow_redirects=True)
        page = answer.text
    return page


def sent(client: FlaskClient, url: str, **fields: str) -> str:
    """Posts, and the page that it leads to."""
    return client.get(post(client, url, **fields).headers["Location"]).text


def hidden_token(page: str) -> dict[str, str]:
    return dict(re.findall(r'name="(csrf_token)"[^>]* value="([^"]+)"', page))


def test_the_whole_way_of_paper_votes_through_the_pages(app: Flask, people: People, codes: list[str]) -> None:
    officer = client_of(app, people.officer)
    assert "in a batch" not in officer.get("/officer").text
    slip = {"papers": "harbour-fund", "kind": "counted"}
    page = sent(officer, f"{PAPER}/slips", code=codes[0].lower(), **slip)
    assert "Accepted. Tear the slip off" in page
    assert re.search(r'value="harbour-fund" checked', page), "the next slip is of the same paper"
    assert faults(post(officer, f"{PAPER}/slips", code=codes[0], **slip).text)[0].startswith("A sheet of")
    for code in codes[1:20]:
        post(officer, f"{PAPER}/slips", code=code, **slip)
    spoilt = slip | {"kind": "given_back"}
    assert "counts as spoilt" in sent(officer, f"{PAPER}/slips", code=codes[20], **spoilt)
    assert faults(post(officer, f"{PAPER}/batches", paper="harbour-fund", size="5").text)[0].startswith("Mix at least")
    assert "put 20 paper ballots in a batch" in officer.get("/officer").text
    post(officer, f"{PAPER}/batches", paper="harbour-fund", size="20")
    today = officer.get("/officer").text
    assert "in a batch" not in today
    assert f'href="{batch_url(app)}">Spring 2026: type 20 paper ballots<' in today
    url, texts = batch_url(app), ["1 2", "x1", *["3"] * 18]
    page = type_all(officer, url, [*texts[:3]])
    assert "Ballot 3: you typed <b>3</b>" in page
    assert "You ticked 4" in faults(type_all(officer, url, ["1 2 3 4"]))[0]
    assert "somebody else types them" in type_all(officer, url, texts[3:]).lower()
    colleague = client_of(app, people.colleague)
    assert "type 20 paper ballots a second time" in colleague.get("/officer").text
    assert "paper ballots" not in officer.get("/officer").text
    assert "Nothing here for you to type" in type_all(colleague, url, ["1 2", "x1", *["3"] * 17, "4"])
    assert "A third officer settles it" in colleague.get(url).text
    assert "Settle ballot" not in colleague.get(url).text
    move_clock(app, CLOSES + DAY)
    asked = post(officer, f"/officer/rounds/{ROUND}/sealing/ask", **sealing_answers())
    assert "Paper votes on “Harbour fund”: batch 1 is not typed twice and settled." in faults(asked.text)
    post(officer, f"{PAPER}/harbour-fund/missing", left_over="0", lost="0")
    assert "1 differ" not in officer.get(f"{PAPER}/batches").text
    desk = officer.get(PAPER).text
    assert "<b>21 = 19 + 2 + 0</b>" in desk
    assert "Batch 1 is not typed twice and settled." in desk


def sealing_answers() -> dict[str, str]:
    return {"harbour-fund": "publish", "youth-fund": "publish", "reason": "Few voted."}


def test_what_was_typed_wrong_is_kept_and_said(app: Flask, people: People, codes: list[str]) -> None:
    officer = client_of(app, people.officer)
    page = post(officer, f"{PAPER}/slips", code="ACDE", kind="counted").text
    assert 'value="ACDE"' in page
    assert "16 letters and numbers" in faults(page)[0]
    undone = {"code": codes[0], "papers": "harbour-fund", "kind": "mistake"}
    assert "Say what went wrong" in faults(post(officer, f"{PAPER}/slips", **undone).text)[0]
    page = post(officer, f"{PAPER}/harbour-fund/missing", left_over="many", lost="0").text
    assert faults(page) == ["Write how many sheets are left over as a number, like 40, or 0"]
    assert officer.get(f"{PAPER}/batches/nowhere").status_code == 404


def test_a_round_without_paper_says_so_and_only_officers_work_on_paper(app: Flask, people: People) -> None:
    voting_round(app, people)
    assert "takes no votes on paper" in client_of(app, people.officer).get(PAPER).text
    for page in ("/slips", "/batches"):
        assert client_of(app, people.steering).get(PAPER + page).status_code == 403


def test_everybody_reads_how_paper_votes_count(app: Flask, people: People, codes: list[str]) -> None:
    page = app.test_client().get(f"/rounds/{ROUND}").text
    assert "If you voted online before your sheet arrives, the online vote stands." in page
    with write(engine_of(app)) as session:
        session.query(PaperRule).one().rule = "paper_stands"
    assert "the sheet counts in its place" in app.test_client().get(f"/rounds/{ROUND}").text
    sent(client_of(app, people.officer), f"{PAPER}/slips", code=codes[0], papers="harbour-fund", kind="counted")
    visitor = app.test_client()
    answer = post(visitor, f"/rounds/{ROUND}/code", code=codes[0])
    assert "Your paper vote has arrived" in answer.text


def test_after_sealing_the_desk_still_shows_how_every_sheet_was_accounted_for(
    app: Flask, people: People, codes: list[str]
) -> None:
    officer = client_of(app, people.officer)
    for paper_id in ("harbour-fund", "youth-fund"):
        post(officer, f"{PAPER}/{paper_id}/missing", left_over="20", lost="1")
    for reader in (people.steering, people.auditor):
        page = client_of(app, reader).get(PAPER).text
        assert "<b>21 = 0 + 0 + 21</b>" in page, "who seals and who audits see that it balances"
        assert "Write down" not in page
    seal(app, people, ROUND)
    desk = officer.get(PAPER).text
    assert "Every sheet, as it was accounted for when the count was sealed" in desk
    assert '<td data-label="Missing">21</td>' in desk
    assert post(officer, f"{PAPER}/slips", code=codes[0], papers="harbour-fund", kind="counted").status_code == 409
