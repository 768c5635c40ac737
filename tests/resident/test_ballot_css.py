"""The stylesheet that keeps the ballot's summary live."""

from flask.testing import FlaskClient

from pb_app.resident.ballot_css import ballot_css


def test_there_is_one_rule_for_each_project_shown_and_one_warning_beyond_the_limit() -> None:
    rules = ballot_css(130, 5)
    assert "input:nth-of-type(130):checked~* .cp-p:nth-child(130)" in rules
    assert "nth-of-type(131)" not in rules
    assert ".cp-ballot>" + "input:checked~" * 6 + "* .cp-over" in rules


def test_without_a_limit_nothing_warns() -> None:
    assert "cp-over" not in ballot_css(4, 4)


def test_a_ballot_of_130_projects_has_a_stylesheet_under_16_kb_that_may_be_kept(client: FlaskClient) -> None:
    answer = client.get("/ballot-130-10.css")
    assert answer.mimetype == "text/css"
    assert len(answer.data) < 16_000
    assert "immutable" in answer.headers["Cache-Control"]


def test_a_silly_number_of_projects_makes_no_huge_answer(client: FlaskClient) -> None:
    assert len(client.get("/ballot-99999999-99999999.css").data) < 100_000
