"""Printed ballots: for every kind, in three looks, with a slip that parts from the ballot; issued and counted."""

from __future__ import annotations

import pytest
from flask import Flask

from pb_app.db import read, write
from pb_app.models.sheet import PaperRule
from pb_app.services.ballot_sheets import count_issued
from pb_app.services.sheet_pdf import MEASURES, Look, PrintedPaper, PrintedProject, Slip, typeset_sheets
from tallying.choices import BallotKind
from tallying.rule import BallotRule
from tests.app import People, engine_of, post
from tests.officer.stages import ROUND, client_of, voting_round
from tests.officer.walk import faults
from tests.resident.rounds import proposing_round
from tests.services.printing import pages_in, streams
from tests.voting.papers import make
from voting.print_words import print_heading, print_rules

SHEETS = f"/officer/rounds/{ROUND}/paper/sheets"
KINDS = {
    "pick": (BallotRule(min=1, max=3), "Pick up to 3 projects", "Put a cross in the box beside each"),
    "one": (BallotRule(min=1, max=1), "Choose one project", "Put a cross in the box beside the project"),
    "bonus": (BallotRule(max=2, bonus="Youth-led"), "Pick up to 2", "one more pick for a project that is marked"),
    "points": (BallotRule(BallotKind.POINTS, points_total=10, point_max=6), "Share out 10 points", "as numbers"),
    "ranking": (BallotRule(BallotKind.RANKING, max=3), "Put up to 3", "Write 1 beside the project you like best"),
    "basket": (BallotRule(BallotKind.BUDGET), "Spend up to £5,000", "Add up what they cost"),
}


def takes_paper(app: Flask) -> None:
    with write(engine_of(app)) as session:
        session.add(PaperRule(round_id=ROUND, rule="online_stands"))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_ballot_says_how_to_mark_it_with_a_pen(kind: str) -> None:
    rule, heading, said = KINDS[kind]
    paper = make(rule, budget=5_000_00)
    rules = " ".join(print_rules(paper))
    assert print_heading(paper).startswith(heading)
    assert said in rules
    assert rules.endswith(
        "Write nothing else on this sheet, and not your name. If you make a mistake, ask for a new sheet."
    )


def test_a_long_paper_takes_several_pages_a_sheet_and_large_print_is_18_point_throughout() -> None:
    projects = tuple(PrintedProject(n, f"Project {n} #panic()", "£1,250", "What it does.", "") for n in range(1, 41))
    paper = PrintedPaper("Westmere", "Spring", "Harbour", "Pick up to 3", ("Use a pen.",), projects, "Foot", ("Help",))
    slips = [Slip(f"Sheet {n} of 2", "ACDEFGHJKMNPRTWX") for n in (1, 2)]
    found = {look: pages_in(typeset_sheets([paper, paper], look, slips)) for look in Look}
    assert found[Look.STANDARD] == 8
    assert found[Look.LARGE] > found[Look.PLAIN] >= found[Look.STANDARD]
    assert min(MEASURES[Look.LARGE].size, MEASURES[Look.LARGE].small, MEASURES[Look.LARGE].code) >= 18
    assert typeset_sheets([paper], Look.PLAIN, slips) == typeset_sheets([paper], Look.PLAIN, slips)


def test_a_run_is_one_tagged_file_and_every_sheet_counts_as_issued(app: Flask, people: People) -> None:
    voting_round(app, people)
    officer = client_of(app, people.officer)
    assert "takes no votes on paper" in officer.get(SHEETS).text
    asked = {"area": "alder", "count": "3", "look": "large"}
    assert post(officer, SHEETS, **asked).status_code == 404
    takes_paper(app)
    answer = post(officer, SHEETS, **asked)
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    assert b"/StructTreeRoot" in answer.data + streams(answer.data)
    with read(engine_of(app)) as session:
        assert count_issued(session, round_id=ROUND) == {"harbour-fund": 3, "youth-fund": 3}
    page = officer.get(SHEETS).text
    assert "sheets for 3 voters" in page
    assert "Large print" in page
    assert faults(post(officer, SHEETS, area="alder", count="501", look="huge").text) == [
        "Choose how they look",
        "Write how many voters as a number from 1 to 500",
    ]


def test_before_the_paper_is_fixed_there_is_no_sample(app: Flask, people: People) -> None:
    proposing_round(app, people)
    assert app.test_client().get(f"/rounds/{ROUND}/papers/harbour-fund/sample-standard.pdf").status_code == 404


def test_the_rounds_page_leads_to_the_sample_in_every_look(app: Flask, people: People) -> None:
    voting_round(app, people)
    visitor = app.test_client()
    page = visitor.get(f"/rounds/{ROUND}").text
    for look in Look:
        address = f"/rounds/{ROUND}/papers/harbour-fund/sample-{look}.pdf"
        assert address in page
        answer = visitor.get(address)
        assert answer.mimetype == "application/pdf"
        assert pages_in(answer.data) >= 1
    assert visitor.get(f"/rounds/{ROUND}/papers/harbour-fund/sample-tiny.pdf").status_code == 404
    etag = answer.headers["ETag"]
    assert visitor.get(address, headers={"If-None-Match": etag}).status_code == 304
