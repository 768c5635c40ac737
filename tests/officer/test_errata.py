"""A mistake in a frozen text: two people note it, and it stands beside the text wherever that is shown, for ever."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from pb_app.db import read
from pb_app.models.register import RegisterDecision
from pb_app.models.round import Round
from pb_app.services.errata import list_errata
from pb_app.services.registers import register_lines
from tallying.canonical import sha256_hex
from tallying.record import load
from tallying.register import DecisionLeaf, read_leaf
from tallying.verify import verify
from tests.app import People, engine_of, post
from tests.officer.stages import HARBOUR, client_of
from tests.officer.walk import faults
from tests.public.rounds import cast_votes, publish_sealed
from tests.resident.rounds import voting_round

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

    cast_votes(app, people, round_id)
    publish_sealed(app, people, round_id)
    result = voter.get(f"{page}/results").text
    assert NOTE in result
    assert verify(load(voter.get(f"{page}/record.zip").data)).holds
    assert post(officer, url, place=f"{HARBOUR}/h1", text="More.", reason="-").status_code == 409
    with read(engine_of(app)) as session:
        assert len(list_errata(session, round_id=round_id)) == 2
