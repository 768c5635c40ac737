"""A voter who may choose an area sees the areas side by side, is told what the first vote settles, and keeps to it."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from pb_app.db import write
from pb_app.services.rounds import NewPaper, NewPot, NewRound, announce, create_round
from tallying.rulebook import BallotRule, Rulebook
from tallying.vote_word import VoteWord
from tests.app import NOW, People, engine_of, sign_in_as
from tests.resident.rounds import CLOSES, DAY, GREEDY, OPENS, add_projects, open_voting
from tests.resident.steps import press
from voting.eligibility import Eligibility
from voting.phases import Timetable


def one_area_round(app: Flask, people: People) -> str:
    """A round with a paper for everybody and one for each of two areas, open for votes."""
    book = Rulebook("GBP", BallotRule(min=1, max=1), GREEDY)
    new = NewRound(
        title="Spring 2026",
        summary="-",
        timetable=Timetable(NOW - DAY, NOW + 10 * DAY, NOW + 15 * DAY, OPENS, CLOSES),
        papers=tuple(
            NewPaper(title, book, (NewPot(f"{title} pot", 9_000_00),), areas, VoteWord("token", "tokens"))
            for title, areas in (("Whole town", ()), ("Quay fund", ("alder",)), ("Hill fund", ("brindle",)))
        ),
        eligibility=Eligibility(chooses_area=True),
    )
    with write(engine_of(app)) as session:
        made = create_round(session, new=new, by=people.officer, now=NOW - 2 * DAY)
        assert made == "spring-2026"
        announce(session, round_id=made, by=people.officer, now=NOW - 2 * DAY)
    for paper in ("whole-town", "quay-fund", "hill-fund"):
        add_projects(app, made, paper, 2)
    open_voting(app, people, made)
    return made


def test_the_area_is_chosen_with_the_first_vote_and_said_on_the_way(
    app: Flask, people: People, client: FlaskClient
) -> None:
    here = f"/rounds/{one_area_round(app, people)}"
    sign_in_as(client, people.resident)
    assert "Give your token to one project. You can change" in client.get(here).text
    page = client.get(f"{here}/vote").text
    assert "Your first vote in one chooses it" in page
    assert page.index("For every area") < page.index("Vote in Alder Quay") < page.index("Vote in Brindle")
    page = client.get(f"{here}/vote/whole-town").text
    assert "Whole town</span>" in page, "how many lists it is one of depends on the area"
    assert "Quay fund: list 2 of 2" in client.get(f"{here}/vote/quay-fund").text
    assert "Hill fund: list 2 of 2" in client.get(f"{here}/practice/hill-fund").text
    check = press(client, f"{here}/vote/whole-town", page, **{"pick-whole-town": "w1", "do": "next"}).text
    assert "With this vote you choose" not in check
    assert 'Vote there too<span class="govuk-visually-hidden">: Hill fund' in check, "the choice is the voter's"
    page = press(client, f"{here}/vote/hill-fund", check, do="open").text
    check = press(client, f"{here}/vote/hill-fund", page, **{"pick-hill-fund": "h2", "do": "next"}).text
    assert "<b>With this vote you choose Brindle</b>, and say that you live, work, study or volunteer there." in check
    assert "Quay fund" not in check
    assert "Quay fund" not in press(client, f"{here}/cast", check).text
    page = client.get(f"{here}/vote").text
    assert "Hill fund" in page
    assert "Quay fund" not in page
    assert "You chose Brindle with your first vote" in page
    assert client.get(f"{here}/vote/quay-fund").status_code != 200
