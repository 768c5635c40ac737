"""A mistake in a frozen text: two people note it, and it stands beside the text wherever that is shown, for ever."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from pb_app.db import read, write
from pb_app.models.register import RegisterDecision
from pb_app.models.round import Round
from pb_app.models.sheet import PaperRule
from pb_app.services.ballot_sheets import read_sheet
from pb_app.services.checkpoints import publish_checkpoint
from pb_app.services.errata import list_errata
from pb_app.services.registers import register_lines
from pb_app.web.printed import printed_paper
from tallying.canonical import sha256_hex
from tallying.record import load
from tallying.register import DecisionLeaf, read_leaf
from tallying.verify import verify
from tests.app import People, engine_of, move_clock, post, workplace_of
from tests.officer.stages import HARBOUR, client_of
from tests.officer.walk import faults
from tests.public.rounds import cast_votes, publish_sealed
from tests.resident.rounds import DAY, OPENS, voting_round

NOTE, WHY = "The bench costs £400, and not £40.", "A figure was lost while typing."


def test_a_noted_mistake_stands_on_every_page_of_the_text_and_changes_no_byte(app: Flask, people: People) -> None:
    round_id = voting_round(app, people)
    officer, colleague, voter = (client_of(app, by) for by in (people.officer, people.colleague, people.resident))
    url, page, ballot = (
        f"/officer/rounds/{round_id}/errata",
        f"/rounds/{round_id}",
        f"/rounds/{round_id}/vote/{HARBOUR}",
    )
    frozen = officer.get(f"{page}/frozen.json").data

    assert faults(post(officer, url, place="nowhere/", text=NOTE, reason=WHY).text) != []
    assert post(officer, url, place=f"{HARBOUR}/h1", text=NOTE, reason=WHY).status_code == 302
    assert post(officer, f"{url}/confirm").status_code == 403
    assert NOTE not in voter.get(ballot).text
    assert NOTE in colleague.get(url).text
    assert "Waiting for you: note a mistake in a text" in colleague.get("/officer").text
    post(colleague, f"{url}/confirm")
    for address in (ballot, page, url):
        text = officer.get(address).text if address == url else voter.get(address).text
        assert NOTE in text, address
        assert WHY in text, address
    post(officer, url, place=f"{HARBOUR}/", text="The money is for 2027.", reason=WHY)
    post(colleague, f"{url}/confirm")
    assert "The money is for 2027." in voter.get(ballot).text

    with read(engine_of(app)) as session:
        leaves = [read_leaf(line) for line in register_lines(session, round_id)]
        texts = list(session.scalars(select(RegisterDecision.text).where(RegisterDecision.kind == "erratum")))
        assert session.get_one(Round, round_id).frozen == frozen
    logged = [leaf for leaf in leaves if isinstance(leaf, DecisionLeaf) and leaf.word == "erratum"]
    assert [leaf.sha256 for leaf in logged] == [sha256_hex(text.encode()) for text in texts]
    assert len(logged) == 2

    _assert_forging_is_seen(app, round_id)
    _assert_it_stays_after_sealing(app, people, round_id)


def test_wrong_words_are_shown_struck_out_beside_the_right_ones(app: Flask, people: People) -> None:
    round_id = voting_round(app, people)
    officer, colleague, voter = (client_of(app, by) for by in (people.officer, people.colleague, people.resident))
    url, where = f"/officer/rounds/{round_id}/errata", {"place": f"{HARBOUR}/h1", "reason": WHY}
    assert faults(post(officer, url, **where, wrong="£501", right="£600").text) == [
        "We can’t find these words there. Copy them from the page, letter by letter"
    ]
    assert faults(post(officer, url, **where, wrong="£500").text) == ["Write what it should say"]
    assert faults(post(officer, url, **where, right="£600").text)[0] == "Copy the wrong words from the text"
    assert faults(post(officer, url, **where).text) == ["Write what is wrong, and what is right"]
    assert post(officer, url, **where, wrong=" £500 ", right="£600").status_code == 302
    assert "It says “£500”, and should say “£600”." in colleague.get(url).text
    post(colleague, f"{url}/confirm")
    for address in (f"/rounds/{round_id}", f"/rounds/{round_id}/vote/{HARBOUR}"):
        assert "It says <del>£500</del>, and should say <ins>£600</ins>." in voter.get(address).text
    with read(engine_of(app)) as session:
        assert list_errata(session, round_id=round_id)[0].in_words == "It says “£500”, and should say “£600”."


def test_sheets_printed_after_it_say_it_and_the_page_says_which_do_not(app: Flask, people: People) -> None:
    round_id = voting_round(app, people)
    officer, colleague = client_of(app, people.officer), client_of(app, people.colleague)
    sheets, url = f"/officer/rounds/{round_id}/paper/sheets", f"/officer/rounds/{round_id}/errata"
    with write(engine_of(app)) as session:
        session.add(PaperRule(round_id=round_id, rule="online_stands"))
    asked = {"area": "alder", "count": "1", "look": "plain"}
    assert post(officer, sheets, **asked).mimetype == "application/pdf"
    assert "Not on all sheets" not in officer.get(sheets).text
    move_clock(app, OPENS + 2 * DAY)
    for place in (f"{HARBOUR}/h1", f"{HARBOUR}/"):
        assert post(officer, url, place=place, text=NOTE, reason=WHY).status_code == 302
        assert post(colleague, f"{url}/confirm").status_code == 302
    assert "printed before 2 mistakes in a text were noted" in officer.get(sheets).text
    with app.test_request_context(), read(engine_of(app)) as session:
        text = read_sheet(session, round_id=round_id, paper_id=HARBOUR, now=OPENS + 2 * DAY)
        printed = printed_paper(text)
    assert printed.notes
    assert [bool(one.notes) for one in printed.projects[:2]] == [True, False]
    assert printed.projects[0].notes[0].endswith(NOTE)
    assert post(officer, sheets, **asked).mimetype == "application/pdf"


def _assert_forging_is_seen(app: Flask, round_id: str) -> None:
    """An insider writes another text into the database: the register, which was signed, says that it is none."""
    place, words = workplace_of(app), "NOT the one that was put into the register"
    publish_checkpoint(place.engine, place.keys, round_id=round_id, now=place.clock.now())
    reader, address = app.test_client(), f"/rounds/{round_id}/register"
    assert words not in reader.get(address).text
    with write(place.engine) as session:
        row = session.scalars(select(RegisterDecision).where(RegisterDecision.kind == "erratum")).first()
        assert row is not None
        row.text, kept = row.text.replace("400", "500"), row.text
    assert reader.get(address).text.count(words) == 1
    with write(place.engine) as session:
        session.get_one(RegisterDecision, (round_id, 1)).text = kept


def _assert_it_stays_after_sealing(app: Flask, people: People, round_id: str) -> None:
    officer, page = client_of(app, people.officer), f"/rounds/{round_id}"
    cast_votes(app, people, round_id)
    publish_sealed(app, people, round_id)
    result = officer.get(f"{page}/results").text
    assert NOTE in result
    assert verify(load(officer.get(f"{page}/record.zip").data)).holds
    assert post(officer, f"/officer{page}/errata", place=f"{HARBOUR}/h1", text="More.", reason="-").status_code == 409
    with read(engine_of(app)) as session:
        assert len(list_errata(session, round_id=round_id)) == 2
